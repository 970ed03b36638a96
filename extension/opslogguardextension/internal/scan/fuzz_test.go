package scan

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// FuzzProto wants that whatever passes, and can be decoded, keeps the limits.
func FuzzProto(f *testing.F) {
	traces, s := newSpan()
	atLimits(s)
	wire, err := ptraceotlp.NewExportRequestFromTraces(traces).MarshalProto()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(wire)
	f.Add(bomb(3))
	f.Add(bomb(40))
	f.Fuzz(func(t *testing.T, wire []byte) {
		request := ptraceotlp.NewExportRequest()
		if Proto(Traces, wire, small()) == nil && request.UnmarshalProto(wire) == nil {
			assertWithin(t, request.Traces(), 4)
		}
	})
}

// FuzzJSON wants the same of JSON, where a little more depth passes.
func FuzzJSON(f *testing.F) {
	traces, s := newSpan()
	atLimits(s)
	text, err := ptraceotlp.NewExportRequestFromTraces(traces).MarshalJSON()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"resource_spans":[{"scope_spans":[{"spans":[null,{"trace_id":"01"}]}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		request := ptraceotlp.NewExportRequest()
		if JSON(text, small()) == nil && request.UnmarshalJSON(text) == nil {
			assertWithin(t, request.Traces(), (jsonBase+4*jsonPerValue)/3)
		}
	})
}

func assertWithin(t *testing.T, traces ptrace.Traces, depth int) {
	limits := small()
	assert.LessOrEqual(t, traces.SpanCount(), limits.Records)
	for _, rs := range traces.ResourceSpans().All() {
		assertMapWithin(t, rs.Resource().Attributes(), limits, depth)
		for _, ss := range rs.ScopeSpans().All() {
			assertMapWithin(t, ss.Scope().Attributes(), limits, depth)
			for _, s := range ss.Spans().All() {
				assertMapWithin(t, s.Attributes(), limits, depth)
				for _, e := range s.Events().All() {
					assertMapWithin(t, e.Attributes(), limits, depth)
				}
			}
		}
	}
}

func assertMapWithin(t *testing.T, m pcommon.Map, limits *Limits, depth int) {
	assert.LessOrEqual(t, m.Len(), limits.Attributes)
	for k, v := range m.All() {
		assert.LessOrEqual(t, len(k), limits.KeyBytes)
		assert.LessOrEqual(t, depthOf(v), depth)
	}
}

func depthOf(v pcommon.Value) int {
	deepest := 0
	switch v.Type() {
	case pcommon.ValueTypeMap:
		for _, inner := range v.Map().All() {
			deepest = max(deepest, depthOf(inner))
		}
	case pcommon.ValueTypeSlice:
		for _, inner := range v.Slice().All() {
			deepest = max(deepest, depthOf(inner))
		}
	}
	return deepest + 1
}
