package tracetree

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

const ms = operation.Time(time.Millisecond)

func span(id, parent byte, name string, from, to operation.Time) *operation.Span {
	s := &operation.Span{SpanID: operation.SpanID{id}, Name: name, StartTime: from * ms, Duration: operation.Duration((to - from) * ms), ServiceName: "s"}
	if parent != 0 {
		s.ParentSpanID = operation.SpanID{parent}
	}
	return s
}

func names(t *Tree) []string {
	var out []string
	for _, s := range t.Spans {
		out = append(out, s.Name)
	}
	return out
}

func TestOrder(t *testing.T) {
	tree := New([]*operation.Span{
		span(3, 1, "late", 50, 60), span(2, 1, "early", 10, 40), span(4, 2, "below", 12, 20), span(1, 0, "root", 0, 100),
		span(9, 8, "orphan", 30, 120), span(2, 1, "again", 10, 11),
	})
	assert.Equal(t, []string{"root", "early", "below", "late", "orphan"}, names(tree))
	assert.ElementsMatch(t, []operation.Time{0, 120 * ms}, []operation.Time{tree.Start, tree.End})
	require.Len(t, tree.Orphans, 1)
	assert.Equal(t, "orphan", tree.Spans[tree.Orphans[0]].Name)
	for i, p := range tree.Parent {
		assert.Less(t, p, i, "parents stand first")
	}
	early, ok := tree.Find(operation.SpanID{2})
	require.True(t, ok)
	cut := tree.Cut(early, 0)
	assert.Len(t, cut.Spans, 2)
	assert.Empty(t, cut.Orphans)
	assert.Len(t, tree.Cut(0, 1).Spans, 1)
	assert.Len(t, tree.Shallow(1).Spans, 2)
}

func TestCirclesEnd(t *testing.T) {
	tree := New([]*operation.Span{span(1, 2, "a", 0, 1), span(2, 1, "b", 0, 1), span(3, 3, "self", 0, 1)})
	assert.Len(t, tree.Spans, 3)
	assert.NotPanics(t, func() { tree.Critical(); tree.Gaps(); tree.Groups() })
	assert.Empty(t, New(nil).Critical())
}

func TestCritical(t *testing.T) {
	tree := New([]*operation.Span{
		span(1, 0, "root", 0, 100), span(2, 1, "first", 10, 40), span(3, 1, "beside", 15, 30), span(4, 1, "second", 50, 90), span(5, 4, "deep", 60, 80),
	})
	var got []string
	var sum operation.Time
	for _, p := range tree.Critical() {
		got = append(got, tree.Spans[p.Span].Name)
		sum += p.To - p.From
	}
	assert.Equal(t, []string{"root", "first", "root", "second", "deep", "second", "root"}, got)
	assert.Equal(t, 100*ms, sum, "the path is as long as the root")
}

func TestGroupsAndGaps(t *testing.T) {
	spans := []*operation.Span{span(1, 0, "root", 0, 1000)}
	for i := range 103 {
		spans = append(spans, span(byte(10+i), 1, "SELECT", operation.Time(100+i), operation.Time(101+i)))
	}
	tree := New(spans)
	assert.Equal(t, []Group{{First: 1, Count: 103, Total: operation.Duration(103 * ms)}}, tree.Groups())
	assert.Equal(t, []Gap{{0, 0, 100 * ms}, {0, 203 * ms, 1000 * ms}}, tree.Gaps())
}

// The pieces of a critical path never overlap and lie within the root, whatever the spans.
func TestCriticalProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var spans []*operation.Span
		for i := range 1 + r.IntN(30) {
			from := operation.Time(r.IntN(1000))
			spans = append(spans, span(byte(i+1), byte(r.IntN(i+1)), "x", from, from+operation.Time(r.IntN(300))))
		}
		tree := New(spans)
		require.Len(t, tree.Spans, len(spans))
		pieces := tree.Critical()
		for i, p := range pieces {
			require.Less(t, p.From, p.To)
			if i > 0 {
				require.LessOrEqual(t, pieces[i-1].To, p.From)
			}
		}
	}
}

func BenchmarkTree(b *testing.B) {
	var spans []*operation.Span
	for i := range 10_000 {
		s := span(0, 0, "x", operation.Time(i), operation.Time(i+50))
		s.SpanID = operation.SpanID{byte(i >> 8), byte(i), 1}
		if i > 0 {
			s.ParentSpanID = operation.SpanID{byte((i / 3) >> 8), byte(i / 3), 1}
		}
		spans = append(spans, s)
	}
	b.ReportAllocs()
	for b.Loop() {
		t := New(spans)
		t.Critical()
		t.Groups()
		t.Gaps()
	}
}
