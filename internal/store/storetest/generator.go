package storetest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// Generator makes records as a large shop would leave them: 40 services of which a few do most of the work,
// 3 % errors, log-normal durations, a request body on 30 % of the operations and a response on half of those.
// The same arguments give the same records. It is not safe for concurrent use.
type Generator struct {
	rnd    *rand.Rand
	zipf   *rand.Zipf
	from   operation.Time
	length operation.Time
}

// NewGenerator makes records that start in [from, from+length).
func NewGenerator(seed uint64, from, length operation.Time) *Generator {
	rnd := rand.New(rand.NewPCG(seed, 1))
	return &Generator{rnd: rnd, zipf: rand.NewZipf(rnd, 1.3, 2, 39), from: from, length: length}
}

// Operations makes n operations at random times; every tenth starts in the same nanosecond as the one before.
func (g *Generator) Operations(n int) []*operation.Operation {
	out := make([]*operation.Operation, n)
	for i := range out {
		at := g.at()
		if i%10 == 9 {
			at = out[i-1].StartTime
		}
		out[i] = g.Operation(at)
	}
	return out
}

func (g *Generator) at() operation.Time {
	return g.from + operation.Time(g.rnd.Int64N(int64(g.length)))
}

// Operation makes one operation that starts at the given time.
func (g *Generator) Operation(at operation.Time) *operation.Operation {
	service := g.zipf.Uint64()
	shape := shapes[(service*7+g.rnd.Uint64N(4))%uint64(len(shapes))]
	op := &operation.Operation{
		Revision: 1, Complete: true, StartTime: at, Duration: g.duration(),
		ServiceName: fmt.Sprintf("service-%02d", service), ServiceVersion: fmt.Sprintf("1.%d.0", service%5),
		Environment: "production", HostName: fmt.Sprintf("node-%d", g.rnd.IntN(12)),
		Name: shape.method + " " + shape.route, Transport: operation.TransportHTTP, Method: shape.method, Route: shape.route,
		Target: fmt.Sprintf(shape.target, g.rnd.IntN(100_000)), Kind: shape.kind, KindConfidence: 0.9,
		UserID: fmt.Sprintf("user-%d", g.rnd.IntN(5_000)), TenantID: fmt.Sprintf("tenant-%d", g.rnd.IntN(20)),
		RequestID: fmt.Sprintf("req-%016x", g.rnd.Uint64()), Status: operation.StatusOK, StatusCode: 200,
		SpanCount: 1 + g.rnd.Int64N(30), Scope: "go.opentelemetry.io/contrib/net/http/otelhttp", Attempt: 1,
	}
	g.identify(op)
	op.DB = operation.Calls{Calls: g.rnd.Int64N(8), Time: op.Duration / 3, Max: op.Duration / 5, CriticalShare: 0.3}
	op.SelfTime = op.Duration / 2
	op.Resource = operation.Attributes{"k8s.pod.name": fmt.Sprintf("service-%02d-%d", service, g.rnd.IntN(9)), "telemetry.sdk.language": "go"}
	op.Attributes = operation.Attributes{
		"client.port": g.rnd.Int64N(60_000), "http.request.body.size": g.rnd.Int64N(4_000), "shop.region": regions[g.rnd.IntN(len(regions))],
		"shop.cart.total": math.Round(g.rnd.Float64()*1e4) / 100, "shop.first_visit": g.rnd.IntN(5) == 0, "network.protocol.version": "1.1",
		"shop.trace.note": words[g.rnd.IntN(len(words))],
	}
	g.payload(op)
	if g.rnd.IntN(100) < 3 {
		g.fail(op)
	}
	return op
}

// identify gives the operation a trace, a span and the id that follows from them.
func (g *Generator) identify(op *operation.Operation) {
	g.random(op.TraceID[:])
	g.random(op.SpanID[:])
	op.ID = operation.NewID(op.StartTime, op.TraceID, op.SpanID)
}

func (g *Generator) random(b []byte) {
	for i := range b {
		b[i] = byte(1 + g.rnd.IntN(255)) // an id of zeros means none
	}
}

// duration is log-normal around 20 ms.
func (g *Generator) duration() operation.Duration {
	return operation.Duration(float64(20*time.Millisecond) * math.Exp(g.rnd.NormFloat64()))
}

func (g *Generator) payload(op *operation.Operation) {
	if g.rnd.IntN(100) >= 30 {
		return
	}
	op.RequestBody = g.body(300 + g.rnd.IntN(1_200))
	op.RequestSize = int64(len(op.RequestBody))
	if g.rnd.IntN(2) == 0 {
		op.ResponseBody = g.body(300 + g.rnd.IntN(1_200))
		op.ResponseSize = int64(len(op.ResponseBody))
	}
}

func (g *Generator) body(size int) string {
	text := []byte(`{"order":{"note":"`)
	for len(text) < size {
		text = append(text, words[g.rnd.IntN(len(words))]...)
		text = append(text, ' ')
	}
	return fmt.Sprintf(`%s","id":%d}}`, text, g.rnd.IntN(1_000_000))
}

func (g *Generator) fail(op *operation.Operation) {
	n := g.rnd.IntN(300)
	op.Status, op.StatusCode = operation.StatusError, 500
	op.ErrorType, op.ErrorMessage = fmt.Sprintf("shop.Error%d", n), fmt.Sprintf("order %d: connection refused", g.rnd.IntN(1_000))
	op.ErrorFingerprint, op.FailureClass = fmt.Sprintf("v1:%016x", n), operation.FailureDependency
	op.ErrorStack = "shop.(*Orders).Place\n\t/src/orders.go:118\nnet/http.HandlerFunc.ServeHTTP\n\t/src/server.go:2220"
	op.ErrorService, op.ErrorSpanID, op.ErrorSpanCount = op.ServiceName, op.SpanID, 1
}

// Spans makes n spans as an operation has them: its entry span, and calls to a database and to other services.
func (g *Generator) Spans(op *operation.Operation, n int) []*operation.Span {
	out := make([]*operation.Span, n)
	for i := range out {
		s := &operation.Span{
			TraceID: op.TraceID, ParentSpanID: op.SpanID, Flags: 1, Name: "SELECT stock", Kind: operation.SpanClient, StartTime: op.StartTime + operation.Time(i),
			Duration: op.Duration / operation.Duration(i+2), Status: operation.StatusUnset, ServiceName: op.ServiceName, Scope: op.Scope, Resource: op.Resource,
			Attributes: operation.Attributes{
				"db.system.name": "postgresql", "db.query.text": "SELECT * FROM stock WHERE product_id = ?", "server.address": "db-1", "server.port": int64(5432),
			},
		}
		g.random(s.SpanID[:])
		if i == 0 {
			s.SpanID, s.ParentSpanID, s.Name, s.Kind, s.Duration, s.Attributes = op.SpanID, operation.SpanID{}, op.Name, operation.SpanServer, op.Duration, op.Attributes
		}
		out[i] = s
	}
	return out
}
