package alert

import (
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// judge tells what a rule makes of a series now. blind is until when too little was seen since the start to say that
// something is well again.
func (e *Engine) judge(r *rule, s *series, now operation.Time) finding {
	var f finding
	switch r.Type {
	case TypeErrorRate:
		f = judgeRate(r, s, now)
		f = e.unlessBlind(f, now, r.Window)
	case TypeBurnRate:
		f = judgeBurn(r, s, now)
		f = e.unlessBlind(f, now, longest(r.Burn))
	case TypeLatency:
		f = judgeLatency(r, s, now)
		f = e.unlessBlind(f, now, r.Window)
	case TypeSilence:
		f = e.judgeSilence(r, s, now)
	}
	return f
}

// unlessBlind keeps what is firing until a whole window was seen since a start without counts.
func (e *Engine) unlessBlind(f finding, now operation.Time, window time.Duration) finding {
	if f.verdict == verdictClear && now < e.blindSince+operation.Time(window) && e.blindSince != 0 {
		f.verdict = verdictHold
	}
	return f
}

// judgeRate: enough errors, and a Wilson bound of the rate above the threshold. A rate that is beyond it by little must
// hold over the longer window too: an operation that hovers below the threshold is unlucky sooner or later. With few
// requests it looks further back, rather than believe less. Clear is below four fifths of the threshold.
func judgeRate(r *rule, s *series, now operation.Time) finding {
	threshold := r.Threshold
	if o := r.override(s.key); o.Threshold > 0 {
		threshold = o.Threshold
	}
	near := s.rings.sum(now, r.Window)
	c := near
	if int64(c.total) < r.MinRequests {
		c = s.rings.sum(now, r.LowTraffic)
	}
	certain := func() bool {
		low, far := wilsonLow(c.errors, c.total), s.rings.sum(now, r.LowTraffic)
		return low > beyondDoubt*threshold || low > threshold && wilsonLow(far.errors, far.total) > 0.9*threshold
	}
	f := finding{threshold: threshold, errors: int64(c.errors), total: int64(c.total)}
	if near.total == 0 {
		return f // what is old alone begins nothing, and ends nothing
	}
	f.value = float64(c.errors) / float64(c.total)
	switch {
	case near.errors == 0:
		f.verdict, f.reason = verdictClear, ReasonBelow
		f.value, f.errors, f.total = 0, 0, int64(near.total)
	case f.errors >= r.MinErrors && f.value > threshold && certain():
		f.verdict, f.reason = verdictActive, ReasonThreshold
	case f.value < 0.8*threshold:
		f.verdict, f.reason = verdictClear, ReasonBelow
	}
	return f
}

// judgeBurn fires when the budget burns too fast over a long window and still does over its short one.
func judgeBurn(r *rule, s *series, now operation.Time) finding {
	budget := 1 - r.Objective
	f := finding{verdict: verdictClear, reason: ReasonBelow}
	for _, b := range r.Burn {
		long, short := s.rings.sum(now, b.Long), s.rings.sum(now, b.Short)
		if long.total == 0 || short.total == 0 {
			if f.verdict == verdictClear {
				f.verdict = verdictHold
			}
			continue
		}
		burn := float64(long.errors) / float64(long.total) / budget
		recent := float64(short.errors) / float64(short.total) / budget
		if burn > b.Rate && recent > b.Rate && int64(long.errors) >= r.MinErrors {
			return finding{
				verdict: verdictActive, reason: ReasonThreshold, value: burn, threshold: b.Rate,
				errors: int64(long.errors), total: int64(long.total), severity: b.Severity,
			}
		}
		f.value, f.threshold = max(f.value, burn), b.Rate
	}
	return f
}

// beyondDoubt is how far above the threshold the bound must be to need no second opinion. The simulated month has an
// operation that hovers at 4 % of 5 %: a thousand false alerts a month without these two, at most a handful with them.
const beyondDoubt = 1.5

func longest(burn []Burn) (d time.Duration) {
	for _, b := range burn {
		d = max(d, b.Short)
	}
	return d
}

func judgeLatency(r *rule, s *series, now operation.Time) finding {
	above := r.Above
	if o := r.override(s.key); o.Above > 0 {
		above = o.Above
	}
	value, n := s.times[r.times].quantile(now, r.Quantile)
	f := finding{value: value.Seconds(), threshold: above.Seconds(), total: n}
	switch {
	case n < r.MinRequests:
	case value > above:
		f.verdict, f.reason = verdictActive, ReasonThreshold
	case float64(value) < 0.9*float64(above):
		f.verdict, f.reason = verdictClear, ReasonBelow
	}
	return f
}

// judgeSilence counts from the last event, or from the start of opslog where it was away in between.
func (e *Engine) judgeSilence(r *rule, s *series, now operation.Time) finding {
	s.beat.settle()
	limit := s.beat.limit(&r.Rule)
	if limit == 0 || s.key.operation == OtherOperation {
		return finding{}
	}
	silent := operation.Duration(now - max(s.beat.Last, e.started))
	f := finding{value: operation.Duration(now - s.beat.Last).Seconds(), threshold: limit.Seconds()}
	switch {
	case silent > limit:
		f.verdict, f.reason = verdictActive, ReasonSilent
	case operation.Duration(now-s.beat.Last) <= limit:
		f.verdict, f.reason = verdictClear, ReasonSeenAgain
	}
	return f
}

// externalRate is shown beside an error rate: the rate among the operations that did external work.
func (s *series) externalRate(now operation.Time, r *rule) *ExternalRate {
	if r.Type != TypeErrorRate || r.External {
		return nil
	}
	c := s.external.sum(now, min(r.Window, s.external.span()))
	if c.total == 0 {
		return nil
	}
	return &ExternalRate{Errors: int64(c.errors), Total: int64(c.total)}
}

// wait is how long a condition must hold: a little longer when other services caused the errors, so that their own
// alert comes first.
func (e *Engine) wait(r *rule, s *series) operation.Duration {
	if s.causes.foreign(s.key.service) {
		return max(r.For, 2*e.cfg.EvaluationInterval)
	}
	return r.For
}

// masked tells whether the causes of an alert's errors have a firing alert that is told, and at least as urgent.
func (e *Engine) masked(a *Alert, now operation.Time) Suppression {
	if now < e.learningUntil && (a.Type == string(TypeNewError) || a.Type == string(TypeDestructive)) {
		return SuppressLearning
	}
	if a.Type == string(TypeRegression) && e.rateTells(a) {
		return SuppressCascade
	}
	s := e.seriesOf(a)
	if s == nil || (a.Type != string(TypeErrorRate) && a.Type != string(TypeBurnRate)) {
		return ""
	}
	share, by := s.causes.explained(func(c cause) *Alert { return e.covering(c, a) })
	if share < dominant || by == nil {
		return ""
	}
	if a.Labels["service"] != by.Labels["service"] || a.Labels["operation"] != by.Evidence.Operation {
		by.Evidence.AlsoFailed = appendOnce(by.Evidence.AlsoFailed, a.Labels["service"]+" "+a.Labels["operation"])
		e.changed[by.ID] = true
	}
	return SuppressCascade
}

// rateTells tells whether an alert on an error rate shows the very error already.
func (e *Engine) rateTells(a *Alert) bool {
	for _, other := range e.alerts {
		if other.State == StateFiring && other.Suppressed == "" && other.Evidence.Fingerprint == a.Labels["fingerprint"] &&
			(other.Type == string(TypeErrorRate) || other.Type == string(TypeBurnRate)) {
			return true
		}
	}
	return false
}

// covering is an alert that tells of a cause already.
func (e *Engine) covering(c cause, a *Alert) *Alert {
	for _, other := range e.alerts {
		if other == a || other.State != StateFiring || other.Suppressed != "" || urgency(other.Severity) < urgency(a.Severity) ||
			other.Labels["environment"] != a.Labels["environment"] || other.Type == string(TypeSilence) || other.Type == string(TypeLatency) {
			continue
		}
		if other.Labels["fingerprint"] == c.fingerprint && c.fingerprint != "" ||
			other.Labels["service"] == c.service && c.service != a.Labels["service"] {
			return other
		}
	}
	return nil
}

func urgency(severity string) int {
	switch severity {
	case SeverityCritical:
		return 2
	case SeverityWarning:
		return 1
	}
	return 0
}

func appendOnce(list []string, line string) []string {
	for _, have := range list {
		if have == line {
			return list
		}
	}
	return bounded(list, line, maxAlsoFailed)
}
