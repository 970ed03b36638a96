// Package assemble puts spans together to operations. Spans come in any order, in any batches, late and more than
// once; the last record of each operation is the same for all of that. A shard belongs to one goroutine; the
// caller sends all spans of a trace to the same shard and tells it the time.
//
// Every trace is kept as a forest: a span joins the component of its parent unless it is an entry span. A
// component whose root is an entry span is an operation; the others are loose, because the parent of their root did
// not come. Loose spans belong to the one operation of their process in that trace, if there is just one. What a
// span's own entry rule leaves open is decided by its parent, and as long as the parent is missing the span is the
// root of its component: so components only ever grow together, and the order of arrival does not matter.
package assemble

import (
	"time"
	"unsafe"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

// Stats counts what a shard did. Bytes, Traces and Open are what it holds now.
type Stats struct {
	Bytes      int64
	Traces     int64
	Open       int64 // operations that wait to be published
	Spans      int64 // taken
	Duplicates int64 // spans delivered before
	Late       int64 // spans that came after their operation was published
	Orphans    int64 // spans dropped because no operation turned up for them
	Outside    int64 // spans dropped because they are part of no operation, such as calls without an operation around them
	Invalid    int64 // spans and exceptions without the ids that they need
	Exceptions int64 // taken
	Unmatched  int64 // exceptions dropped because no operation turned up for them
	Evicted    int64 // published operations forgotten early to make room
}

// Shard assembles the operations of some of the traces. It starts no goroutine and has no clock.
type Shard struct {
	cfg     Config
	deriver *derive.Deriver
	emit    func(Emission)
	epoch   time.Time
	wall    operation.Time
	now     time.Duration
	arena   *arena
	wheel   wheel
	traces  map[operation.TraceID]*trace
	last    *trace // the trace of the last span, because batches come trace by trace
	pending list   // traces with something to publish
	settled list   // traces of which everything was published
	pool    pool
	past    *past
	bytes   int64
	stats   Stats
	spans   []derive.Span      // of the record that is being made
	fresh   []bool             // by place in spans: see Emission
	joined  []derive.Exception // likewise
	skew    derive.Skew        // likewise, unless it was told

	// OnLost is told of spans for which no operation turned up: the one whose parent is missing, and how many there are
	// with those under it. It may be nil.
	OnLost func(span *derive.Span, spans int64)
}

// placeBytes is what a span costs that is still missing.
const placeBytes = int64(unsafe.Sizeof(derive.Span{}))

// New makes a shard. emit takes every record, at once and in the goroutine that calls Add, Tick or Flush.
func New(cfg Config, deriver *derive.Deriver, now time.Time, emit func(Emission)) *Shard {
	s := &Shard{cfg: cfg, deriver: deriver, emit: emit, epoch: now, arena: newArena(),
		traces: make(map[operation.TraceID]*trace), past: newPast(cfg.MaxBytes, cfg.LateWindow)}
	s.cfg.MaxBytes -= s.past.size()
	return s
}

// Stats may be called by the owner of the shard only.
func (s *Shard) Stats() Stats {
	st := s.stats
	st.Bytes, st.Traces = s.bytes, int64(len(s.traces))
	return st
}

// Full tells that there is no room for more and that nothing may be published early to make some. What is added
// all the same is taken.
func (s *Shard) Full() bool { return s.cfg.BlockOnOverflow && s.bytes > s.cfg.MaxBytes }

// Add takes a span.
func (s *Shard) Add(now time.Time, span *derive.Span) {
	s.clock(now)
	if span.TraceID.IsZero() || span.ID.IsZero() {
		s.stats.Invalid++
		return
	}
	r, key := s.lookup(span)
	if r != none && !s.arena.at(r).missing {
		s.stats.Duplicates++
		return
	}
	t := s.trace(span.TraceID)
	if r == none {
		r = s.arena.take(&span.TraceID, key)
	} else {
		s.bytes -= nodeBytes + placeBytes
	}
	s.arena.fill(r, span, t)
	s.bytes += nodeBytes + rootBytes + int64(span.Size())
	s.stats.Spans++
	t.extend(span)
	s.place(r)
	s.answer(r)
	if key != span.ID {
		s.welcomeTwin(t, r)
	}
	s.touch(t, s.find(r))
	s.sort(t)
	s.makeRoom()
}

// AddException takes an error that came as a log record.
func (s *Shard) AddException(now time.Time, e *derive.Exception) {
	s.clock(now)
	if e.TraceID.IsZero() || e.SpanID.IsZero() {
		s.stats.Invalid++
		return
	}
	t := s.trace(e.TraceID)
	key := *e
	key.Resource = nil // equal resources need not be the same one
	ex := t.exceptions
	if ex == nil {
		ex = &exceptions{seen: make(map[derive.Exception]struct{})}
		t.exceptions = ex
	}
	if _, ok := ex.seen[key]; ok {
		return
	}
	ex.seen[key] = struct{}{}
	p := s.party(t, e.Resource.Identity)
	ex.all = append(ex.all, exception{Exception: *e, party: p})
	s.bytes += exceptionBytes(e)
	s.stats.Exceptions++
	if o := s.ownerOf(t, e.SpanID, p); o != nil {
		s.push(t, o)
	} else {
		t.link(&t.parties[p].thrown, len(ex.all)-1)
		s.await(t, p)
	}
	s.sort(t)
	s.makeRoom()
}

func exceptionBytes(e *derive.Exception) int64 { return int64(e.Size()) + 96 }

// clock moves the shard's time, which never runs backwards.
func (s *Shard) clock(now time.Time) {
	s.now = max(s.now, now.Sub(s.epoch), 1)
	s.wall = operation.TimeOf(now)
}

func (s *Shard) trace(id operation.TraceID) *trace {
	if s.last != nil && s.last.id == id {
		return s.last
	}
	t := s.traces[id]
	if t == nil {
		t = s.pool.trace()
		t.id = id
		s.traces[id] = t
		s.bytes += traceBytes
	}
	s.last = t
	return t
}

// place finds the component of a span that just came.
func (s *Shard) place(r ref) {
	n := s.arena.at(r)
	entry, _ := s.deriver.EntryByItself(&n.span)
	if entry {
		s.open(r)
	}
	switch parent := s.known(s.rootOf(r).trace, n.span.Parent, n.span.Resource.Identity); {
	case n.span.Parent.IsZero(), !entry && stray(&n.span):
		s.loosen(r)
	case parent != none:
		s.settle(r, parent)
	default:
		s.wait(r, n.span.Parent)
		s.loosen(r)
	}
}

// loosen remembers a root that is no entry span.
func (s *Shard) loosen(r ref) {
	n := s.arena.at(r)
	c := s.arena.root(n)
	if c.op != nil || c.loose {
		return
	}
	c.loose = true
	i := s.party(c.trace, n.span.Resource.Identity)
	p := &c.trace.parties[i]
	p.loose = append(p.loose, r)
	if !stray(&n.span) {
		p.orphans++
	}
	s.await(c.trace, i)
}

// stray tells of a span that is no entry span that no other span of its process can be above it.
func stray(span *derive.Span) bool {
	const remote = 0x300 // the flags speak, and the parent is in another process
	return span.Parent.IsZero() || span.Flags&remote == remote
}

// answer settles the spans that waited for r.
func (s *Shard) answer(r ref) {
	n := s.arena.at(r)
	for n.waiting != none {
		child := n.waiting
		s.unwait(child)
		s.settle(child, r)
	}
}

// settle decides about a root whose parent is known.
func (s *Shard) settle(r, parent ref) {
	n, p := s.arena.at(r), s.arena.at(parent)
	o := s.arena.opOf(n)
	_, certain := s.deriver.EntryByItself(&n.span)
	entry := o != nil
	if !certain {
		entry = derive.EntryGivenParent(&n.span, &p.span)
	}
	switch {
	case entry && o == nil:
		s.open(r)
	case entry:
	case o != nil && !o.open():
		// It was published as an operation already, and records cannot be taken back.
	default:
		s.close(s.arena.root(n))
		if !s.join(r, parent) {
			s.loosen(r)
		}
	}
}

// open makes an operation of the component of r.
func (s *Shard) open(r ref) {
	n := s.arena.at(r)
	c := s.arena.root(n)
	t := c.trace
	p := s.party(t, n.span.Resource.Identity)
	o := s.pool.op()
	o.root, o.party, o.arrival, o.due = r, int32(p), s.now, s.now+s.cfg.Linger
	o.id = operation.NewID(n.span.Start, n.span.TraceID, n.span.ID)
	c.op = o
	t.add(o)
	t.open++
	s.stats.Open++
	s.bytes += opBytes
	t.parties[p].entries++
	t.parties[p].since = s.now // whoever is loose may have lost its operation now, and waits anew
	t.elect(p)
	s.wheel.schedule(t, o.due)
}

// close takes back that c is an operation.
func (s *Shard) close(c *root) {
	if c.op == nil {
		return
	}
	t, o := c.trace, c.op
	c.op = nil
	t.take(o)
	t.open--
	s.stats.Open--
	s.bytes -= opBytes
	t.parties[o.party].entries--
	t.elect(int(o.party))
	s.pool.giveOp(o)
}

// elect finds the sole operation of a party.
func (t *trace) elect(p int) {
	t.parties[p].sole = nil
	if t.parties[p].entries != 1 {
		return
	}
	for _, o := range t.ops {
		if int(o.party) == p {
			t.parties[p].sole = o
		}
	}
}
