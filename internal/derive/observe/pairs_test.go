package observe

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

// plainPairs does what pairs do, by looking through a list.
type plainPairs struct {
	limit int
	queue []*plainHalf
	edges *edgeTable
}

type plainHalf struct {
	half
	outer *plainHalf
}

func (h *plainHalf) meet() {
	for ; h != nil && !h.paired; h = h.outer {
		h.paired = true
	}
}

// partners are the sides of the same call that wait, the newest first.
func (p *plainPairs) partners(h *plainHalf, clients bool) (found []*plainHalf) {
	for i := len(p.queue) - 1; i >= 0; i-- {
		if o := p.queue[i]; o.key == h.key && o.client() == clients {
			found = append(found, o)
		}
	}
	return found
}

func (p *plainPairs) add(h *plainHalf) {
	clients := p.partners(h, true)
	switch {
	case h.client() && len(clients) > 0:
		return
	case h.client():
		for _, server := range p.partners(h, false) {
			p.edges.paired(&h.half, &server.half)
			server.paired = true
			h.meet()
		}
	case len(clients) > 0:
		p.edges.paired(&clients[0].half, &h.half)
		clients[0].meet()
		return
	}
	p.queue = append(p.queue, h)
	for len(p.queue) > p.limit {
		p.pop()
	}
}

func (p *plainPairs) pop() {
	h := p.queue[0]
	p.queue = p.queue[1:]
	if !h.paired && h.outer == nil {
		p.edges.alone(&h.half)
	}
}

func (p *plainPairs) expire(now operation.Time) {
	for len(p.queue) > 0 && p.queue[0].expires <= now {
		p.pop()
	}
}

// Pairs count what a plain list counts, whatever waits, ends or finds no room, and hold nothing in the end.
func TestPairsCountAsAPlainListDoes(t *testing.T) {
	for seed := range uint64(12) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		limit := 1 + rnd.IntN(3000)
		edges := newEdgeTable(1_000_000)
		p := newPairs(limit, false, edges, edges.alone)
		plain := &plainPairs{limit: limit, edges: newEdgeTable(1_000_000)}
		keys := 1 + rnd.IntN(limit)
		for i := range 1500 {
			now := operation.Time(i) * operation.Time(rnd.IntN(2))
			calls, same := anyCalls(rnd, i, keys)
			for j := range calls {
				if calls[j].client() {
					p.client(&calls[j])
				} else {
					p.server(&calls[j])
				}
				plain.add(same[j])
			}
			p.expire(now, false)
			plain.expire(now)
			require.Equal(t, len(plain.queue), p.len())
		}
		p.expire(0, true)
		plain.expire(1 << 60)
		require.Equal(t, plain.edges.sums, edges.sums)
		require.Zero(t, p.len())
		require.Zero(t, p.index.Len())
		require.Zero(t, p.sides.Len())
		require.Zero(t, p.called.Len())
		require.Empty(t, p.nests)
	}
}

// anyCalls are a server's side or the client's sides of one operation, each a detail of the next or not; twice the same.
func anyCalls(rnd *rand.Rand, i, keys int) (calls []half, same []*plainHalf) {
	n := 1 + rnd.IntN(3)
	client := rnd.IntN(2) == 0
	for j := range n {
		h := half{key: pairKey{span: operation.SpanID{byte(rnd.IntN(keys)), byte(rnd.IntN(1 + keys/256))}}, start: operation.Time(i), took: operation.Duration(1 + rnd.IntN(100)),
			id: operation.ID{1: byte(i)}, expires: operation.Time(i + 700), failed: rnd.IntN(5) == 0, retries: int64(rnd.IntN(2))}
		h.operation = fmt.Sprint(i, j)
		if client {
			h.called = &derive.Called{Node: fmt.Sprint(i, j)}
		}
		calls, same = append(calls, h), append(same, &plainHalf{half: h})
	}
	for j := range n - 1 {
		if client && rnd.IntN(2) == 0 {
			calls[j].detailOf(&calls[j+1])
			same[j].outer = same[j+1]
		}
	}
	return calls, same
}
