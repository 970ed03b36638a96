package tracetree

import (
	"cmp"
	"slices"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// Piece is a stretch of the critical path: during it, the operation waited for this span's own work.
type Piece struct {
	Span     int
	From, To operation.Time
}

// overlapTolerance is how far calls that follow each other may overlap by the inexactness of clocks (CRISP).
const overlapTolerance = operation.Time(time.Millisecond)

// Critical is the critical path of the longest root, in the order of time: from its end back to its start, at every
// span into the child that ended last before (the last-finishing-child walk of Uber's CRISP and of Jaeger).
func (t *Tree) Critical() []Piece {
	root := -1
	for i, p := range t.Parent {
		if p < 0 && (root < 0 || t.Spans[i].Duration > t.Spans[root].Duration) {
			root = i
		}
	}
	if root < 0 {
		return []Piece{}
	}
	out := []Piece{}
	type frame struct {
		span   int
		from   operation.Time
		cursor operation.Time
		kids   []int // by end, the latest first
	}
	enter := func(span int, from, to operation.Time) frame { return frame{span, from, to, t.byEnd(span)} }
	stack := []frame{enter(root, t.Spans[root].StartTime, end(t.Spans[root]))}
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		if len(f.kids) == 0 {
			out = appendPiece(out, Piece{f.span, f.from, f.cursor})
			stack = stack[:len(stack)-1]
			continue
		}
		kid := f.kids[0]
		f.kids = f.kids[1:]
		from, to := max(t.Spans[kid].StartTime, f.from), end(t.Spans[kid])
		if to > f.cursor+min(overlapTolerance, (to-from)/10) || from >= f.cursor || to < from {
			continue // another child covers that time, or nobody waited for it
		}
		to = min(to, f.cursor)
		out = appendPiece(out, Piece{f.span, to, f.cursor})
		f.cursor = from
		stack = append(stack, enter(kid, from, to))
	}
	slices.SortFunc(out, func(a, b Piece) int { return cmp.Compare(a.From, b.From) })
	return out
}

func appendPiece(out []Piece, p Piece) []Piece {
	if p.From >= p.To {
		return out
	}
	return append(out, p)
}

func (t *Tree) byEnd(span int) []int {
	kids := slices.Clone(t.Children[span])
	slices.SortFunc(kids, func(a, b int) int {
		return cmp.Or(cmp.Compare(end(t.Spans[b]), end(t.Spans[a])), cmp.Compare(t.Spans[b].StartTime, t.Spans[a].StartTime), cmp.Compare(a, b))
	})
	return kids
}

// Group is a row of calls under one parent that say the same and have nothing below them.
type Group struct {
	First, Count int
	Total        operation.Duration
}

// groupFrom is from how many calls on a row is folded.
const groupFrom = 5

// Groups finds rows of repeated calls.
func (t *Tree) Groups() []Group {
	out := []Group{}
	for i := 0; i < len(t.Spans); {
		n := 1
		for i+n < len(t.Spans) && t.alike(i, i+n) {
			n++
		}
		if n >= groupFrom {
			g := Group{First: i, Count: n}
			for k := i; k < i+n; k++ {
				g.Total += t.Spans[k].Duration
			}
			out = append(out, g)
		}
		i += n
	}
	return out
}

func (t *Tree) alike(a, b int) bool {
	x, y := t.Spans[a], t.Spans[b]
	return t.Parent[a] == t.Parent[b] && t.Parent[a] >= 0 && len(t.Children[a]) == 0 && len(t.Children[b]) == 0 &&
		x.Name == y.Name && x.ServiceName == y.ServiceName && x.Kind == y.Kind
}

// Gap is a stretch of a span in which none of its children ran.
type Gap struct {
	Parent   int
	From, To operation.Time
}

// A gap is told from this length on, and from this part of its span on.
const (
	leastGap     = operation.Time(10 * time.Millisecond)
	leastGapPart = 20
)

// Gaps finds where spans with children spend time that nothing tells of.
func (t *Tree) Gaps() []Gap {
	out := []Gap{}
	for i, kids := range t.Children {
		if len(kids) == 0 {
			continue
		}
		least := max(leastGap, operation.Time(t.Spans[i].Duration)/leastGapPart)
		cursor := t.Spans[i].StartTime
		for _, k := range kids { // by start
			if from := min(t.Spans[k].StartTime, end(t.Spans[i])); from-cursor >= least {
				out = append(out, Gap{i, cursor, from})
			}
			cursor = max(cursor, end(t.Spans[k]))
		}
		if to := end(t.Spans[i]); to-cursor >= least {
			out = append(out, Gap{i, cursor, to})
		}
	}
	return out
}
