package decode

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"

	"github.com/opslog/opslog/test/bench/corpus"
)

// into is what gRPC decodes into.
func into(r ptraceotlp.ExportRequest) any {
	v := own(r)
	return reflect.NewAt(v.Type().Elem(), v.UnsafePointer()).Interface()
}

func TestTheLayoutIsKnown(t *testing.T) {
	require.NotNil(t, known(), "pdata's structures are others; look at its changes, and mend layout.go")
}

func whole() ptrace.Traces {
	td := ptrace.NewTraces()
	for _, service := range []string{"a", "b"} {
		rs := td.ResourceSpans().AppendEmpty()
		rs.SetSchemaUrl("schema of a resource")
		rs.Resource().Attributes().PutStr("service.name", service)
		rs.Resource().SetDroppedAttributesCount(1)
		for _, scope := range []string{"", "scope"} {
			ss := rs.ScopeSpans().AppendEmpty()
			ss.SetSchemaUrl("schema of a scope")
			ss.Scope().SetName(scope)
			for i := range byte(3) {
				fill(ss.Spans().AppendEmpty(), i)
			}
			ss.Spans().AppendEmpty()
		}
		rs.ScopeSpans().AppendEmpty()
	}
	td.ResourceSpans().AppendEmpty()
	return td
}

func fill(s ptrace.Span, i byte) {
	s.SetTraceID([16]byte{1, i})
	s.SetSpanID([8]byte{2, i})
	s.SetParentSpanID([8]byte{3, i})
	s.TraceState().FromRaw("k=v")
	s.SetName(strings.Repeat("name", 1+20*int(i)))
	s.SetKind(ptrace.SpanKindServer)
	s.SetStartTimestamp(math.MaxUint64)
	s.SetEndTimestamp(5)
	s.SetFlags(0x1ff)
	s.SetDroppedAttributesCount(3)
	s.SetDroppedEventsCount(4)
	s.SetDroppedLinksCount(5)
	s.Status().SetCode(ptrace.StatusCodeError)
	s.Status().SetMessage("it failed")
	a := s.Attributes()
	a.PutStr("text", "value")
	a.PutStr("", "")
	a.PutInt("integer", -7)
	a.PutInt("zero", 0)
	a.PutBool("bool", true)
	a.PutDouble("double", 1.5)
	a.PutEmpty("empty")
	a.PutEmptyBytes("bytes").FromRaw([]byte{1})
	a.PutEmptySlice("list").AppendEmpty().SetStr("x")
	a.PutEmptyMap("map").PutInt("x", 1)
	e := s.Events().AppendEmpty()
	e.SetName("exception")
	e.SetTimestamp(9)
	e.Attributes().PutStr("exception.type", "E")
	l := s.Links().AppendEmpty()
	l.SetTraceID([16]byte{9})
	l.Attributes().PutStr("k", "v")
}

func encoded(tb testing.TB, td ptrace.Traces) []byte {
	tb.Helper()
	data, err := ptraceotlp.NewExportRequestFromTraces(td).MarshalProto()
	require.NoError(tb, err)
	return data
}

func TestTraces(t *testing.T) {
	for name, td := range map[string]ptrace.Traces{
		"everything": whole(), "nothing": ptrace.NewTraces(), "ordinary": corpus.Ordinary(1, 300), "rich": corpus.Traces(2, 300),
	} {
		t.Run(name, func(t *testing.T) {
			data := encoded(t, td)
			got, want := ptraceotlp.NewExportRequest(), ptraceotlp.NewExportRequest()
			require.True(t, Traces(data, into(got)))
			require.NoError(t, want.UnmarshalProto(data))
			require.Equal(t, want.Traces(), got.Traces())
			assert.Equal(t, data, encoded(t, got.Traces()))
			for i := range data {
				data[i] = 0xff // nothing may point into it
			}
			assert.Equal(t, want.Traces(), got.Traces())
		})
	}
}

// What is decoded can be changed and grows like any other.
func TestTracesCanBeChanged(t *testing.T) {
	got := ptraceotlp.NewExportRequest()
	require.True(t, Traces(encoded(t, whole()), into(got)))
	spans := got.Traces().ResourceSpans().At(0).ScopeSpans().At(0).Spans()
	spans.At(0).Attributes().PutStr("new", "x")
	spans.At(0).Attributes().PutInt("integer", 8)
	v, _ := spans.At(0).Attributes().Get("text")
	v.SetStr("changed")
	spans.At(0).Attributes().Remove("double")
	spans.At(1).CopyTo(spans.AppendEmpty())
	spans.RemoveIf(func(s ptrace.Span) bool { return s.Name() == "" })
	want := ptraceotlp.NewExportRequest()
	require.NoError(t, want.UnmarshalProto(encoded(t, got.Traces())))
	assert.Equal(t, want.Traces(), got.Traces())
	other := got.Traces().ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(1)
	text, _ := other.Attributes().Get("text")
	assert.Equal(t, "value", text.Str(), "spans share nothing that changes")
}

func TestLeftToPdata(t *testing.T) {
	data := encoded(t, whole())
	assert.False(t, Traces(data, nil))
	assert.False(t, Traces(data, "other"))
	full := ptraceotlp.NewExportRequestFromTraces(corpus.Ordinary(1, 10))
	assert.False(t, Traces(data, into(full)), "it is not empty")
	for _, cut := range []int{1, 10, len(data) / 2, len(data) - 1} {
		got := ptraceotlp.NewExportRequest()
		assert.False(t, Traces(data[:cut], into(got)))
		assert.Zero(t, got.Traces().ResourceSpans().Len(), "nothing is left of it")
	}
}

func TestNamesAreBounded(t *testing.T) {
	d := &decoder{names: map[string]string{}}
	for i := range 3 * mostNames {
		d.name([]byte{byte(i), byte(i >> 8)})
	}
	assert.LessOrEqual(t, len(d.names), mostNames)
	d.name(make([]byte, longestName+1))
	assert.LessOrEqual(t, len(d.names), mostNames)
}

func TestSame(t *testing.T) {
	type reordered struct {
		Code    int32
		Message string
	}
	type renamed struct {
		Text string
		Code int32
	}
	type wider struct {
		Message string
		Code    int64
	}
	ours := reflect.TypeFor[status]()
	assert.True(t, same(ours, ours))
	for _, other := range []reflect.Type{reflect.TypeFor[reordered](), reflect.TypeFor[renamed](), reflect.TypeFor[wider](), reflect.TypeFor[int]()} {
		assert.False(t, same(other, ours))
	}
	assert.True(t, same(reflect.TypeFor[any](), reflect.TypeFor[either]()))
	assert.False(t, same(reflect.TypeFor[error](), reflect.TypeFor[either]()))
	assert.False(t, same(reflect.TypeFor[uintptr](), reflect.TypeFor[*int]()))
}

// FuzzTraces wants that what is decoded is what pdata decodes.
func FuzzTraces(f *testing.F) {
	f.Add(encoded(f, whole()))
	f.Add(encoded(f, corpus.Ordinary(1, 3)))
	f.Add([]byte{0x0a, 0x02, 0x12, 0x00})
	f.Add([]byte{0x0a, 0x80, 0x00})
	f.Fuzz(func(t *testing.T, data []byte) {
		got, want := ptraceotlp.NewExportRequest(), ptraceotlp.NewExportRequest()
		if !Traces(data, into(got)) {
			return
		}
		require.NoError(t, want.UnmarshalProto(data))
		a, b := encoded(t, want.Traces()), encoded(t, got.Traces())
		require.Equal(t, a, b)
	})
}

func BenchmarkTraces(b *testing.B) {
	data := encoded(b, corpus.Ordinary(1, 1000))
	for name, decode := range map[string]func(ptraceotlp.ExportRequest) bool{
		"opslog": func(r ptraceotlp.ExportRequest) bool { return Traces(data, into(r)) },
		"pdata":  func(r ptraceotlp.ExportRequest) bool { return r.UnmarshalProto(data) == nil },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !decode(ptraceotlp.NewExportRequest()) {
					b.Fatal("is not decoded")
				}
			}
			b.ReportMetric(float64(1000*b.N)/b.Elapsed().Seconds(), "spans/s")
		})
	}
}
