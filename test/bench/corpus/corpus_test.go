package corpus

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// TestTracesAreAsDescribed holds the corpus to what the figures made with it say of it.
func TestTracesAreAsDescribed(t *testing.T) {
	td := Traces(1, 1000)
	require.Equal(t, 1000, td.SpanCount())
	bytes, errors, notes := 0, 0, 0
	for _, rs := range td.ResourceSpans().All() {
		assert.Equal(t, 9, rs.Resource().Attributes().Len())
		for _, s := range rs.ScopeSpans().At(0).Spans().All() {
			assert.GreaterOrEqual(t, s.Attributes().Len(), 12)
			assert.LessOrEqual(t, s.Attributes().Len(), 20)
			bytes += size(s.Attributes())
			for _, e := range s.Events().All() {
				bytes += size(e.Attributes())
			}
			if s.Status().Code() == ptrace.StatusCodeError {
				errors++
			}
			if _, ok := s.Attributes().Get("app.note"); ok {
				notes++
			}
		}
	}
	assert.InDelta(t, 490, bytes/1000, 50, "bytes of values a span")
	assert.InDelta(t, 83, errors, 5)
	assert.Equal(t, 100, notes)
}

func size(m pcommon.Map) (n int) {
	for _, v := range m.All() {
		if v.Type() == pcommon.ValueTypeStr {
			n += len(v.Str())
		}
	}
	return n
}

func TestTracesAreTheSameForASeed(t *testing.T) {
	var m ptrace.ProtoMarshaler
	first, err := m.MarshalTraces(Traces(7, 100))
	require.NoError(t, err)
	again, err := m.MarshalTraces(Traces(7, 100))
	require.NoError(t, err)
	require.Equal(t, first, again)
}
