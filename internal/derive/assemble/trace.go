package assemble

import (
	"slices"
	"time"
	"unsafe"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

// trace is all that a shard holds of one trace.
type trace struct {
	id         operation.TraceID
	ops        []*op
	parties    []party
	exceptions *exceptions    // nil if there are none
	start, end operation.Time // of all its spans
	open       int32          // operations not published yet
	slot       int16          // place in the wheel
	rechecks   uint8
	twins      bool // some ids belong to two spans
	scheduled  bool
	wake       int64
	// recheck is when published operations are compared with what is known now; 0 when nothing came since.
	recheck       time.Duration
	before, after *trace // in the wheel
	in            *list  // place in the order of age
	older, newer  *trace
}

// op is one operation: its entry span came.
type op struct {
	root      ref
	party     int32
	place     int32 // in its trace's list
	again     bool  // to be published once more
	sum       bool  // counted as an operation in metrics
	id        operation.ID
	arrival   time.Duration
	due       time.Duration // to be published for the first time
	expires   time.Duration // to be forgotten; 0 as long as it is open
	published state
	thrown    chain // exceptions, as of assign
}

// state is what a published record was made of. As spans and exceptions are only ever added, two states that are
// equal but for the revision mean the same record.
type state struct {
	parent     operation.ID       // of the operation that called
	duration   operation.Duration // of the trace
	skew       derive.Skew
	revision   int32
	spans      int32
	exceptions int32
	alone      bool // it took the spans whose parents are missing
}

// party is one process's part in a trace.
type party struct {
	identity string
	sole     *op // the one operation, if there was just one and it is still held
	// Roots without an entry span. Some may have joined or opened an operation since: see prune.
	loose   []ref
	entries int32         // operations seen
	orphans int32         // of the loose, not stray; at most too high
	thrown  chain         // exceptions that belong to no operation, as of assign
	since   time.Duration // from when the loose spans and exceptions wait
	guess   *guess        // nil if there is none
	judged  bool          // it was decided whether they are an operation that is still running
	past    bool          // it had operations before, which were forgotten
}

// guess is the record under which loose spans were published before their entry span came.
type guess struct {
	id       operation.ID
	revision int32
	span     operation.SpanID // one of its spans, to know later whose it was
	sum      bool
}

// exceptions are those of a trace that came as log records.
type exceptions struct {
	all  []exception
	seen map[derive.Exception]struct{} // to know a redelivery
	gone int                           // that sweep will take away
}

type exception struct {
	derive.Exception
	party int
	next  int32 // in its chain
	gone  bool
}

// chain links some of the exceptions of a trace: the first one's place plus one, and how many there are.
type chain struct{ first, len int32 }

func (t *trace) link(c *chain, i int) {
	t.exceptions.all[i].next = c.first
	*c = chain{first: int32(i) + 1, len: c.len + 1}
}

// each calls f for every exception of a chain.
func (t *trace) each(c chain, f func(*exception)) {
	for i := c.first; i != 0; i = t.exceptions.all[i-1].next {
		f(&t.exceptions.all[i-1])
	}
}

// dropChain forgets the exceptions of a chain; sweep takes them away.
func (s *Shard) dropChain(t *trace, c *chain) {
	if c.len == 0 {
		return
	}
	t.each(*c, func(e *exception) {
		e.gone = true
		s.bytes -= exceptionBytes(&e.Exception)
	})
	t.exceptions.gone += int(c.len)
	*c = chain{}
}

func (t *trace) sweep() {
	ex := t.exceptions
	if ex == nil || ex.gone == 0 {
		return
	}
	ex.gone = 0
	ex.all = slices.DeleteFunc(ex.all, func(e exception) bool { return e.gone })
}

const (
	traceBytes = int64(unsafe.Sizeof(trace{})+unsafe.Sizeof(party{})) + 64 // with its places in maps
	opBytes    = int64(unsafe.Sizeof(op{})) + 8
)

// add puts o on the list of the trace.
func (t *trace) add(o *op) {
	o.place = int32(len(t.ops))
	t.ops = append(t.ops, o)
}

// take takes o off the list again.
func (t *trace) take(o *op) {
	last := len(t.ops) - 1
	t.ops[o.place] = t.ops[last]
	t.ops[o.place].place = o.place
	t.ops[last] = nil
	t.ops = t.ops[:last]
}

// open tells that o was not published yet.
func (o *op) open() bool { return o.expires == 0 }

// crowded tells whether more than one operation is known, so that the extent of the trace says something.
func (t *trace) crowded() bool { return len(t.ops) > 1 || len(t.parties) > 1 }

// extend keeps the extent of the trace.
func (t *trace) extend(s *derive.Span) {
	if t.start == 0 || s.Start < t.start {
		t.start = s.Start
	}
	t.end = max(t.end, s.End)
}

// party is the place of a process in the parties of t.
func (s *Shard) party(t *trace, identity string) int {
	for i := range t.parties {
		if t.parties[i].identity == identity {
			return i
		}
	}
	i := t.addParty(identity)
	t.parties[i].past = s.past.has(&t.id, identity)
	return i
}

// expectant tells of spans that may belong to an operation that was not seen yet.
func (p *party) expectant() bool { return p.orphans > 0 && p.entries == 0 && !p.past }

// find answers the root of the component of r and shortens the way to it.
func (s *Shard) find(r ref) ref {
	for {
		n := s.arena.at(r)
		if n.isRoot {
			return r
		}
		if up := s.arena.at(n.up); !up.isRoot {
			n.up = up.up
		}
		r = n.up
	}
}

// join puts the component whose root is child under the component of parent. A child that is the root of its own
// parent, as broken ids can make it, stays as it is:
// then the answer is false.
func (s *Shard) join(child, parent ref) bool {
	root := s.find(parent)
	if root == child {
		return false
	}
	n := s.arena.at(child)
	r, c := s.arena.root(s.arena.at(root)), s.arena.root(n)
	s.arena.at(r.tail).next = child
	r.tail = c.tail
	r.size += c.size
	s.giveRoot(n)
	n.up = root
	return true
}

// wait puts child on the list of the span with the given id, making a place for it where it is not known.
func (s *Shard) wait(child ref, parent operation.SpanID) {
	c := s.rootOf(child)
	place := s.arena.find(&c.trace.id, parent) // the place itself, whoever else has its id
	if place == none {
		place = s.arena.take(&c.trace.id, parent)
		s.bytes += nodeBytes + placeBytes
	}
	p := s.arena.at(place)
	c.place, c.after = place, p.waiting
	if p.waiting != none {
		s.rootOf(p.waiting).before = child
	}
	p.waiting = child
}

// unwait is the opposite of wait.
func (s *Shard) unwait(child ref) {
	c := s.rootOf(child)
	if c.place == none {
		return
	}
	p := s.arena.at(c.place)
	if c.before != none {
		s.rootOf(c.before).after = c.after
	} else {
		p.waiting = c.after
	}
	if c.after != none {
		s.rootOf(c.after).before = c.before
	}
	if p.waiting == none && p.missing {
		s.arena.give(c.place)
		s.bytes -= nodeBytes + placeBytes
	}
	c.place, c.before, c.after = none, none, none
}

// rootOf is what is known of the component whose root is r.
func (s *Shard) rootOf(r ref) *root { return s.arena.root(s.arena.at(r)) }

// giveRoot says that n is the root of its component no longer.
func (s *Shard) giveRoot(n *node) {
	s.arena.giveRoot(n)
	s.bytes -= rootBytes
}

// drop forgets the component of root.
func (s *Shard) drop(root ref) {
	s.unwait(root)
	s.giveRoot(s.arena.at(root))
	for r := root; r != none; {
		n := s.arena.at(r)
		next := n.next
		s.bytes -= nodeBytes + int64(n.span.Size())
		s.arena.give(r)
		r = next
	}
}
