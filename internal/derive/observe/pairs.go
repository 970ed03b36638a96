package observe

import (
	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/derive/slab"
	"github.com/opslog/opslog/internal/operation"
)

// pairs are sides that wait for the other one, in the order in which their waits end. There are very many, so each is
// a small value without pointers.
type pairs struct {
	limit   int
	waiting slab.Queue[waiting]
	index   *slab.Index // a client's side, or the newest of the servers' sides
	sides   slab.Book[side]
	called  slab.Book[*derive.Called]
	nests   map[uint32]*nest // of those that are nested
	queued  bool             // all of them go over queues
	edges   *edgeTable
	alone   func(*half) // is told of a side whose other side did not come
	ended   half        // the one that alone is told of
}

// waiting is a half of a call that waits.
type waiting struct {
	key                             pairKey
	id                              operation.ID
	start                           operation.Time
	took                            operation.Duration
	retries                         int64
	expires                         operation.Time
	side                            uint32
	called                          uint32 // plus one; 0 for a server
	older                           uint32 // another server's side of the same call came so far before; 0 if none
	failed, paired, stopped, nested bool
}

func newPairs(limit int, queued bool, edges *edgeTable, alone func(*half)) *pairs {
	return &pairs{limit: max(limit, 1), index: slab.NewIndex(), nests: make(map[uint32]*nest), queued: queued, edges: edges, alone: alone}
}

func (p *pairs) len() int { return p.waiting.Len() }

func (p *pairs) hash(k *pairKey) uint32 { return p.index.Hash(&k.trace, k.span) }

func (p *pairs) find(hash uint32, k *pairKey) (uint32, bool) {
	return p.index.Find(hash, func(n uint32) bool { return p.waiting.At(n).key == *k })
}

// push lets h wait.
func (p *pairs) push(h *half) uint32 {
	w := waiting{key: h.key, id: h.id, start: h.start, took: h.took, retries: h.retries, expires: h.expires,
		side: p.sides.Hold(h.side), failed: h.failed, paired: h.paired, stopped: h.stopped, nested: h.nest != nil}
	if h.client() {
		w.called = p.called.Hold(h.called) + 1
	}
	n := p.waiting.Push(w)
	if w.nested {
		p.nests[n] = h.nest
	}
	return n
}

// half is what push was given.
func (p *pairs) half(n uint32) half {
	w := p.waiting.At(n)
	h := half{key: w.key, side: p.sides.At(w.side), id: w.id, start: w.start, took: w.took, retries: w.retries, expires: w.expires,
		failed: w.failed, queue: p.queued, paired: w.paired, stopped: w.stopped}
	if w.called != 0 {
		h.called = p.called.At(w.called - 1)
	}
	if w.nested {
		h.nest = p.nests[n]
	}
	return h
}

// client adds a client's side and counts it with each server's side that is there. It stays for further ones.
func (p *pairs) client(h *half) {
	hash := p.hash(&h.key)
	old, found := p.find(hash, &h.key)
	if found && p.waiting.At(old).called != 0 {
		return // the same span in two operations
	}
	for n, more := old, found; more; n, more = p.older(n) {
		p.waiting.At(n).paired = true
		server := p.half(n)
		p.edges.paired(h, &server)
		h.meet()
	}
	p.enter(hash, old, found, p.push(h))
	p.trim()
}

// server adds a server's side, or counts it at once when the client's is there.
func (p *pairs) server(h *half) {
	hash := p.hash(&h.key)
	old, found := p.find(hash, &h.key)
	if found && p.waiting.At(old).called != 0 {
		client := p.half(old)
		p.edges.paired(&client, h)
		client.meet()
		p.waiting.At(old).paired = client.paired
		return
	}
	n := p.push(h)
	if found {
		p.waiting.At(n).older = n - old
	}
	p.enter(hash, old, found, n)
	p.trim()
}

// enter makes n the one that is found.
func (p *pairs) enter(hash, old uint32, found bool, n uint32) {
	if found {
		p.index.Move(hash, old, n)
		return
	}
	p.index.Add(hash, n)
}

// older is the server's side of the same call that came before n, if it still waits.
func (p *pairs) older(n uint32) (uint32, bool) {
	by := p.waiting.At(n).older
	return n - by, by != 0 && by <= n-p.waiting.Front()
}

// trim makes room for the newest by ending the oldest waits.
func (p *pairs) trim() {
	for p.len() > p.limit {
		p.pop()
	}
}

// expire ends the waits that are over.
func (p *pairs) expire(now operation.Time, all bool) {
	for p.len() > 0 && (all || p.waiting.At(p.waiting.Front()).expires <= now) {
		p.pop()
	}
}

// pop ends the oldest wait.
func (p *pairs) pop() {
	p.ended = p.half(p.waiting.Front())
	p.forget(&p.ended.key)
	if !p.ended.met() && !p.ended.detail() { // the call that a detail belongs to speaks for it
		p.alone(&p.ended)
	}
}

// forget takes the oldest away.
func (p *pairs) forget(k *pairKey) {
	n, hash := p.waiting.Front(), p.hash(k)
	if found, ok := p.find(hash, k); ok && found == n { // else another of its call came later
		p.index.Remove(hash, n)
	}
	w := p.waiting.At(n)
	p.sides.Drop(w.side)
	if w.called != 0 {
		p.called.Drop(w.called - 1)
	}
	if w.nested {
		delete(p.nests, n)
	}
	p.waiting.Pop()
}
