package oplog

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

const shop = "../../test/e2e/testdata/shop-traces.jsonl"

// shopTraces are the recorded requests of the sample shop, encoded.
func shopTraces(t testing.TB) (requests [][]byte) {
	t.Helper()
	file, err := os.Open(shop)
	require.NoError(t, err)
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(lines.Bytes())
		require.NoError(t, err)
		data, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(traces)
		require.NoError(t, err)
		requests = append(requests, data)
	}
	require.NoError(t, lines.Err())
	return requests
}

func encodedSpan(t testing.TB, fill func(ptrace.Span)) []byte {
	t.Helper()
	traces := ptrace.NewTraces()
	rs := traces.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "shop")
	ss := rs.ScopeSpans().AppendEmpty()
	ss.Scope().SetName("scope")
	fill(ss.Spans().AppendEmpty())
	data, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(traces)
	require.NoError(t, err)
	return data
}

// richSpan has everything that a span can have.
func richSpan(s ptrace.Span) {
	s.SetTraceID(pcommon.TraceID{1})
	s.SetSpanID(pcommon.SpanID{2})
	s.SetParentSpanID(pcommon.SpanID{3})
	s.TraceState().FromRaw("a=b")
	s.SetFlags(0x301)
	s.SetName(strings.Repeat("long name ", 10))
	s.SetKind(ptrace.SpanKindServer)
	s.SetStartTimestamp(10)
	s.SetEndTimestamp(30)
	s.Status().SetCode(ptrace.StatusCodeError)
	s.Status().SetMessage("it broke")
	a := s.Attributes()
	a.PutStr("text", "x")
	a.PutEmpty("nothing")
	a.PutInt("negative", -1)
	a.PutBool("yes", true)
	a.PutDouble("number", 1.5)
	a.PutEmptyBytes("bytes").FromRaw([]byte{0, 1})
	a.PutEmptyBytes("no bytes")
	list := a.PutEmptySlice("list")
	list.AppendEmpty().SetStr("a")
	list.AppendEmpty().SetEmptyMap().PutStr("k", "v")
	a.PutEmptySlice("empty list")
	a.PutEmptyMap("empty map")
	e := s.Events().AppendEmpty()
	e.SetName("exception")
	e.SetTimestamp(20)
	e.Attributes().PutStr("exception.type", "E")
	s.Events().AppendEmpty()
	l := s.Links().AppendEmpty()
	l.SetTraceID(pcommon.TraceID{4})
	l.SetSpanID(pcommon.SpanID{5})
	l.Attributes().PutStr("k", "v")
}

func nan(s ptrace.Span) {
	var zero float64
	s.Attributes().PutDouble("nan", zero/zero)
	s.Attributes().PutEmptySlice("list").AppendEmpty().SetDouble(1 / zero)
}

func deep(s ptrace.Span) {
	v := s.Attributes().PutEmpty("deep")
	for range 200 {
		v = v.SetEmptySlice().AppendEmpty()
	}
}

func wireSpans(t testing.TB) map[string][]byte {
	return map[string][]byte{
		"empty": nil, "rich": encodedSpan(t, richSpan), "nan": encodedSpan(t, nan), "deep": encodedSpan(t, deep),
		"bare": encodedSpan(t, func(ptrace.Span) {}),
	}
}

func TestWireSpans(t *testing.T) {
	cases := wireSpans(t)
	for name, data := range cases {
		t.Run(name, func(t *testing.T) { sameSpans(t, data) })
	}
	for _, data := range shopTraces(t) {
		sameSpans(t, data)
	}
}

func sameSpans(t *testing.T, data []byte) {
	t.Helper()
	traces, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(data)
	require.NoError(t, err)
	got, err := ReadSpans(data)
	require.NoError(t, err)
	assert.Equal(t, Spans(traces), got)
	n, err := CountItems(data)
	require.NoError(t, err)
	assert.Equal(t, traces.SpanCount(), n)
}

func encodedLogs(t testing.TB, logs plog.Logs) []byte {
	t.Helper()
	data, err := (&plog.ProtoMarshaler{}).MarshalLogs(logs)
	require.NoError(t, err)
	return data
}

func wireLogs(t testing.TB) map[string][]byte {
	op := filled(t)
	other := &operation.Operation{ID: operation.ID{9}, TraceID: operation.TraceID{8}, StartTime: 7}
	application := Encode([]*operation.Operation{op})
	application.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().AppendEmpty().Body().SetStr("hello")
	broken := Encode([]*operation.Operation{op, other})
	broken.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().PutStr("duration", "long")
	foreign := Encode([]*operation.Operation{other})
	foreign.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().PutStr("added", "by a processor")
	return map[string][]byte{
		"empty": nil, "operations": encodedLogs(t, Encode([]*operation.Operation{op, other})), "with an application's": encodedLogs(t, application),
		"does not fit": encodedLogs(t, broken), "foreign attribute": encodedLogs(t, foreign),
	}
}

func TestWireLogs(t *testing.T) {
	for name, data := range wireLogs(t) {
		t.Run(name, func(t *testing.T) { sameLogs(t, data) })
	}
}

func sameLogs(t *testing.T, data []byte) {
	t.Helper()
	logs, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
	require.NoError(t, err)
	var got Batch
	require.NoError(t, got.AddEncoded(data))
	assert.Equal(t, Read(logs), got)
	n, err := CountItems(data)
	require.NoError(t, err)
	assert.Equal(t, logs.LogRecordCount(), n)
}

// FuzzWire: what pdata can read gives the same over both ways, and nothing makes a reader panic.
func FuzzWire(f *testing.F) {
	for _, data := range wireSpans(f) {
		f.Add(data)
	}
	for _, data := range wireLogs(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(data)
		_, own := ReadSpans(data)
		if err == nil && own != nil {
			t.Fatalf("pdata reads it, ReadSpans says: %v", own)
		}
		_, err = (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
		own = new(Batch).AddEncoded(data)
		if err == nil && own != nil {
			t.Fatalf("pdata reads it, AddEncoded says: %v", own)
		}
	})
}

func BenchmarkReadSpans(b *testing.B) {
	requests := shopTraces(b)
	b.Run("wire", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			_, _ = ReadSpans(requests...)
		}
	})
	b.Run("pdata", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			for _, data := range requests {
				traces, _ := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(data)
				Spans(traces)
			}
		}
	})
}

func BenchmarkReadOperations(b *testing.B) {
	ops := make([]*operation.Operation, 100)
	for i := range ops {
		ops[i] = filled(b)
	}
	data := encodedLogs(b, Encode(ops))
	b.Run("wire", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			_ = new(Batch).AddEncoded(data)
		}
	})
	b.Run("pdata", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			logs, _ := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
			Read(logs)
		}
	})
}
