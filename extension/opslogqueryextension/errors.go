package opslogqueryextension

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"go.opentelemetry.io/collector/client"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// errorKey is where what people decided about a group of errors is kept.
func errorKey(service, fingerprint string) string { return "errors/" + service + "/" + fingerprint }

// newFor is how long a group counts as new.
const newFor = operation.Time(24 * time.Hour)

// errorGroups lists the groups of errors in the range with their states.
func (h *apiHandler) errorGroups(r *http.Request) (any, error) {
	began, scan := h.now(), &store.Scan{}
	p := newParameters(r, h.time())
	q := store.ErrorQuery{
		Filter: p.filter(), Range: p.scanRange(h.cfg.MaxRange), Limit: p.limit(100, maxLimit), Limits: h.limits(), Scan: scan,
		Sort:    p.oneOf("sort", "count", "users", "tenants", "first_seen", "last_seen"),
		Buckets: p.number("buckets", 24, 1, store.MaxBuckets),
	}
	state := p.oneOf("state", api.ErrorNew, api.ErrorOngoing, api.ErrorResolved, api.ErrorRegressed, api.ErrorIgnored)
	if err := p.done(); err != nil {
		return nil, err
	}
	groups, err := h.groups(r, q)
	if err != nil {
		return nil, err
	}
	if state != "" {
		groups = slices.DeleteFunc(groups, func(g api.ErrorGroup) bool { return g.State != state })
	}
	return api.ErrorList{Items: groups, Partial: scan.Partial, Stats: h.stats(scan, began)}, nil
}

func (h *apiHandler) groups(r *http.Request, q store.ErrorQuery) ([]api.ErrorGroup, error) {
	found, err := store.ErrorsOf(r.Context(), h.reader, q)
	if err != nil {
		return nil, err
	}
	notes, err := h.errorNotes(r)
	if err != nil {
		return nil, err
	}
	before, err := h.seenBefore(r, found, q)
	if err != nil {
		return nil, err
	}
	out := make([]api.ErrorGroup, len(found))
	for i, g := range found {
		key := errorKey(g.Service, g.Fingerprint)
		out[i] = api.ErrorGroup{ErrorGroup: g, Note: notes[key], State: stateOf(g, before[key], notes[key], q.Range)}
	}
	return out, nil
}

// lookBack is how long before the range an error must not have been seen to be new.
const lookBack = 7 * day

// seenBefore tells which groups had operations before the range.
func (h *apiHandler) seenBefore(r *http.Request, groups []store.ErrorGroup, q store.ErrorQuery) (map[string]bool, error) {
	out := map[string]bool{}
	in := query.In{Field: query.Field{Name: "error_fingerprint"}}
	for _, g := range groups {
		in.Values = append(in.Values, g.Fingerprint)
	}
	if len(groups) == 0 {
		return out, nil
	}
	t, err := h.reader.Aggregate(r.Context(), store.AggregateQuery{
		Range: store.Range{From: q.Range.From - lookBack, To: q.Range.From}, Filter: in, Limits: q.Limits,
		Aggregate: query.Aggregate{By: store.By("service_name", "error_fingerprint"), Aggs: []query.Agg{store.Call("count", query.Count, "")}},
	})
	for _, row := range t.Rows {
		service, _ := row[0].(string)
		fingerprint, _ := row[1].(string)
		out[errorKey(service, fingerprint)] = true
	}
	return out, err
}

// errorNotes reads what was decided about groups, by errorKey.
func (h *apiHandler) errorNotes(r *http.Request) (map[string]*api.ErrorNote, error) {
	const most = 10_000
	entries, err := h.reader.ListState(r.Context(), store.StateQuery{Prefix: "errors/", Limit: most})
	if err != nil {
		return nil, err
	}
	out := make(map[string]*api.ErrorNote, len(entries))
	for _, e := range entries {
		note := &api.ErrorNote{Revision: e.Revision}
		if err := json.Unmarshal(e.Value, note); err != nil {
			return nil, fmt.Errorf("read state %s: %w", e.Key, err)
		}
		out[e.Key] = note
	}
	return out, nil
}

// stateOf is the state of a group at the end of the range. A resolved error regresses by an operation that started
// after it was resolved: operations that come late change nothing.
func stateOf(g store.ErrorGroup, seenBefore bool, note *api.ErrorNote, within store.Range) string {
	switch {
	case note != nil && note.State == api.ErrorResolved && g.LastSeen > note.Since:
		return api.ErrorRegressed
	case note != nil && note.State == api.ErrorIgnored && note.Until != 0 && note.Until <= within.To:
		return api.ErrorOngoing
	case note != nil && note.State != api.ErrorOngoing:
		return note.State
	case !seenBefore && g.FirstSeen > within.To-newFor:
		return api.ErrorNew
	default:
		return api.ErrorOngoing
	}
}

// errorFields are what the operations of an error are told apart by.
const errorFields = "version,name,user,host,env,tenant,failure_class"

// errorGroup answers the groups of one fingerprint, one for each service, with what their operations have in common.
func (h *apiHandler) errorGroup(r *http.Request) (any, error) {
	began, scan := h.now(), &store.Scan{}
	p := newParameters(r, h.time())
	filter := p.filter(is("error_fingerprint", r.PathValue("fingerprint")))
	q := store.ErrorQuery{
		Filter: filter, Range: p.scanRange(h.cfg.MaxRange), Limit: 20, Buckets: p.number("buckets", 60, 1, store.MaxBuckets), Limits: h.limits(), Scan: scan,
	}
	fields := p.fields("fields", errorFields)
	if err := p.done(); err != nil {
		return nil, err
	}
	groups, err := h.groups(r, q)
	if err != nil {
		return nil, err
	}
	if len(groups) == 0 {
		return nil, store.ErrNotFound
	}
	facets, err := store.FacetsOf(r.Context(), h.reader, store.FacetQuery{Range: q.Range, Filter: filter, Fields: fields, Limit: 10, Limits: h.limits()})
	if err != nil {
		return nil, err
	}
	out := api.ErrorDetail{Groups: groups, Fields: facets, Partial: scan.Partial, Stats: h.stats(scan, began)}
	if id, err := operation.ParseID(groups[0].LastExample); err == nil {
		if out.Latest, err = h.reader.Operation(r.Context(), id); err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
	}
	return out, nil
}

// decide changes the state of a group.
func (h *apiHandler) decide(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	service := p.get("service")
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
	if !slices.Contains([]string{api.ErrorOngoing, api.ErrorResolved, api.ErrorIgnored}, note.State) {
		return nil, api.BadRequest("", "state is %q, want ongoing, resolved or ignored", clip(note.State))
	}
	note.Since, note.By, note.Revision = h.time(), actor(r), 0
	text, err := encode(note)
	if err != nil {
		return nil, err
	}
	e, err := h.reader.PutState(r.Context(), errorKey(service, r.PathValue("fingerprint")), text, expected)
	if err != nil {
		return nil, err
	}
	note.Revision = e.Revision
	return revision(note, e.Revision, 0, ""), nil
}

// actor is who makes a change, as far as it is known.
func actor(r *http.Request) string {
	return orElse(userName(client.FromContext(r.Context())), "anonymous")
}

// errorEvents lists the operations of a fingerprint.
func (h *apiHandler) errorEvents(r *http.Request) (any, error) {
	return h.list(r, newParameters(r, h.time()), is("error_fingerprint", r.PathValue("fingerprint")))
}
