package opslogqueryextension

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"go.opentelemetry.io/collector/client"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// errorOf tells groups apart; those of several environments are one here.
type errorOf struct{ service, fingerprint string }

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
	state := p.oneOf("state", errorStates...)
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
	merged, err := h.merges(r.Context())
	if err != nil {
		return nil, err
	}
	found, err := h.longTerm().Errors(r.Context(), q)
	if err != nil {
		return nil, err
	}
	if found, err = h.join(r.Context(), merged, q, found); err != nil {
		return nil, err
	}
	known, err := h.knownErrors(r, found, merged)
	if err != nil {
		return nil, err
	}
	before, err := h.seenBefore(r, found, merged, q)
	if err != nil {
		return nil, err
	}
	out := make([]api.ErrorGroup, len(found))
	for i, g := range found {
		key := errorOf{g.Service, g.Fingerprint}
		out[i] = api.ErrorGroup{ErrorGroup: g, Note: noteOf(known[key]), State: stateOf(g, before[key], known[key], q.Range), Members: merged[key]}
	}
	return out, nil
}

// lookBack is how long before the range an error must not have been seen to be new.
const lookBack = 7 * day

// seenBefore tells which groups had operations before the range.
func (h *apiHandler) seenBefore(r *http.Request, groups []store.ErrorGroup, merged merges, q store.ErrorQuery) (map[errorOf]bool, error) {
	out := map[errorOf]bool{}
	var fingerprints []string
	for _, g := range groups {
		fingerprints = append(fingerprints, merged.members(errorOf{g.Service, g.Fingerprint})...)
	}
	if len(groups) == 0 {
		return out, nil
	}
	t, err := h.reader.Aggregate(r.Context(), store.AggregateQuery{
		Range: store.Range{From: q.Range.From - lookBack, To: q.Range.From}, Filter: oneOfFingerprints(fingerprints), Limits: q.Limits,
		Aggregate: query.Aggregate{By: store.By("service_name", "error_fingerprint"), Aggs: []query.Agg{store.Call("count", query.Count, "")}},
	})
	for _, row := range t.Rows {
		service, _ := row[0].(string)
		fingerprint, _ := row[1].(string)
		out[errorOf{service, merged.members(errorOf{service, fingerprint})[0]}] = true
	}
	return out, err
}

// errorFields are what the operations of an error are told apart by.
const errorFields = "version,name,user,host,env,tenant,failure_class"

// errorGroup answers the groups of one fingerprint, one for each service, with what their operations have in common.
func (h *apiHandler) errorGroup(r *http.Request) (any, error) {
	began, scan := h.now(), &store.Scan{}
	merged, err := h.merges(r.Context())
	if err != nil {
		return nil, err
	}
	p := newParameters(r, h.time())
	filter := p.filter(merged.filter(r.PathValue("fingerprint")))
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

// actor is who makes a change, as far as it is known.
func actor(r *http.Request) string {
	return orElse(userName(client.FromContext(r.Context())), "anonymous")
}

// errorEvents lists the operations of a fingerprint and of those that were put together with it.
func (h *apiHandler) errorEvents(r *http.Request) (any, error) {
	merged, err := h.merges(r.Context())
	if err != nil {
		return nil, err
	}
	return h.list(r, newParameters(r, h.time()), merged.filter(r.PathValue("fingerprint")))
}
