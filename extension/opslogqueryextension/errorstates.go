package opslogqueryextension

import (
	"net/http"
	"slices"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/watch"
)

// errorStates are those of a group, the one that asks for most attention first.
var errorStates = []string{
	api.ErrorEscalating, api.ErrorRegressed, api.ErrorNew, api.ErrorOngoing, api.ErrorExpected, api.ErrorIgnored, api.ErrorResolved,
}

func (h *apiHandler) desk() watch.Desk { return watch.Desk{Store: h.reader, Now: h.now} }

// knownErrors are what is known of groups beside their operations: one for each environment and error.
func (h *apiHandler) knownErrors(r *http.Request, groups []store.ErrorGroup, merged merges) (map[errorOf][]alert.Group, error) {
	one := ""
	for i := range groups {
		if one = groups[0].Fingerprint; groups[i].Fingerprint != one || merged[errorOf{groups[i].Service, one}] != nil {
			one = ""
			break
		}
	}
	known, err := h.desk().Errors(r.Context(), one)
	out := map[errorOf][]alert.Group{}
	for _, k := range known {
		key := errorOf{k.Service, merged.members(errorOf{k.Service, k.Fingerprint})[0]}
		out[key] = append(out[key], k.Group)
	}
	return out, err
}

// stateOf is the state of a group at the end of the range: the one of its environments that asks for most attention.
// What nobody watches is told by when it was seen.
func stateOf(g store.ErrorGroup, seenBefore bool, known []alert.Group, within store.Range) string {
	state := ""
	for i := range known {
		s := stateIn(&known[i], g, within.To)
		if state == "" || slices.Index(errorStates, s) < slices.Index(errorStates, state) {
			state = s
		}
	}
	switch {
	case state != "":
		return state
	case !seenBefore && g.FirstSeen > within.To-newFor:
		return api.ErrorNew
	default:
		return api.ErrorOngoing
	}
}

// stateIn is the state in one environment. A resolved error is back by an operation that began after it was resolved:
// operations that come late change nothing.
func stateIn(k *alert.Group, g store.ErrorGroup, now operation.Time) string {
	if k.Expected != nil {
		return api.ErrorExpected
	}
	state := alert.GroupState("")
	for _, version := range append([]string{""}, g.Versions...) {
		if state = k.At(now, &operation.Operation{StartTime: g.LastSeen, ServiceVersion: version}); state == alert.GroupRegressed {
			break
		}
	}
	return string(state)
}

// noteOf is what people decided last; nil when they did not.
func noteOf(known []alert.Group) *api.ErrorNote {
	var last *alert.Group
	for i := range known {
		if k := &known[i]; k.Decisions > 0 && (last == nil || k.DecidedAt > last.DecidedAt) {
			last = k
		}
	}
	if last == nil {
		return nil
	}
	n := &api.ErrorNote{State: api.ErrorOngoing, Text: last.Note, Since: last.DecidedAt, By: last.DecidedBy, Revision: last.Decisions}
	switch {
	case last.Expected != nil:
		n.State, n.MaxRate = api.ErrorExpected, last.Expected.MaxRate
	case last.ResolvedAt == last.DecidedAt:
		n.State, n.Version = api.ErrorResolved, last.ResolvedIn
	case last.State == alert.GroupIgnored || last.IgnoredUntil != 0:
		n.State, n.Until = api.ErrorIgnored, last.IgnoredUntil
	}
	return n
}

// decide changes the state of a group, in one environment or in all.
func (h *apiHandler) decide(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	service, environment := p.get("service"), p.get("environment")
	if service == "" {
		p.wrong("service", "is missing: a group belongs to a service")
	}
	expected := p.ifMatch()
	if err := p.done(); err != nil {
		return nil, err
	}
	var note api.ErrorNote
	if err := readJSON(r, &note); err != nil {
		return nil, err
	}
	change, err := h.changeOf(note)
	if err != nil {
		return nil, err
	}
	change.By = actor(r)
	groups, err := h.decidable(r, errorOf{service, r.PathValue("fingerprint")}, environment)
	if err != nil {
		return nil, err
	}
	if said := noteOf(groups); expected != store.AnyRevision && (said == nil && expected != 0 || said != nil && said.Revision != expected) {
		return nil, store.ErrConflict
	}
	for i := range groups { // each has decided as often as was read: somebody else's decision in between is a conflict
		if groups[i], err = h.desk().Decide(r.Context(), groups[i], change, groups[i].Decisions); err != nil {
			return nil, err
		}
	}
	said := noteOf(groups)
	return revision(said, said.Revision, 0, ""), nil
}

// maxNote bounds what is said of an error or an alert, in bytes.
const maxNote = 2000

// changeOf is a note as a change, or what is wrong with it.
func (h *apiHandler) changeOf(n api.ErrorNote) (c alert.ErrorChange, err error) {
	c.Note = n.Text
	switch n.State {
	case api.ErrorOngoing:
		c.Reopen = true
	case api.ErrorResolved:
		c.Resolve, c.Version = true, n.Version
	case api.ErrorIgnored:
		c.Ignore, c.Until = true, n.Until
	case api.ErrorExpected:
		c.Expected = &alert.Expected{Reason: n.Text, MaxRate: n.MaxRate}
	default:
		return c, api.BadRequest("", "state is %q, want ongoing, resolved, ignored or expected", clip(n.State))
	}
	switch {
	case len(n.Text) > maxNote || len(n.Version) > maxNote:
		return c, api.BadRequest("", "text and version have at most %d bytes", maxNote)
	case n.Version != "" && !c.Resolve:
		return c, api.BadRequest("", "version goes with the state resolved, not with %s", n.State)
	case n.Until != 0 && !c.Ignore:
		return c, api.BadRequest("", "until goes with the state ignored, not with %s", n.State)
	case n.Until != 0 && n.Until <= h.time():
		return c, api.BadRequest("", "until is in the past")
	case n.MaxRate != 0 && c.Expected == nil:
		return c, api.BadRequest("", "max_rate goes with the state expected, not with %s", n.State)
	case !(n.MaxRate >= 0 && n.MaxRate < 1):
		return c, api.BadRequest("", "max_rate is %v, want a share from 0 (no limit) to below 1, such as 0.02", n.MaxRate)
	}
	return c, nil
}

// decidable are the groups that a decision is about: of an error, and of those that were put together with it.
func (h *apiHandler) decidable(r *http.Request, of errorOf, environment string) ([]alert.Group, error) {
	merged, err := h.merges(r.Context())
	if err != nil {
		return nil, err
	}
	var out []alert.Group
	for _, fingerprint := range merged.members(of) {
		groups, err := h.decidableOf(r, errorOf{of.service, fingerprint}, environment)
		if err != nil {
			return nil, err
		}
		out = append(out, groups...)
	}
	if len(out) == 0 {
		return nil, api.NotFound("no operation of service " + clip(of.service) + " with this error is stored")
	}
	return out, nil
}

// decidableOf are the groups of one error: those that are known, else what the store holds of them.
func (h *apiHandler) decidableOf(r *http.Request, of errorOf, environment string) ([]alert.Group, error) {
	known, err := h.desk().Errors(r.Context(), of.fingerprint)
	if err != nil {
		return nil, err
	}
	var groups []alert.Group
	for _, k := range known {
		if k.Service == of.service && (environment == "" || k.Environment == environment) {
			groups = append(groups, k.Group)
		}
	}
	if len(groups) > 0 {
		return groups, nil
	}
	return h.storedErrors(r, of, environment)
}

// storedErrors makes groups of the operations of an error, one for each environment.
func (h *apiHandler) storedErrors(r *http.Request, of errorOf, environment string) ([]alert.Group, error) {
	within := store.Range{To: h.time()}
	if h.cfg.MaxRange > 0 {
		within.From = within.To - operation.Time(h.cfg.MaxRange)
	}
	filter := allOf(is("error_fingerprint", of.fingerprint), is("service_name", of.service))
	if environment != "" {
		filter = allOf(filter, is("environment", environment))
	}
	environments, err := h.reader.Aggregate(r.Context(), store.AggregateQuery{
		Range: within, Filter: filter, Limits: h.limits(),
		Aggregate: query.Aggregate{By: store.By("environment"), Aggs: []query.Agg{store.Call("count", query.Count, "")}},
	})
	if err != nil || len(environments.Rows) == 0 {
		return nil, err
	}
	found, err := store.ErrorsOf(r.Context(), h.reader, store.ErrorQuery{Range: within, Filter: filter, Limit: 1, Limits: h.limits()})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	g := found[0]
	var out []alert.Group
	for _, row := range environments.Rows {
		name, _ := row[0].(string)
		group := alert.Group{
			GroupKey: alert.GroupKey{Environment: name, Service: of.service, Fingerprint: of.fingerprint}, State: alert.GroupOngoing,
			ErrorType: g.Type, ErrorMessage: g.Message, FirstSeen: g.FirstSeen, LastSeen: g.LastSeen, Count: g.Count, Versions: g.Versions,
		}
		if len(g.Operations) > 0 {
			group.Operation = g.Operations[0]
		}
		if id, err := operation.ParseID(g.LastExample); err == nil {
			group.Example = id
		}
		out = append(out, group)
	}
	return out, nil
}
