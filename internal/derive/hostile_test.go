package derive

import (
	"encoding/binary"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

func spanID(n uint64) (id operation.SpanID) {
	binary.BigEndian.PutUint64(id[:], n)
	return id
}

// chain is n spans, each the child of the one before, every one a failed statement.
func chain(d *Deriver, n int) *Group {
	r := d.Resource(pcommon.NewResource())
	span := ptrace.NewSpan()
	span.SetKind(ptrace.SpanKindClient)
	span.SetName("query")
	span.Attributes().PutStr("db.query.text", "SELECT 1")
	span.Status().SetCode(ptrace.StatusCodeError)
	g := &Group{Complete: true}
	for i := range n {
		span.SetSpanID(pcommon.SpanID(spanID(uint64(i + 1))))
		span.SetParentSpanID(pcommon.SpanID(spanID(uint64(i))))
		span.SetStartTimestamp(pcommon.Timestamp(1000 + i))
		span.SetEndTimestamp(pcommon.Timestamp(1_000_000 - i))
		g.Spans = append(g.Spans, d.Span(r, pcommon.NewInstrumentationScope(), span))
	}
	g.Entry = &g.Spans[0]
	return g
}

func TestDeepAndWideTraces(t *testing.T) {
	d := newDeriver(t)
	for _, n := range []int{10_000, 100_000} {
		g := chain(d, n)
		op := d.Operation(g)
		assert.EqualValues(t, n, op.SpanCount)
		assert.Equal(t, g.Spans[n-1].ID, op.ErrorSpanID, "the deepest one is the cause")
		for i := range g.Spans[1:] {
			g.Spans[i+1].Parent = g.Spans[0].ID
		}
		op = d.Operation(g)
		assert.EqualValues(t, n, op.SpanCount)
	}
}

// TestGiants holds that no shape of a giant costs the square of its size: these would not end.
func TestGiants(t *testing.T) {
	d := newDeriver(t)
	r := d.Resource(pcommon.NewResource())
	const n = 100_000
	shapes := map[string]func(i int, span ptrace.Span){
		"look-ups side by side that all miss": func(_ int, span ptrace.Span) { span.Attributes().PutBool("cache.hit", false) },
		"many groups that all fail": func(i int, span ptrace.Span) {
			span.Attributes().PutStr("db.query.text", "SELECT "+string(rune('a'+i%26))+strconv.Itoa(i/5)+"x FROM t")
			span.Status().SetCode(ptrace.StatusCodeError)
		},
		"one group": func(_ int, span ptrace.Span) { span.Attributes().PutStr("db.query.text", "SELECT 1") },
	}
	for name, shape := range shapes {
		g := &Group{Complete: true}
		for i := range n {
			span := ptrace.NewSpan()
			span.SetKind(ptrace.SpanKindClient)
			span.SetSpanID(pcommon.SpanID(spanID(uint64(i + 1))))
			if i > 0 {
				span.SetParentSpanID(pcommon.SpanID(spanID(1)))
				shape(i, span)
			}
			span.SetStartTimestamp(pcommon.Timestamp(1000 + i))
			span.SetEndTimestamp(pcommon.Timestamp(1_000_000_000 + i))
			g.Spans = append(g.Spans, d.Span(r, pcommon.NewInstrumentationScope(), span))
		}
		g.Entry = &g.Spans[0]
		assert.EqualValues(t, n, d.Operation(g).SpanCount, name)
	}
}

func TestWeirdTrees(t *testing.T) {
	d := newDeriver(t)
	tests := map[string]func(g *Group){
		"parents in a circle":            func(g *Group) { g.Spans[2].Parent = g.Spans[4].ID },
		"a span that is its own parent":  func(g *Group) { g.Spans[3].Parent = g.Spans[3].ID },
		"the entry under its own child":  func(g *Group) { g.Spans[0].Parent = g.Spans[4].ID },
		"missing parents":                func(g *Group) { g.Spans[2].Parent = spanID(77) },
		"no entry":                       func(g *Group) { g.Entry = nil },
		"no entry and a circle":          func(g *Group) { g.Entry = nil; g.Spans[0].Parent = g.Spans[4].ID },
		"children outside their parents": func(g *Group) { g.Spans[1].Start, g.Spans[1].End = 5_000_000, 6_000_000 },
		"equal ids":                      func(g *Group) { g.Spans[3].ID = g.Spans[2].ID },
		"an entry that is not listed":    func(g *Group) { e := g.Spans[0]; g.Entry = &e; g.Spans = g.Spans[1:] },
		"only an entry":                  func(g *Group) { g.Spans = nil },
		"times at the edge":              func(g *Group) { g.Spans[1].Start, g.Spans[1].End = 0, 1<<63-1 },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			g := chain(d, 5)
			spoil(g)
			op := d.Operation(g)
			require.NotNil(t, op)
			again := *g
			again.Spans = append([]Span{}, g.Spans...)
			for i, j := 0, len(again.Spans)-1; i < j; i, j = i+1, j-1 {
				again.Spans[i], again.Spans[j] = again.Spans[j], again.Spans[i]
			}
			assert.Equal(t, asJSON(t, op), asJSON(t, d.Operation(&again)))
		})
	}
	assert.Nil(t, d.Operation(&Group{}))
}
