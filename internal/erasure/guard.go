package erasure

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// Guard is a store that keeps out what is being erased: components hold records of the last seconds in memory, and
// alerting holds evidence for days.
type Guard struct {
	store.Backend
	*ongoing
}

// ongoing is who is kept out.
type ongoing struct {
	mu      sync.RWMutex
	active  []*Match // records that name the subject are dropped
	settled []*Match // only late records of erased traces are
	ended   []time.Time
}

// settledFor is how long late records of erased traces are kept out: no span comes so late.
const settledFor = time.Hour

// NewGuard stands before a store.
func NewGuard(b store.Backend) *Guard { return &Guard{Backend: b, ongoing: &ongoing{}} }

// ForTenants is the store's own view for tenants, behind the same guard.
func (g *Guard) ForTenants() store.Backend {
	return &Guard{Backend: store.ForTenants(g.Backend), ongoing: g.ongoing}
}

func (g *ongoing) begin(m *Match) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.active = append(slices.Clone(g.active), m)
}

// end lets the subject in again, for they may go on to use the service. What was known of them stays out for a while.
func (g *ongoing) end(m *Match, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !slices.Contains(g.active, m) {
		return
	}
	g.active = slices.DeleteFunc(slices.Clone(g.active), func(a *Match) bool { return a == m })
	old := 0
	for old < len(g.ended) && now.Sub(g.ended[old]) > settledFor {
		old++
	}
	g.settled, g.ended = append(slices.Clone(g.settled[old:]), m), append(slices.Clone(g.ended[old:]), now)
}

func (g *ongoing) matches() (active, settled []*Match) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.active, g.settled
}

// keep leaves out what is theirs.
func keep[T any](g *Guard, records []*T, trace func(*T) operation.TraceID, theirs func(*Match, *T) bool) []*T {
	active, settled := g.matches()
	if len(active)+len(settled) == 0 {
		return records
	}
	out := make([]*T, 0, len(records))
	for _, r := range records {
		late := slices.ContainsFunc(settled, func(m *Match) bool { return m.Trace(trace(r)) })
		if !late && !slices.ContainsFunc(active, func(m *Match) bool { return theirs(m, r) }) {
			out = append(out, r)
		}
	}
	return out
}

// Allowed leaves out what is being erased.
func (g *Guard) Allowed(ops []*operation.Operation) []*operation.Operation {
	return keep(g, ops, func(op *operation.Operation) operation.TraceID { return op.TraceID }, (*Match).Operation)
}

// WriteOperations stores the others.
func (g *Guard) WriteOperations(ctx context.Context, ops []*operation.Operation) error {
	return g.Backend.WriteOperations(ctx, g.Allowed(ops))
}

// WriteSpans stores the others.
func (g *Guard) WriteSpans(ctx context.Context, spans []*operation.Span) error {
	return g.Backend.WriteSpans(ctx, keep(g, spans, func(s *operation.Span) operation.TraceID { return s.TraceID }, (*Match).Span))
}

// WriteLogs stores the others.
func (g *Guard) WriteLogs(ctx context.Context, logs []*operation.LogRecord) error {
	return g.Backend.WriteLogs(ctx, keep(g, logs, func(l *operation.LogRecord) operation.TraceID { return l.TraceID }, (*Match).Log))
}

// PutState writes a document without those who are erased.
func (g *Guard) PutState(ctx context.Context, key string, value []byte, expected int64) (store.Entry, error) {
	active, settled := g.matches()
	for _, m := range slices.Concat(active, settled) {
		value, _ = m.Document(value)
	}
	return g.Backend.PutState(ctx, key, value, expected)
}
