package semconv

// Who asked for what. No convention names all of these; they are the defaults of the connector's keys.
var (
	RequestBody = Attribute{Field, []string{"http.request.body", "http.request.body.text", "http.request.body.content", "rpc.request.body",
		"messaging.message.body", "request.body", "graphql.document"}}
	ResponseBody = Attribute{Field, []string{"http.response.body", "http.response.body.text", "http.response.body.content", "rpc.response.body",
		"response.body"}}
	UserID         = Attribute{Field, []string{"user.id", "enduser.id", "usr.id", "user_id", "enduser.pseudo.id"}}
	UserType       = Attribute{Field, []string{"user.type", "user.roles", "enduser.role"}}
	TenantID       = Attribute{Field, []string{"tenant.id", "tenant_id", "tenant", "organization.id", "org.id", "customer.id"}}
	SessionID      = Attribute{Field, []string{"session.id", "session_id", "rum.sessionId"}}
	RequestID      = Attribute{Field, []string{"request.id", "request_id", "http.request_id", "http.request.header.x-request-id", "x-request-id"}}
	IdempotencyKey = Attribute{Field, []string{"idempotency.key", "idempotency_key", "http.request.header.idempotency-key"}}
	CacheHit       = Attribute{AsSent, []string{"cache.hit", "result.cache_hit", "http.cache.hit", "cache_hit"}}
)
