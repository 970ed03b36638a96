package oplog

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// filled is an operation with something in every field.
func filled(t testing.TB) *operation.Operation {
	t.Helper()
	op := &operation.Operation{}
	rows := int64(3)
	for i, f := range operation.Fields() {
		n := i + 1
		switch p := f.Ref(op).(type) {
		case *string:
			*p = f.Name
		case *int64:
			*p = int64(n)
		case *time.Duration:
			*p = time.Duration(n)
		case *operation.Time:
			*p = operation.Time(1_763_719_331_482_000_000 + n)
		case *float64:
			*p = float64(n) / 7
		case *bool:
			*p = true
		case *operation.ID:
			p[0], p[15] = byte(n), 1
		case *operation.TraceID:
			p[0] = byte(n)
		case *operation.SpanID:
			p[0] = byte(n)
		case *operation.Attributes:
			*p = operation.Attributes{
				"s": f.Name, "i": int64(1) << 62, "f": 1.5, "b": true, "raw": []byte{0, 255},
				"list": []any{"a", int64(2)}, "map": map[string]any{"k": false},
			}
		case *[]operation.Step:
			*p = []operation.Step{{Category: "db", Template: "SELECT ?", Count: 2, Total: 5, Max: 4, FirstOffset: 1}}
		case *[]operation.Effect:
			*p = []operation.Effect{{Kind: "db", Target: "orders", Action: "insert", Rows: &rows, Outcome: "done", Offset: 9, SpanID: operation.SpanID{7}}}
		case *[]operation.Finding:
			*p = []operation.Finding{{Kind: "n_plus_one", Severity: "high", Confidence: "low", Count: 103, Saving: 8, SpanIDs: []operation.SpanID{{1}, {2}}, Evidence: "e"}}
		case *[]operation.Link:
			*p = []operation.Link{{TraceID: operation.TraceID{3}, SpanID: operation.SpanID{4}, Attributes: operation.Attributes{"a": "b"}}}
		default:
			t.Fatalf("field %s: no filler for %T", f.Name, p)
		}
	}
	return op
}

func TestEncodeKeepsEveryField(t *testing.T) {
	want := []*operation.Operation{filled(t), {ID: operation.ID{1}}}
	logs := Encode(want)
	assert.Equal(t, 2, logs.LogRecordCount())

	// The form must survive the wire, because queues and other exporters put it there.
	wire, err := (&plog.ProtoMarshaler{}).MarshalLogs(logs)
	require.NoError(t, err)
	logs, err = (&plog.ProtoUnmarshaler{}).UnmarshalLogs(wire)
	require.NoError(t, err)

	got, records := Split(logs)
	assert.Empty(t, records)
	assert.Equal(t, want, got)
}

func TestEncodeSharesTheResource(t *testing.T) {
	a, b := operation.Attributes{"service.name": "a"}, operation.Attributes{"service.name": "b"}
	ops := []*operation.Operation{{ID: operation.ID{1}, Resource: a}, {ID: operation.ID{2}, Resource: a}, {ID: operation.ID{3}, Resource: b}, {ID: operation.ID{4}, Resource: a}}
	assert.Equal(t, 2, Encode(ops).ResourceLogs().Len())
}

func TestSplitKeepsApplicationLogsAndMisfits(t *testing.T) {
	logs := plog.NewLogs()
	rl := logs.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("service.name", "shop")
	records := rl.ScopeLogs().AppendEmpty().LogRecords()
	app := records.AppendEmpty()
	app.Body().SetStr("hello")
	app.SetObservedTimestamp(42)
	misfit := records.AppendEmpty()
	misfit.SetEventName(EventName)
	misfit.Attributes().PutStr("span_count", "many")

	ops, got := Split(logs)
	assert.Empty(t, ops)
	require.Len(t, got, 2)
	assert.Equal(t, "hello", got[0].Body)
	assert.Equal(t, "shop", got[0].ServiceName)
	assert.EqualValues(t, 42, got[0].Time, "a record without a time has the time it was observed")
	assert.Equal(t, EventName, got[1].EventName, "what cannot be read as an operation is kept as it came")
}

func TestLogIDs(t *testing.T) {
	logs := plog.NewLogs()
	records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for range 2 {
		r := records.AppendEmpty()
		r.SetTimestamp(7)
		r.Body().SetStr("same line")
	}
	_, first := Split(logs)
	_, again := Split(logs)
	assert.NotEqual(t, first[0].ID, first[1].ID, "a line logged twice in one instant is two lines")
	assert.Equal(t, first, again, "a batch delivered twice gives the same ids")
}

func TestSpans(t *testing.T) {
	traces := ptrace.NewTraces()
	rs := traces.ResourceSpans().AppendEmpty()
	ss := rs.ScopeSpans().AppendEmpty()
	ss.Scope().SetName("otelhttp")
	s := ss.Spans().AppendEmpty()
	s.SetTraceID(pcommon.TraceID{1})
	s.SetSpanID(pcommon.SpanID{2})
	s.SetParentSpanID(pcommon.SpanID{3})
	s.SetName("GET /")
	s.SetKind(ptrace.SpanKindServer)
	s.SetFlags(0x301)
	s.SetStartTimestamp(100)
	s.SetEndTimestamp(90) // a clock that went back
	s.Status().SetCode(ptrace.StatusCodeError)
	s.Attributes().PutDouble("ratio", math.NaN())
	e := s.Events().AppendEmpty()
	e.SetName("exception")
	e.SetTimestamp(95)
	s.Links().AppendEmpty().SetSpanID(pcommon.SpanID{5})

	got := Spans(traces)
	require.Len(t, got, 1)
	assert.Equal(t, &operation.Span{
		TraceID: operation.TraceID{1}, SpanID: operation.SpanID{2}, ParentSpanID: operation.SpanID{3},
		Name: "GET /", Kind: "server", Flags: 0x301, StartTime: 100, Duration: -10, Status: "error",
		ServiceName: "unknown_service", Scope: "otelhttp",
		Attributes: operation.Attributes{"ratio": "NaN"},
		Events:     []operation.Event{{Time: 95, Name: "exception"}},
		Links:      []operation.Link{{SpanID: operation.SpanID{5}}},
	}, got[0])
	_, err := json.Marshal(got[0])
	assert.NoError(t, err)
}

func TestSummary(t *testing.T) {
	op := &operation.Operation{
		ServiceName: "shop", Name: "POST /checkout", Status: "error", StatusCode: 500, Duration: 1204 * time.Millisecond,
		ErrorType: "PaymentTimeout", ErrorMessage: "charge timed out", IncompleteReason: "overflow",
	}
	assert.Equal(t, "shop POST /checkout error 500 1.204s PaymentTimeout: charge timed out (incomplete: overflow)", Summary(op))
	op = &operation.Operation{ServiceName: "worker", Name: "consume orders", Status: "error", Duration: time.Second, Attempt: 3, DeadLettered: true, Complete: true}
	assert.Equal(t, "worker consume orders error 1s (attempt 3) (dead-lettered)", Summary(op))
}

func FuzzSplit(f *testing.F) {
	wire, _ := (&plog.ProtoMarshaler{}).MarshalLogs(Encode([]*operation.Operation{filled(f)}))
	f.Add(wire)
	f.Fuzz(func(t *testing.T, in []byte) {
		logs, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(in)
		if err != nil {
			return
		}
		ops, records := Split(logs)
		require.Equal(t, logs.LogRecordCount(), len(ops)+len(records), "no record is lost")
	})
}

func BenchmarkEncodeAndSplit(b *testing.B) {
	ops := make([]*operation.Operation, 100)
	for i := range ops {
		op := *filled(b)
		op.ID[15] = byte(rand.Int())
		ops[i] = &op
	}
	b.ReportAllocs()
	for b.Loop() {
		Split(Encode(ops))
	}
	b.ReportMetric(float64(b.N*len(ops))/b.Elapsed().Seconds(), "operations/s")
}

// TestListsUseTheJSONNames keeps the names that are written by hand and those of JSON the same.
func TestListsUseTheJSONNames(t *testing.T) {
	op := filled(t)
	record := Encode([]*operation.Operation{op}).ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	for name, list := range map[string]any{"external": op.External, "effects": op.Effects, "findings": op.Findings, "links": op.Links} {
		text, err := json.Marshal(list)
		require.NoError(t, err)
		var want []map[string]any
		require.NoError(t, json.Unmarshal(text, &want))
		value, ok := record.Attributes().Get(name)
		require.True(t, ok, name)
		got := value.Slice().At(0).Map()
		for key := range want[0] {
			if _, ok := got.Get(key); !ok && want[0][key] != 0.0 {
				t.Errorf("%s: %s is not written", name, key)
			}
		}
	}
}
