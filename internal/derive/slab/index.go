package slab

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"

	"github.com/opslog/opslog/internal/operation"
)

// Index finds numbers by the ids of a trace and a span. Whoever holds what is numbered keeps the ids with it; the
// index has their hashes only.
type Index struct {
	slots []slot // a hash table with linear probing
	used  int
	seed  uint64
}

// slot holds the hash of the ids, which is never 0, so that probing seldom has to look at what is numbered.
type slot struct{ number, hash uint32 }

const fewestSlots = 1024

// EntryBytes is what an entry costs at most: the table is between three eighths and three quarters full while it grows.
const EntryBytes = 22

// NewIndex makes an index. Nobody can choose ids that collide in it, because its hashes are seeded.
func NewIndex() *Index { return &Index{slots: make([]slot, fewestSlots), seed: rand.Uint64()} }

// Hash is what the ids are found under.
func (x *Index) Hash(trace *operation.TraceID, span operation.SpanID) uint32 {
	other := bits.RotateLeft64(x.seed, 32)
	h := Mix(binary.LittleEndian.Uint64(trace[:8])^x.seed, binary.LittleEndian.Uint64(trace[8:])^other)
	h = Mix(h^x.seed, binary.LittleEndian.Uint64(span[:])^other)
	return max(uint32(h), 1)
}

// Mix folds the product of a and b, as wyhash does.
func Mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// Len is how many entries there are.
func (x *Index) Len() int { return x.used }

// Find answers the entry with that hash whose number is the one, which is asked only where the hash is the same.
func (x *Index) Find(hash uint32, is func(number uint32) bool) (number uint32, found bool) {
	mask := uint32(len(x.slots) - 1)
	for i := hash & mask; x.slots[i].hash != 0; i = (i + 1) & mask {
		if x.slots[i].hash == hash && is(x.slots[i].number) {
			return x.slots[i].number, true
		}
	}
	return 0, false
}

// Add makes an entry. There must be none for these ids.
func (x *Index) Add(hash, number uint32) {
	if 4*(x.used+1) > 3*len(x.slots) {
		x.resize(2 * len(x.slots))
	}
	x.used++
	x.put(slot{number, hash})
}

func (x *Index) put(s slot) {
	mask := uint32(len(x.slots) - 1)
	i := s.hash & mask
	for x.slots[i].hash != 0 {
		i = (i + 1) & mask
	}
	x.slots[i] = s
}

func (x *Index) resize(slots int) {
	old := x.slots
	x.slots = make([]slot, slots)
	for _, s := range old {
		if s.hash != 0 {
			x.put(s)
		}
	}
}

// place is the slot of an entry that is there.
func (x *Index) place(e slot) uint32 {
	mask := uint32(len(x.slots) - 1)
	i := e.hash & mask
	for x.slots[i] != e {
		i = (i + 1) & mask
	}
	return i
}

// Move gives the entry of a number to another number with the same ids.
func (x *Index) Move(hash, from, to uint32) { x.slots[x.place(slot{from, hash})].number = to }

// Remove takes the entry of a number away.
func (x *Index) Remove(hash, number uint32) {
	x.used--
	x.close(x.place(slot{number, hash}))
	if len(x.slots) > fewestSlots && 8*x.used < len(x.slots) {
		x.resize(len(x.slots) / 2)
	}
}

// close empties slot i and fills the gap, so that probing needs no marks for what was removed.
func (x *Index) close(i uint32) {
	mask := uint32(len(x.slots) - 1)
	for j := i; ; {
		x.slots[i] = slot{}
		for {
			j = (j + 1) & mask
			if x.slots[j].hash == 0 {
				return
			}
			if home := x.slots[j].hash & mask; (j-home)&mask >= (j-i)&mask { // home is not in (i, j]
				break
			}
		}
		x.slots[i] = x.slots[j]
		i = j
	}
}
