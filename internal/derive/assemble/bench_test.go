package assemble

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/derive"
)

// synthetic is a batch of traces as SDKs send them: children first, three services, 20 spans, attributes as real
// instrumentations set them.
func synthetic(traces int) ptrace.Traces {
	td := ptrace.NewTraces()
	for _, service := range []string{"payments", "orders", "storefront"} {
		rs := td.ResourceSpans().AppendEmpty()
		for k, v := range map[string]string{"service.name": service, "service.instance.id": service + "-7f9c", "service.version": "1.4.2",
			"deployment.environment.name": "production", "host.name": "node-3", "telemetry.sdk.language": "go"} {
			rs.Resource().Attributes().PutStr(k, v)
		}
		ss := rs.ScopeSpans().AppendEmpty()
		ss.Scope().SetName("go.opentelemetry.io/contrib/instrumentation")
		for trace := range traces {
			addService(ss.Spans(), trace, service)
		}
	}
	return td
}

func addService(spans ptrace.SpanSlice, trace int, service string) {
	base := map[string]byte{"storefront": 0, "orders": 10, "payments": 20}[service]
	calls := map[string]int{"storefront": 3, "orders": 12, "payments": 2}[service]
	add := func(id, parent byte, name string, kind ptrace.SpanKind, flags uint32) ptrace.Span {
		s := spans.AppendEmpty()
		s.SetTraceID(pcommon.TraceID{0: 1, 8: byte(trace >> 8), 9: byte(trace)})
		s.SetSpanID(pcommon.SpanID{0: 7, 7: id})
		if parent != 0 {
			s.SetParentSpanID(pcommon.SpanID{0: 7, 7: parent})
		}
		s.SetName(name)
		s.SetKind(kind)
		s.SetFlags(flags)
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(begin.Add(time.Duration(id) * time.Millisecond)))
		s.SetEndTimestamp(pcommon.NewTimestampFromTime(begin.Add(time.Duration(200-id) * time.Millisecond)))
		return s
	}
	for i := range calls {
		s := add(base+2+byte(i), base+1, "SELECT shop.items", client, local)
		s.Attributes().PutStr("db.system.name", "postgresql")
		s.Attributes().PutStr("db.namespace", "shop")
		s.Attributes().PutStr("db.query.text", fmt.Sprintf("SELECT id, name, price FROM items WHERE id = %d AND shop_id = $1", i+trace))
		s.Attributes().PutStr("server.address", "db.internal")
		s.Attributes().PutInt("server.port", 5432)
	}
	parent, flags := base-8, uint32(remote) // the second call of the service before
	if base == 0 {
		parent, flags = 0, local
	}
	s := add(base+1, parent, "POST /orders/{id}", server, flags)
	for k, v := range map[string]string{"http.request.method": "POST", "http.route": "/orders/{id}", "url.path": "/orders/1234567", "url.scheme": "https",
		"server.address": "shop.example", "client.address": "203.0.113.9", "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64)",
		"network.protocol.version": "1.1", "user.id": "u-83321", "http.request.body": `{"items": [{"sku": "A-1", "count": 2}]}`} {
		s.Attributes().PutStr(k, v)
	}
	s.Attributes().PutInt("http.response.status_code", 201)
}

// recorded are the traces in the committed recording of the sample application.
func recorded(tb testing.TB) []ptrace.Traces {
	tb.Helper()
	var out []ptrace.Traces
	for line := range bytes.Lines(readFile(tb, "../../../test/e2e/testdata/shop-traces.jsonl")) {
		td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(line)
		require.NoError(tb, err)
		out = append(out, td)
	}
	return out
}

// renew gives a batch trace ids that were not used before.
func renew(td ptrace.Traces, round uint32) {
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				id := span.TraceID()
				binary.BigEndian.PutUint32(id[:4], round+1)
				span.SetTraceID(id)
			}
		}
	}
}

// cpu is the time that this process spent on processors, garbage collection included, in seconds.
func cpu() float64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// BenchmarkDerivation measures all of it in one goroutine: copy, assemble, wait, derive. The clock runs as if 50,000
// spans came in a second.
func BenchmarkDerivation(b *testing.B) {
	b.Run("synthetic", func(b *testing.B) { benchmarkDerivation(b, []ptrace.Traces{synthetic(50)}) })
	b.Run("recorded", func(b *testing.B) { benchmarkDerivation(b, recorded(b)) })
}

func benchmarkDerivation(b *testing.B, batches []ptrace.Traces) {
	b.Helper()
	d, err := derive.New(derive.DefaultConfig())
	require.NoError(b, err)
	cfg := DefaultConfig()
	cfg.MaxBytes = 64 << 20
	var records int
	now := begin
	s := New(cfg, d, now, func(Emission) { records++ })
	var spans int
	b.ReportAllocs()
	before := cpu()
	for round := uint32(0); b.Loop(); round++ {
		for _, td := range batches {
			renew(td, round)
			for _, rs := range td.ResourceSpans().All() {
				resource := d.Resource(rs.Resource())
				for _, ss := range rs.ScopeSpans().All() {
					for _, ps := range ss.Spans().All() {
						span := d.Span(resource, ss.Scope(), ps)
						s.Add(now, &span)
						spans++
					}
				}
			}
			now = now.Add(time.Duration(td.SpanCount()) * time.Second / 50_000)
			s.Tick(now)
		}
	}
	s.Flush(now)
	b.ReportMetric(float64(spans)/(cpu()-before), "spans/cpu-s")
	b.ReportMetric(float64(records)/float64(spans), "records/span")
	b.ReportMetric(0, "ns/op")
}

// heldPerSpan is what a shard holds for each span, apart from what goes into the record: the drafts of entry spans
// and the texts of failures.
func heldPerSpan(s *Shard) float64 {
	held, spans := s.bytes, 0
	for _, t := range s.traces {
		s.assign(t)
		var roots []ref
		for _, o := range t.ops {
			roots = append(roots, o.root)
		}
		for i := range t.parties {
			roots = append(roots, t.parties[i].loose...)
		}
		for _, r := range roots {
			for ; r != none; r = s.arena.at(r).next {
				spans++
				held -= int64(s.arena.at(r).span.Size()) - placeBytes
			}
		}
	}
	return float64(held) / float64(spans)
}

// BenchmarkAssembly measures Add, Tick and the bookkeeping without deriving spans; the records are still made.
func BenchmarkAssembly(b *testing.B) {
	w := newWorld(b, DefaultConfig())
	td := synthetic(50)
	var spans []derive.Span
	for _, rs := range td.ResourceSpans().All() {
		resource := w.deriver.Resource(rs.Resource())
		for _, ps := range rs.ScopeSpans().At(0).Spans().All() {
			spans = append(spans, w.deriver.Span(resource, rs.ScopeSpans().At(0).Scope(), ps))
		}
	}
	b.ReportAllocs()
	before := cpu()
	n := 0
	for round := uint32(0); b.Loop(); round++ {
		for i := range spans {
			span := spans[i]
			binary.BigEndian.PutUint32(span.TraceID[:4], round+1)
			w.shard.Add(w.now, &span)
			n++
		}
		w.now = w.now.Add(20 * time.Millisecond)
		w.shard.Tick(w.now)
		w.out = w.out[:0]
	}
	b.ReportMetric(float64(n)/(cpu()-before), "spans/cpu-s")
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(heldPerSpan(w.shard), "held-B/span")
}

// BenchmarkTenMinutes runs 10,000 operations of three spans a second for ten minutes of the shard's clock, and reports
// the heap after two minutes and at the end: it must not grow.
func BenchmarkTenMinutes(b *testing.B) {
	const perTick = 10_000 / int(time.Second/resolution)
	for b.Loop() {
		w := newWorld(b, DefaultConfig())
		w.shard.emit = func(Emission) {}
		var spans []derive.Span
		for _, s := range request(1) {
			spans = append(spans, w.span(s))
		}
		var early, most float64
		for tick := range int(10 * time.Minute / resolution) {
			for i := range perTick {
				for _, span := range spans {
					binary.BigEndian.PutUint64(span.TraceID[8:], uint64(tick*perTick+i+1))
					w.shard.Add(w.now, &span)
				}
			}
			w.pass(resolution)
			if tick%600 == 599 {
				most = max(most, heap())
			}
			if tick == 1199 {
				early = most
			}
		}
		b.ReportMetric(early, "MiB-after-2-min")
		b.ReportMetric(most, "MiB-at-most")
	}
}

func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}
