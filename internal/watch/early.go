package watch

import (
	"sync"

	"github.com/opslog/opslog/internal/operation"
)

// early keeps the operations that come before the state of an earlier run is known.
type early struct {
	mu   sync.Mutex
	done bool
	ops  []*operation.Operation
}

// earlyKept bounds them: some seconds of traffic, while a store comes up beside opslog.
const earlyKept = 20000

// keep takes operations; kept is false when the state is known and they are to be watched at once. missed tells how
// many found no room.
func (e *early) keep(each func(take func(*operation.Operation))) (missed int, kept bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.done {
		return 0, false
	}
	each(func(op *operation.Operation) {
		if len(e.ops) >= earlyKept {
			missed++
			return
		}
		copied := *op // of those that went well, the place is used again
		e.ops = append(e.ops, &copied)
	})
	return missed, true
}

func (e *early) over() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.done
}

// end hands out what was kept, and keeps no more.
func (e *early) end(take func(*operation.Operation)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, op := range e.ops {
		take(op)
	}
	e.done, e.ops = true, nil
}
