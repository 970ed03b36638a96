package derive

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// randomValue sets v to a value of any type, lists and maps up to the given depth.
func randomValue(random *rand.Rand, v pcommon.Value, depth int) {
	switch random.IntN(9 + 2*min(depth, 1)) {
	case 0: // empty
	case 1:
		v.SetStr(strings.Repeat("ä\xff", random.IntN(100)))
	case 2:
		v.SetStr("")
	case 3:
		v.SetInt([]int64{0, 1, -1, math.MaxInt64, math.MinInt64, int64(random.Uint64())}[random.IntN(6)])
	case 4:
		v.SetDouble([]float64{0, -0.5, math.Inf(1), random.NormFloat64()}[random.IntN(4)])
	case 5:
		v.SetBool(random.IntN(2) == 0)
	case 6:
		v.SetEmptyBytes().FromRaw([]byte{0, 1, 0xff})
	case 7:
		v.SetEmptyBytes()
	case 8:
		v.SetEmptyMap()
	case 9:
		list := v.SetEmptySlice()
		for range random.IntN(4) {
			randomValue(random, list.AppendEmpty(), depth-1)
		}
	default:
		randomMap(random, v.SetEmptyMap(), depth-1)
	}
}

func randomMap(random *rand.Rand, m pcommon.Map, depth int) {
	for i := range random.IntN(6) {
		randomValue(random, m.PutEmpty("key"+strconv.Itoa(i)), depth)
	}
}

// TestPackedValues holds that unpacking answers what copying would: types, nesting, and empty ones apart from none.
func TestPackedValues(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 3000 {
		m := pcommon.NewMap()
		randomMap(random, m, 3)
		var p packer
		p.attributes(m)
		u := unpacker{string(p.buf)}
		require.Equal(t, attributesOf(m), u.attributes())
		require.Empty(t, u.rest)
	}
}

// TestPackedDraft pins every field of a record that comes from the entry span's attributes, links too.
func TestPackedDraft(t *testing.T) {
	d := newDeriver(t)
	span := ptrace.NewSpan()
	span.SetSpanID(pcommon.SpanID{1})
	span.SetKind(ptrace.SpanKindConsumer)
	span.Status().SetMessage("late")
	require.NoError(t, span.Attributes().FromRaw(map[string]any{
		"messaging.destination.name": "orders", "messaging.message.id": "m1", "messaging.message.body.size": 12, "user.id": "ann",
		"tenant.id": "acme", "session.id": "s1", "http.request.header.x-a": []any{"1", "2"}, "http.request.header.x_b": true,
		"operation.kind": "Command", "whole": int64(-3), "tree": map[string]any{"leaf": []any{nil, 1.5, []byte(nil)}},
		"network.transport": "ip_tcp", "http.host": "shop:8080",
	}))
	for i := range byte(2) {
		l := span.Links().AppendEmpty()
		l.SetTraceID(pcommon.TraceID{i + 1})
		l.SetSpanID(pcommon.SpanID{i + 2})
	}
	span.Links().At(1).Attributes().PutStr("why", "batch")
	scope := pcommon.NewInstrumentationScope()
	scope.SetName("kafka")
	s := d.Span(d.Resource(pcommon.NewResource()), scope, span)
	span.Attributes().Clear()
	op := d.Operation(&Group{Entry: &s})

	assert.Equal(t, []string{"consume orders", "message", "consume", "orders", "kafka"}, []string{op.Name, op.Transport, op.Method, op.Route, op.Scope})
	assert.Equal(t, []string{"orders", "m1", "ann", "s1", "late"}, []string{op.Target, op.MessageID, op.UserID, op.SessionID, op.StatusMessage})
	assert.Equal(t, []any{operation.KindCommand, 1.0, "the span says so"}, []any{op.Kind, op.KindConfidence, op.KindEvidence})
	assert.EqualValues(t, 12, op.RequestSize)
	assert.Equal(t, operation.Attributes{"x-a": []any{"1", "2"}, "x-b": []any{true}}, op.RequestHeaders)
	assert.Nil(t, op.ResponseHeaders)
	assert.Equal(t, operation.Attributes{"whole": int64(-3), "tree": map[string]any{"leaf": []any{nil, 1.5, []byte(nil)}},
		"network.transport": "tcp", "server.address": "shop", "server.port": int64(8080)}, op.Attributes)
	assert.Equal(t, []operation.Link{{TraceID: operation.TraceID{1}, SpanID: operation.SpanID{2}},
		{TraceID: operation.TraceID{2}, SpanID: operation.SpanID{3}, Attributes: operation.Attributes{"why": "batch"}}}, op.Links)
	assert.Equal(t, op.Attributes, d.Operation(&Group{Entry: &s}).Attributes, "every revision has them")
	assert.Greater(t, s.Size(), len(s.more.packed))
}

// TestHeadings holds that equal headings are shared and others are told apart, long ones too.
func TestHeadings(t *testing.T) {
	d := newDeriver(t)
	head := func(name, route string) *heading {
		op := &draft{}
		op.Name, op.Route = name, route
		return d.heading(op)
	}
	assert.Same(t, head("a", "b"), head("a", "b"))
	assert.Equal(t, &heading{Name: "a\x00", Route: "b"}, head("a\x00", "b"))
	assert.Equal(t, &heading{Name: "a", Route: "\x00b"}, head("a", "\x00b"))
	long := strings.Repeat("/x", 1<<10)
	assert.Equal(t, &heading{Name: "a", Route: long}, head("a", long))
	assert.NotSame(t, head("a", long), head("a", long), "few come again")
}
