package alert

import (
	"maps"
	"strconv"

	"github.com/opslog/opslog/internal/operation"
)

// verdict is what a rule says of a series at one moment.
type verdict int

const (
	verdictHold   verdict = iota // neither: what is firing goes on, what is not does not begin
	verdictActive                // the condition holds
	verdictClear                 // it does not, and there is enough data to say so
)

// finding is a verdict with the numbers behind it.
type finding struct {
	verdict
	reason           Reason
	value, threshold float64
	errors, total    int64
	severity         string // when it is not the rule's
}

// labelsOf are the identity of a rule's alert.
func labelsOf(r *rule, key seriesKey) map[string]string {
	labels := map[string]string{"alertname": r.Name, "severity": r.Severity, "service": key.service}
	maps.Copy(labels, r.Labels)
	set := func(name, value string) {
		if value != "" {
			labels[name] = value
		}
	}
	set("environment", key.environment)
	set("operation", key.operation)
	return labels
}

// alert finds the alert of an identity.
func (e *Engine) alert(id string) *Alert { return e.alerts[id] }

// begin makes an alert that is ok: the next step moves it.
func (e *Engine) begin(r *rule, id string, labels map[string]string) *Alert {
	a := &Alert{ID: id, Rule: r.Name, Type: string(r.Type), Severity: r.Severity, Labels: labels, State: StateOK}
	e.alerts[id] = a
	return a
}

// apply moves the alert of a series by what its rule found, and keeps its numbers fresh.
func (e *Engine) apply(r *rule, s *series, place int, f finding, now operation.Time) {
	if s.ids[place] == "" {
		s.ids[place] = identity(labelsOf(r, s.key))
	}
	a := e.alert(s.ids[place])
	if a == nil {
		if f.verdict != verdictActive {
			return
		}
		a = e.begin(r, s.ids[place], labelsOf(r, s.key))
	}
	if f.verdict == verdictActive || f.verdict == verdictClear {
		a.Value, a.Errors, a.Total = f.value, f.errors, f.total
	}
	a.Threshold = f.threshold
	if f.verdict == verdictActive {
		also := a.Evidence.AlsoFailed
		a.Evidence = s.example.copied()
		a.Evidence.AlsoFailed = also
		a.Evidence.External = s.externalRate(now, r)
		if f.severity != "" {
			a.Severity = f.severity
		}
	}
	e.step(a, r, f, now, e.wait(r, s))
}

// step is the state machine: ok, pending, firing, resolved.
func (e *Engine) step(a *Alert, r *rule, f finding, now operation.Time, wait operation.Duration) {
	e.changed[a.ID] = true
	switch f.verdict {
	case verdictActive:
		a.ActiveAt, a.ClearAt = now, 0
		e.rise(a, f, now, wait)
	case verdictClear:
		if a.ClearAt == 0 {
			a.ClearAt = now
		}
		e.fall(a, r, f, now)
	case verdictHold:
	}
}

// rise moves an alert whose condition holds.
func (e *Engine) rise(a *Alert, f finding, now operation.Time, wait operation.Duration) {
	switch a.State {
	case StateOK, StateResolved:
		a.Generation, a.AckedBy, a.AckedAt = int64(now), "", 0
		a.PendingAt, a.FiringAt, a.ResolvedAt = now, 0, 0
		e.move(a, StatePending, f.reason, now)
		if wait <= 0 {
			e.fire(a, f.reason, now)
		}
	case StatePending:
		if operation.Duration(now-a.PendingAt) >= wait {
			e.fire(a, ReasonForElapsed, now)
		}
	case StateFiring:
		e.unmask(a, now)
	}
}

// fall moves an alert whose condition does not hold.
func (e *Engine) fall(a *Alert, r *rule, f finding, now operation.Time) {
	switch a.State {
	case StatePending:
		e.move(a, StateOK, f.reason, now)
		delete(e.alerts, a.ID)
	case StateFiring:
		if operation.Duration(now-a.ClearAt) >= r.KeepFiringFor {
			e.resolve(a, f.reason, now)
		}
	}
}

// fire begins to tell, unless another alert tells it already.
func (e *Engine) fire(a *Alert, reason Reason, now operation.Time) {
	a.FiringAt = now
	a.Suppressed = e.masked(a, now)
	e.move(a, StateFiring, reason, now)
}

// unmask tells an alert that was not told, once nothing else tells it any more.
func (e *Engine) unmask(a *Alert, now operation.Time) {
	if a.Suppressed == "" {
		return
	}
	if a.Suppressed = e.masked(a, now); a.Suppressed == "" {
		a.Generation = int64(now)
		e.move(a, StateFiring, a.Reason, now)
	}
}

func (e *Engine) resolve(a *Alert, reason Reason, now operation.Time) {
	a.ResolvedAt = now
	e.move(a, StateResolved, reason, now)
}

// move records a transition.
func (e *Engine) move(a *Alert, to State, reason Reason, now operation.Time) {
	from := a.State
	a.State, a.Reason = to, reason
	e.changed[a.ID] = true
	e.transitions = append(e.transitions, Transition{
		Alert: a.copied(), From: from, To: to, At: now,
		Key: a.ID + "/" + strconv.FormatInt(a.Generation, 10) + "/" + string(to),
	})
}
