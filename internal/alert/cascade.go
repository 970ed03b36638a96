package alert

import "github.com/opslog/opslog/internal/operation"

// cascades joins errors along a trace: an operation that failed because an operation below it failed has nothing new
// to tell. Operations end from the inside out, so the innermost is mostly seen first; one that is not waits a little.
type cascades struct {
	explained map[operation.ID]GroupKey // failed operations, and parents of such, by whose error it was
	older     map[operation.ID]GroupKey
	traces    map[operation.TraceID]GroupKey // the error that began in a trace
	oldTraces map[operation.TraceID]GroupKey
	waiting   []waiter
}

type waiter struct {
	op    *operation.Operation
	until operation.Time
}

// cascadesKept bounds each generation of what is remembered, and the errors that wait.
const cascadesKept = 20000

func newCascades() cascades {
	return cascades{
		explained: map[operation.ID]GroupKey{}, older: map[operation.ID]GroupKey{},
		traces: map[operation.TraceID]GroupKey{}, oldTraces: map[operation.TraceID]GroupKey{},
	}
}

// root tells whose error an operation's error is, when it is that of an operation below it; otherwise it is its own,
// and remembered as such.
func (c *cascades) root(op *operation.Operation) (GroupKey, bool) {
	c.turn()
	key, ok := c.explained[op.ID]
	if !ok {
		key, ok = c.older[op.ID]
	}
	if !ok && op.ErrorService != "" && op.ErrorService != op.ServiceName {
		key, ok = c.inTrace(op)
	}
	if !ok {
		key = keyOf(op)
	}
	if op.ParentOperationID != (operation.ID{}) {
		c.explained[op.ParentOperationID] = key
	}
	if !ok && (op.ErrorService == "" || op.ErrorService == op.ServiceName) {
		c.traces[op.TraceID] = key
	}
	return key, ok
}

// inTrace finds the error of the service that an operation's error came from.
func (c *cascades) inTrace(op *operation.Operation) (GroupKey, bool) {
	t, ok := c.traces[op.TraceID]
	if !ok {
		t, ok = c.oldTraces[op.TraceID]
	}
	return t, ok && t.Service == op.ErrorService
}

func (c *cascades) turn() {
	if len(c.explained) >= cascadesKept {
		c.explained, c.older = map[operation.ID]GroupKey{}, c.explained
	}
	if len(c.traces) >= cascadesKept {
		c.traces, c.oldTraces = map[operation.TraceID]GroupKey{}, c.traces
	}
}

func (c *cascades) wait(op *operation.Operation, until operation.Time) {
	if len(c.waiting) >= cascadesKept {
		until = 0 // the next evaluation takes it as it is
	}
	c.waiting = append(c.waiting, waiter{op, until})
}

// settle hands out those that waited: as caused by a root that came meanwhile, or, after their time, as errors of their own.
func (c *cascades) settle(now operation.Time, follow func(*operation.Operation, GroupKey), own func(*operation.Operation)) {
	left := c.waiting[:0]
	for _, w := range c.waiting {
		key, ok := c.inTrace(w.op)
		switch {
		case ok:
			follow(w.op, key)
		case now >= w.until:
			own(w.op)
		default:
			left = append(left, w)
		}
	}
	for i := len(left); i < len(c.waiting); i++ {
		c.waiting[i] = waiter{}
	}
	c.waiting = left
}

// ancestors are those that wait for this operation's error: they failed because of it.
func (c *cascades) ancestors(op *operation.Operation) []string {
	var e Evidence
	for _, w := range c.waiting {
		if w.op.TraceID == op.TraceID && w.op.ErrorService == op.ServiceName {
			e.alsoFailed(w.op)
		}
	}
	return e.AlsoFailed
}
