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
	if len(t.ops) > int(t.open) {
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
	t.recheck = s.now + s.cfg.Linger<<t.rechecks
	t.rechecks = min(t.rechecks+1, doublings)
	s.wheel.schedule(t, t.recheck)
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
		o.place = int32(len(kept))
		kept = append(kept, o)
	}
	clear(t.ops[len(kept):])
	t.ops = kept
	for i := range t.parties {
		s.fireLoose(t, i)
	}
	t.sweep()
	s.rest(t)
}

// republish publishes o again if there is something new.
func (s *Shard) republish(t *trace, o *op) {
	st := s.state(t, o)
	st.revision = o.published.revision
	if st != o.published || o.again {
		o.again = false
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
	s.dropChain(t, &o.thrown)
	s.drop(o.root)
	s.bytes -= opBytes
	s.pool.giveOp(o)
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
