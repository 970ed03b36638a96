package alert

import "github.com/opslog/opslog/internal/operation"

// place is where an expected error may come from.
type place struct{ environment, service string }

// allowance counts what an expected error may be a share of: the operations of its service. errors are its own.
type allowance struct {
	total  ring
	errors map[GroupKey]*ring
}

// expectedWindow is what the rate of an expected error is taken over, and expectedErrors the fewest that exceed it.
const (
	expectedWindow = fineWidth * 30
	expectedErrors = 5
)

// expect begins to count an error that is expected up to a rate, or ends it.
func (e *Engine) expect(g *Group) {
	at := place{g.Environment, g.Service}
	a := e.allowances[at]
	if g.Expected == nil || g.Expected.MaxRate <= 0 {
		if a != nil {
			if delete(a.errors, g.GroupKey); len(a.errors) == 0 {
				delete(e.allowances, at)
			}
		}
		return
	}
	if a == nil {
		a = &allowance{total: newRing(fineWidth, fineBuckets), errors: map[GroupKey]*ring{}}
		e.allowances[at] = a
	}
	if a.errors[g.GroupKey] == nil {
		r := newRing(fineWidth, fineBuckets)
		a.errors[g.GroupKey] = &r
	}
}

// countExpected counts an operation of a service that has expected errors.
func (e *Engine) countExpected(op *operation.Operation, total, failed bool, at operation.Time) {
	a := e.allowances[place{op.Environment, op.ServiceName}]
	if a == nil {
		return
	}
	if total {
		a.total.add(at, counts{total: 1})
	}
	if r := a.errors[keyOf(op)]; failed && r != nil {
		r.add(at, counts{errors: 1})
	}
}

// judgeExpected fires regression rules for expected errors that come more often than was expected.
func (e *Engine) judgeExpected(now operation.Time) {
	for _, a := range e.allowances {
		total := a.total.sum(now, expectedWindow).total
		for key, r := range a.errors {
			g := e.known.get(key)
			if g == nil { // forgotten
				delete(a.errors, key)
				continue
			}
			errors := r.sum(now, expectedWindow).errors
			if errors >= expectedErrors && wilsonLow(min(errors, total), total) > g.Expected.MaxRate {
				e.raiseKnown(g, ReasonExpectedRate, float64(errors)/float64(max(total, 1)), g.Expected.MaxRate, now)
			}
		}
	}
}
