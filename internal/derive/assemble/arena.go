package assemble

import (
	"math"
	"unsafe"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/derive/slab"
	"github.com/opslog/opslog/internal/operation"
)

// ref names a node of an arena.
type ref uint32

const none ref = math.MaxUint32

// node holds one span, or the place of a span that others name as their parent and that did not come yet.
// Nodes form components: a root and everything whose parent chain leads to it, linked through next.
type node struct {
	span    derive.Span // of a place, the ids under which it is found
	up      ref         // towards the root; the root's is the number of its facts
	next    ref         // in the component, from its root on
	waiting ref         // of a place: the first of a list of the spans that wait for it
	isRoot  bool
	missing bool // it is a place
	told    bool // it was in a record that did not say that it is still running
	twin    bool // it is the twin of the span that is found under its id
}

// root is what is known of a component. Far more spans come to lie under another than are a root for long.
type root struct {
	trace *trace
	op    *op // if it is an entry span
	tail  ref // the end of the list of the component
	size  int32
	// The place that it waits for, and its neighbours on the list of those who do.
	place, before, after ref
	loose                bool // it is on the list of its party
}

// nodeBytes is what a node costs beside the span in it, and rootBytes a root beside its node.
const (
	nodeBytes = int64(unsafe.Sizeof(node{})-unsafe.Sizeof(derive.Span{})) + slab.PlaceBytes + slab.EntryBytes
	rootBytes = int64(unsafe.Sizeof(root{})) + slab.PlaceBytes
)

// arena owns the nodes of a shard and finds them by trace and span id. Freed nodes are used again, so that
// holding a steady number of spans allocates nothing.
type arena struct {
	nodes slab.Slab[node]
	roots slab.Slab[root]
	index *slab.Index
}

func newArena() *arena { return &arena{index: slab.NewIndex()} }

func (a *arena) at(r ref) *node { return a.nodes.At(uint32(r)) }

// root is what is known of the component of n, or nil if n is not its root.
func (a *arena) root(n *node) *root {
	if !n.isRoot {
		return nil
	}
	return a.roots.At(uint32(n.up))
}

// opOf is the operation whose entry span n is, or nil.
func (a *arena) opOf(n *node) *op {
	if !n.isRoot {
		return nil
	}
	return a.roots.At(uint32(n.up)).op
}

// key is what a node is found under: the span's id, unless it is the twin of another.
func (n *node) key() operation.SpanID {
	if n.twin {
		return twinKey(n.span.ID)
	}
	return n.span.ID
}

// take gives a place that is found under these ids, which must not be in the arena yet.
func (a *arena) take(trace *operation.TraceID, key operation.SpanID) ref {
	r := ref(a.nodes.Take())
	n := a.at(r)
	n.span.TraceID, n.span.ID = *trace, key
	n.next, n.waiting, n.missing = none, none, true
	a.index.Add(a.index.Hash(trace, key), uint32(r))
	return r
}

// fill puts a span that came into its place. It is the root of its own component.
func (a *arena) fill(r ref, span *derive.Span, t *trace) {
	n := a.at(r)
	n.twin = n.span.ID != span.ID
	n.span, n.missing = *span, false
	n.up, n.isRoot = ref(a.roots.Take()), true
	*a.root(n) = root{trace: t, tail: r, size: 1, place: none, before: none, after: none}
}

// giveRoot says that n is the root of its component no longer.
func (a *arena) giveRoot(n *node) {
	a.roots.Give(uint32(n.up))
	n.isRoot = false
}

// give takes a node back that is no root.
func (a *arena) give(r ref) {
	n := a.at(r)
	a.index.Remove(a.index.Hash(&n.span.TraceID, n.key()), uint32(r))
	a.nodes.Give(uint32(r))
}

// find answers the node of a span, or none.
func (a *arena) find(trace *operation.TraceID, key operation.SpanID) ref {
	r, found := a.index.Find(a.index.Hash(trace, key), func(r uint32) bool {
		n := a.nodes.At(r)
		return n.key() == key && n.span.TraceID == *trace
	})
	if !found {
		return none
	}
	return ref(r)
}
