package alert

import (
	"errors"
	"slices"

	"github.com/opslog/opslog/internal/operation"
)

// ErrUnknown says that the engine holds no such alert or error.
var ErrUnknown = errors.New("not known")

// Ack notes who looks after an alert, until it fires anew.
func (e *Engine) Ack(id, by string, now operation.Time) error {
	return e.change(id, func(a *Alert) { a.Ack(by, now) })
}

// Ack notes who looks after the alert. What was said of an earlier occurrence, or said already, changes nothing.
func (a *Alert) Ack(by string, now operation.Time) {
	if int64(now) >= a.Generation && now > a.AckedAt {
		a.AckedBy, a.AckedAt = by, now
	}
}

// Mute keeps an alert from being told until a time; 0 takes that back.
func (e *Engine) Mute(id string, until operation.Time, reason string) error {
	return e.change(id, func(a *Alert) { a.MutedUntil, a.MutedReason = until, reason })
}

func (e *Engine) change(id string, f func(*Alert)) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	a := e.alerts[id]
	if a == nil {
		return ErrUnknown
	}
	f(a)
	e.changed[id] = true
	return nil
}

// ErrorChange is what a person says of a known error. Exactly one of its parts is used, in this order.
type ErrorChange struct {
	Resolve  bool           // it is mended
	Version  string         // with Resolve: in this version; empty is the one that runs
	Ignore   bool           // nobody wants to hear of it
	Until    operation.Time // with Ignore: until then; 0 is for good
	Expected *Expected      // it belongs to the business
	Reopen   bool           // none of these any more
	Note     string
	By       string
}

// Decide changes the life of the error, unless something later was decided already: the same decision may come from
// several sides.
func (g *Group) Decide(c ErrorChange, now operation.Time) {
	if now <= g.DecidedAt {
		return
	}
	if !c.Ignore {
		g.IgnoredUntil = 0
	}
	switch {
	case c.Resolve:
		g.State, g.ResolvedAt, g.ResolvedIn, g.Expected = GroupResolved, now, c.Version, nil
	case c.Ignore:
		g.State, g.IgnoredUntil, g.Expected = GroupIgnored, c.Until, nil
	case c.Expected != nil:
		g.State, g.Expected = GroupOngoing, c.Expected
	case c.Reopen:
		g.State, g.Expected, g.ResolvedAt, g.ResolvedIn = GroupOngoing, nil, 0, ""
	}
	g.Decisions++
	g.ChangedAt, g.DecidedAt, g.DecidedBy, g.Note = now, now, c.By, c.Note
}

// At is the state of the error at a time, given its latest occurrence: for those who read what was stored when nobody
// watched.
func (g *Group) At(now operation.Time, last *operation.Operation) GroupState {
	seen := g.copied()
	if g.State == GroupResolved && seen.back(last, 0) {
		return GroupRegressed
	}
	seen.age(now)
	return seen.State
}

// ChangeError changes the life of a known error, and ends its alerts where it is settled.
func (e *Engine) ChangeError(key GroupKey, c ErrorChange, now operation.Time) (Group, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	g := e.known.get(key)
	if g == nil {
		return Group{}, ErrUnknown
	}
	if now <= g.DecidedAt {
		return g.copied(), nil
	}
	g.Decide(c, now)
	e.expect(g)
	e.known.touch(g)
	if !c.Reopen {
		e.settle(key, now)
	}
	return g.copied(), nil
}

// Adopt takes an error that was stored by somebody else, unless it is known.
func (e *Engine) Adopt(g Group) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.known.get(g.GroupKey) == nil {
		kept := g.copied()
		e.known.put(&kept)
		e.expect(&kept)
	}
}

// settle ends the alerts on an error that somebody took care of.
func (e *Engine) settle(key GroupKey, now operation.Time) {
	for _, r := range e.single {
		if !isEvent(r.Type) {
			continue
		}
		if a := e.alert(identity(labelsOfError(r, key))); a != nil && a.State == StateFiring {
			e.resolve(a, ReasonErrorResolved, now)
		}
	}
}

// Alerts are copies of all that are not ok, the latest change first.
func (e *Engine) Alerts() []Alert {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := make([]Alert, 0, len(e.alerts))
	for _, a := range e.alerts {
		out = append(out, a.copied())
	}
	slices.SortFunc(out, func(a, b Alert) int {
		if a.Generation != b.Generation {
			return int(min(max(b.Generation-a.Generation, -1), 1))
		}
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return out
}

// Group is a copy of a known error.
func (e *Engine) Group(key GroupKey) (Group, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if el, ok := e.known.groups[key]; ok {
		return el.Value.(*Group).copied(), nil
	}
	return Group{}, ErrUnknown
}

// Groups are copies of all known errors, the one seen last first.
func (e *Engine) Groups() []Group {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := make([]Group, 0, len(e.known.groups))
	for el := e.known.order.Front(); el != nil; el = el.Next() {
		out = append(out, el.Value.(*Group).copied())
	}
	slices.SortStableFunc(out, func(a, b Group) int { return int(min(max(b.LastSeen-a.LastSeen, -1), 1)) })
	return out
}

// Stats are the numbers since the start, and what is held now.
func (e *Engine) Stats() Stats {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := e.stats
	out.Errors = len(e.known.groups)
	out.Alerts = map[State]int{StatePending: 0, StateFiring: 0, StateResolved: 0}
	for _, a := range e.alerts {
		out.Alerts[a.State]++
	}
	for _, p := range e.populations {
		out.Series += len(p.series)
		out.Folded += p.folded
	}
	return out
}
