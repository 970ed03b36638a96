package assemble

import "time"

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
