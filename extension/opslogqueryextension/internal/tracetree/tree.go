// Package tracetree turns the spans of a trace into the skeleton that pages draw: columns in the order of the tree,
// its critical path, groups of repeated calls, gaps and orphans. It is pure logic.
package tracetree

import (
	"cmp"
	"slices"

	"github.com/opslog/opslog/internal/operation"
)

// Tree is a trace put in order. Positions are places in Spans, which stand parents first, children by start time.
type Tree struct {
	Spans    []*operation.Span
	Parent   []int // -1 for a root
	Children [][]int
	Depth    []int
	Orphans  []int // spans whose parent is not there
	Start    operation.Time
	End      operation.Time

	at map[operation.SpanID]int
}

// New puts spans of one trace in order. A span that occurs twice counts once, and a circle of parents is cut where it
// begins. The spans stay as they are.
func New(spans []*operation.Span) *Tree {
	t := &Tree{at: make(map[operation.SpanID]int, len(spans))}
	sorted := slices.Clone(spans)
	slices.SortStableFunc(sorted, func(a, b *operation.Span) int {
		return cmp.Or(cmp.Compare(a.StartTime, b.StartTime), slices.Compare(a.SpanID[:], b.SpanID[:]))
	})
	first := map[operation.SpanID]bool{}
	sorted = slices.DeleteFunc(sorted, func(s *operation.Span) bool {
		again := first[s.SpanID]
		first[s.SpanID] = true
		return again
	})
	under := map[operation.SpanID][]*operation.Span{}
	var roots []*operation.Span
	for _, s := range sorted {
		if s.ParentSpanID == (operation.SpanID{}) || !first[s.ParentSpanID] {
			roots = append(roots, s)
			continue
		}
		under[s.ParentSpanID] = append(under[s.ParentSpanID], s)
	}
	for _, s := range roots {
		t.add(s, under)
	}
	for _, s := range sorted { // what is left hangs in circles
		t.add(s, under)
	}
	return t
}

// add puts a span and all below it behind the others.
func (t *Tree) add(root *operation.Span, under map[operation.SpanID][]*operation.Span) {
	type next struct {
		span   *operation.Span
		parent int
	}
	stack := []next{{root, -1}}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if _, known := t.at[n.span.SpanID]; known {
			continue
		}
		i := t.place(n.span, n.parent)
		kids := under[n.span.SpanID]
		for k := len(kids) - 1; k >= 0; k-- {
			stack = append(stack, next{kids[k], i})
		}
	}
}

func (t *Tree) place(s *operation.Span, parent int) int {
	i := len(t.Spans)
	t.at[s.SpanID] = i
	t.Spans, t.Parent, t.Children = append(t.Spans, s), append(t.Parent, parent), append(t.Children, nil)
	depth := 0
	if parent >= 0 {
		depth = t.Depth[parent] + 1
		t.Children[parent] = append(t.Children[parent], i)
	} else if s.ParentSpanID != (operation.SpanID{}) {
		t.Orphans = append(t.Orphans, i)
	}
	t.Depth = append(t.Depth, depth)
	if i == 0 || s.StartTime < t.Start {
		t.Start = s.StartTime
	}
	t.End = max(t.End, end(s))
	return i
}

// Find is the position of a span.
func (t *Tree) Find(id operation.SpanID) (int, bool) {
	i, ok := t.at[id]
	return i, ok
}

// Cut is the part of the tree below a span, at most depth levels of it; 0 is all levels.
func (t *Tree) Cut(root, depth int) *Tree {
	var spans []*operation.Span
	for i := root; i < len(t.Spans) && (i == root || t.Depth[i] > t.Depth[root]); i++ {
		if depth == 0 || t.Depth[i]-t.Depth[root] < depth {
			spans = append(spans, t.Spans[i])
		}
	}
	out := New(spans)
	out.Orphans = slices.DeleteFunc(out.Orphans, func(i int) bool { return out.Spans[i] == t.Spans[root] && t.Parent[root] >= 0 })
	return out
}

// Shallow is the tree without what is deeper than some levels.
func (t *Tree) Shallow(depth int) *Tree {
	var spans []*operation.Span
	for i, s := range t.Spans {
		if t.Depth[i] < depth {
			spans = append(spans, s)
		}
	}
	return New(spans)
}

func end(s *operation.Span) operation.Time { return s.StartTime + operation.Time(max(0, s.Duration)) }
