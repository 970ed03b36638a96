package alert

import (
	"container/list"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// seriesKey is what operations are counted by.
type seriesKey struct{ environment, service, operation string }

// series are the counts of one key within one population.
type series struct {
	key      seriesKey
	rings    rings
	external ring // of those that called out; the fine level only
	causes   causes
	times    []*durations // one for each latency rule of the population
	beat     *beat        // when the population has a silence rule
	example  Evidence     // of the latest error
	ids      []string     // of the alert of each rule of the population
	last     operation.Time
}

// population is what the rules with the same condition and the same grouping watch. It keeps the series that were seen
// last; when all are young, the rest go to one that is called OtherOperation.
type population struct {
	id       string // the condition and the grouping
	match    query.Matcher
	external bool
	byName   bool // service and operation, not service alone
	long     bool
	rules    []*rule
	series   map[seriesKey]*list.Element
	order    list.List
	limit    int
	folded   int64
}

// idleBeforeEviction is how old a series must be to make room for another.
const idleBeforeEviction = operation.Duration(60 * 60 * 1e9)

func (p *population) at(op *operation.Operation, now operation.Time) *series {
	key := seriesKey{environment: op.Environment, service: op.ServiceName}
	if p.byName {
		key.operation = op.Name
	}
	e, ok := p.series[key]
	if !ok && len(p.series) >= p.limit && !p.evict(now) {
		p.folded++
		key = seriesKey{environment: op.Environment, service: OtherOperation, operation: OtherOperation}
		e, ok = p.series[key]
	}
	if !ok {
		return p.add(key, now)
	}
	s := e.Value.(*series)
	if now-s.last > operation.Time(fineWidth) { // moving at each operation would cost more than it tells
		p.order.MoveToFront(e)
		s.last = now
	}
	return s
}

func (p *population) add(key seriesKey, now operation.Time) *series {
	s := &series{key: key, rings: newRings(p.long), external: newRing(fineWidth, fineBuckets), last: now, ids: make([]string, len(p.rules))}
	for _, r := range p.rules {
		switch r.Type {
		case TypeLatency:
			s.times = append(s.times, newDurations(r.Window))
		case TypeSilence:
			s.beat = &beat{}
		}
	}
	p.series[key] = p.order.PushFront(s)
	return s
}

func (s *series) rewind(now operation.Time) {
	for _, r := range []*ring{&s.rings.fine, &s.rings.mid, &s.rings.coarse, &s.external} {
		r.rewind(now)
	}
	for _, d := range s.times {
		d.rewind(now)
	}
	if s.beat != nil {
		s.beat.Last = min(s.beat.Last, now)
	}
	s.last = min(s.last, now)
	s.causes.since = min(s.causes.since, now)
}

func (p *population) evict(now operation.Time) bool {
	e := p.order.Back()
	if e == nil || operation.Duration(now-e.Value.(*series).last) < idleBeforeEviction {
		return false
	}
	delete(p.series, p.order.Remove(e).(*series).key)
	return true
}

// observe counts an operation in its series, as far as the rules' condition takes it.
func (p *population) observe(op *operation.Operation, seen sighting) bool {
	if p.match != nil && !p.match(op, nil) || p.external && !callsOut(op) {
		return true
	}
	s := p.at(op, seen.now)
	kept := s.rings.add(seen.at, seen.counts)
	if callsOut(op) {
		s.external.add(seen.at, seen.counts)
	}
	if seen.errors > 0 {
		s.causes.add(causeOf(op), seen.now)
		if op.StartTime >= s.example.Time {
			s.example = evidenceOf(op)
		}
	}
	if seen.total > 0 {
		for _, d := range s.times {
			d.add(seen.at, op.Duration)
		}
		if s.beat != nil {
			s.beat.at(op.StartTime)
		}
	}
	return kept
}

// sighting is what of an operation is to be counted, and when.
type sighting struct {
	at  operation.Time // its end
	now operation.Time
	counts
}
