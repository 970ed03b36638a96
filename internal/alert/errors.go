package alert

import (
	"maps"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// failed follows an operation's error: whose it is, whether it is known, and who must hear of it.
func (e *Engine) failed(op *operation.Operation, now operation.Time) {
	if op.ErrorFingerprint == "" {
		return
	}
	root, cascaded := e.cascade.root(op)
	if cascaded {
		e.follow(op, root, now)
		return
	}
	if op.ErrorService != "" && op.ErrorService != op.ServiceName && e.cfg.CascadeWait > 0 {
		e.cascade.wait(op, now+operation.Time(e.cfg.CascadeWait))
		return
	}
	e.own(op, now)
}

// follow notes an error that another operation's error caused.
func (e *Engine) follow(op *operation.Operation, root GroupKey, now operation.Time) {
	if g := e.known.get(keyOf(op)); g != nil {
		g.seen(op)
		e.known.touch(g)
	} else {
		g, _ := e.known.add(op)
		g.seen(op)
		e.known.touch(g)
	}
	for _, r := range e.single {
		if r.Type != TypeNewError && r.Type != TypeRegression {
			continue
		}
		if a := e.alert(identity(labelsOfError(r, root))); a != nil && a.State == StateFiring {
			a.Evidence.alsoFailed(op)
			a.ActiveAt = now
			e.changed[a.ID] = true
		}
	}
}

// own follows an error that began in this operation.
func (e *Engine) own(op *operation.Operation, now operation.Time) {
	g := e.known.get(keyOf(op))
	if g == nil {
		g, upgraded := e.known.add(op)
		g.seen(op)
		e.known.touch(g)
		if !upgraded {
			e.raise(TypeNewError, op, g, ReasonFirstSeen, now)
		}
		return
	}
	e.recurred(op, g, now)
}

func (e *Engine) recurred(op *operation.Operation, g *Group, now operation.Time) {
	back := false
	for _, r := range e.single {
		back = back || r.Type == TypeRegression && g.back(op, r.Quiet)
	}
	g.seen(op)
	e.known.touch(g)
	switch {
	case back && g.State != GroupIgnored:
		g.State, g.ChangedAt = GroupRegressed, now
		e.raise(TypeRegression, op, g, ReasonRegressed, now)
	default:
		e.prolong(op, g, now)
	}
}

// prolong keeps the alerts of an error firing while it recurs.
func (e *Engine) prolong(op *operation.Operation, g *Group, now operation.Time) {
	for _, r := range e.single {
		if r.Type != TypeNewError && r.Type != TypeRegression {
			continue
		}
		a := e.alert(identity(labelsOfError(r, g.GroupKey)))
		if a == nil || a.State != StateFiring {
			continue
		}
		a.ActiveAt, a.ClearAt = now, 0
		a.Errors++
		if a.Threshold == 0 {
			a.Value = float64(a.Errors)
		}
		if op.Name != a.Evidence.Operation {
			a.Evidence.alsoFailed(op)
		}
		e.changed[a.ID] = true
	}
}

// labelsOfError are the identity of an alert on a known error: no message, no counts, so that replicas agree.
func labelsOfError(r *rule, key GroupKey) map[string]string {
	labels := labelsOf(r, seriesKey{environment: key.Environment, service: key.Service})
	labels["fingerprint"] = key.Fingerprint
	return labels
}

// raise fires the alerts of a kind for one error, or counts it to a storm.
func (e *Engine) raise(kind Type, op *operation.Operation, g *Group, reason Reason, now operation.Time) {
	if g.State == GroupIgnored || g.Expected != nil {
		return
	}
	for _, r := range e.single {
		if r.Type != kind || r.match != nil && !r.match(op, nil) {
			continue
		}
		id := identity(labelsOfError(r, g.GroupKey))
		a := e.alert(id)
		if a == nil {
			a = e.begin(r, id, labelsOfError(r, g.GroupKey))
		}
		a.Errors, a.Value, a.Threshold = 1, 1, 0
		a.Evidence = evidenceOf(op)
		a.Evidence.FirstSeen, a.Evidence.FirstVersion = g.FirstSeen, g.FirstVersion
		a.Evidence.AlsoFailed = e.cascade.ancestors(op)
		if kind == TypeNewError && now >= e.learningUntil && e.storm.strikes(g.Service, now, e.cfg) {
			e.tellStorm(r, op, now)
			a.Suppressed = SuppressStorm
		}
		e.fireEvent(a, reason, now)
	}
}

// fireEvent fires at once: an event has no time to wait for.
func (e *Engine) fireEvent(a *Alert, reason Reason, now operation.Time) {
	a.ActiveAt, a.ClearAt = now, 0
	if a.State == StateFiring {
		e.changed[a.ID] = true
		return
	}
	a.PendingAt, a.FiringAt, a.ResolvedAt, a.Generation = now, now, 0, int64(now)
	a.AckedBy, a.AckedAt = "", 0
	if a.Suppressed != SuppressStorm {
		a.Suppressed = e.masked(a, now)
	}
	e.move(a, StateFiring, reason, now)
}

// storm counts new errors: too many of them are one event, such as a deploy or a message template that went wrong.
type storm struct {
	at       []operation.Time
	services map[string]float64
}

// strikes notes a new error and tells whether there are too many.
func (s *storm) strikes(service string, now operation.Time, cfg *Config) bool {
	s.age(now, cfg.StormWindow)
	if s.services == nil {
		s.services = map[string]float64{}
	}
	s.at = append(s.at, now)
	s.services[service]++
	return len(s.at) > cfg.StormLimit
}

func (s *storm) age(now operation.Time, window time.Duration) {
	for len(s.at) > 0 && operation.Duration(now-s.at[0]) > window {
		s.at = s.at[1:]
	}
	if len(s.at) == 0 {
		clear(s.services)
	}
}

// tellStorm fires one alert for all of the storm, and keeps its numbers and its example fresh.
func (e *Engine) tellStorm(r *rule, latest *operation.Operation, now operation.Time) {
	labels := map[string]string{"alertname": r.Name + "Storm", "severity": r.Severity}
	maps.Copy(labels, r.Labels)
	id := identity(labels)
	a := e.alert(id)
	if a == nil {
		a = e.begin(r, id, labels)
	}
	a.Errors, a.Value, a.Threshold = int64(len(e.storm.at)), float64(len(e.storm.at)), float64(e.cfg.StormLimit)
	a.Evidence = Evidence{OperationID: latest.ID, TraceID: latest.TraceID, Time: latest.StartTime, Kinds: maps.Clone(e.storm.services)}
	a.Suppressed = ""
	e.fireEvent(a, ReasonStorm, now)
}
