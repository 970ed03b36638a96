package derive

import (
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// callGroup sums up the calls that differ in their values only.
type callGroup struct {
	call          *call
	first         int32 // the span of the first one
	count, failed int
	sum, max      time.Duration
	union         time.Duration
	covered       sweep
}

// groupCalls lists the calls by what they ask, in the order of their first one.
func (t *tree) groupCalls() {
	clear(t.byCall)
	t.groups = t.groups[:0]
	t.group = resized(t.group, len(t.spans))
	for i, s := range t.spans {
		t.group[i] = -1
		if !t.counted[i] {
			continue
		}
		at, known := t.byCall[s.call]
		if !known {
			at = int32(len(t.groups))
			t.byCall[s.call] = at
			t.groups = append(t.groups, callGroup{call: s.call, first: int32(i)})
		}
		t.group[i] = at
		t.groups[at].add(s)
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
func (t *tree) members(at int) []int32 {
	var out []int32
	for i, g := range t.group {
		if int(g) == at {
			out = append(out, int32(i))
		}
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
