package derive

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// single derives the operation of one entry span.
func single(t *testing.T, cfg Config, kind ptrace.SpanKind, name string, attributes map[string]any) *operation.Operation {
	t.Helper()
	d, err := New(cfg)
	require.NoError(t, err)
	span := ptrace.NewSpan()
	span.SetSpanID(pcommon.SpanID{1})
	span.SetKind(kind)
	span.SetName(name)
	require.NoError(t, span.Attributes().FromRaw(attributes))
	s := d.Span(d.Resource(pcommon.NewResource()), pcommon.NewInstrumentationScope(), span)
	return d.Operation(&Group{Entry: &s})
}

func TestNamesAndTransports(t *testing.T) {
	const server, consumer, producer, internal = ptrace.SpanKindServer, ptrace.SpanKindConsumer, ptrace.SpanKindProducer, ptrace.SpanKindInternal
	tests := map[string]struct {
		kind       ptrace.SpanKind
		name       string
		attributes map[string]any
		want       string // transport, name
	}{
		"a route":                       {server, "GET", map[string]any{"http.request.method": "GET", "http.route": "/a/{id}", "url.path": "/a/7"}, "http GET /a/{id}"},
		"a route with its method":       {server, "x", map[string]any{"http.request.method": "GET", "http.route": "GET /a/{id}"}, "http GET /a/{id}"},
		"a template in the name":        {server, "GET /a/{id}", map[string]any{"http.request.method": "GET", "url.path": "/a/7"}, "http GET /a/{id}"},
		"a pattern with a host":         {server, "GET shop.example/a/{id}", map[string]any{"http.request.method": "GET"}, "http GET /a/{id}"},
		"only a path":                   {server, "GET", map[string]any{"http.method": "get", "http.target": "/a/7?x=1"}, "http GET /a/{id}"},
		"only a URL":                    {server, "x", map[string]any{"http.method": "GET", "http.url": "https://h/a/7?x=1"}, "http GET /a/{id}"},
		"only a name":                   {server, "HTTP GET /dispatch", nil, "http GET /dispatch"},
		"a method nobody knows":         {server, "x", map[string]any{"http.request.method": "_OTHER", "http.request.method_original": "FROB", "url.path": "/a"}, "http FROB /a"},
		"a redacted path":               {server, "GET", map[string]any{"http.request.method": "GET", "url.path": "/a/[EMAIL]"}, "http GET /a/{id}"},
		"RPC, whole method":             {server, "x", map[string]any{"rpc.system.name": "grpc", "rpc.method": "p.S/M"}, "rpc p.S/M"},
		"RPC, method in two parts":      {server, "x", map[string]any{"rpc.system": "grpc", "rpc.service": "p.S", "rpc.method": "M"}, "rpc p.S/M"},
		"RPC, both at once":             {server, "x", map[string]any{"rpc.system": "grpc", "rpc.service": "p.S", "rpc.method": "p.S/M"}, "rpc p.S/M"},
		"RPC, only a name":              {server, "/p.S/M", map[string]any{"rpc.system": "grpc"}, "rpc p.S/M"},
		"RPC over HTTP":                 {server, "POST", map[string]any{"rpc.system": "connect_rpc", "rpc.method": "p.S/M", "http.request.method": "POST"}, "rpc p.S/M"},
		"a call of an unknown protocol": {server, "driver.Driver/FindNearest", nil, "rpc driver.Driver/FindNearest"},
		"a message":                     {consumer, "orders process", map[string]any{"messaging.destination.name": "orders"}, "message consume orders"},
		"a message, older names":        {consumer, "x", map[string]any{"messaging.source.name": "orders"}, "message consume orders"},
		"a message, only a name":        {consumer, "process orders", nil, "message consume orders"},
		"a queue for one reply":         {consumer, "x", map[string]any{"messaging.destination.name": "amq.gen-7f3a9b1c2d", "messaging.destination.temporary": true}, "message consume (temporary)"},
		"a queue by template":           {consumer, "x", map[string]any{"messaging.destination.name": "orders/7", "messaging.destination.template": "orders/{id}"}, "message consume orders/{id}"},
		"a producer":                    {producer, "orders send", map[string]any{"messaging.destination.name": "orders"}, "message publish orders"},
		"a timer":                       {internal, "cleanup", map[string]any{"faas.trigger": "timer"}, "job cleanup"},
		"a job by attribute":            {internal, "x", map[string]any{"job.name": "cleanup"}, "job cleanup"},
		"a job from a queue":            {consumer, "run/x", map[string]any{"messaging.system": "sidekiq", "messaging.sidekiq.job_class": "MailJob", "messaging.destination.name": "default"}, "job MailJob"},
		"inner work":                    {internal, "main", nil, "internal main"},
		"inner work with an id":         {internal, "import customer 8812", nil, "internal import customer {id}"},
		"a function":                    {server, "handler", map[string]any{"faas.trigger": "http", "http.request.method": "GET", "http.route": "/f"}, "http GET /f"},
		"nothing at all":                {internal, "", nil, "internal unnamed"},
	}
	for name, tt := range tests {
		op := single(t, DefaultConfig(), tt.kind, tt.name, tt.attributes)
		assert.Equal(t, tt.want, op.Transport+" "+strings.TrimPrefix(op.Name, op.Transport+" "), name)
	}
	assert.Equal(t, "job cleanup", single(t, DefaultConfig(), internal, "cleanup", map[string]any{"faas.cron": "* * * * *"}).Name)
}

func TestPayload(t *testing.T) {
	cfg := DefaultConfig()
	cfg.PayloadMaxBytes = 10
	op := single(t, cfg, ptrace.SpanKindServer, "x", map[string]any{
		"http.request.method": "POST", "http.request.body": "123456789€0", "http.response.body": map[string]any{"a": int64(1)},
		"http.request.header.content_type": []any{"text/plain"}, "http.response.header.X-Trace": "abc",
		"http.request.header.x-forwarded-for": []any{"203.0.113.7, 10.0.0.1"}, "net.sock.peer.addr": "10.0.0.1", "custom": strings.Repeat("x", 20),
	})
	assert.Equal(t, "123456789", op.RequestBody, "cut before the character that does not fit")
	assert.EqualValues(t, 13, op.RequestSize)
	assert.True(t, op.Truncated)
	assert.Equal(t, `{"a":1}`, op.ResponseBody)
	assert.EqualValues(t, 7, op.ResponseSize)
	assert.Equal(t, operation.Attributes{"content-type": []any{"text/plain"}, "x-forwarded-for": []any{"203.0.113.7, 10.0.0.1"}}, op.RequestHeaders)
	assert.Equal(t, operation.Attributes{"x-trace": []any{"abc"}}, op.ResponseHeaders)
	assert.Equal(t, "203.0.113.7", op.ClientAddress)
	assert.Equal(t, operation.Attributes{"network.peer.address": "10.0.0.1", "custom": "xxxxxxxxxx"}, op.Attributes)

	op = single(t, DefaultConfig(), ptrace.SpanKindServer, "x", map[string]any{"http.request.body": []byte{0xff, 0xfe}, "http.response.body": []byte("text")})
	assert.Equal(t, "//4=", op.RequestBody, "bytes that are no text")
	assert.Equal(t, "text", op.ResponseBody)
}

func TestConfiguredKeys(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Keys = Keys{UserID: []string{"login", "user.id"}, TenantID: []string{"company"}, RequestBody: []string{"in"}}
	op := single(t, cfg, ptrace.SpanKindServer, "x", map[string]any{"user.id": "u1", "login": "ann", "company": 7, "in": "body", "session.id": "s"})
	assert.Equal(t, "ann", op.UserID)
	assert.Equal(t, "7", op.TenantID)
	assert.Equal(t, "body", op.RequestBody)
	assert.Empty(t, op.SessionID)
	assert.Equal(t, operation.Attributes{"user.id": "u1", "session.id": "s"}, op.Attributes, "what has no field stays")
}

func TestSecretsOfConnectionsAreLeftOut(t *testing.T) {
	op := single(t, DefaultConfig(), ptrace.SpanKindInternal, "x", map[string]any{"db.connection_string": "postgres://a:b@c", "db.user": "a"})
	assert.Empty(t, op.Attributes)
}

func TestExceptionsOfLogs(t *testing.T) {
	d := newDeriver(t)
	record := plog.NewLogRecord()
	record.Attributes().PutStr("exception.type", "ValueError")
	record.Attributes().PutStr("exception.message", "no address")
	record.Attributes().PutStr("exception.stacktrace", "Traceback (most recent call last):\n  File \"/app/shop/a.py\", line 3, in b\nValueError: no address")
	r := d.Resource(pcommon.NewResource())
	_, ok := d.Exception(r, record)
	assert.False(t, ok, "it names no span")
	record.SetTraceID(pcommon.TraceID{1})
	record.SetSpanID(pcommon.SpanID{1})
	e, ok := d.Exception(r, record)
	require.True(t, ok)
	assert.Positive(t, e.Size())

	span := ptrace.NewSpan()
	span.SetSpanID(pcommon.SpanID{1})
	span.SetKind(ptrace.SpanKindInternal)
	s := d.Span(r, pcommon.NewInstrumentationScope(), span)
	op := d.Operation(&Group{Entry: &s, Exceptions: []Exception{e}})
	assert.Equal(t, operation.StatusError, op.Status)
	assert.Equal(t, "ValueError", op.ErrorType)
	assert.Equal(t, "no address", op.ErrorMessage)
	assert.Contains(t, op.ErrorStack, "a.py")

	span.Status().SetCode(ptrace.StatusCodeOk)
	s = d.Span(r, pcommon.NewInstrumentationScope(), span)
	assert.Equal(t, operation.StatusOK, d.Operation(&Group{Entry: &s, Exceptions: []Exception{e}}).Status, "the span says that it was handled")
	record.Attributes().Clear()
	_, ok = d.Exception(r, record)
	assert.False(t, ok)
}

func TestSpanSize(t *testing.T) {
	d := newDeriver(t)
	td := ptrace.NewSpan()
	td.SetSpanID(pcommon.SpanID{2})
	td.SetParentSpanID(pcommon.SpanID{1})
	td.SetKind(ptrace.SpanKindClient)
	td.SetName("SELECT shop.users")
	td.Attributes().PutStr("db.query.text", "SELECT * FROM users WHERE id = 7")
	s := d.Span(d.Resource(pcommon.NewResource()), pcommon.NewInstrumentationScope(), td)
	assert.LessOrEqual(t, s.Size(), 200, "an open child span holds at most 300 bytes, those of its keeper included")
}
