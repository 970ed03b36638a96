package oplog

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// several resources, scopes and spans; every third span failed, every fourth is a root.
func manySpans() ptrace.Traces {
	td := ptrace.NewTraces()
	n := 0
	for r := range 3 {
		rs := td.ResourceSpans().AppendEmpty()
		rs.Resource().Attributes().PutStr("service.name", fmt.Sprint("s", r))
		rs.SetSchemaUrl("schema")
		for s := range 2 {
			ss := rs.ScopeSpans().AppendEmpty()
			ss.Scope().SetName(fmt.Sprint("scope", s))
			ss.SetSchemaUrl("inner")
			for range 5 {
				n++
				one := ss.Spans().AppendEmpty()
				one.SetTraceID(pcommon.TraceID{byte(n / 2), 1})
				one.SetSpanID(pcommon.SpanID{byte(n)})
				one.SetStartTimestamp(pcommon.Timestamp(100 * n))
				one.SetEndTimestamp(pcommon.Timestamp(100*n + 50))
				one.SetName(fmt.Sprint("name", n))
				one.Attributes().PutInt("n", int64(n))
				if n%3 == 0 {
					one.Status().SetCode(ptrace.StatusCodeError)
				}
				if n%4 != 0 {
					one.SetParentSpanID(pcommon.SpanID{200})
				}
			}
		}
	}
	return td
}

func encoded(t testing.TB, td ptrace.Traces) []byte {
	t.Helper()
	data, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	require.NoError(t, err)
	return data
}

func TestPieces(t *testing.T) {
	data := encoded(t, manySpans())
	got, err := Pieces(data, nil)
	require.NoError(t, err)
	require.Len(t, got, 30)
	for i, p := range got {
		n := i + 1
		assert.Equal(t, operation.TraceID{byte(n / 2), 1}, p.TraceID)
		assert.Equal(t, n%3 == 0, p.Failed)
		assert.Equal(t, n%4 == 0, p.Root)
		assert.EqualValues(t, 100*n, p.Start)
		assert.EqualValues(t, 100*n+50, p.End)
		if i > 0 && got[i-1].Place == p.Place {
			assert.Equal(t, got[i-1].To, p.From)
		}
	}
}

// Pieces that are put together again are the same spans.
func TestJoiner(t *testing.T) {
	data := encoded(t, manySpans())
	parts, err := Pieces(data, nil)
	require.NoError(t, err)
	var all, odd Joiner
	for i, p := range parts {
		all.Add(p.Place, 1, data[p.From:p.To])
		if i%2 == 1 {
			odd.Add(p.Place, 1, data[p.From:p.To])
		}
	}
	want, err := ReadSpans(data)
	require.NoError(t, err)
	size := all.Size()
	back, n := all.Take()
	assert.LessOrEqual(t, len(back), size)
	assert.Equal(t, 30, n)
	got, err := ReadSpans(back)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	td, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(back)
	require.NoError(t, err)
	assert.Equal(t, "schema", td.ResourceSpans().At(0).SchemaUrl())
	assert.Equal(t, "inner", td.ResourceSpans().At(0).ScopeSpans().At(0).SchemaUrl())

	back, n = odd.Take()
	assert.Equal(t, 15, n)
	got, err = ReadSpans(back)
	require.NoError(t, err)
	require.Len(t, got, 15)
	assert.Equal(t, want[1], got[0])
	assert.Equal(t, want[29], got[14])
	assert.Zero(t, odd.Size())
	back, n = odd.Take()
	assert.Empty(t, back)
	assert.Zero(t, n)
}

func TestPackTraces(t *testing.T) {
	data := encoded(t, manySpans())
	ctx, packed := PackTraces(t.Context(), data, 30)
	assert.Equal(t, 30, packed.SpanCount())
	back, err := MarshalTraces(ctx, packed)
	require.NoError(t, err)
	assert.Equal(t, data, back)
	back, err = MarshalTraces(ctx, manySpans())
	require.NoError(t, err)
	assert.Equal(t, data, back)
	_, err = MarshalTraces(t.Context(), packed)
	assert.ErrorIs(t, err, errPackedSpans, "without its context it is nothing, and must not pass for something")
}

func TestEncoded(t *testing.T) {
	assert.Nil(t, Encoded(t.Context()))
	assert.Equal(t, []byte{1}, Encoded(WithEncoded(t.Context(), []byte{1})))
}

func FuzzPieces(f *testing.F) {
	f.Add(encoded(f, manySpans()))
	f.Add([]byte{})
	f.Add([]byte{0x0a, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		parts, err := Pieces(data, nil)
		if err != nil {
			return
		}
		var j Joiner
		for _, p := range parts {
			j.Add(p.Place, 1, data[p.From:p.To])
		}
		back, n := j.Take()
		items, err := CountItems(back)
		require.NoError(t, err)
		assert.Equal(t, n, items)
		assert.Len(t, parts, n)
	})
}
