package semconv

// Requests and the network.
var (
	HTTPMethod         = Attribute{Field, []string{"http.request.method", "http.method"}}
	HTTPMethodOriginal = Attribute{Dropped, []string{"http.request.method_original"}}
	HTTPStatus         = Attribute{Field, []string{"http.response.status_code", "http.status_code"}}
	HTTPRoute          = Attribute{Field, []string{"http.route", "next.route", "aspnetcore.route", "express.route"}}
	HTTPTarget         = Attribute{Dropped, []string{"http.target"}}
	URLTemplate        = Attribute{Renamed, []string{"url.template"}}
	URLFull            = Attribute{Renamed, []string{"url.full", "http.url"}}
	URLPath            = Attribute{Field, []string{"url.path"}}
	URLQuery           = Attribute{Renamed, []string{"url.query"}}
	URLScheme          = Attribute{Renamed, []string{"url.scheme", "http.scheme"}}
	HTTPHost           = Attribute{Dropped, []string{"http.host", "http.server_name"}}
	ServerAddress      = Attribute{Renamed, []string{"server.address"}}
	ServerPort         = Attribute{Renamed, []string{"server.port"}}
	NetHostName        = Attribute{Dropped, []string{"net.host.name"}}
	NetHostPort        = Attribute{Dropped, []string{"net.host.port"}}
	NetPeerName        = Attribute{Dropped, []string{"net.peer.name"}}
	NetPeerPort        = Attribute{Dropped, []string{"net.peer.port"}}
	PeerAddress        = Attribute{Renamed, []string{"network.peer.address", "net.sock.peer.addr", "net.peer.ip"}}
	PeerPort           = Attribute{Renamed, []string{"network.peer.port", "net.sock.peer.port"}}
	ClientAddress      = Attribute{Field, []string{"client.address", "http.client_ip"}}
	ProtocolName       = Attribute{Renamed, []string{"network.protocol.name", "net.protocol.name", "net.app.protocol.name"}}
	ProtocolVersion    = Attribute{Renamed, []string{"network.protocol.version", "net.protocol.version", "net.app.protocol.version", "http.flavor"}}
	Transport          = Attribute{Renamed, []string{"network.transport", "net.transport"}}
	UserAgent          = Attribute{Field, []string{"user_agent.original", "http.user_agent"}}
	RequestSize        = Attribute{Field, []string{"http.request.body.size", "http.request_content_length"}}
	ResponseSize       = Attribute{Field, []string{"http.response.body.size", "http.response_content_length"}}
	CircuitBreaker     = Attribute{AsSent, []string{"circuit_breaker.state", "circuitbreaker.state", "resilience4j.circuitbreaker.state", "hystrix.circuit_breaker.state"}}
	ResponseFlags      = Attribute{AsSent, []string{"response_flags", "envoy.response_flags", "upstream.response_flags"}}
	ResendCount        = Attribute{Renamed, []string{"http.request.resend_count", "http.resend_count", "http.retry_count"}}
)
