// Package corpus makes attribute-rich traces for benchmarks of redaction: 12 to 20 attributes and about 490 bytes of
// values a span, as HTTP, RPC, database and messaging instrumentations write them, with a stack trace on every
// twelfth span, a private client address on a third, and personal data in text on a tenth. All of it is drawn from
// a seed, and nobody's.
package corpus

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

const (
	resources = 10
	perTrace  = 10
)

// start is when the first trace begins: 2025-01-15 10:30 UTC.
var start = time.Date(2025, 1, 15, 10, 30, 0, 0, time.UTC)

// Traces makes one request of at least n spans, in traces of ten, over ten services.
func Traces(seed uint64, n int) ptrace.Traces { return traces(seed, n, 12) }

// Ordinary is the same with an exception on every 400th span only: one trace in forty.
func Ordinary(seed uint64, n int) ptrace.Traces { return traces(seed, n, 400) }

func traces(seed uint64, n, exceptions int) ptrace.Traces {
	g := generator{r: rand.New(rand.NewPCG(seed, 15)), exceptions: exceptions}
	td := ptrace.NewTraces()
	for i := range resources {
		rs := td.ResourceSpans().AppendEmpty()
		g.resource(rs.Resource().Attributes(), i)
		ss := rs.ScopeSpans().AppendEmpty()
		ss.Scope().SetName("io.opentelemetry.spring-webmvc-6.0")
		ss.Scope().SetVersion("2.11.0-alpha")
		for made := 0; made < (n+resources-1)/resources; made += perTrace {
			g.trace(ss.Spans(), i)
		}
	}
	return td
}

type generator struct {
	r          *rand.Rand
	n          int
	exceptions int // each so many spans
}

var services = []string{"checkout", "payments", "catalog", "users", "shipping", "search", "basket", "pricing", "mailer", "gateway"}

func (g *generator) resource(a pcommon.Map, i int) {
	name := services[i]
	a.PutStr("service.name", name)
	a.PutStr("service.namespace", "shop")
	a.PutStr("service.version", fmt.Sprintf("2.%d.%d", i, g.r.IntN(30)))
	a.PutStr("service.instance.id", g.uuid())
	a.PutStr("k8s.pod.name", fmt.Sprintf("%s-%s-%s", name, g.hex(10), g.hex(5)))
	a.PutStr("k8s.namespace.name", "shop-prod")
	a.PutStr("cloud.region", "eu-west-1")
	a.PutStr("deployment.environment.name", "production")
	a.PutStr("telemetry.sdk.name", "opentelemetry")
}

// trace makes a request and its steps.
func (g *generator) trace(spans ptrace.SpanSlice, service int) {
	var trace pcommon.TraceID
	var parent pcommon.SpanID
	g.fill(trace[:])
	at := start.Add(time.Duration(g.n) * time.Millisecond)
	for i := range perTrace {
		s := spans.AppendEmpty()
		var id pcommon.SpanID
		g.fill(id[:])
		s.SetTraceID(trace)
		s.SetSpanID(id)
		s.SetParentSpanID(parent)
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(at.Add(time.Duration(i) * time.Millisecond)))
		s.SetEndTimestamp(pcommon.NewTimestampFromTime(at.Add(time.Duration(20+i) * time.Millisecond)))
		if i == 0 {
			parent = id
		}
		g.span(s, i, service)
		g.n++
	}
}

func (g *generator) span(s ptrace.Span, i, service int) {
	a := s.Attributes()
	a.PutStr("thread.name", fmt.Sprintf("http-nio-8080-exec-%d", g.r.IntN(200)))
	a.PutInt("thread.id", int64(20+g.r.IntN(200)))
	a.PutStr("code.function.name", "com.example.shop."+services[service]+"."+pick(g, classes)+"."+pick(g, methods))
	a.PutStr("app.tenant", pick(g, tenants))
	a.PutStr("app.request_id", g.uuid())
	switch {
	case i == 0:
		g.server(s)
	case i%3 == 1:
		g.database(s)
	case i%3 == 2:
		g.client(s)
	default:
		g.message(s)
	}
	if g.n%g.exceptions == 0 {
		g.exception(s)
	}
	if g.n%10 == 0 {
		a.PutStr("app.note", g.personal())
	}
	if g.n%3 == 0 {
		a.PutStr("client.address", fmt.Sprintf("10.%d.%d.%d", g.r.IntN(250), g.r.IntN(250), g.r.IntN(250)))
	}
}

func pick(g *generator, list []string) string { return list[g.r.IntN(len(list))] }

func (g *generator) fill(b []byte) {
	for i := range b {
		b[i] = byte(g.r.Uint32()) | 1
	}
}

func (g *generator) hex(n int) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for range n {
		b.WriteByte(digits[g.r.IntN(16)])
	}
	return b.String()
}

func (g *generator) uuid() string {
	return g.hex(8) + "-" + g.hex(4) + "-4" + g.hex(3) + "-a" + g.hex(3) + "-" + g.hex(12)
}
