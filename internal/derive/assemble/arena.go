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
	trace *trace
	op    *op // of a root that is an entry span
	up    ref // towards the root; the root's is itself
	next  ref // in the component, from its root on
	tail  ref // of a root: the end of that list
	size  int32
	// A place that waits for its span heads a list of the spans that wait for it.
	waiting, before, after ref
	place                  ref // that this span waits for
	missing                bool
	loose                  bool // it is on the list of its party
}

// nodeBytes is what a node costs beside the span in it; 8 bytes are its share of the index.
const nodeBytes = int64(unsafe.Sizeof(node{})-unsafe.Sizeof(derive.Span{})) + 8

const chunkNodes = 256

// arena owns the nodes of a shard and finds them by trace and span id. Freed nodes are used again, so that
// holding a steady number of spans allocates nothing.
type arena struct {
	chunks []*[chunkNodes]node
	free   ref // list through next
	// slots is a hash table with linear probing: ref + 1, or 0 for an empty slot.
	slots []int32
	used  int
	seed  uint64
}

func newArena(seed uint64) *arena {
	return &arena{free: none, slots: make([]int32, 1024), seed: seed}
}

func (a *arena) at(r ref) *node { return &a.chunks[r/chunkNodes][r%chunkNodes] }

// take gives a node for the span with these ids, which must not be in the arena yet.
func (a *arena) take(trace operation.TraceID, span operation.SpanID) ref {
	if a.free == none {
		a.grow()
	}
	r := a.free
	n := a.at(r)
	a.free = n.next
	n.span.TraceID, n.span.ID = trace, span
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
func (a *arena) find(trace *operation.TraceID, span operation.SpanID) ref {
	mask := len(a.slots) - 1
	for i := a.hash(trace, span) & mask; a.slots[i] != 0; i = (i + 1) & mask {
		r := ref(a.slots[i] - 1)
		if n := a.at(r); n.span.ID == span && n.span.TraceID == *trace {
			return r
		}
	}
	return none
}

// hash mixes the ids with the seed, so that nobody can choose ids that collide.
func (a *arena) hash(trace *operation.TraceID, span operation.SpanID) int {
	hi, lo := bits.Mul64(binary.LittleEndian.Uint64(span[:])^a.seed, binary.LittleEndian.Uint64(trace[8:])|1)
	hi, lo = bits.Mul64(hi^lo^a.seed, 0x9E3779B97F4A7C15)
	return int((hi ^ lo) >> 1)
}

func (a *arena) index(r ref) {
	if 2*(a.used+1) > len(a.slots) {
		a.rehash()
	}
	a.used++
	a.slot(r)
}

func (a *arena) slot(r ref) {
	n, mask := a.at(r), len(a.slots)-1
	i := a.hash(&n.span.TraceID, n.span.ID) & mask
	for a.slots[i] != 0 {
		i = (i + 1) & mask
	}
	a.slots[i] = int32(r) + 1
}

func (a *arena) rehash() {
	old := a.slots
	a.slots = make([]int32, 2*len(old))
	for _, s := range old {
		if s != 0 {
			a.slot(ref(s - 1))
		}
	}
}

// unindex empties the slot of r and closes the gap, so that probing needs no marks for what was deleted.
func (a *arena) unindex(r ref) {
	n, mask := a.at(r), len(a.slots)-1
	i := a.hash(&n.span.TraceID, n.span.ID) & mask
	for a.slots[i] != int32(r)+1 {
		i = (i + 1) & mask
	}
	a.used--
	for j := i; ; {
		a.slots[i] = 0
		for {
			j = (j + 1) & mask
			if a.slots[j] == 0 {
				return
			}
			m := a.at(ref(a.slots[j] - 1))
			home := a.hash(&m.span.TraceID, m.span.ID) & mask
			if (j-home)&mask >= (j-i)&mask { // home is not in (i, j]
				break
			}
		}
		a.slots[i] = a.slots[j]
		i = j
	}
}
