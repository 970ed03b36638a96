package assemble

import "time"

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
	case p.orphans > 0 || p.thrown.len > 0:
		return p.since + s.cfg.MaxAge
	default: // strays
		return p.since + s.cfg.MaxWait
	}
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
	published := must || p.guess != nil || s.failed(p)
	if published {
		s.publishLoose(t, i, reason)
	}
	s.dropChain(t, &p.thrown)
	if !published && s.OnLost != nil {
		s.lose(p)
	}
	orphans, strays := s.dropLoose(p)
	if !published {
		s.stats.Orphans += orphans
		s.stats.Outside += strays
	}
	p.guess = nil
}

// failed tells whether loose spans carry an error.
func (s *Shard) failed(p *party) bool {
	if p.thrown.len > 0 {
		return true
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

// dropLoose answers how many spans it dropped, apart from those that are strays.
func (s *Shard) dropLoose(p *party) (orphans, strays int64) {
	for _, r := range p.loose {
		n := s.arena.at(r)
		if stray(&n.span) {
			strays += int64(s.arena.root(n).size)
		} else {
			orphans += int64(s.arena.root(n).size)
		}
		s.drop(r)
	}
	p.loose, p.orphans, p.since, p.judged = p.loose[:0], 0, 0, false
	return orphans, strays
}

// lose tells of loose spans that go without a record.
func (s *Shard) lose(p *party) {
	for _, r := range p.loose {
		if n := s.arena.at(r); !stray(&n.span) {
			s.OnLost(&n.span, int64(s.arena.root(n).size))
		}
	}
}
