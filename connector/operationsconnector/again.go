package operationsconnector

import (
	"encoding/binary"
	"sync"
	"time"

	"github.com/opslog/opslog/internal/derive/assemble"
	"github.com/opslog/opslog/internal/operation"
)

// mostAgain bounds what waits to be published again. What is beyond keeps the record it has.
const mostAgain = 1000

// again is what other workers found out about a worker's operations. They must not wait for it: it may be them that it
// waits for.
type again struct {
	mu       sync.Mutex
	attempts []assemble.Attempt
}

func (a *again) add(one assemble.Attempt) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.attempts) < mostAgain {
		a.attempts = append(a.attempts, one)
	}
}

func (a *again) take() []assemble.Attempt {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := a.attempts
	a.attempts = nil
	return out
}

// publishAgain asks for a new revision of operations whose place among the attempts of their command changed.
func (c *core) publishAgain(attempts []assemble.Attempt) {
	for _, a := range attempts {
		c.workers[c.shardOf(a.TraceID)].again.add(a)
	}
}

// shardOf is the place of the worker that has a trace.
func (c *core) shardOf(trace operation.TraceID) int {
	// Old ids may have zeros in the upper half, and sampled ones a bias in the last byte; the multiplication mixes.
	h := binary.BigEndian.Uint64(trace[8:]) * 0x9E3779B97F4A7C15
	return int((h >> 32) % uint64(len(c.workers)))
}

func (w *worker) publishAgain(now time.Time) {
	for _, a := range w.again.take() {
		w.shard.Again(now, a)
	}
}
