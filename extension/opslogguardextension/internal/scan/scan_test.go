package scan

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

func small() *Limits {
	return &Limits{Depth: 4, Attributes: 3, KeyBytes: 10, ValueBytes: 40, Records: 5, Elements: 60}
}

// newSpan is a request with one good span.
func newSpan() (ptrace.Traces, ptrace.Span) {
	traces := ptrace.NewTraces()
	s := traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	fill(s)
	return traces, s
}

func fill(s ptrace.Span) {
	s.SetTraceID(pcommon.TraceID{1})
	s.SetSpanID(pcommon.SpanID{2})
	s.SetName("GET /")
}

func nest(v pcommon.Value, depth int) {
	for range depth - 1 {
		v = v.SetEmptyMap().PutEmpty("k")
	}
	v.SetStr("x")
}

// TestRequests looks at each request in both encodings.
func TestRequests(t *testing.T) {
	tests := map[string]struct {
		change func(ptrace.Traces, ptrace.Span)
		want   Reason
	}{
		"good":                {func(ptrace.Traces, ptrace.Span) {}, ""},
		"at the limits":       {func(_ ptrace.Traces, s ptrace.Span) { atLimits(s) }, ""},
		"attributes":          {func(_ ptrace.Traces, s ptrace.Span) { put(s.Attributes(), 4) }, Attributes},
		"attributes of event": {func(_ ptrace.Traces, s ptrace.Span) { put(s.Events().AppendEmpty().Attributes(), 4) }, Attributes},
		"attributes of resource": {func(td ptrace.Traces, _ ptrace.Span) {
			put(td.ResourceSpans().At(0).Resource().Attributes(), 4)
		}, Attributes},
		"key":     {func(_ ptrace.Traces, s ptrace.Span) { s.Attributes().PutStr(strings.Repeat("k", 11), "") }, KeySize},
		"value":   {func(_ ptrace.Traces, s ptrace.Span) { s.Attributes().PutStr("k", strings.Repeat("v", 41)) }, ValueSize},
		"name":    {func(_ ptrace.Traces, s ptrace.Span) { s.SetName(strings.Repeat("v", 41)) }, ValueSize},
		"state":   {func(_ ptrace.Traces, s ptrace.Span) { s.TraceState().FromRaw(strings.Repeat("v", 41)) }, ValueSize},
		"nested":  {func(_ ptrace.Traces, s ptrace.Span) { nest(s.Attributes().PutEmpty("k"), 60) }, Depth},
		"records": {func(td ptrace.Traces, _ ptrace.Span) { addSpans(td, 5) }, Records},
		"records over resources": {func(td ptrace.Traces, _ ptrace.Span) {
			for range 5 {
				fill(td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty())
			}
		}, Records},
		"elements": {func(_ ptrace.Traces, s ptrace.Span) {
			for range 70 {
				s.Events().AppendEmpty()
			}
		}, Elements},
		"trace id": {func(_ ptrace.Traces, s ptrace.Span) { s.SetTraceID(pcommon.TraceID{}) }, ZeroID},
		"span id":  {func(_ ptrace.Traces, s ptrace.Span) { s.SetSpanID(pcommon.SpanID{}) }, ZeroID},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			traces, s := newSpan()
			tt.change(traces, s)
			wantInBoth(t, ptraceotlp.NewExportRequestFromTraces(traces), Traces, tt.want)
		})
	}
}

type encodable interface {
	MarshalProto() ([]byte, error)
	MarshalJSON() ([]byte, error)
}

func wantInBoth(t *testing.T, request encodable, signal Signal, want Reason) {
	t.Helper()
	wire, err := request.MarshalProto()
	require.NoError(t, err)
	assert.Equal(t, want, reason(Proto(signal, wire, small())), "protobuf")
	text, err := request.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, want, reason(JSON(text, small())), "JSON: %s", text)
}

func reason(r *Refusal) Reason {
	if r == nil {
		return ""
	}
	return r.Reason
}

func put(m pcommon.Map, n int) {
	for i := range n {
		m.PutInt(fmt.Sprint("k", i), int64(i))
	}
}

func addSpans(td ptrace.Traces, n int) {
	for range n {
		fill(td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().AppendEmpty())
	}
}

func atLimits(s ptrace.Span) {
	s.SetName(strings.Repeat("n", 40))
	s.Attributes().PutStr(strings.Repeat("k", 10), strings.Repeat("v", 40))
	put(s.Attributes(), 1)
	nest(s.Attributes().PutEmpty("deep"), 4)
}

func TestLogs(t *testing.T) {
	request := plogotlp.NewExportRequest()
	record := request.Logs().ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.Body().SetStr("fine")
	wantInBoth(t, request, Logs, "") // log records need no ids
	nest(record.Body(), 50)
	wantInBoth(t, request, Logs, Depth)
	record.Body().SetStr(strings.Repeat("x", 41))
	wantInBoth(t, request, Logs, ValueSize)
}

func TestMetrics(t *testing.T) {
	points := map[string]func(pmetric.Metric) pcommon.Map{
		"gauge": func(m pmetric.Metric) pcommon.Map { return m.SetEmptyGauge().DataPoints().AppendEmpty().Attributes() },
		"sum": func(m pmetric.Metric) pcommon.Map {
			return m.SetEmptySum().DataPoints().AppendEmpty().Exemplars().AppendEmpty().FilteredAttributes()
		},
		"histogram": func(m pmetric.Metric) pcommon.Map {
			return m.SetEmptyHistogram().DataPoints().AppendEmpty().Attributes()
		},
		"exponential": func(m pmetric.Metric) pcommon.Map {
			return m.SetEmptyExponentialHistogram().DataPoints().AppendEmpty().Attributes()
		},
		"summary":  func(m pmetric.Metric) pcommon.Map { return m.SetEmptySummary().DataPoints().AppendEmpty().Attributes() },
		"metadata": func(m pmetric.Metric) pcommon.Map { return m.Metadata() },
	}
	for name, at := range points {
		t.Run(name, func(t *testing.T) {
			request := pmetricotlp.NewExportRequest()
			attributes := at(request.Metrics().ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty())
			put(attributes, 3)
			wantInBoth(t, request, Metrics, "")
			put(attributes, 4)
			wantInBoth(t, request, Metrics, Attributes)
			attributes.Clear()
			nest(attributes.PutEmpty("k"), 50)
			wantInBoth(t, request, Metrics, Depth)
		})
	}
}

// bomb is a trace request whose one attribute is nested so deeply.
func bomb(depth int) []byte {
	var sizes []int
	size := 0
	for range depth { // from the inside: AnyValue{array_value: ArrayValue{values: ...}}
		inner := 1 + uvarintSize(size) + size
		sizes = append(sizes, size, inner)
		size = 1 + uvarintSize(inner) + inner
	}
	value := make([]byte, 0, size)
	for i := len(sizes) - 2; i >= 0; i -= 2 {
		value = binary.AppendUvarint(append(value, 5<<3|2), uint64(sizes[i+1]))
		value = binary.AppendUvarint(append(value, 1<<3|2), uint64(sizes[i]))
	}
	out := value
	for _, field := range []byte{2, 9, 2, 2, 1} { // KeyValue, Span, ScopeSpans, ResourceSpans, request
		out = append(binary.AppendUvarint([]byte{field<<3 | 2}, uint64(len(out))), out...)
	}
	return out
}

func uvarintSize(n int) int { return len(binary.AppendUvarint(nil, uint64(n))) }

func TestBombs(t *testing.T) {
	limits := &Limits{Depth: 32, Attributes: 100, KeyBytes: 100, ValueBytes: 100, Records: 100, Elements: 1000, ZeroIDs: true}
	assert.Nil(t, Proto(Traces, bomb(31), limits))
	assert.Equal(t, Depth, reason(Proto(Traces, bomb(700_000), limits)))
	text := []byte(`{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":` + strings.Repeat(`{"arrayValue":{"values":[`, 700_000))
	assert.Equal(t, Depth, reason(JSON(text, limits)))
	assert.Equal(t, Depth, reason(JSON(bytes.Repeat([]byte("["), 1<<20), limits)))
}

func TestMalformed(t *testing.T) {
	for name, wire := range map[string][]byte{
		"cut tag":         {0x80},
		"cut length":      {0x0a, 0x05, 0x01},
		"length too long": {0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01},
		"group":           {0x0b, 0x0c},
		"field 0":         {0x02, 0x00},
		"hidden field":    {0x8a, 0x80, 0x80, 0x80, 0x80, 0x01, 0x00}, // field 1 again when cut to 32 bits
		"cut number":      {0x09, 0x01},
	} {
		assert.Equal(t, Malformed, reason(Proto(Traces, wire, small())), name)
	}
	for _, text := range []string{`{`, `[}`, `}`, `{"a`, `{"a\`, `{"sp\u0061ns":[]}`} {
		assert.Equal(t, Malformed, reason(JSON([]byte(text), small())), text)
	}
}

func TestSnakeCaseIsSeenToo(t *testing.T) {
	text := `{"resource_spans":[{"scope_spans":[{"spans":[{"trace_id":"00000000000000000000000000000001","span_id":"0000000000000001"},{}]}]}]}`
	assert.Equal(t, ZeroID, reason(JSON([]byte(text), small())))
}

func TestScanAllocatesNothing(t *testing.T) {
	wire, text := typical(t)
	limits := generous()
	assert.Zero(t, testing.AllocsPerRun(10, func() { Proto(Traces, wire, limits) }))
	assert.Zero(t, testing.AllocsPerRun(10, func() { JSON(text, limits) }))
}

func generous() *Limits {
	return &Limits{Depth: 32, Attributes: 1024, KeyBytes: 4096, ValueBytes: 1 << 20, Records: 50_000, Elements: 1_000_000}
}

// typical is a batch of 1,000 spans with 15 attributes, in both encodings.
func typical(t testing.TB) (wire, text []byte) {
	traces, first := newSpan()
	addSpans(traces, 999)
	for i := range 15 {
		first.Attributes().PutStr(fmt.Sprint("http.request.header.", i), "a value of an attribute "+fmt.Sprint(i))
	}
	spans := traces.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
	for i := 1; i < spans.Len(); i++ {
		first.Attributes().CopyTo(spans.At(i).Attributes())
	}
	request := ptraceotlp.NewExportRequestFromTraces(traces)
	wire, err := request.MarshalProto()
	require.NoError(t, err)
	text, err = request.MarshalJSON()
	require.NoError(t, err)
	return wire, text
}

func BenchmarkScan(b *testing.B) {
	wire, text := typical(b)
	limits := generous()
	b.Run("proto", func(b *testing.B) {
		b.SetBytes(int64(len(wire)))
		b.ReportAllocs()
		for b.Loop() {
			if Proto(Traces, wire, limits) != nil {
				b.Fatal("refused")
			}
		}
	})
	b.Run("json", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if JSON(text, limits) != nil {
				b.Fatal("refused")
			}
		}
	})
	b.Run("decode proto, to compare", func(b *testing.B) {
		b.SetBytes(int64(len(wire)))
		b.ReportAllocs()
		for b.Loop() {
			if err := ptraceotlp.NewExportRequest().UnmarshalProto(wire); err != nil {
				b.Fatal(err)
			}
		}
	})
}
