package derive

import (
	"slices"

	"github.com/opslog/opslog/internal/operation"
)

// Lesson is what one operation teaches beside its record: how its calls stand to each other, over many runs and
// operations the only sign of whether one needs another's answer.
type Lesson struct {
	// Caller is the parent of the entry span.
	Caller    operation.SpanID
	calls     []uint64 // the slow ones, by start
	pairs     []pair
	empty     []uint64 // calls that failed or found nothing
	sequences []sequence
}

// pair is two calls of one operation, the first by start first.
type pair struct {
	first, second uint8 // places in the lesson's calls
	overlap       bool  // else the second came after the first
	despite       bool  // the first had failed or found nothing
}

// sequence is a reported chain of calls; the span finds the finding.
type sequence struct {
	span  operation.SpanID
	calls []uint64
}

// mostPaired bounds how many calls of an operation are compared with each other.
const mostPaired = 16

// observePairs compares the calls that take long enough to be worth running side by side.
func (w *detective) observePairs() {
	var room [mostPaired * (mostPaired - 1) / 2]pair
	pairs, links := room[:0], w.slowCalls()
	for j, b := range links {
		if b.fruitless() {
			w.lesson.empty = append(w.lesson.empty, b.span.call.key)
		}
		for i, a := range links[:j] {
			p := pair{first: uint8(i), second: uint8(j), overlap: sideBySide(a, b), despite: a.fruitless()}
			if a.span.call.key != b.span.call.key && (p.overlap || i == j-1) {
				pairs = append(pairs, p)
			}
		}
	}
	if len(pairs) == 0 {
		return
	}
	w.lesson.pairs, w.lesson.calls = slices.Clone(pairs), make([]uint64, len(links))
	for i, l := range links {
		w.lesson.calls[i] = l.span.call.key
	}
}

// slowCalls are the calls out of the process, by start.
func (w *detective) slowCalls() []link {
	out := w.tree.links[1][:0]
	for i, s := range w.spans {
		if s.call == nil || s.Duration() < w.limits.SequentialCall || !w.counted[i] || !s.call.remote || i == w.entry {
			continue
		}
		if out = append(out, w.linkOf(i)); len(out) == mostPaired {
			break
		}
	}
	w.tree.links[1] = out
	return out
}

func (l link) fruitless() bool { return l.span.failed || l.span.rows == 0 }

// sideBySide tells calls that share at least half of the shorter one's time: whoever started both needed no answer.
func sideBySide(a, b link) bool {
	shared := operation.Duration(min(a.to, b.to) - max(a.from, b.from))
	return shared > 0 && 2*shared >= min(a.took(), b.took())
}
