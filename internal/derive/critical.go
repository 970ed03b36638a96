package derive

import (
	"cmp"
	"slices"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// highestClimb bounds how far up a misplaced span looks for an ancestor to belong to.
const highestClimb = 64

// overlapTolerance is how far calls that follow each other may overlap by the inexactness of clocks (CRISP).
const overlapTolerance = operation.Time(time.Millisecond)

// critical is the walk along the critical path: what each span added to the duration of the operation.
type critical struct {
	from, to []operation.Time // the span cut to its parent
	parent   []int32          // -2: outside the operation's time, or work that nobody waits for
	first    []int32
	kids     []int32
	next     []int32
	spent    []operation.Duration
	stack    []criticalFrame
}

type criticalFrame struct {
	span   int32
	kid    int32          // next place in kids
	cursor operation.Time // the path is known from here to the end
}

const offPath = -2

// followCritical walks from the end of the operation to its start: at every span into the child that ended last
// before the cursor (the last-finishing-child walk of Uber's CRISP and of Jaeger). Without an entry there is no path.
func (t *tree) followCritical() {
	c := &t.path
	n := len(t.spans)
	c.spent = resized(c.spent, n)
	clear(c.spent)
	if t.entry < 0 || t.end == t.start {
		return
	}
	t.sanitise()
	c.first, c.kids, c.next = listChildren(c.parent, c.first, c.kids, c.next)
	c.stack = append(c.stack[:0], criticalFrame{int32(t.entry), c.first[t.entry], c.to[t.entry]})
	t.sortByEnd(t.entry)
	for len(c.stack) > 0 {
		t.step(&c.stack[len(c.stack)-1])
	}
}

// step goes into the next child of the frame's span, or finishes the span.
func (t *tree) step(f *criticalFrame) {
	c := &t.path
	for ; f.kid < c.first[f.span+1]; f.kid++ {
		kid := c.kids[f.kid]
		tolerance := min(overlapTolerance, (c.to[kid]-c.from[kid])/10)
		if c.to[kid] > f.cursor+tolerance || c.from[kid] >= f.cursor {
			continue // another child covers that time
		}
		end := min(c.to[kid], f.cursor)
		c.spent[f.span] += operation.Duration(f.cursor - end)
		f.kid++
		f.cursor = c.from[kid]
		t.sortByEnd(int(kid))
		c.stack = append(c.stack, criticalFrame{kid, c.first[kid], end})
		return
	}
	c.spent[f.span] += operation.Duration(max(f.cursor-c.from[f.span], 0))
	c.stack = c.stack[:len(c.stack)-1]
}

// sanitise cuts every span to its parent. One that lies outside belongs to the nearest ancestor that covers some
// of it: an asynchronous call that its caller did not wait for, but the operation did.
func (t *tree) sanitise() {
	c := &t.path
	n := len(t.spans)
	c.from, c.to, c.parent = resized(c.from, n), resized(c.to, n), resized(c.parent, n)
	for _, i := range t.order {
		s := t.spans[i]
		c.from[i], c.to[i], c.parent[i] = s.Start, s.End, offPath
		if int(i) == t.entry {
			c.parent[i] = -1
			continue
		}
		p := t.parent[i]
		if p >= 0 && isHandOver(t.spans[p], s) {
			continue
		}
		for level := 0; p >= 0 && level < highestClimb; level, p = level+1, c.parent[p] {
			if from, to := max(s.Start, c.from[p]), min(s.End, c.to[p]); from < to || s.Start == s.End && from == to {
				c.from[i], c.to[i], c.parent[i] = from, to, p
				break
			}
		}
	}
}

// isHandOver tells work that the parent does not wait for: what is done with a message after it was sent.
func isHandOver(parent, child *Span) bool {
	return child.Kind == kindConsumer && parent.Kind == kindProducer
}

func (t *tree) sortByEnd(i int) {
	c := &t.path
	slices.SortFunc(c.kids[c.first[i]:c.first[i+1]], func(a, b int32) int {
		return cmp.Or(cmp.Compare(c.to[b], c.to[a]), cmp.Compare(c.from[b], c.from[a]), cmp.Compare(a, b))
	})
}

// shares says how much of the critical path each category took.
func (t *tree) shares(op *operation.Operation) {
	if op.Duration <= 0 || t.entry < 0 {
		return
	}
	var spent [len(categories)]operation.Duration
	for i := range t.spans {
		if c := t.carrier(i); c != nil {
			spent[categoryIndex(c.category)] += t.path.spent[i]
		}
	}
	for k, category := range categories {
		callsOf(op, category).CriticalShare = rounded(float64(spent[k]) / float64(op.Duration))
	}
}

// carrier is the call that the time of a span belongs to: its own if it counts, else the one above it.
func (t *tree) carrier(i int) *call {
	c := t.spans[i].call
	if c != nil && (t.counted[i] || t.caller[i] < 0) {
		return c
	}
	if t.caller[i] >= 0 {
		return t.spans[t.caller[i]].call
	}
	return nil
}
