package observe

import (
	"slices"
	"time"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

// The limits of the checks; requirements say where they come from.
const (
	gapTime   = 100 * time.Millisecond // Sentry's missing instrumentation
	gapShare  = 0.3
	shortSpan = 5 * time.Millisecond // Instrumentation Score SPA-005
	mostShort = 20
	skewLimit = 10 * time.Millisecond // smaller differences are usual
	mostEqual = 100                   // children of one name that ask for nothing different
)

// Checks judge the quality of the traces of one goroutine.
type Checks struct {
	cfg       Config
	counters  *counterTable
	hots      map[hotKey]*hot
	lastKey   hotKey // of last, the hot that was asked for last: batches come operation by operation
	last      *hot
	breaks    *Breaks
	names     nameBook
	runs      runBook
	watch     watchBook
	resources resourceBook
}

// NewChecks makes checks. Several may share the breaks.
func NewChecks(cfg Config, breaks *Breaks) *Checks {
	c := &Checks{cfg: cfg, counters: newCounterTable(cfg.MaxCounters), hots: make(map[hotKey]*hot), breaks: breaks}
	c.names.init()
	c.runs.init()
	c.watch.init(cfg)
	c.resources.init()
	return c
}

func (c *Checks) key(op *operation.Operation, check, subject string) counterKey {
	return counterKey{minuteOf(op.StartTime), op.ServiceName, op.Environment, check, subject, c.cfg.tenantOf(op)}
}

// count adds one look at an operation.
func (c *Checks) count(op *operation.Operation, check, subject string, failed bool, value int64) {
	n := int64(0)
	if failed {
		n = 1
	}
	c.counters.add(c.key(op, check, subject), 1, n, value, op.TraceID)
}

// Operation takes an operation with its spans. entry is nil when the entry span was not seen.
func (c *Checks) Operation(now operation.Time, op *operation.Operation, entry *derive.Span, spans []derive.Span) {
	k := hotKey{minuteOf(op.StartTime), op.ServiceName, op.Environment, op.Name, c.cfg.tenantOf(op)}
	h := c.hot(k)
	c.add(h, slotVolume, k, operation.CheckVolume, "", 1, 0, int64(len(spans)), op.TraceID)
	c.add(h, slotOrphan, k, operation.CheckOrphan, "", int64(len(spans)), int64(orphansOf(entry, spans)), 0, op.TraceID)
	c.add(h, slotLate, k, operation.CheckLate, op.Name, int64(len(spans)), 0, 0, op.TraceID)
	if entry != nil && !entry.Parent.IsZero() {
		c.add(h, slotSkew, k, operation.CheckClockSkew, "", 1, 0, 0, op.TraceID)
	}
	if op.SpanCount > 1 {
		gap := op.SelfTime >= gapTime && float64(op.SelfTime) >= gapShare*float64(op.Duration)
		c.add(h, slotGap, k, operation.CheckGap, op.Name, 1, one(gap), int64(op.SelfTime), op.TraceID)
	}
	c.spanNames(h, k, op, entry, spans)
	c.noise(h, k, op, spans)
	c.attributes(h, k, op, spans)
	c.runs.add(c, op)
	c.watch.add(c, now, op, entry, spans)
	if entry != nil {
		c.resources.add(entry.Resource, op)
		c.resources.misplaced(c, entry.Resource, op)
		if entry.Kind == kindServer && entry.Parent.IsZero() {
			c.breaks.root(now, op, k.tenant)
		}
	}
}

// Late takes an operation again, because so many spans came after it was taken.
func (c *Checks) Late(op *operation.Operation, spans int64) {
	c.counters.add(c.key(op, operation.CheckLate, op.Name), spans, spans, 0, op.TraceID)
	c.counters.add(c.key(op, operation.CheckVolume, ""), 0, 0, spans, operation.TraceID{})
}

// Skew takes how far the clock of an operation differs from that of the one that called it.
func (c *Checks) Skew(op *operation.Operation, s derive.Skew) {
	by := s.By.Abs()
	k := c.key(op, operation.CheckClockSkew, s.Service+" -> "+op.ServiceName)
	if s.Caller != nil && c.cfg.tenantAt(s.Caller) != k.tenant {
		k.tenant = "" // it names a service of somebody else's
	}
	c.counters.add(k, 1, one(by >= skewLimit), int64(by), op.TraceID)
}

// orphansOf counts the spans whose parent is missing. The entry's parent is another service's matter.
func orphansOf(entry *derive.Span, spans []derive.Span) int {
	orphans := 0
	var ids map[operation.SpanID]struct{}
	const few = 32
	if len(spans) > few {
		ids = make(map[operation.SpanID]struct{}, len(spans))
		for i := range spans {
			ids[spans[i].ID] = struct{}{}
		}
	}
	for i := range spans {
		s := &spans[i]
		if entry != nil && (s.ID == entry.ID || s.Parent == entry.ID) || s.Parent.IsZero() || i > 0 && s.Parent == spans[i-1].ID {
			continue
		}
		var found bool
		if ids != nil {
			_, found = ids[s.Parent]
		} else {
			found = slices.ContainsFunc(spans, func(o derive.Span) bool { return o.ID == s.Parent })
		}
		if !found {
			orphans++
		}
	}
	return orphans
}

// noise looks for spans that are too short or too equal to be worth their price.
func (c *Checks) noise(h *hot, k hotKey, op *operation.Operation, spans []derive.Span) {
	short := 0
	for i := range spans {
		if spans[i].Duration() < shortSpan {
			short++
		}
	}
	noise := short > mostShort || len(spans) > mostEqual && equalSpans(spans) > mostEqual
	c.add(h, slotNoise, k, operation.CheckNoise, op.Name, 1, one(noise), int64(short), op.TraceID)
}

// equalSpans is how often the most frequent name occurs among the spans that call nothing or the same.
func equalSpans(spans []derive.Span) int {
	type what struct {
		name   string
		called *derive.Called
	}
	most, seen := 0, map[what]int{}
	for i := range spans {
		w := what{spans[i].Name, spans[i].Called()}
		seen[w]++
		most = max(most, seen[w])
	}
	return most
}

// attributes looks for what an operation and its calls should say.
func (c *Checks) attributes(h *hot, k hotKey, op *operation.Operation, spans []derive.Span) {
	switch op.Transport {
	case operation.TransportHTTP:
		c.add(h, slotAttribute, k, operation.CheckMissingAttribute, "http.route", 1, one(op.Route == ""), 0, op.TraceID)
	case operation.TransportMessage:
		c.count(op, operation.CheckMissingAttribute, "messaging.destination.name", op.Route == "", 0) // no slot: a name may be of both
	}
	var calls, nameless, unasked int64
	for i := range spans {
		called := spans[i].Called()
		if called == nil || !called.Remote {
			continue
		}
		calls++
		if called.Node == "" || called.Node == called.System {
			nameless++
		}
		if called.Asked == "" {
			unasked++
		}
	}
	if calls > 0 {
		c.add(h, slotAddress, k, operation.CheckMissingAttribute, "server.address", calls, nameless, 0, op.TraceID)
		c.add(h, slotAsked, k, operation.CheckMissingAttribute, "db.query.text, rpc.method or url.full", calls, unasked, 0, op.TraceID)
	}
}

// Unpaired takes a side of a call whose other side did not come.
func (c *Checks) Unpaired(u *Unpaired) {
	if u.Client {
		if to, broken := c.breaks.client(u); to != "" {
			n := int64(0)
			if broken {
				n = 1
			}
			c.counters.add(counterKey{minuteOf(u.Start), u.Service, u.Environment, operation.CheckBrokenEdge, u.Service + " -> " + to, u.Tenant}, 1, n, 0, u.Trace)
		}
		return
	}
	if c.cfg.WholeTraces { // the span was counted with its operation already
		c.counters.add(counterKey{minuteOf(u.Start), u.Service, u.Environment, operation.CheckOrphan, "", u.Tenant}, 0, 1, 1, u.Trace)
	}
}

// Lost takes spans for which no operation turned up, by one of them.
func (c *Checks) Lost(s *derive.Span, spans int64) {
	c.counters.add(counterKey{minuteOf(s.Start), s.Resource.ServiceName, s.Resource.Environment, operation.CheckOrphan, "", c.cfg.tenantAt(s.Resource)}, spans, 1, 0, s.TraceID)
}

// Root takes every root span when it comes.
func (c *Checks) Root(s *derive.Span) {
	n := int64(0)
	if s.Kind == kindClient {
		n = 1
	}
	c.counters.add(counterKey{minuteOf(s.Start), s.Resource.ServiceName, s.Resource.Environment, operation.RuleRootClient, "", c.cfg.tenantAt(s.Resource)}, 1, n, 0, s.TraceID)
}

// Expire ends the watch over traces that are old enough; with all, over every trace.
func (c *Checks) Expire(now operation.Time, all bool) { c.watch.expire(c, now, all) }

// Flush moves the counters to the ledger.
func (c *Checks) Flush(to *Ledger) {
	c.resources.flush(c)
	c.counters.flush(to)
	c.cool()
}
