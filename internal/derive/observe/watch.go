package observe

import (
	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

const (
	mostInternal = 10 // Instrumentation Score SPA-001
	watchedParts = 64 // services of one trace
)

// watch is what is known of one trace until it is old enough to be judged.
type watch struct {
	id      operation.TraceID
	expires operation.Time
	start   operation.Time
	first   string // the operation that began first
	lead    int    // its service in parts
	spans   int
	root    bool
	parts   []part
}

// part is what one service did in a trace.
type part struct {
	service, environment, tenant string
	internal, short              int
	calls                        bool
}

// watchBook holds the traces, the oldest first.
type watchBook struct {
	cfg   Config
	all   map[operation.TraceID]*watch
	queue []*watch
	head  int
	free  []*watch
}

func (b *watchBook) init(cfg Config) {
	b.cfg, b.all = cfg, make(map[operation.TraceID]*watch)
}

func (b *watchBook) add(c *Checks, now operation.Time, op *operation.Operation, entry *derive.Span, spans []derive.Span) {
	w := b.all[op.TraceID]
	if w == nil {
		w = b.take()
		w.id, w.expires, w.start, w.first = op.TraceID, now+operation.Time(b.cfg.Wait), op.StartTime, op.Name
		b.all[op.TraceID] = w
		b.queue = append(b.queue, w)
	}
	i := w.part(op.ServiceName, op.Environment, c.cfg.tenantOf(op))
	if op.StartTime < w.start {
		w.start, w.first, w.lead = op.StartTime, op.Name, i
	}
	w.spans += len(spans)
	w.root = w.root || entry != nil && entry.Parent.IsZero()
	p := &w.parts[i]
	for j := range spans {
		s := &spans[j]
		if s.Kind == kindInternal {
			p.internal++
		}
		if s.Duration() < shortSpan {
			p.short++
		}
		called := s.Called()
		p.calls = p.calls || called != nil && (called.Category == operation.CategoryHTTP || called.Category == operation.CategoryRPC || called.Sends)
	}
	for len(b.queue)-b.head > max(b.cfg.MaxPending, 1) {
		b.pop(c)
	}
}

func (w *watch) part(service, environment, tenant string) int {
	for i := range w.parts {
		if w.parts[i].service == service && w.parts[i].environment == environment && w.parts[i].tenant == tenant {
			return i
		}
	}
	if len(w.parts) == watchedParts {
		return watchedParts - 1
	}
	w.parts = append(w.parts, part{service: service, environment: environment, tenant: tenant})
	return len(w.parts) - 1
}

func (b *watchBook) take() *watch {
	if n := len(b.free); n > 0 {
		w := b.free[n-1]
		b.free = b.free[:n-1]
		*w = watch{parts: w.parts[:0]}
		return w
	}
	return &watch{}
}

func (b *watchBook) expire(c *Checks, now operation.Time, all bool) {
	for b.head < len(b.queue) && (all || b.queue[b.head].expires <= now) {
		b.pop(c)
	}
}

func (b *watchBook) pop(c *Checks) {
	w := b.queue[b.head]
	b.queue[b.head] = nil
	b.head++
	if b.head > 1024 && b.head*2 > len(b.queue) {
		n := copy(b.queue, b.queue[b.head:])
		clear(b.queue[n:])
		b.queue, b.head = b.queue[:n], 0
	}
	delete(b.all, w.id)
	w.judge(c)
	const spare = 1024
	if len(b.free) < spare {
		b.free = append(b.free, w)
	}
}

// judge counts what only the whole trace tells.
func (w *watch) judge(c *Checks) {
	at := func(p *part) (hotKey, *hot) {
		k := hotKey{minuteOf(w.start), p.service, p.environment, w.first, p.tenant}
		return k, c.hot(k)
	}
	lead := &w.parts[w.lead]
	k, h := at(lead)
	if c.cfg.WholeTraces {
		c.add(h, slotRootless, k, operation.CheckRootless, "", 1, one(!w.root), 0, w.id)
	}
	c.add(h, slotSingle, k, operation.CheckSingleSpan, w.first, 1, one(w.spans == 1), one(lead.calls), w.id)
	short, most := 0, 0
	for i := range w.parts {
		short += w.parts[i].short
		if w.parts[i].short > w.parts[most].short {
			most = i
		}
	}
	for i := range w.parts {
		p := &w.parts[i]
		k, h := at(p)
		c.add(h, slotInternal, k, operation.RuleInternalSpans, "", 1, one(p.internal > mostInternal), int64(p.internal), w.id)
		c.add(h, slotShort, k, operation.RuleShortSpans, "", 1, one(i == most && short > mostShort), int64(p.short), w.id)
	}
}

func one(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
