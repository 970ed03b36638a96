package assemble

import (
	"encoding/binary"
	"math/bits"
	"unsafe"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

// ref names a node of an arena.
type ref int32

const none ref = -1

// node holds one span, or the place of a span that others name as their parent and that did not come yet.
// Nodes form components: a root and everything whose parent chain leads to it, linked through next.
type node struct {
	span  derive.Span
	key   operation.SpanID // under which it is found: the span's id, unless it is the twin of another
	trace *trace
	op    *op // of a root that is an entry span
	up    ref // towards the root; the root's is itself
	next  ref // in the component, from its root on
	tail  ref // of a root: the end of that list
	size  int32
	// A place that waits for its span heads a list of the spans that wait for it.
	waiting, before, after ref
	place                  ref   // that this span waits for
	bytes                  int32 // of the span, counted once because that takes time
	missing                bool
	told                   bool // it was in a record that did not say that it is still running
	loose                  bool // it is on the list of its party
}

// nodeBytes is what a node costs beside the span in it, with its share of the index, which is half full at most.
const nodeBytes = int64(unsafe.Sizeof(node{})-unsafe.Sizeof(derive.Span{})) + 3*int64(unsafe.Sizeof(slot{}))

const chunkNodes = 256

// arena owns the nodes of a shard and finds them by trace and span id. Freed nodes are used again, so that
// holding a steady number of spans allocates nothing.
type arena struct {
	chunks []*[chunkNodes]node
	free   ref    // list through next
	slots  []slot // hash table with linear probing
	used   int
	seed   uint64
}

// slot of the hash table; it repeats the hash of the ids, so that probing seldom has to look at a node.
type slot struct {
	ref  ref // plus one; 0 is empty
	hash uint32
}

func newArena(seed uint64) *arena {
	return &arena{free: none, slots: make([]slot, 1024), seed: seed}
}

func (a *arena) at(r ref) *node { return &a.chunks[r/chunkNodes][r%chunkNodes] }

// take gives a node that is found under these ids, which must not be in the arena yet.
func (a *arena) take(trace operation.TraceID, key operation.SpanID) ref {
	if a.free == none {
		a.grow()
	}
	r := a.free
	n := a.at(r)
	a.free = n.next
	n.span.TraceID, n.key = trace, key
	n.up, n.next, n.tail, n.size = r, none, r, 1
	n.waiting, n.before, n.after, n.place = none, none, none, none
	a.index(r)
	return r
}

func (a *arena) grow() {
	first := ref(len(a.chunks) * chunkNodes)
	chunk := new([chunkNodes]node)
	for i := range chunk {
		chunk[i].next = first + ref(i) + 1
	}
	chunk[chunkNodes-1].next = none
	a.chunks = append(a.chunks, chunk)
	a.free = first
}

// give takes a node back.
func (a *arena) give(r ref) {
	a.unindex(r)
	n := a.at(r)
	*n = node{next: a.free}
	a.free = r
}

// find answers the node of a span, or none.
func (a *arena) find(trace *operation.TraceID, key operation.SpanID) ref {
	hash, mask := a.hash(trace, key), uint32(len(a.slots)-1)
	for i := hash & mask; a.slots[i].ref != 0; i = (i + 1) & mask {
		if a.slots[i].hash != hash {
			continue
		}
		r := a.slots[i].ref - 1
		if n := a.at(r); n.key == key && n.span.TraceID == *trace {
			return r
		}
	}
	return none
}

// hash mixes the ids with the seed, so that nobody can choose ids that collide.
func (a *arena) hash(trace *operation.TraceID, key operation.SpanID) uint32 {
	other := bits.RotateLeft64(a.seed, 32)
	h := mix(binary.LittleEndian.Uint64(trace[:8])^a.seed, binary.LittleEndian.Uint64(trace[8:])^other)
	h = mix(h^a.seed, binary.LittleEndian.Uint64(key[:])^other)
	return uint32(h)
}

// mix folds the product of a and b, as wyhash does.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

func (a *arena) index(r ref) {
	if 2*(a.used+1) > len(a.slots) {
		old := a.slots
		a.slots = make([]slot, 2*len(old))
		for _, s := range old {
			if s.ref != 0 {
				a.put(s)
			}
		}
	}
	a.used++
	n := a.at(r)
	a.put(slot{ref: r + 1, hash: a.hash(&n.span.TraceID, n.key)})
}

func (a *arena) put(s slot) {
	mask := uint32(len(a.slots) - 1)
	i := s.hash & mask
	for a.slots[i].ref != 0 {
		i = (i + 1) & mask
	}
	a.slots[i] = s
}

// unindex empties the slot of r and closes the gap, so that probing needs no marks for what was deleted.
func (a *arena) unindex(r ref) {
	n, mask := a.at(r), uint32(len(a.slots)-1)
	i := a.hash(&n.span.TraceID, n.key) & mask
	for a.slots[i].ref != r+1 {
		i = (i + 1) & mask
	}
	a.used--
	for j := i; ; {
		a.slots[i] = slot{}
		for {
			j = (j + 1) & mask
			if a.slots[j].ref == 0 {
				return
			}
			if home := a.slots[j].hash & mask; (j-home)&mask >= (j-i)&mask { // home is not in (i, j]
				break
			}
		}
		a.slots[i] = a.slots[j]
		i = j
	}
}
