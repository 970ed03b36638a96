package assemble

import (
	"bytes"
	"time"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

// Emission is one record and why it is published now.
type Emission struct {
	Operation *operation.Operation
	Lesson    derive.Lesson
	Reason    Reason
	// Count is true for just one record of each operation: the first that does not say that it is still running.
	Count bool
	// Spans are those of the record, and Entry the entry span or nil. They hold until the call that takes them returns.
	Spans []derive.Span
	Entry *derive.Span
	// Fresh tells of each span whether it is in such a record for the first time. Of a record that says that it is
	// still running, it is empty.
	Fresh []bool
	// Skew is how far the clock differs from the caller's; zero if it does not, or if an earlier record told.
	Skew derive.Skew
}

// Late is how many spans are fresh.
func (e *Emission) Late() int64 {
	n := int64(0)
	for _, fresh := range e.Fresh {
		if fresh {
			n++
		}
	}
	return n
}

// FreshEntry is the entry span if it is fresh, or nil.
func (e *Emission) FreshEntry() *derive.Span {
	for i, fresh := range e.Fresh {
		if fresh && e.Entry != nil && e.Spans[i].ID == e.Entry.ID {
			return e.Entry
		}
	}
	return nil
}

// Reason says why a record is published.
type Reason string

// Reasons. All but the first two are those of the record's incomplete_reason.
const (
	Complete Reason = "complete"
	Late     Reason = "late" // again, because of spans that came late
	Running  Reason = operation.IncompleteRunning
	NoEntry  Reason = operation.IncompleteNoEntry
	Overflow Reason = operation.IncompleteOverflow
	Shutdown Reason = operation.IncompleteShutdown
)

// Again publishes an operation once more that was published before, if it is still held: something outside of its spans
// became known about it.
func (s *Shard) Again(now time.Time, a Attempt) {
	s.clock(now)
	r := s.arena.find(&a.TraceID, a.SpanID)
	if r == none {
		return
	}
	c := s.arena.root(s.arena.at(r))
	if c == nil || c.op == nil || c.op.open() {
		return
	}
	c.op.again = true
	s.recheck(c.trace)
}

// state collects what is known of o now.
func (s *Shard) state(t *trace, o *op) state {
	p := &t.parties[o.party]
	root := s.arena.at(o.root)
	st := state{spans: s.arena.root(root).size, exceptions: o.thrown.len, alone: p.sole == o && p.orphans > 0}
	st.parent, st.skew = s.caller(t, o)
	if st.alone {
		for _, r := range p.loose {
			if n := s.arena.at(r); !stray(&n.span) {
				st.spans += s.arena.root(n).size
			}
		}
	}
	if root.span.Parent.IsZero() && t.crowded() {
		st.duration = operation.Duration(t.end - t.start)
	}
	return st
}

// caller is the operation that the parent span belongs to, and how its clock differs. Once the parent span is
// forgotten, it is the last that was known.
func (s *Shard) caller(t *trace, o *op) (operation.ID, derive.Skew) {
	n := s.arena.at(o.root)
	r := s.known(t, n.span.Parent, n.span.Resource.Identity)
	if r == none {
		return o.published.parent, o.published.skew
	}
	skew := derive.SkewOf(&s.arena.at(r).span, &n.span)
	if by := s.owner(t, r); by != nil && by != o {
		return by.id, skew
	}
	return operation.ID{}, skew
}

// owner is the operation that a span belongs to, or nil.
func (s *Shard) owner(t *trace, r ref) *op {
	root := s.arena.at(s.find(r))
	if o := s.arena.opOf(root); o != nil || stray(&root.span) {
		return o
	}
	return t.parties[s.party(t, root.span.Resource.Identity)].sole
}

// ownerOf is the operation that an exception of a party belongs to, or nil.
func (s *Shard) ownerOf(t *trace, span operation.SpanID, p int) *op {
	if r := s.known(t, span, t.parties[p].identity); r != none {
		return s.owner(t, r)
	}
	return t.parties[p].sole
}

// assign brings the lists of loose spans and the owners of exceptions up to date. It comes before anything is
// published or dropped.
func (s *Shard) assign(t *trace) {
	for i := range t.parties {
		s.prune(&t.parties[i])
		t.parties[i].thrown = chain{}
	}
	if t.exceptions == nil {
		return
	}
	for _, o := range t.ops {
		o.thrown = chain{}
	}
	for i := range t.exceptions.all {
		e := &t.exceptions.all[i]
		if o := s.ownerOf(t, e.SpanID, e.party); o != nil {
			t.link(&o.thrown, i)
		} else {
			t.link(&t.parties[e.party].thrown, i)
		}
	}
}

// prune takes the spans off the list that are loose no longer.
func (s *Shard) prune(p *party) {
	kept := p.loose[:0]
	p.orphans = 0
	for _, r := range p.loose {
		n := s.arena.at(r)
		c := s.arena.root(n)
		if c == nil {
			continue
		}
		if c.op != nil {
			c.loose = false
			continue
		}
		kept = append(kept, r)
		if !stray(&n.span) {
			p.orphans++
		}
	}
	p.loose = kept
}

// publish sends the record of o. assign was called.
func (s *Shard) publish(t *trace, o *op, reason Reason) {
	p := &t.parties[o.party]
	if o.open() {
		s.adopt(t, o, p)
	}
	st := s.state(t, o)
	if o.open() {
		t.open--
		s.stats.Open--
		o.expires = s.now + s.cfg.LateWindow
	}
	st.revision = o.published.revision + 1
	if o.published.skew == (derive.Skew{}) {
		s.skew = st.skew
	}
	o.published = st
	s.gather(o.root, true)
	if st.alone {
		s.gatherLoose(p, false, true)
	}
	s.gatherExceptions(t, o.thrown)
	s.send(&derive.Group{ID: o.id, Entry: &s.arena.at(o.root).span, ParentOperation: st.parent, TraceDuration: st.duration,
		Skew: st.skew, Revision: int64(st.revision)}, reason, &o.sum)
}

// adopt gives o the record that some of its spans were published under before its entry span came.
func (s *Shard) adopt(t *trace, o *op, p *party) {
	if p.guess == nil {
		return
	}
	if r := s.known(t, p.guess.span, p.identity); r == none || s.owner(t, r) != o {
		return
	}
	o.id, o.published.revision, o.sum = p.guess.id, p.guess.revision, p.guess.sum
	p.guess = nil
	if len(t.ops) > int(t.open) {
		s.recheck(t) // those that o called name it by its id
	}
}

// publishLoose sends the spans and exceptions of a party that belong to no operation as a record of their own.
func (s *Shard) publishLoose(t *trace, i int, reason Reason) {
	p := &t.parties[i]
	s.gatherLoose(p, true, reason != Running)
	s.gatherExceptions(t, p.thrown)
	if len(s.spans) == 0 {
		s.stats.Unmatched += int64(len(s.joined))
		s.joined = s.joined[:0]
		return
	}
	if p.guess == nil {
		p.guess = &guess{}
		p.guess.id, p.guess.span = guessID(s.spans)
	}
	p.guess.revision++
	s.send(&derive.Group{ID: p.guess.id, Revision: int64(p.guess.revision)}, reason, &p.guess.sum)
}

// guessID makes the id of a record without an entry span, from its first span, which it answers too. The id differs
// from the one that the entry span will give: when that is published after a restart, the two must not replace each
// other.
func guessID(spans []derive.Span) (operation.ID, operation.SpanID) {
	first := &spans[0]
	for i := range spans {
		if s := &spans[i]; s.Start < first.Start || s.Start == first.Start && bytes.Compare(s.ID[:], first.ID[:]) < 0 {
			first = s
		}
	}
	id := operation.NewID(first.Start, first.TraceID, first.Parent)
	id[len(id)-1] ^= 0xff
	return id, first.ID
}

// gather copies the spans of a component. tell says that they count as told from now on.
func (s *Shard) gather(root ref, tell bool) {
	for r := root; r != none; {
		n := s.arena.at(r)
		s.spans = append(s.spans, n.span)
		if tell {
			s.fresh = append(s.fresh, !n.told)
			n.told = true
		}
		r = n.next
	}
}

func (s *Shard) gatherLoose(p *party, strays, tell bool) {
	for _, r := range p.loose {
		if strays || !stray(&s.arena.at(r).span) {
			s.gather(r, tell)
		}
	}
}

func (s *Shard) gatherExceptions(t *trace, c chain) {
	t.each(c, func(e *exception) { s.joined = append(s.joined, e.Exception) })
}

// send derives the record and hands it out. counted remembers whether one of its records was counted.
func (s *Shard) send(g *derive.Group, reason Reason, counted *bool) {
	g.Spans, g.Exceptions = s.spans, s.joined
	g.Complete = reason == Complete || reason == Late
	if !g.Complete {
		g.IncompleteReason = string(reason)
	}
	if op, lesson := s.deriver.Derive(g); op != nil {
		count := !*counted && reason != Running
		*counted = *counted || count
		s.emit(Emission{Operation: op, Lesson: lesson, Reason: reason, Count: count, Spans: s.spans, Entry: g.Entry, Fresh: s.fresh, Skew: s.skew})
	}
	s.skew = derive.Skew{}
	s.spans, s.fresh, s.joined = reset(s.spans), reset(s.fresh), reset(s.joined)
}

// reset empties a buffer for its next use, unless a rare big trace made it so big that keeping it is a waste.
func reset[T any](buf []T) []T {
	const keep = 4096
	if cap(buf) > keep {
		return nil
	}
	clear(buf)
	return buf[:0]
}
