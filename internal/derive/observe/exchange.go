package observe

import (
	"sync"

	"github.com/opslog/opslog/internal/operation"
)

// Exchange pairs those who put messages into queues with those who take them out, for several graphs at once. It is
// safe for concurrent use.
type Exchange struct {
	mu    sync.Mutex
	pairs *pairs
	edges *edgeTable
}

// NewExchange makes an exchange.
func NewExchange(cfg Config) *Exchange {
	edges := newEdgeTable(cfg.MaxEdges)
	return &Exchange{pairs: newPairs(cfg.MaxPending, true, edges, edges.alone), edges: edges}
}

func (e *Exchange) offer(h *half) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pairs.client(h)
}

func (e *Exchange) take(h *half) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pairs.server(h)
}

// Expire ends the waits that are over; with all, every wait.
func (e *Exchange) Expire(now operation.Time, all bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pairs.expire(now, all)
}

// Flush moves the edges that were found to the ledger.
func (e *Exchange) Flush(to *Ledger) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.edges.flush(to)
}
