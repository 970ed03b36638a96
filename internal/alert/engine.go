package alert

import (
	"sync"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// Engine watches operations. It is safe for concurrent use.
type Engine struct {
	mu  sync.Mutex
	cfg *Config

	populations []*population
	single      []*rule // new_error, regression, destructive and query
	destructive []*rule
	byName      map[string]*rule

	revisions  revisions
	known      *known
	cascade    cascades
	storm      storm
	rows       map[shape]*rowCounts
	alerts     map[string]*Alert
	allowances map[place]*allowance

	started       operation.Time
	learningUntil operation.Time
	blindSince    operation.Time // when counting began without counts from before; 0 when there were some
	lastAged      operation.Time
	latest        operation.Time // the latest time of an evaluation

	changed     map[string]bool // alerts since the last Changes
	removed     []string
	transitions []Transition
	stats       Stats
}

// Stats count what the engine did not count, and what it holds.
type Stats struct {
	Operations int64 // counted
	TooOld     int64 // ended before the windows that are kept
	Future     int64 // ended more than Tolerance ahead of now
	Folded     int64 // counted as OtherOperation
	Series     int
	Errors     int // known
	Alerts     map[State]int
}

// Tolerance is how far ahead of our clock another host's may be.
const Tolerance = operation.Time(time.Minute)

// resolvedKept is how long a resolved alert is remembered, so that it is told again to those that expect it.
const resolvedKept = 15 * time.Minute

// New makes an engine without state: until LearningPeriod has passed, nothing that is new is told. Restore undoes
// that. The configuration must be valid.
func New(cfg Config, now operation.Time) (*Engine, error) {
	e := &Engine{
		cfg: &cfg, byName: map[string]*rule{},
		revisions: newRevisions(), known: newKnown(cfg.MaxErrors), cascade: newCascades(),
		rows: map[shape]*rowCounts{}, alerts: map[string]*Alert{}, changed: map[string]bool{},
		allowances: map[place]*allowance{},
		started:    now, blindSince: now, learningUntil: now + operation.Time(cfg.LearningPeriod),
	}
	var err error
	if e.populations, e.single, err = compileRules(&cfg); err != nil {
		return nil, err
	}
	for _, p := range e.populations {
		for _, r := range p.rules {
			e.byName[r.Name] = r
		}
	}
	for _, r := range e.single {
		e.byName[r.Name] = r
		if r.Type == TypeDestructive {
			e.destructive = append(e.destructive, r)
		}
	}
	return e, nil
}

// Observe counts operations and fires what must not wait: new errors, regressions, destructive commands. It tells
// whether there are transitions to fetch.
func (e *Engine) Observe(ops []*operation.Operation, now operation.Time) bool {
	return e.ObserveEach(func(take func(*operation.Operation)) {
		for _, op := range ops {
			take(op)
		}
	}, now)
}

// ObserveEach is Observe for operations that each calls take with. Those that failed may be kept; of the others nothing
// is, so they may be used again.
func (e *Engine) ObserveEach(each func(take func(*operation.Operation)), now operation.Time) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	each(func(op *operation.Operation) { e.observe(op, now) })
	return len(e.transitions) > 0
}

func (e *Engine) observe(op *operation.Operation, now operation.Time) {
	total, failed := e.revisions.delta(op)
	if !total && !failed {
		return
	}
	seen := sighting{at: op.StartTime + operation.Time(max(op.Duration, 0)), now: now}
	if seen.at > now+Tolerance {
		e.stats.Future++
		seen.at = now // its sender's clock is ahead: what it tells is true now
	}
	if total {
		e.stats.Operations++
		seen.total = 1
	}
	if failed && !e.excused(op, now) {
		seen.errors = 1
	}
	if seen.at < 0 { // a time that no clock shows
		e.stats.TooOld++
		return
	}
	if len(e.allowances) > 0 {
		e.countExpected(op, total, failed, seen.at)
	}
	kept := true
	for _, p := range e.populations {
		kept = p.observe(op, seen) && kept
	}
	if !kept {
		e.stats.TooOld++
	}
	if failed {
		e.failed(op, now)
	}
	if total && len(e.destructive) > 0 && len(op.Effects) > 0 {
		e.guard(op, now)
	}
}

// excused tells whether an error is expected or ignored, and so no part of an error rate.
func (e *Engine) excused(op *operation.Operation, now operation.Time) bool {
	g := e.known.get(keyOf(op))
	return g != nil && (g.Expected != nil || g.State == GroupIgnored && (g.IgnoredUntil == 0 || now < g.IgnoredUntil))
}

// Evaluate moves all that time moves. It is to be called once an EvaluationInterval.
func (e *Engine) Evaluate(now operation.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.rewind(now)
	e.cascade.settle(now,
		func(op *operation.Operation, root GroupKey) { e.follow(op, root, now) },
		func(op *operation.Operation) { e.own(op, now) })
	// Series whose errors began with them go first: an alert of theirs may explain others.
	e.evaluate(now, false)
	e.evaluate(now, true)
	e.judgeExpected(now)
	e.ageAlerts(now)
	if operation.Duration(now-e.lastAged) >= time.Minute {
		e.lastAged = now
		e.ageGroups(now)
	}
}

func (e *Engine) evaluate(now operation.Time, foreign bool) {
	for _, p := range e.populations {
		for el := p.order.Front(); el != nil; el = el.Next() {
			s := el.Value.(*series)
			if s.causes.foreign(s.key.service) != foreign {
				continue
			}
			for i, r := range p.rules {
				e.apply(r, s, i, e.judge(r, s, now), now)
			}
		}
	}
}

// ageAlerts ends events that did not recur, and forgets what was resolved a while ago.
func (e *Engine) ageAlerts(now operation.Time) {
	for id, a := range e.alerts {
		r := e.byName[a.Rule]
		switch {
		case a.State == StateResolved && operation.Duration(now-a.ResolvedAt) > resolvedKept:
			delete(e.alerts, id)
			delete(e.changed, id)
			e.removed = append(e.removed, id)
		case a.State != StateFiring && a.State != StatePending:
		case r == nil:
			e.resolve(a, ReasonRuleRemoved, now)
		case isEvent(r.Type) && operation.Duration(now-a.ActiveAt) >= r.KeepFiringFor:
			e.resolve(a, ReasonNotSeenAgain, now)
		case !isEvent(r.Type) && operation.Duration(now-a.ActiveAt) > noTrafficAfter:
			e.resolve(a, ReasonNoTraffic, now)
		}
	}
}

// noTrafficAfter is how long an alert waits for data before it gives up on it.
const noTrafficAfter = 24 * time.Hour

func isEvent(t Type) bool {
	return t == TypeNewError || t == TypeRegression || t == TypeDestructive
}

// ageGroups moves known errors on, and looks for those that come far more often than before.
func (e *Engine) ageGroups(now operation.Time) {
	for el := e.known.order.Front(); el != nil; el = el.Next() {
		g := el.Value.(*Group)
		if g.age(now) {
			e.known.touch(g)
		}
		if g.State == GroupIgnored || g.State == GroupResolved || operation.Duration(now-g.LastSeen) > time.Hour {
			continue
		}
		if limit, yes := g.escalates(now); yes && g.State != GroupEscalating {
			g.State, g.EscalatedAt, g.ChangedAt = GroupEscalating, now, now
			e.known.touch(g)
			if g.Expected == nil {
				e.raiseKnown(g, ReasonEscalating, g.hour(int64(now)/int64(time.Hour)), limit, now)
			}
		}
	}
}

// raiseKnown fires regression rules for a known error whose value went above a limit.
func (e *Engine) raiseKnown(g *Group, reason Reason, value, limit float64, now operation.Time) {
	for _, r := range e.single {
		if r.Type != TypeRegression {
			continue
		}
		id := identity(labelsOfError(r, g.GroupKey))
		a := e.alert(id)
		if a == nil {
			a = e.begin(r, id, labelsOfError(r, g.GroupKey))
		}
		a.Value, a.Threshold, a.Errors = value, limit, g.Count
		a.Evidence = Evidence{
			OperationID: g.Example, Operation: g.Operation, ErrorType: g.ErrorType, ErrorMessage: g.ErrorMessage,
			Fingerprint: g.Fingerprint, FirstSeen: g.FirstSeen, FirstVersion: g.FirstVersion, Time: g.LastSeen,
		}
		e.fireEvent(a, reason, now)
	}
}

// rewind forgets counts that lie ahead of a clock that was set back: they would hide all that comes until it has
// caught up. What fires goes on until a whole window was seen anew.
func (e *Engine) rewind(now operation.Time) {
	if now+Tolerance >= e.latest {
		e.latest = max(e.latest, now)
		return
	}
	e.latest, e.blindSince = now, now
	for _, p := range e.populations {
		for el := p.order.Front(); el != nil; el = el.Next() {
			el.Value.(*series).rewind(now)
		}
	}
	for _, a := range e.allowances {
		a.total.rewind(now)
		for _, r := range a.errors {
			r.rewind(now)
		}
	}
}

// seriesOf finds the series behind an alert.
func (e *Engine) seriesOf(a *Alert) *series {
	key := seriesKey{a.Labels["environment"], a.Labels["service"], a.Labels["operation"]}
	for _, p := range e.populations {
		for _, r := range p.rules {
			if el := p.series[key]; r.Name == a.Rule && el != nil {
				return el.Value.(*series)
			}
		}
	}
	return nil
}
