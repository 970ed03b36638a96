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
	exceptions []exception
	seen       map[derive.Exception]struct{} // the exceptions, to know a redelivery
	gone       int                           // exceptions that sweep will take away
	open       int                           // operations not published yet
	twins      bool                          // some ids belong to two spans
	start, end operation.Time                // of all its spans
	// recheck is when published operations are compared with what is known now; 0 when nothing came since.
	recheck  time.Duration
	rechecks int

	wake          int64 // place in the wheel
	slot          int64
	scheduled     bool
	before, after *trace
	in            *list // place in the order of age
	older, newer  *trace
}

// op is one operation: its entry span came.
type op struct {
	root      ref
	party     int
	place     int // in its trace's list
	id        operation.ID
	arrival   time.Duration
	due       time.Duration // to be published for the first time
	expires   time.Duration // to be forgotten; 0 as long as it is open
	published state
	parent    operation.ID // of the operation that called
	again     bool         // to be published once more
	sum       bool         // counted as an operation in metrics
	thrown    chain        // exceptions, as of assign
}

// state is what a published record was made of. As spans and exceptions are only ever added, two states that are
// equal but for the revision mean the same record.
type state struct {
	revision   int64
	spans      int
	exceptions int
	alone      bool // it took the spans whose parents are missing
	id, parent operation.ID
	duration   operation.Duration // of the trace
	skew       derive.Skew
}

// party is one process's part in a trace.
type party struct {
	identity string
	entries  int  // operations seen
	past     bool // it had operations before, which were forgotten
	sole     *op  // the one operation, if there was just one and it is still held
	// Roots without an entry span. Some may have joined or opened an operation since: see prune.
	loose   []ref
	orphans int           // of these, not stray; at most too high
	thrown  chain         // exceptions that belong to no operation, as of assign
	since   time.Duration // from when the loose spans and exceptions wait
	judged  bool          // it was decided whether they are an operation that is still running
	guess   guess
}

// guess is the record under which loose spans were published before their entry span came.
type guess struct {
	id       operation.ID
	revision int64
	span     operation.SpanID // one of its spans, to know later whose it was
	sum      bool
}

type exception struct {
	derive.Exception
	party int
	next  int // in its chain
	gone  bool
}

// chain links some of the exceptions of a trace: the first one's place plus one, and how many there are.
type chain struct{ first, len int }

func (t *trace) link(c *chain, i int) {
	t.exceptions[i].next = c.first
	*c = chain{first: i + 1, len: c.len + 1}
}

// each calls f for every exception of a chain.
func (t *trace) each(c chain, f func(*exception)) {
	for i := c.first; i != 0; i = t.exceptions[i-1].next {
		f(&t.exceptions[i-1])
	}
}

// dropChain forgets the exceptions of a chain; sweep takes them away.
func (s *Shard) dropChain(t *trace, c *chain) {
	t.each(*c, func(e *exception) {
		e.gone = true
		s.bytes -= exceptionBytes(&e.Exception)
	})
	t.gone += c.len
	*c = chain{}
}

func (t *trace) sweep() {
	if t.gone == 0 {
		return
	}
	t.gone = 0
	t.exceptions = slices.DeleteFunc(t.exceptions, func(e exception) bool { return e.gone })
}

const (
	traceBytes = int64(unsafe.Sizeof(trace{})+unsafe.Sizeof(party{})) + 64 // with its places in maps
	opBytes    = int64(unsafe.Sizeof(op{})) + 8
)

// add puts o on the list of the trace.
func (t *trace) add(o *op) {
	o.place = len(t.ops)
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
		if n.up == r {
			return r
		}
		n.up = s.arena.at(n.up).up
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
	r, c := s.arena.at(root), s.arena.at(child)
	s.arena.at(r.tail).next = child
	r.tail = c.tail
	r.size += c.size
	c.up = root
	return true
}

// wait puts child on the list of the span with the given id, making a place for it where it is not known.
func (s *Shard) wait(child ref, parent operation.SpanID) {
	c := s.arena.at(child)
	place := s.arena.find(&c.trace.id, parent) // the place itself, whoever else has its id
	if place == none {
		place = s.arena.take(c.trace.id, parent)
		s.arena.at(place).missing = true
		s.bytes += nodeBytes + placeBytes
	}
	p := s.arena.at(place)
	c.place, c.after = place, p.waiting
	if p.waiting != none {
		s.arena.at(p.waiting).before = child
	}
	p.waiting = child
}

// unwait is the opposite of wait.
func (s *Shard) unwait(child ref) {
	c := s.arena.at(child)
	if c.place == none {
		return
	}
	p := s.arena.at(c.place)
	if c.before != none {
		s.arena.at(c.before).after = c.after
	} else {
		p.waiting = c.after
	}
	if c.after != none {
		s.arena.at(c.after).before = c.before
	}
	if p.waiting == none && p.missing {
		s.arena.give(c.place)
		s.bytes -= nodeBytes + placeBytes
	}
	c.place, c.before, c.after = none, none, none
}

// drop forgets the component of root.
func (s *Shard) drop(root ref) {
	for r := root; r != none; {
		s.unwait(r)
		n := s.arena.at(r)
		next := n.next
		s.bytes -= nodeBytes + int64(n.bytes)
		s.arena.give(r)
		r = next
	}
}
