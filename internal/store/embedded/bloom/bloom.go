// Package bloom keeps which strings occur in a block of records, so that a search leaves out blocks that cannot hold
// what it looks for. It never says no to what is there; it says yes to about one in fifty that is not. Filters
// are Bloom's ("Space/time trade-offs in hash coding with allowable errors", 1970), halved until at most 45 % of their
// bits are set, and cut into parts, of which a search reads those that its hashes belong to.
package bloom

import "math/bits"

const (
	// Parts is the number of parts: the first half is about grams, the second about keys.
	Parts = 16

	probes   = 4       // bits of a hash
	partBits = 1 << 17 // of a part, before it is halved: at most 32 bytes an operation for blocks of 8192
	words    = partBits / 64
	kind     = 1 << 63 // tells keys from grams, whose filters have sizes of their own
	fullest  = 45      // per cent of the bits that may be set after a part was halved
)

// Hash is that of a gram or a key.
type Hash uint64

// Part is where the hash is to be looked for.
func (h Hash) Part() int { return int(h >> 60) }

func (h Hash) bit(i, mask uint32) uint32 { return (uint32(h) + i*(uint32(h>>32)|1)) & mask }

// Has tells whether a part may hold the hash.
func Has(part []byte, h Hash) bool {
	mask := uint32(len(part)*8 - 1)
	for i := range uint32(probes) {
		if b := h.bit(i, mask); part[b>>3]&(1<<(b&7)) == 0 {
			return false
		}
	}
	return true
}

// Builder collects the hashes of a block.
type Builder struct {
	parts [Parts][words]uint64
	seen  [1 << 12]Hash // most hashes come again soon
}

// Add puts a hash in.
func (b *Builder) Add(h Hash) {
	last := &b.seen[uint64(h)>>20&(1<<12-1)]
	if *last == h && h != 0 { // 0 is what seen begins with
		return
	}
	*last = h
	part := &b.parts[h.Part()]
	for i := range uint32(probes) {
		at := h.bit(i, partBits-1)
		part[at>>6] |= 1 << (at & 63)
	}
}

// Take answers the parts, and empties the builder.
func (b *Builder) Take() [Parts][]byte {
	var out [Parts][]byte
	for _, half := range [][2]int{{0, Parts / 2}, {Parts / 2, Parts}} {
		size := b.size(half[0], half[1])
		for p := half[0]; p < half[1]; p++ {
			out[p] = encode(b.parts[p][:size])
		}
	}
	*b = Builder{}
	return out
}

// size halves some parts, all as often, and answers how many words of each are left.
func (b *Builder) size(from, to int) int {
	size := words
	for size > 1 {
		set := 0
		for p := from; p < to; p++ {
			for i := range size / 2 {
				set += bits.OnesCount64(b.parts[p][i] | b.parts[p][i+size/2])
			}
		}
		if set*100 > fullest*(to-from)*size/2*64 {
			break
		}
		size /= 2
		for p := from; p < to; p++ {
			for i := range size {
				b.parts[p][i] |= b.parts[p][i+size]
			}
		}
	}
	return size
}

func encode(part []uint64) []byte {
	out := make([]byte, 0, len(part)*8)
	for _, word := range part {
		for range 8 {
			out = append(out, byte(word))
			word >>= 8
		}
	}
	return out
}
