package derive

import (
	"fmt"
	"slices"
	"sync"

	"github.com/opslog/opslog/internal/operation"
)

// Learner knows what the runs of each operation usually do. From that it says of a failed command which of its
// changes were not reached, of an operation that only its name or its protocol judged whether it writes, and of calls
// that follow each other whether they have to. What it
// says depends on what it has seen, so it stands apart from the derivation, which does not. It forgets the
// operations that were not seen for the longest time, and is safe for concurrent use.
type Learner struct {
	mu         sync.Mutex
	limit      int
	young, old map[habitKey]*habit
	pairs      pairHabits
}

type habitKey struct{ service, environment, name string }

// habit sums up the successful runs of one operation.
type habit struct {
	runs, wrote int
	usual       []usualEffect // by the order of their first sight
}

type usualEffect struct {
	kind, target, action string
	runs                 int
}

const (
	enoughRuns     = 20   // below this nothing is said (requirements 4.7)
	writingShare   = 0.01 // of the runs: the operation is a command
	usualShare     = 0.95 // of the runs: the change belongs to the operation (requirements 4.9)
	certainKind    = 0.9  // a confidence that learning does not overrule
	fadingRuns     = 1000 // when counts are halved, so that habits can change
	mostUsual      = 20
	learnedCertain = 0.8
)

// NewLearner remembers up to about the given number of operations.
func NewLearner(operations int) *Learner {
	limit := max(operations/2, 1)
	return &Learner{limit: limit, young: map[habitKey]*habit{}, pairs: pairHabits{limit: limit, young: map[pairKey]*pairHabit{}}}
}

// Learn completes the record from what earlier runs did, then takes it into account itself if it is the first
// revision of a complete record.
func (l *Learner) Learn(op *operation.Operation, lesson *Lesson) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.habit(habitKey{op.ServiceName, op.Environment, op.Name})
	h.complete(op)
	first := op.Complete && op.Revision <= 1
	if first {
		l.pairs.learn(op, lesson)
	}
	l.pairs.judge(op, lesson)
	if first && op.Status == operation.StatusOK {
		h.count(op)
	}
}

func (l *Learner) habit(key habitKey) *habit {
	if h := l.young[key]; h != nil {
		return h
	}
	h := l.old[key]
	if h == nil {
		h = &habit{}
	}
	if len(l.young) >= l.limit {
		l.old, l.young = l.young, map[habitKey]*habit{}
	}
	l.young[key] = h
	return h
}

func (h *habit) complete(op *operation.Operation) {
	if h.runs < enoughRuns {
		return
	}
	if float64(h.wrote) >= writingShare*float64(h.runs) && op.Kind != operation.KindCommand && op.KindConfidence < certainKind {
		op.Kind, op.KindConfidence = operation.KindCommand, learnedCertain
		op.KindEvidence = fmt.Sprintf("%d of %s wrote", h.wrote, counted(h.runs, "run"))
	}
	if op.Status == operation.StatusError && op.Kind == operation.KindCommand {
		op.Effects = append(slices.Clip(op.Effects), h.missing(op)...)
	}
}

// missing lists the usual changes that the failed run did not attempt.
func (h *habit) missing(op *operation.Operation) []operation.Effect {
	var out []operation.Effect
	for _, u := range h.usual {
		if float64(u.runs) >= usualShare*float64(h.runs) && !slices.ContainsFunc(op.Effects, u.is) && len(op.Effects)+len(out) < maxEffects {
			out = append(out, operation.Effect{Kind: u.kind, Target: u.target, Action: u.action, Outcome: operation.EffectNotReached})
		}
	}
	return out
}

func (u usualEffect) is(e operation.Effect) bool {
	return e.Kind == u.kind && e.Target == u.target && e.Action == u.action
}

func (h *habit) count(op *operation.Operation) {
	h.runs++
	if op.Kind == operation.KindCommand && len(op.Effects) > 0 {
		h.wrote++
	}
	for i, e := range op.Effects {
		if !slices.ContainsFunc(op.Effects[:i], usualEffect{e.Kind, e.Target, e.Action, 0}.is) && e.Outcome == operation.EffectDone {
			h.see(e)
		}
	}
	if h.runs >= fadingRuns {
		h.runs, h.wrote = h.runs/2, h.wrote/2
		for i := range h.usual {
			h.usual[i].runs /= 2
		}
		h.usual = slices.DeleteFunc(h.usual, func(u usualEffect) bool { return u.runs == 0 })
	}
}

func (h *habit) see(e operation.Effect) {
	for i := range h.usual {
		if h.usual[i].is(e) {
			h.usual[i].runs++
			return
		}
	}
	if len(h.usual) < mostUsual {
		h.usual = append(h.usual, usualEffect{e.Kind, e.Target, e.Action, 1})
	}
}
