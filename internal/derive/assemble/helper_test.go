package assemble

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

// begin is when the clock of every test starts.
var begin = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// Flags as SDKs set them.
const (
	oldSDK = 0x001 // says nothing about the parent
	local  = 0x101
	remote = 0x301
)

// sp describes a span; ids are small numbers, 0 is none.
type sp struct {
	trace      uint16
	id, parent uint32
	service    string
	name       string
	kind       ptrace.SpanKind
	flags      uint32
	start, end time.Duration // after begin
	failed     bool
}

func traceID(n uint16) pcommon.TraceID {
	if n == 0 {
		return pcommon.TraceID{}
	}
	return pcommon.TraceID{0: 1, 14: byte(n >> 8), 15: byte(n)}
}

func spanID(n uint32) pcommon.SpanID {
	return pcommon.SpanID{4: byte(n >> 24), 5: byte(n >> 16), 6: byte(n >> 8), 7: byte(n)}
}

// world is a shard and what came out of it.
type world struct {
	t       testing.TB
	deriver *derive.Deriver
	shard   *Shard
	now     time.Time
	out     []Emission
}

func newWorld(tb testing.TB, cfg Config) *world {
	tb.Helper()
	d, err := derive.New(derive.DefaultConfig())
	require.NoError(tb, err)
	w := &world{t: tb, deriver: d, now: begin}
	w.shard = New(cfg, d, w.now, func(e Emission) { w.out = append(w.out, e) })
	return w
}

func (w *world) resource(service string) *derive.Resource {
	r := pcommon.NewResource()
	r.Attributes().PutStr("service.name", service)
	r.Attributes().PutStr("service.instance.id", service+"-1")
	return w.deriver.Resource(r)
}

func (w *world) span(s sp) derive.Span {
	span := ptrace.NewSpan()
	span.SetTraceID(traceID(s.trace))
	span.SetSpanID(spanID(s.id))
	span.SetParentSpanID(spanID(s.parent))
	span.SetName(s.name)
	span.SetKind(s.kind)
	span.SetFlags(s.flags)
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(begin.Add(s.start)))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(begin.Add(s.end)))
	if s.failed {
		span.Status().SetCode(ptrace.StatusCodeError)
	}
	return w.deriver.Span(w.resource(s.service), pcommon.NewInstrumentationScope(), span)
}

func (w *world) add(spans ...sp) {
	for _, s := range spans {
		span := w.span(s)
		w.shard.Add(w.now, &span)
	}
}

func (w *world) exception(trace uint16, span uint32, service, message string) {
	record := plog.NewLogRecord()
	record.SetTraceID(traceID(trace))
	record.SetSpanID(spanID(span))
	record.SetTimestamp(pcommon.NewTimestampFromTime(begin))
	record.Attributes().PutStr("exception.type", "Boom")
	record.Attributes().PutStr("exception.message", message)
	e, ok := w.deriver.Exception(w.resource(service), record)
	require.True(w.t, ok)
	w.shard.AddException(w.now, &e)
}

// pass lets time go by in the steps of a ticker.
func (w *world) pass(d time.Duration) {
	for until := w.now.Add(d); w.now.Before(until); {
		w.now = w.now.Add(min(resolution, until.Sub(w.now)))
		w.shard.Tick(w.now)
	}
}

func (w *world) flush() {
	w.shard.Flush(w.now)
	w.requireEmpty()
}

// requireEmpty checks that every byte, node and trace was given back.
func (w *world) requireEmpty() {
	w.t.Helper()
	st := w.shard.Stats()
	require.Zero(w.t, st.Bytes, "bytes")
	require.Zero(w.t, st.Traces, "traces")
	require.Zero(w.t, st.Open, "open operations")
	require.Zero(w.t, w.shard.arena.index.Len(), "names of nodes")
	require.Zero(w.t, w.shard.arena.nodes.Len(), "nodes")
	require.Zero(w.t, w.shard.arena.roots.Len(), "roots")
}

// take answers what came out since the last call.
func (w *world) take() []Emission {
	out := w.out
	w.out = nil
	return out
}

// one is the only record that came out.
func (w *world) one() Emission {
	w.t.Helper()
	out := w.take()
	require.Len(w.t, out, 1)
	return out[0]
}

// last is the record that a store would show for each id.
func last(tb testing.TB, out []Emission) map[operation.ID]*operation.Operation {
	tb.Helper()
	records := make(map[operation.ID]*operation.Operation)
	for _, e := range out {
		if old := records[e.Operation.ID]; old != nil {
			require.Greater(tb, e.Operation.Revision, old.Revision, "revisions grow")
		}
		records[e.Operation.ID] = e.Operation
	}
	return records
}

// text is a record as JSON, apart from its revision.
func text(tb testing.TB, op *operation.Operation) string {
	tb.Helper()
	plain := *op
	plain.Revision = 0
	out, err := json.MarshalIndent(&plain, "", " ")
	require.NoError(tb, err)
	return string(out)
}
