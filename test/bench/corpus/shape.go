package corpus

import (
	"fmt"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// Shape is what the cost of a span may depend on.
type Shape struct {
	Spans      int // of an operation, at least 1
	Attributes int // of a span
	Services   int // in a request
}

// Shaped makes one request of about n spans: operations of one service each, without errors, whose spans have attributes of
// 24 bytes.
func Shaped(seed uint64, n int, shape Shape) ptrace.Traces {
	g := generator{r: rand.New(rand.NewPCG(seed, 16))}
	td := ptrace.NewTraces()
	for i := range shape.Services {
		rs := td.ResourceSpans().AppendEmpty()
		rs.Resource().Attributes().PutStr("service.name", fmt.Sprintf("service-%d", i))
		spans := rs.ScopeSpans().AppendEmpty().Spans()
		for made := 0; made < n/shape.Services; made += shape.Spans {
			g.operation(spans, shape)
		}
	}
	return td
}

func (g *generator) operation(spans ptrace.SpanSlice, shape Shape) {
	var trace pcommon.TraceID
	var parent pcommon.SpanID
	g.fill(trace[:])
	at := start.Add(time.Duration(g.n) * time.Millisecond)
	for i := range shape.Spans {
		s := spans.AppendEmpty()
		var id pcommon.SpanID
		g.fill(id[:])
		s.SetTraceID(trace)
		s.SetSpanID(id)
		s.SetParentSpanID(parent)
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(at.Add(time.Duration(i) * time.Microsecond)))
		s.SetEndTimestamp(pcommon.NewTimestampFromTime(at.Add(20 * time.Millisecond)))
		s.SetName("SELECT orders")
		s.SetKind(ptrace.SpanKindClient)
		if i == 0 {
			parent = id
			s.SetName("GET /orders/{id}")
			s.SetKind(ptrace.SpanKindServer)
		}
		for k := range shape.Attributes {
			s.Attributes().PutStr(fmt.Sprintf("app.field_%d", k), "value "+g.hex(18))
		}
		g.n++
	}
}
