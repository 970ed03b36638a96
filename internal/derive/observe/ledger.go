package observe

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

// Ledger adds up what several goroutines found and gives it out as records. It is safe for concurrent use.
type Ledger struct {
	cfg      Config
	instance operation.TraceID

	mu       sync.Mutex
	sequence uint64
	edges    *edgeTable
	counters *counterTable
}

// NewLedger makes a ledger. instance is a random number that tells the records of this process from all others.
func NewLedger(cfg Config, instance [16]byte) *Ledger {
	return &Ledger{cfg: cfg, instance: instance, edges: newEdgeTable(cfg.MaxEdges), counters: newCounterTable(cfg.MaxCounters)}
}

// Take gives out what came since the last call, each record with an id of its own, in the order of their names.
func (l *Ledger) Take() ([]*operation.Edge, []*operation.Quality) {
	l.mu.Lock()
	defer l.mu.Unlock()
	edges := slices.SortedFunc(maps.Values(l.edges.sums), func(a, b *operation.Edge) int {
		return cmp.Or(cmp.Compare(a.Minute, b.Minute), strings.Compare(a.Source, b.Source), strings.Compare(a.Target, b.Target),
			strings.Compare(a.SourceOperation, b.SourceOperation), strings.Compare(a.TargetOperation, b.TargetOperation), strings.Compare(a.Tenant, b.Tenant))
	})
	for _, e := range edges {
		e.ID, e.Tenant = l.next(e.Minute), operation.TenantKey(e.Tenant)
	}
	counters := slices.SortedFunc(maps.Values(l.counters.sums), func(a, b *operation.Quality) int {
		return cmp.Or(cmp.Compare(a.Minute, b.Minute), strings.Compare(a.ServiceName, b.ServiceName), strings.Compare(a.Environment, b.Environment),
			strings.Compare(a.Check, b.Check), strings.Compare(a.Subject, b.Subject), strings.Compare(a.Tenant, b.Tenant))
	})
	for _, q := range counters {
		q.ID, q.Tenant = l.next(q.Minute), operation.TenantKey(q.Tenant)
	}
	l.edges.clear()
	clear(l.counters.sums)
	return edges, counters
}

func (l *Ledger) next(minute operation.Time) operation.ID {
	l.sequence++
	var n operation.SpanID
	binary.BigEndian.PutUint64(n[:], l.sequence)
	return operation.NewID(minute, l.instance, n)
}

// Overflowed is how many calls and checks had no edge or counter of their own, since the start.
func (l *Ledger) Overflowed() (calls, checks int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.edges.overflowed, l.counters.overflowed
}

// Logs counts log records of a resource in one minute: how many, how many of them without a severity, and how many for
// debugging, of which is said something in a production environment only.
func (l *Ledger) Logs(minute operation.Time, from *derive.Resource, records, unset, debug int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := counterKey{minute: minuteOf(minute), service: from.ServiceName, environment: from.Environment, check: operation.RuleSeverityIsNotSet,
		tenant: l.cfg.tenantAt(from)}
	l.counters.add(k, records, unset, 0, operation.TraceID{})
	if isProduction(from.Environment) {
		k.check = operation.RuleDebugLogs
		l.counters.add(k, records, debug, 0, operation.TraceID{})
	}
}

func isProduction(environment string) bool {
	switch strings.ToLower(environment) {
	case "production", "prod", "prd", "live":
		return true
	default:
		return false
	}
}
