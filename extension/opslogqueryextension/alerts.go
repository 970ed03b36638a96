package opslogqueryextension

import (
	"net/http"
	"slices"
	"time"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// alerts lists what is pending, fires, or was resolved a short while ago.
func (h *apiHandler) alerts(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	state := p.oneOf("state", string(alert.StatePending), string(alert.StateFiring), string(alert.StateResolved))
	severity := p.oneOf("severity", alert.SeverityCritical, alert.SeverityWarning, alert.SeverityInfo)
	service, rule := p.get("service"), p.get("rule")
	if err := p.done(); err != nil {
		return nil, err
	}
	items, err := h.desk().Alerts(r.Context())
	if err != nil {
		return nil, err
	}
	other := func(wanted, have string) bool { return wanted != "" && wanted != have }
	return api.AlertList{Items: slices.DeleteFunc(items, func(a alert.Alert) bool {
		return other(state, string(a.State)) || other(severity, a.Severity) || other(service, a.Labels["service"]) || other(rule, a.Rule)
	})}, nil
}

// alert answers one alert with its history.
func (h *apiHandler) alert(r *http.Request) (any, error) {
	if err := newParameters(r, h.time()).done(); err != nil {
		return nil, err
	}
	a, history, err := h.desk().Alert(r.Context(), r.PathValue("id"))
	return api.AlertDetail{Alert: a, History: history}, err
}

// acknowledge says who looks after an alert.
func (h *apiHandler) acknowledge(r *http.Request) (any, error) {
	if err := newParameters(r, h.time()).done(); err != nil {
		return nil, err
	}
	if err := readJSON(r, &struct{}{}); err != nil {
		return nil, err
	}
	return h.desk().Ack(r.Context(), r.PathValue("id"), actor(r))
}

// maxMute bounds a mute: what is muted for good is forgotten. An error can be ignored for good.
const maxMute = 90 * 24 * time.Hour

// mute keeps an alert from being told for a time.
func (h *apiHandler) mute(r *http.Request) (any, error) {
	if err := newParameters(r, h.time()).done(); err != nil {
		return nil, err
	}
	var m api.Mute
	if err := readJSON(r, &m); err != nil {
		return nil, err
	}
	until, err := muteUntil(m, h.time())
	if err != nil {
		return nil, err
	}
	return h.desk().Mute(r.Context(), r.PathValue("id"), actor(r), until, m.Reason)
}

func muteUntil(m api.Mute, now operation.Time) (until operation.Time, err error) {
	switch {
	case len(m.Reason) > maxNote:
		return 0, api.BadRequest("", "reason has at most %d bytes", maxNote)
	case (m.Until == "") == (m.Duration == ""):
		return 0, api.BadRequest("", "want one of duration, such as \"2h\", and until, such as \"now+2h\" or an RFC 3339 time")
	case m.Until != "":
		if until, err = query.ParseTime(m.Until, now); err != nil {
			return 0, api.BadRequest("", "until %s", err.Error())
		}
	default:
		d, err := time.ParseDuration(m.Duration)
		if err != nil {
			return 0, api.BadRequest("", "duration is %q, want one such as 30m or 2h", clip(m.Duration))
		}
		until = now + operation.Time(d)
	}
	if until <= now || until > now+operation.Time(maxMute) {
		return 0, api.BadRequest("", "the mute must end in the future, and within %v", maxMute)
	}
	return until, nil
}

// unmute ends a mute.
func (h *apiHandler) unmute(r *http.Request) (any, error) {
	if err := newParameters(r, h.time()).done(); err != nil {
		return nil, err
	}
	return h.desk().Mute(r.Context(), r.PathValue("id"), actor(r), 0, "")
}

// alertRules lists the rules that are watched, by process.
func (h *apiHandler) alertRules(r *http.Request) (any, error) {
	if err := newParameters(r, h.time()).done(); err != nil {
		return nil, err
	}
	items, err := h.desk().Rules(r.Context())
	return api.RuleList{Items: items}, err
}
