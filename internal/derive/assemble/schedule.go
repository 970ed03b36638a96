package assemble

import (
	"math"
	"time"
)

const never = time.Duration(math.MaxInt64)

// touch prolongs the wait of what a new span belongs to, and sees to it that published operations are looked at
// again.
func (s *Shard) touch(t *trace, r ref) {
	if o := s.owner(t, r); o != nil {
		if !o.open() {
			s.stats.Late++
		}
		s.push(t, o)
	}
	if len(t.ops) > t.open {
		s.recheck(t)
	}
}

// push prolongs the wait of an open operation; a published one is looked at again.
func (s *Shard) push(t *trace, o *op) {
	if !o.open() {
		s.recheck(t)
		return
	}
	o.due = min(max(o.due, s.now+s.cfg.IdleWait), max(o.due, o.arrival+s.cfg.MaxWait))
}

// recheck waits a little for more to come. The wait doubles each time, so that a trace which never ends does not
// publish its operations over and over.
func (s *Shard) recheck(t *trace) {
	if t.recheck != 0 {
		return
	}
	const doublings = 4
	t.recheck = s.now + s.cfg.Linger<<min(t.rechecks, doublings)
	t.rechecks++
	s.wheel.schedule(t, t.recheck)
}

// await starts the clock of a party's loose spans.
func (s *Shard) await(t *trace, i int) {
	p := &t.parties[i]
	if p.since == 0 {
		p.since = s.now
	}
	if at := s.looseDue(t, i); at != never {
		s.wheel.schedule(t, at)
	}
}

// looseDue is when something must be done about the loose spans of a party.
func (s *Shard) looseDue(t *trace, i int) time.Duration {
	p := &t.parties[i]
	if p.sole != nil || p.since == 0 {
		return never
	}
	at := s.looseExpiry(p)
	if p.expectant() && !p.judged && s.cfg.ProvisionalAfter > 0 {
		at = min(at, p.since+s.cfg.ProvisionalAfter)
	}
	return at
}

func (s *Shard) looseExpiry(p *party) time.Duration {
	switch {
	case p.entries > 0 || p.past:
		return p.since + s.cfg.LateWindow
	case p.orphans > 0 || p.exceptions > 0:
		return p.since + s.cfg.MaxAge
	default: // strays
		return p.since + s.cfg.MaxWait
	}
}

// Tick publishes and forgets what is due.
func (s *Shard) Tick(now time.Time) {
	s.clock(now)
	s.wheel.advance(s.now, s.fire)
}

func (s *Shard) fire(t *trace) {
	s.assign(t)
	again := t.recheck != 0 && t.recheck <= s.now
	if again {
		t.recheck = 0
	}
	kept := t.ops[:0]
	for _, o := range t.ops {
		switch {
		case o.open() && o.due <= s.now:
			s.publish(t, o, Complete)
		case !o.open() && (again || o.expires <= s.now):
			s.republish(t, o)
		}
		if !o.open() && o.expires <= s.now {
			s.forget(t, o)
			continue
		}
		o.place = len(kept)
		kept = append(kept, o)
	}
	clear(t.ops[len(kept):])
	t.ops = kept
	for i := range t.parties {
		s.fireLoose(t, i)
	}
	s.rest(t)
}

// republish publishes o again if there is something new.
func (s *Shard) republish(t *trace, o *op) {
	st := s.state(t, o)
	st.revision = o.published.revision
	if st != o.published {
		s.publish(t, o, Late)
	}
}

// forget drops a published operation with its spans and exceptions.
func (s *Shard) forget(t *trace, o *op) {
	p := &t.parties[o.party]
	if p.sole == o {
		p.sole = nil
		_, strays := s.dropLoose(p)
		s.stats.Outside += strays
	}
	s.dropExceptions(t, func(e *exception) bool { return e.owner == o })
	s.drop(o.root)
	s.bytes -= opBytes
	s.pool.giveOp(o)
}

// dropLoose answers how many spans it dropped, apart from those that are strays.
func (s *Shard) dropLoose(p *party) (orphans, strays int64) {
	for _, r := range p.loose {
		n := s.arena.at(r)
		if stray(&n.span) {
			strays += int64(n.size)
		} else {
			orphans += int64(n.size)
		}
		s.drop(r)
	}
	p.loose, p.orphans, p.since, p.judged = p.loose[:0], 0, 0, false
	return orphans, strays
}

func (s *Shard) dropExceptions(t *trace, gone func(*exception) bool) {
	if len(t.exceptions) == 0 {
		return
	}
	kept := t.exceptions[:0]
	for i := range t.exceptions {
		e := &t.exceptions[i]
		if gone(e) {
			s.bytes -= exceptionBytes(&e.Exception)
			continue
		}
		kept = append(kept, *e)
	}
	clear(t.exceptions[len(kept):])
	t.exceptions = kept
}

// fireLoose publishes loose spans that may be an operation still running, and ends their wait.
func (s *Shard) fireLoose(t *trace, i int) {
	p := &t.parties[i]
	if s.looseDue(t, i) > s.now {
		return
	}
	if s.looseExpiry(p) <= s.now {
		s.finishLoose(t, i, NoEntry, false)
		return
	}
	p.judged = true
	if s.recent(p) {
		s.publishLoose(t, i, Running)
	}
}

// recent tells whether one of the loose spans ended not long ago. Spans that were delivered very late are no sign
// of an operation that is still running.
func (s *Shard) recent(p *party) bool {
	for _, root := range p.loose {
		for r := root; r != none; r = s.arena.at(r).next {
			if time.Duration(s.wall-s.arena.at(r).span.End) <= s.cfg.LateWindow {
				return true
			}
		}
	}
	return false
}

// finishLoose ends the wait of a party's loose spans: they make a record if they must, if they were published
// before, or if something failed in them. Otherwise they are dropped and counted.
func (s *Shard) finishLoose(t *trace, i int, reason Reason, must bool) {
	p := &t.parties[i]
	own := func(e *exception) bool { return e.owner == nil && e.party == i }
	published := must || p.guess.revision > 0 || s.failed(t, p, own)
	if published {
		s.publishLoose(t, i, reason)
	}
	s.dropExceptions(t, own)
	orphans, strays := s.dropLoose(p)
	if !published {
		s.stats.Orphans += orphans
		s.stats.Outside += strays
	}
	p.guess = guess{}
}

// failed tells whether loose spans carry an error.
func (s *Shard) failed(t *trace, p *party, own func(*exception) bool) bool {
	for i := range t.exceptions {
		if own(&t.exceptions[i]) {
			return true
		}
	}
	for _, root := range p.loose {
		for r := root; r != none; r = s.arena.at(r).next {
			if s.arena.at(r).span.Failed() {
				return true
			}
		}
	}
	return false
}

// rest puts a trace that was looked at back to sleep, or away.
func (s *Shard) rest(t *trace) {
	next := never
	for _, o := range t.ops {
		if o.open() {
			next = min(next, o.due)
		} else {
			next = min(next, o.expires)
		}
	}
	for i := range t.parties {
		next = min(next, s.looseDue(t, i))
	}
	if next == never {
		s.remove(t)
		return
	}
	if t.recheck != 0 {
		next = min(next, t.recheck)
	}
	s.wheel.schedule(t, next)
	s.sort(t)
}

// remove forgets a trace that holds nothing any more.
func (s *Shard) remove(t *trace) {
	for i := range t.parties {
		if p := &t.parties[i]; p.entries > 0 {
			s.past.add(&t.id, p.identity, s.now)
		}
	}
	s.wheel.remove(t)
	t.leave()
	delete(s.traces, t.id)
	if s.last == t {
		s.last = nil
	}
	s.bytes -= traceBytes
	s.pool.giveTrace(t)
}

// sort puts t into the order in which traces make room for others.
func (s *Shard) sort(t *trace) {
	if t.open > 0 || t.waiting() {
		s.pending.move(t)
		return
	}
	s.settled.move(t)
}

// waiting tells whether spans wait for an operation that was not seen.
func (t *trace) waiting() bool {
	for i := range t.parties {
		if t.parties[i].expectant() {
			return true
		}
	}
	return false
}

// makeRoom keeps the shard within its bytes.
func (s *Shard) makeRoom() {
	for s.bytes > s.cfg.MaxBytes && s.settled.front != nil {
		s.stats.Evicted += int64(len(s.settled.front.ops))
		s.finish(s.settled.front, Overflow)
	}
	for s.bytes > s.cfg.MaxBytes && !s.cfg.BlockOnOverflow && s.pending.front != nil {
		s.finish(s.pending.front, Overflow)
	}
}

// finish publishes all that a trace still owes and forgets it.
func (s *Shard) finish(t *trace, reason Reason) {
	s.assign(t)
	for _, o := range t.ops {
		switch {
		case !o.open():
			s.republish(t, o)
		case reason == Shutdown:
			s.publish(t, o, Complete)
		default:
			s.publish(t, o, reason)
		}
	}
	for i := range t.parties {
		if p := &t.parties[i]; p.sole == nil {
			s.finishLoose(t, i, reason, p.expectant())
		}
	}
	for _, o := range t.ops {
		s.forget(t, o)
	}
	clear(t.ops)
	t.ops = t.ops[:0]
	for i := range t.parties { // what no operation took with it
		s.finishLoose(t, i, reason, false)
	}
	s.remove(t)
}

// Flush publishes and forgets everything. An operation whose entry span came counts as complete.
func (s *Shard) Flush(now time.Time) {
	s.clock(now)
	for s.settled.front != nil {
		s.finish(s.settled.front, Shutdown)
	}
	for s.pending.front != nil {
		s.finish(s.pending.front, Shutdown)
	}
}
