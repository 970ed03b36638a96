package observe

import "github.com/opslog/opslog/internal/operation"

// OverflowSubject is the subject, and where there are too many services the service, of counters that found no place
// of their own.
const OverflowSubject = "(overflow)"

// counterKey is one check on one subject in one minute.
type counterKey struct {
	minute                               operation.Time
	service, environment, check, subject string
	tenant                               string
}

// counterTable sums up counters until the next flush.
type counterTable struct {
	limit      int
	sums       map[counterKey]*operation.Quality
	overflowed int64 // looks without a counter of their own
}

func newCounterTable(limit int) *counterTable {
	return &counterTable{limit: max(limit, 1), sums: make(map[counterKey]*operation.Quality)}
}

func (t *counterTable) at(k counterKey, looks int64) *operation.Quality {
	q := t.sums[k]
	if q == nil && len(t.sums) >= t.limit && k.subject != OverflowSubject {
		t.overflowed += looks
		k.subject = OverflowSubject
		q = t.sums[k]
	}
	if q == nil && len(t.sums) >= 2*t.limit {
		k.service, k.environment, k.tenant = OverflowSubject, "", ""
		q = t.sums[k]
	}
	if q == nil {
		q = &operation.Quality{Minute: k.minute, ServiceName: k.service, Environment: k.environment, Check: k.check, Subject: k.subject, Tenant: k.tenant}
		t.sums[k] = q
	}
	return q
}

// add counts looks, of which some failed.
func (t *counterTable) add(k counterKey, total, failed, value int64, example operation.TraceID) {
	q := t.at(k, total)
	q.Total += total
	q.Failed += failed
	q.Value += value
	if failed > 0 && !example.IsZero() {
		q.ExampleTrace = example
	}
}

func (t *counterTable) flush(to *Ledger) {
	if len(t.sums) == 0 {
		return
	}
	to.mu.Lock()
	defer to.mu.Unlock()
	for k, q := range t.sums {
		to.counters.at(k, q.Total).Add(q)
	}
	to.counters.overflowed += t.overflowed
	t.overflowed = 0
	clear(t.sums)
}
