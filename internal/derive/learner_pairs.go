package derive

import (
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// pairHabits know how two calls stand to each other: within the runs of one operation, and anywhere in a service.
type pairHabits struct {
	limit      int
	young, old map[pairKey]*pairHabit
}

// pairKey is two calls; the second is 0 for what is known of the first alone. name is the operation, or empty for what
// any operation of the service shows.
type pairKey struct {
	habitKey
	first, second uint64
}

type pairHabit struct {
	runs    int // in which the second followed the first
	despite int // although the first failed or found nothing
	empty   int // runs in which the first did, whatever followed
	overlap int // runs in which they ran side by side
}

const (
	pairRuns     = 50 // below this nothing is said about a pair of calls (requirements 4.5)
	despiteRuns  = 3  // one could be an accident
	despiteShare = 0.8
)

func (p *pairHabits) of(key pairKey) *pairHabit {
	if h := p.young[key]; h != nil {
		return h
	}
	h := p.old[key]
	if h == nil {
		h = &pairHabit{}
	}
	if len(p.young) >= p.limit {
		p.old, p.young = p.young, map[pairKey]*pairHabit{}
	}
	p.young[key] = h
	return h
}

func anywhere(op *operation.Operation) habitKey {
	return habitKey{service: op.ServiceName, environment: op.Environment}
}

func here(op *operation.Operation) habitKey {
	return habitKey{op.ServiceName, op.Environment, op.Name}
}

func (p *pairHabits) learn(op *operation.Operation, lesson *Lesson) {
	for _, key := range lesson.empty {
		p.of(pairKey{here(op), key, 0}).empty++
	}
	for _, c := range lesson.pairs {
		first, second := lesson.calls[c.first], lesson.calls[c.second]
		if c.overlap {
			p.of(pairKey{anywhere(op), min(first, second), max(first, second)}).overlap++
			continue
		}
		h := p.of(pairKey{here(op), first, second})
		h.runs++
		if c.despite {
			h.despite++
		}
	}
}

// judge says of every reported sequence of calls how sure it is that they could run side by side: as sure as of its
// weakest link.
func (p *pairHabits) judge(op *operation.Operation, lesson *Lesson) {
	for _, s := range lesson.sequences {
		for i := range op.Findings {
			f := &op.Findings[i]
			if f.Kind == findingSequential && len(f.SpanIDs) > 0 && f.SpanIDs[0] == s.span {
				p.doubtLess(op, f, s.calls)
			}
		}
	}
}

func (p *pairHabits) doubtLess(op *operation.Operation, f *operation.Finding, calls []uint64) {
	runs, allOverlap, allDespite := 0, true, true
	for i, first := range calls[:len(calls)-1] {
		second := calls[i+1]
		if first == second {
			continue
		}
		overlaps := p.of(pairKey{anywhere(op), min(first, second), max(first, second)}).overlap > 0
		h := p.of(pairKey{here(op), first, second})
		empty := p.of(pairKey{here(op), first, 0}).empty
		despite := h.runs >= pairRuns && h.despite >= despiteRuns && float64(h.despite) >= despiteShare*float64(empty)
		allOverlap, allDespite = allOverlap && overlaps, allDespite && (overlaps || despite)
		runs = max(runs, h.runs)
	}
	evidence := strings.TrimSuffix(f.Evidence, doubt)
	switch {
	case allOverlap:
		f.Confidence, f.Evidence = operation.ConfidenceHigh, evidence+"; high confidence: elsewhere the same calls run side by side"
	case allDespite:
		f.Confidence = operation.ConfidenceMedium
		f.Evidence = fmt.Sprintf("%s; medium confidence: in %d runs the later ones started also when the earlier ones failed or found nothing", evidence, runs)
	}
}
