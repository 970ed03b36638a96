package observe

import (
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

const (
	kindServer   = ptrace.SpanKindServer
	kindClient   = ptrace.SpanKindClient
	kindInternal = ptrace.SpanKindInternal
	kindConsumer = ptrace.SpanKindConsumer
)

// pairKey is the client's span.
type pairKey struct {
	trace operation.TraceID
	span  operation.SpanID
}

// half is one side of a call.
type half struct {
	key                             pairKey
	parent                          operation.SpanID
	environment, service, operation string
	tenant                          string
	source                          string // the queue that a consumer names
	id                              operation.ID
	called                          *derive.Called // by a client
	start                           operation.Time
	took                            operation.Duration
	retries                         int64
	expires                         operation.Time
	client, failed, queue, met      bool
	stopped                         bool  // by a circuit breaker
	outer                           *half // the call of which this one is a detail
	next                            *half // another server's side of the same call
}

func (h *half) kept() *half {
	k := *h
	return &k
}

func (h *half) end() operation.Time { return h.start + operation.Time(h.took) }

// tenantWith is the tenant of a call; of one between two tenants it is nobody: each would learn of the other.
func (h *half) tenantWith(other *half) string {
	if h.tenant != other.tenant {
		return ""
	}
	return h.tenant
}

// meet marks a call and those that it is a detail of.
func (h *half) meet() {
	for ; h != nil && !h.met; h = h.outer {
		h.met = true
	}
}

// pairs are sides that wait for the other one.
type pairs struct {
	limit   int
	waiting map[pairKey]*half // a client's side, or a list of servers'
	queue   []*half           // by the end of their wait
	head    int
}

func newPairs(limit int) *pairs {
	return &pairs{limit: max(limit, 1), waiting: make(map[pairKey]*half)}
}

func (p *pairs) len() int { return len(p.queue) - p.head }

// client adds a client's side and calls met for each server's side that is there. It stays for further ones.
func (p *pairs) client(h *half, met func(client, server *half)) {
	old := p.waiting[h.key]
	if old != nil && old.client {
		return // the same span in two operations
	}
	for s := old; s != nil; s = s.next {
		s.met = true
		met(h, s)
		h.meet()
	}
	p.waiting[h.key] = h
	p.queue = append(p.queue, h)
}

// server adds a server's side, or counts it at once when the client's is there.
func (p *pairs) server(h *half, met func(client, server *half)) {
	old := p.waiting[h.key]
	if old != nil && old.client {
		met(old, h)
		old.meet()
		return
	}
	h.next = old
	p.waiting[h.key] = h
	p.queue = append(p.queue, h)
}

// trim makes room for the newest by ending the oldest waits.
func (p *pairs) trim(alone func(*half)) {
	for p.len() > p.limit {
		p.pop(alone)
	}
}

// expire ends the waits that are over.
func (p *pairs) expire(now operation.Time, all bool, alone func(*half)) {
	for p.len() > 0 && (all || p.queue[p.head].expires <= now) {
		p.pop(alone)
	}
}

func (p *pairs) pop(alone func(*half)) {
	h := p.queue[p.head]
	p.queue[p.head] = nil
	p.head++
	if p.head > 1024 && p.head*2 > len(p.queue) {
		n := copy(p.queue, p.queue[p.head:])
		clear(p.queue[n:])
		p.queue, p.head = p.queue[:n], 0
	}
	p.forget(h)
	if !h.met && h.outer == nil { // the call that a detail belongs to speaks for it
		alone(h)
	}
}

// forget takes h out of the map, where it may stand in a list of servers' sides, or no longer.
func (p *pairs) forget(h *half) {
	first := p.waiting[h.key]
	if first == h {
		if h.next == nil || h.client {
			delete(p.waiting, h.key)
		} else {
			p.waiting[h.key] = h.next
		}
		return
	}
	for at := first; at != nil && !at.client; at = at.next {
		if at.next == h {
			at.next = h.next
			return
		}
	}
}
