package observe

import (
	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/derive/slab"
	"github.com/opslog/opslog/internal/operation"
)

const (
	mostInternal = 10 // Instrumentation Score SPA-001
	watchedParts = 64 // services of one trace
)

// watch is what is known of one trace until it is old enough to be judged. There are very many, so that it and its parts
// are small values without pointers.
type watch struct {
	id      operation.TraceID
	expires operation.Time
	start   operation.Time
	first   uint32 // the operation that began first
	parts   uint32 // the first of them
	spans   uint32
	lead    uint8 // the place in parts of the service of that operation
	len     uint8 // of parts
	root    bool
}

// part is what one service did in a trace.
type part struct {
	who             uint32
	next            uint32
	internal, short uint32
	calls           bool
}

// who did it.
type who struct{ service, environment, tenant string }

// watchBook holds the traces, the oldest first.
type watchBook struct {
	cfg    Config
	traces slab.Queue[watch]
	index  *slab.Index
	parts  slab.Slab[part]
	whose  slab.Book[who]
	names  slab.Book[string]
}

func (b *watchBook) init(cfg Config) { b.cfg, b.index = cfg, slab.NewIndex() }

func (b *watchBook) add(c *Checks, now operation.Time, op *operation.Operation, entry *derive.Span, spans []derive.Span) {
	w := b.watch(now, op)
	i, p := b.part(w, who{op.ServiceName, op.Environment, c.cfg.tenantOf(op)})
	if op.StartTime < w.start {
		b.names.Drop(w.first)
		w.start, w.first, w.lead = op.StartTime, b.names.Hold(op.Name), i
	}
	w.spans += uint32(len(spans))
	w.root = w.root || entry != nil && entry.Parent.IsZero()
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
	for b.traces.Len() > max(b.cfg.MaxPending, 1) {
		b.pop(c)
	}
}

// hash is what a trace is found under; no span is meant.
func (b *watchBook) hash(id *operation.TraceID) uint32 { return b.index.Hash(id, operation.SpanID{}) }

// watch is the one of an operation's trace.
func (b *watchBook) watch(now operation.Time, op *operation.Operation) *watch {
	hash := b.hash(&op.TraceID)
	n, found := b.index.Find(hash, func(n uint32) bool { return b.traces.At(n).id == op.TraceID })
	if !found {
		n = b.traces.Push(watch{id: op.TraceID, expires: now + operation.Time(b.cfg.Wait), start: op.StartTime, first: b.names.Hold(op.Name)})
		b.index.Add(hash, n)
	}
	return b.traces.At(n)
}

// part finds or makes the part of a service; beyond what is watched, they share the last.
func (b *watchBook) part(w *watch, of who) (place uint8, p *part) {
	n := w.parts
	for place := range w.len {
		p = b.parts.At(n)
		if b.whose.At(p.who) == of || place == watchedParts-1 {
			return place, p
		}
		n = p.next
	}
	n = b.parts.Take()
	if p == nil {
		w.parts = n
	} else {
		p.next = n
	}
	w.len++
	p = b.parts.At(n)
	p.who = b.whose.Hold(of)
	return w.len - 1, p
}

func (b *watchBook) expire(c *Checks, now operation.Time, all bool) {
	for b.traces.Len() > 0 && (all || b.traces.At(b.traces.Front()).expires <= now) {
		b.pop(c)
	}
}

// pop judges the oldest trace and forgets it.
func (b *watchBook) pop(c *Checks) {
	n := b.traces.Front()
	w := b.traces.At(n)
	b.judge(c, w)
	b.index.Remove(b.hash(&w.id), n)
	b.names.Drop(w.first)
	for n := w.parts; w.len > 0; w.len-- {
		p := *b.parts.At(n)
		b.whose.Drop(p.who)
		b.parts.Give(n)
		n = p.next
	}
	b.traces.Pop()
}

// judge counts what only the whole trace tells.
func (b *watchBook) judge(c *Checks, w *watch) {
	first := b.names.At(w.first)
	at := func(p *part) (hotKey, *hot) {
		of := b.whose.At(p.who)
		k := hotKey{minuteOf(w.start), of.service, of.environment, first, of.tenant}
		return k, c.hot(k)
	}
	var room [4]*part
	parts := b.partsOf(w, room[:0])
	lead := parts[w.lead]
	k, h := at(lead)
	if c.cfg.WholeTraces {
		c.add(h, slotRootless, k, operation.CheckRootless, "", 1, one(!w.root), 0, w.id)
	}
	c.add(h, slotSingle, k, operation.CheckSingleSpan, first, 1, one(w.spans == 1), one(lead.calls), w.id)
	short, most := uint32(0), 0
	for i, p := range parts {
		short += p.short
		if p.short > parts[most].short {
			most = i
		}
	}
	for i, p := range parts {
		k, h := at(p)
		c.add(h, slotInternal, k, operation.RuleInternalSpans, "", 1, one(p.internal > mostInternal), int64(p.internal), w.id)
		c.add(h, slotShort, k, operation.RuleShortSpans, "", 1, one(i == most && short > mostShort), int64(p.short), w.id)
	}
}

func (b *watchBook) partsOf(w *watch, parts []*part) []*part {
	n := w.parts
	for range w.len {
		p := b.parts.At(n)
		parts = append(parts, p)
		n = p.next
	}
	return parts
}

func one(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
