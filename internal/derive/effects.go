package derive

import (
	"github.com/opslog/opslog/internal/operation"
)

// effects lists the state changes that were attempted, in order. A ROLLBACK undoes the database writes before it
// that share its parent's parent, as a transaction does; a COMMIT keeps them.
func (t *tree) effects() []operation.Effect {
	n := t.writes()
	if n == 0 {
		return nil
	}
	out := make([]operation.Effect, 0, n)
	var room [maxEffects]int
	pending := room[:0] // effects of the open transaction
	for i, s := range t.spans {
		c := s.call
		if c == nil {
			continue
		}
		switch {
		case c.access == accessBegin || c.access == accessCommit && !s.failed:
			pending = pending[:0]
		case c.access == accessRollback || c.access == accessCommit:
			for _, at := range pending {
				out[at].Outcome = operation.EffectRolledBack
			}
			pending = pending[:0]
		case t.counted[i] && c.access == accessWrite && len(out) < n:
			if c.category == operation.CategoryDB && !s.failed {
				pending = append(pending, len(out))
			}
			out = append(out, t.effect(s))
		}
	}
	return out
}

// writes is how many changes are listed.
func (t *tree) writes() int {
	n := 0
	for i, s := range t.spans {
		if t.counted[i] && s.call.access == accessWrite {
			n++
		}
	}
	return min(n, maxEffects)
}

// gaveUp tells whether the work on a message ended with putting it aside, into a dead letter queue.
func (t *tree) gaveUp(op *operation.Operation) bool {
	if op.Transport != operation.TransportMessage && op.Transport != operation.TransportJob {
		return false
	}
	for _, s := range t.spans {
		if c := s.call; c != nil && !s.failed && (c.action == messageGiveUp || c.publishes && IsDeadLetter(c.object)) {
			return true
		}
	}
	return false
}

func (t *tree) effect(s *Span) operation.Effect {
	e := operation.Effect{Kind: s.call.category, Target: s.call.effectTarget(), Action: s.call.action,
		Outcome: operation.EffectDone, Offset: operation.Duration(s.Start - t.start), SpanID: s.ID}
	if s.call.category == operation.CategoryMessaging {
		e.Kind = "message"
	}
	if s.rows >= 0 {
		rows := s.rows
		e.Rows = &rows
	}
	if s.failed {
		e.Outcome = operation.EffectFailed
	}
	return e
}
