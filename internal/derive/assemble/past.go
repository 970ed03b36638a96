package assemble

import (
	"hash/maphash"
	"math/bits"
	"time"

	"github.com/opslog/opslog/internal/derive/slab"
	"github.com/opslog/opslog/internal/operation"
)

// past remembers in few bits which processes had an operation in which traces that were forgotten since. Spans that
// come for them are late; they are not the sign of an operation that is still running. It is a Bloom filter of two
// generations: below one in a hundred answers is a wrong yes with 10 bits for each entry, and a wrong no comes
// after two generations.
type past struct {
	seed   maphash.Seed
	bits   [2][]uint64 // now and before
	turned time.Duration
	every  time.Duration
}

// pastShare is the part of a shard's memory that each generation may use.
const pastShare = 64

func newPast(maxBytes int64, every time.Duration) *past {
	words := max(int(maxBytes)/pastShare/8, 16)
	words = 1 << (bits.Len(uint(words)) - 1) // a power of two
	p := &past{seed: maphash.MakeSeed(), every: every}
	p.bits[0], p.bits[1] = make([]uint64, words), make([]uint64, words)
	return p
}

// size is what it costs.
func (p *past) size() int64 { return 2 * 8 * int64(len(p.bits[0])) }

func (p *past) hash(trace *operation.TraceID, identity string) uint64 {
	return slab.Mix(maphash.Bytes(p.seed, trace[:]), maphash.String(p.seed, identity)|1)
}

const pastProbes = 4

// each calls f with the places of an entry until f answers false.
func (p *past) each(h uint64, f func(word, bit uint64) bool) {
	step := bits.RotateLeft64(h, 32) | 1
	for range pastProbes {
		if !f(h>>6&uint64(len(p.bits[0])-1), 1<<(h&63)) {
			return
		}
		h += step
	}
}

func (p *past) add(trace *operation.TraceID, identity string, now time.Duration) {
	if now-p.turned >= p.every {
		p.bits[0], p.bits[1] = p.bits[1], p.bits[0]
		clear(p.bits[0])
		p.turned = now
	}
	p.each(p.hash(trace, identity), func(word, bit uint64) bool {
		p.bits[0][word] |= bit
		return true
	})
}

func (p *past) has(trace *operation.TraceID, identity string) bool {
	h := p.hash(trace, identity)
	for _, generation := range p.bits {
		all := true
		p.each(h, func(word, bit uint64) bool {
			all = generation[word]&bit != 0
			return all
		})
		if all {
			return true
		}
	}
	return false
}
