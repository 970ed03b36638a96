package alert

import (
	"cmp"
	"container/heap"
	"fmt"
	"slices"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// Backtest plays stored operations to one rule, as if it had been there when they ended.
type Backtest struct {
	engine      *Engine
	step        operation.Duration
	now         operation.Time
	open        running
	transitions []Transition
	told        int
}

// Firing is a time in which an alert fired.
type Firing struct {
	Alert  Alert          `json:"alert"` // as it was last
	From   operation.Time `json:"from"`
	To     operation.Time `json:"to"` // of the range's end when it fires still
	Firing bool           `json:"firing"`
}

// maxTransitions bounds what a back-test remembers.
const maxTransitions = 1000

// backtestSteps is about how many evaluations a back-test makes at most.
const backtestSteps = 10_000

// NewBacktest begins at from. known are errors that were known then.
func NewBacktest(r Rule, known []Group, from, to operation.Time) (*Backtest, error) {
	cfg := DefaultConfig()
	cfg.Rules, cfg.LearningPeriod = []Rule{r}, 0
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	engine, err := New(cfg, from)
	if err != nil {
		return nil, fmt.Errorf("compile the rule: %w", err)
	}
	var before []Group
	for _, g := range known {
		if g.FirstSeen >= from {
			continue
		}
		g.LastSeen, g.Hours = min(g.LastSeen, from), nil
		if g.ChangedAt >= from { // what was decided since was not known
			g.State, g.Expected, g.ResolvedAt = GroupOngoing, nil, 0
		}
		before = append(before, g)
	}
	engine.Restore(nil, before)
	step := max(cfg.EvaluationInterval, (operation.Duration(to-from) / backtestSteps).Round(time.Second))
	return &Backtest{engine: engine, step: step, now: from}, nil
}

// Take takes the next operation, by start time. It is counted when it ended.
func (b *Backtest) Take(op *operation.Operation) {
	b.until(op.StartTime)
	heap.Push(&b.open, op)
}

// Rows takes what the query of a query rule answered at a time.
func (b *Backtest) Rows(name string, rows []Row, at operation.Time) {
	b.until(at)
	b.engine.ObserveRows(name, rows, at)
	b.collect()
}

// until moves the time on: operations as they ended, and evaluations in between.
func (b *Backtest) until(t operation.Time) {
	for next := b.now + operation.Time(b.step); next <= t; next = b.now + operation.Time(b.step) {
		b.ended(next)
		b.now = next
		b.engine.Evaluate(next)
		b.collect()
	}
	b.ended(t)
}

func (b *Backtest) ended(t operation.Time) {
	for len(b.open) > 0 && end(b.open[0]) <= t {
		op := heap.Pop(&b.open).(*operation.Operation)
		b.engine.Observe([]*operation.Operation{op}, max(end(op), b.now))
		b.collect()
	}
}

func (b *Backtest) collect() {
	for _, t := range b.engine.Changes().Transitions {
		if (t.To == StateFiring || t.To == StateResolved) && t.Alert.Suppressed == "" {
			b.told++
		}
		if len(b.transitions) < maxTransitions {
			b.transitions = append(b.transitions, t)
		}
	}
}

// End moves to the end of the range, and answers the transitions in order (at most maxTransitions), how many of them
// somebody would have been told of, and how many operations were counted.
func (b *Backtest) End(to operation.Time) (transitions []Transition, told int, operations int64) {
	b.until(to)
	return b.transitions, b.told, b.engine.Stats().Operations
}

// Firings are the times in which alerts fired, longest first.
func (b *Backtest) Firings(to operation.Time) []Firing {
	var out []Firing
	open := map[string]int{}
	for _, t := range b.transitions {
		at, known := open[t.Alert.ID]
		switch {
		case t.To == StateFiring && !known:
			open[t.Alert.ID] = len(out)
			out = append(out, Firing{Alert: t.Alert, From: t.At, To: to, Firing: true})
		case known:
			out[at].Alert = t.Alert
			if t.To == StateResolved {
				out[at].To, out[at].Firing = t.At, false
				delete(open, t.Alert.ID)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Firing) int { return cmp.Compare(b.To-b.From, a.To-a.From) })
	return out
}

// running are operations under way, the first to end at the front.
type running []*operation.Operation

func end(op *operation.Operation) operation.Time {
	return op.StartTime + operation.Time(max(op.Duration, 0))
}

func (r running) Len() int           { return len(r) }
func (r running) Less(i, j int) bool { return end(r[i]) < end(r[j]) }
func (r running) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *running) Push(x any)        { *r = append(*r, x.(*operation.Operation)) }
func (r *running) Pop() any {
	last := len(*r) - 1
	op := (*r)[last]
	(*r)[last] = nil
	*r = (*r)[:last]
	return op
}
