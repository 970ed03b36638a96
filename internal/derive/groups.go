package derive

import (
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// callGroup sums up the calls that differ in their values only.
type callGroup struct {
	call          *call
	first, last   int32 // the spans of the first and the last one; t.sibling leads from one to the next
	count, failed int
	sum, max      time.Duration
	union         time.Duration
	covered       sweep
}

// groupCalls lists the calls by what they ask, in the order of their first one.
func (t *tree) groupCalls() {
	clear(t.byCall)
	t.groups = t.groups[:0]
	t.sibling = resized(t.sibling, len(t.spans))
	for i, s := range t.spans {
		t.sibling[i] = -1
		if !t.counted[i] {
			continue
		}
		at, known := t.byCall[s.call]
		if !known {
			at = int32(len(t.groups))
			t.byCall[s.call] = at
			t.groups = append(t.groups, callGroup{call: s.call, first: int32(i), last: int32(i)})
		}
		g := &t.groups[at]
		if int(g.last) != i {
			t.sibling[g.last], g.last = int32(i), int32(i)
		}
		g.add(s)
	}
}

func (g *callGroup) add(s *Span) {
	g.count++
	g.sum += s.Duration()
	g.max = max(g.max, s.Duration())
	g.union += g.covered.add(s.Start, s.End)
	if s.failed {
		g.failed++
	}
}

// overlap is how much of the calls' time ran side by side, 0 to 1.
func (g *callGroup) overlap() float64 {
	if g.sum <= 0 {
		return 0
	}
	return 1 - float64(g.union)/float64(g.sum)
}

// members lists the spans of a group.
func (t *tree) members(g *callGroup) []int32 {
	out := make([]int32, 0, g.count)
	for i := g.first; i >= 0; i = t.sibling[i] {
		out = append(out, i)
	}
	return out
}

// different counts the values that the calls were given; 0 when one of them was not recorded.
func (t *tree) different(members []int32) int {
	seen := make(map[uint64]struct{}, len(members))
	for _, i := range members {
		if t.spans[i].values == 0 {
			return 0
		}
		seen[t.spans[i].values] = struct{}{}
	}
	return len(seen)
}

func (t *tree) idsOf(members []int32) []operation.SpanID {
	var ids []operation.SpanID
	for _, i := range members {
		ids = appendID(ids, t.spans[i].ID)
	}
	return ids
}
