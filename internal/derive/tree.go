package derive

import (
	"bytes"
	"cmp"
	"slices"
	"sync"

	"github.com/opslog/opslog/internal/operation"
)

// tree is the spans of one operation in one order: by start, then the longer first, then by id. Numbers are
// places in it; -1 means none.
type tree struct {
	spans   []*Span
	entry   int     // the root; -1 when the entry span was not seen
	parent  []int32 // -1 for the root, and for the top spans of a tree without one
	first   []int32 // children of i are kids[first[i]:first[i+1]], in order
	kids    []int32
	order   []int32 // parents before children
	self    []operation.Duration
	start   operation.Time // of the operation
	end     operation.Time
	ids     map[operation.SpanID]int32
	caller  []int32 // the nearest span above that is a call
	counted []bool  // a call of its own, not a detail of the one above it
	below   []bool  // has a failed span under it
	depth   []int32
	path    critical
	groups  []callGroup
	sibling []int32 // the next call of the same group
	byCall  map[*call]int32
	work    []int32
	links   [2][]link // of findings: those on the critical path, and all that take long
}

// trees are reused: an operation of ten spans should not pay for a dozen slices.
var trees = sync.Pool{New: func() any { return &tree{ids: map[operation.SpanID]int32{}, byCall: map[*call]int32{}} }}

func plant(g *Group) *tree {
	t := trees.Get().(*tree)
	t.collect(g)
	t.sort()
	t.connect(g.Entry)
	t.cutCycles()
	t.linkChildren()
	t.walk()
	t.measure()
	return t
}

func (t *tree) release() {
	clear(t.spans)
	clear(t.ids)
	for i := range t.links {
		clear(t.links[i])
		t.links[i] = t.links[i][:0]
	}
	const keep = 4096 // slices of giants are given back
	if cap(t.spans) <= keep {
		trees.Put(t)
	}
}

func (t *tree) collect(g *Group) {
	t.spans = t.spans[:0]
	hasEntry := g.Entry == nil
	for i := range g.Spans {
		t.spans = append(t.spans, &g.Spans[i])
		hasEntry = hasEntry || g.Spans[i].ID == g.Entry.ID
	}
	if !hasEntry {
		t.spans = append(t.spans, g.Entry)
	}
	t.entry = -1
}

func (t *tree) sort() {
	slices.SortFunc(t.spans, func(a, b *Span) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End), bytes.Compare(a.ID[:], b.ID[:]))
	})
}

// connect finds the entry and the parents. Spans whose parent is not here hang on the entry; without one they
// are tops.
func (t *tree) connect(entry *Span) {
	t.parent = resized(t.parent, len(t.spans))
	for i, s := range t.spans {
		t.ids[s.ID] = int32(i)
	}
	if entry != nil {
		t.entry = int(t.ids[entry.ID])
	}
	for i, s := range t.spans {
		parent, here := t.ids[s.Parent]
		switch {
		case i == t.entry:
			t.parent[i] = -1
		case here && !s.Parent.IsZero() && parent != int32(i):
			t.parent[i] = parent
		default:
			t.parent[i] = int32(t.entry)
		}
	}
}

// cutCycles hangs the first span of every circle of parents on the entry. Broken instrumentation makes them.
func (t *tree) cutCycles() {
	const unseen, done = 0, -1
	mark := resized(t.work, len(t.spans))
	clear(mark)
	for i := range t.parent {
		trail := int32(i + 1)
		at := int32(i)
		for at >= 0 && mark[at] == unseen {
			mark[at] = trail
			at = t.parent[at]
		}
		if at >= 0 && mark[at] == trail {
			t.parent[t.firstOfCycle(at)] = int32(t.entry)
		}
		for at = int32(i); at >= 0 && mark[at] == trail; at = t.parent[at] {
			mark[at] = done
		}
	}
	t.work = mark
}

// firstOfCycle is the earliest span of the circle: the same whatever span it was found from.
func (t *tree) firstOfCycle(at int32) int32 {
	first := at
	for i := t.parent[at]; i != at; i = t.parent[i] {
		first = min(first, i)
	}
	return first
}

// linkChildren lists the children of every span in order.
func (t *tree) linkChildren() {
	t.first, t.kids, t.work = listChildren(t.parent, t.first, t.kids, t.work)
}

// listChildren turns parents into lists of children: those of i are kids[first[i]:first[i+1]], in order. The slices
// given are used again, next as scratch.
func listChildren(parent, first, kids, next []int32) (_, _, _ []int32) {
	n := len(parent)
	first, kids, next = resized(first, n+1), resized(kids, n), resized(next, n)
	clear(first)
	for _, p := range parent {
		if p >= 0 {
			first[p+1]++
		}
	}
	for i := range n {
		first[i+1] += first[i]
	}
	copy(next, first[:n])
	for i, p := range parent {
		if p >= 0 {
			kids[next[p]] = int32(i)
			next[p]++
		}
	}
	return first, kids, next
}

func (t *tree) children(i int) []int32 { return t.kids[t.first[i]:t.first[i+1]] }

// walk lists the spans with parents before their children.
func (t *tree) walk() {
	t.order = t.order[:0]
	for i, p := range t.parent {
		if p < 0 {
			t.order = append(t.order, int32(i))
		}
	}
	t.depth = resized(t.depth, len(t.spans))
	for at := 0; at < len(t.order); at++ {
		i := t.order[at]
		t.depth[i] = 0
		if p := t.parent[i]; p >= 0 {
			t.depth[i] = t.depth[p] + 1
		}
		t.order = append(t.order, t.children(int(i))...)
	}
}

// measure finds the limits of the operation and what every span did itself, not covered by its children.
func (t *tree) measure() {
	t.start, t.end = t.spans[0].Start, t.spans[0].End
	for _, s := range t.spans {
		t.end = max(t.end, s.End)
	}
	if t.entry >= 0 {
		t.start, t.end = t.spans[t.entry].Start, t.spans[t.entry].End
	}
	t.self = resized(t.self, len(t.spans))
	for i, s := range t.spans {
		covered, until := operation.Duration(0), s.Start
		for _, kid := range t.children(i) {
			from, to := max(t.spans[kid].Start, until), min(t.spans[kid].End, s.End)
			if to > from {
				covered += operation.Duration(to - from)
				until = to
			}
		}
		t.self[i] = s.Duration() - covered
	}
}

// resized is a slice of n elements, of whatever they were before.
func resized[T any](s []T, n int) []T {
	if cap(s) >= n {
		return s[:n]
	}
	return make([]T, n, n+n/4)
}
