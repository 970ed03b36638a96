package opslogqueryextension

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

const (
	mergePrefix    = "error-merges/"
	maxMerged      = 1000 // errors that belong to another's group
	maxMembers     = 100  // of one group
	maxFingerprint = 200  // bytes
)

// merge says that an error of a service belongs to the group of another.
type merge struct {
	Service     string `json:"service"`
	Fingerprint string `json:"fingerprint"`
	Into        string `json:"into"`
	By          string `json:"by"`
}

// mergeKey holds no names: they may be longer than a key.
func mergeKey(of errorOf) string {
	sum := sha256.Sum256([]byte(of.service + "\x00" + of.fingerprint))
	return mergePrefix + hex.EncodeToString(sum[:16])
}

// merges are the groups that people put together: of each the errors, the one that names it first.
type merges map[errorOf][]string

func (h *apiHandler) merges(ctx context.Context) (merges, error) {
	entries, err := h.reader.ListState(ctx, store.StateQuery{Prefix: mergePrefix, Limit: maxMerged})
	if err != nil {
		return nil, fmt.Errorf("read which errors were put together: %w", err)
	}
	byRoot := map[errorOf][]string{}
	for _, e := range entries {
		var m merge
		if err := json.Unmarshal(e.Value, &m); err != nil {
			return nil, fmt.Errorf("read state %s: %w", e.Key, err)
		}
		root := errorOf{m.Service, m.Into}
		byRoot[root] = append(byRoot[root], m.Fingerprint)
	}
	out := merges{}
	for root, others := range byRoot {
		slices.Sort(others)
		members := append([]string{root.fingerprint}, others...)
		for _, fingerprint := range members {
			out[errorOf{root.service, fingerprint}] = members
		}
	}
	return out, nil
}

// members are the errors of the group that one belongs to.
func (m merges) members(of errorOf) []string {
	if found := m[of]; found != nil {
		return found
	}
	return []string{of.fingerprint}
}

// filter holds for the operations of an error, and of those that were put together with it.
func (m merges) filter(fingerprint string) query.Expr {
	some := query.Or{Terms: []query.Expr{is("error_fingerprint", fingerprint)}}
	for of, members := range m {
		if of.fingerprint == fingerprint {
			some.Terms = append(some.Terms, allOf(is("service_name", of.service), oneOfFingerprints(members)))
		}
	}
	if len(some.Terms) == 1 {
		return some.Terms[0]
	}
	return some
}

func oneOfFingerprints(fingerprints []string) query.Expr {
	in := query.In{Field: store.FieldNamed("error_fingerprint").Field}
	for _, f := range fingerprints {
		in.Values = append(in.Values, f)
	}
	return in
}

// join puts the groups of an answer together, those too that were too small to be in it.
func (h *apiHandler) join(ctx context.Context, merged merges, q store.ErrorQuery, found []store.ErrorGroup) ([]store.ErrorGroup, error) {
	if len(merged) == 0 {
		return found, nil
	}
	var fingerprints []string
	for of := range merged {
		fingerprints = append(fingerprints, of.fingerprint)
	}
	slices.Sort(fingerprints)
	all := q
	all.Filter, all.Limit = allOf(q.Filter, oneOfFingerprints(slices.Compact(fingerprints))), maxMerged
	parts, err := h.longTerm().Errors(ctx, all)
	if err != nil {
		return nil, err
	}
	belongs := func(g store.ErrorGroup) bool { return merged[errorOf{g.Service, g.Fingerprint}] != nil }
	out := slices.DeleteFunc(found, belongs)
	of := map[errorOf][]store.ErrorGroup{}
	for _, p := range slices.DeleteFunc(parts, func(g store.ErrorGroup) bool { return !belongs(g) }) {
		root := errorOf{p.Service, merged[errorOf{p.Service, p.Fingerprint}][0]}
		of[root] = append(of[root], p)
	}
	for root, group := range of {
		joined := store.JoinErrors(root.fingerprint, group)
		if err := h.countUsers(ctx, &joined, group, q); err != nil {
			return nil, err
		}
		out = append(out, joined)
	}
	store.SortErrors(out, q.Sort)
	return out[:min(len(out), q.Limit)], nil
}

// countUsers counts those once whom several errors of a group touched, as far as operations are left.
func (h *apiHandler) countUsers(ctx context.Context, joined *store.ErrorGroup, group []store.ErrorGroup, q store.ErrorQuery) error {
	if len(group) == 1 {
		return nil
	}
	var fingerprints []string
	for _, g := range group {
		fingerprints = append(fingerprints, g.Fingerprint)
	}
	t, err := h.reader.Aggregate(ctx, store.AggregateQuery{
		Range: q.Range, Limits: q.Limits, Filter: allOf(q.Filter, is("service_name", joined.Service), oneOfFingerprints(fingerprints)),
		Aggregate: query.Aggregate{Aggs: []query.Agg{store.Call("users", query.Uniq, "user_id"), store.Call("tenants", query.Uniq, "tenant_id")}},
	})
	if err != nil || len(t.Rows) == 0 {
		return err
	}
	users, _ := t.Rows[0][0].(int64)
	tenants, _ := t.Rows[0][1].(int64)
	joined.Users, joined.Tenants = max(joined.Users, users), max(joined.Tenants, tenants)
	return nil
}

// mergeErrors puts errors of a service together into the group of the first of them.
func (h *apiHandler) mergeErrors(r *http.Request) (any, error) {
	body, merged, err := h.readMerge(r, 2)
	if err != nil {
		return nil, err
	}
	var members []string
	for _, f := range body.Fingerprints {
		for _, member := range merged.members(errorOf{body.Service, f}) {
			if !slices.Contains(members, member) {
				members = append(members, member)
			}
		}
	}
	if len(members) > maxMembers || len(merged)+len(members) > maxMerged {
		return nil, api.BadRequest("", "a group has at most %d errors, and all that are put together are at most %d", maxMembers, maxMerged)
	}
	return h.putTogether(r, body.Service, members)
}

// splitErrors takes errors out of the group that one belongs to; all, when none is named.
func (h *apiHandler) splitErrors(r *http.Request) (any, error) {
	body, merged, err := h.readMerge(r, 0)
	if err != nil {
		return nil, err
	}
	members := merged[errorOf{body.Service, r.PathValue("fingerprint")}]
	if members == nil {
		return nil, api.NotFound("the error was not put together with others of service " + clip(body.Service))
	}
	var rest []string
	for _, m := range members {
		if len(body.Fingerprints) > 0 && !slices.Contains(body.Fingerprints, m) {
			rest = append(rest, m)
		}
	}
	for _, f := range body.Fingerprints {
		if !slices.Contains(members, f) {
			return nil, api.BadRequest("", "%q does not belong to this group", clip(f))
		}
	}
	for _, m := range members {
		if err := h.separate(r, errorOf{body.Service, m}); err != nil {
			return nil, err
		}
	}
	return h.putTogether(r, body.Service, rest)
}

// readMerge reads what is to be put together, or taken apart.
func (h *apiHandler) readMerge(r *http.Request, least int) (body api.ErrorMerge, merged merges, err error) {
	p := newParameters(r, h.time())
	if err := p.done(); err != nil {
		return body, nil, err
	}
	if err := readJSON(r, &body); err != nil {
		return body, nil, err
	}
	if body.Service == "" {
		return body, nil, api.BadRequest("", "service is missing: errors are put together within a service")
	}
	if n := len(body.Fingerprints); n < least || n > maxMembers {
		return body, nil, api.BadRequest("", "fingerprints has %d entries, want %d to %d", n, least, maxMembers)
	}
	for _, f := range body.Fingerprints {
		if f == "" || len(f) > maxFingerprint {
			return body, nil, api.BadRequest("", "a fingerprint has %d bytes, want 1 to %d", len(f), maxFingerprint)
		}
	}
	merged, err = h.merges(r.Context())
	return body, merged, err
}

// putTogether writes a group. One error alone is none.
func (h *apiHandler) putTogether(r *http.Request, service string, members []string) (any, error) {
	out := api.ErrorMerge{Service: service, Fingerprints: append([]string{}, members...), By: actor(r)}
	for i, member := range members {
		of := errorOf{service, member}
		if i == 0 { // it names the group now
			if err := h.separate(r, of); err != nil {
				return nil, err
			}
			continue
		}
		text, err := encode(merge{Service: service, Fingerprint: member, Into: members[0], By: out.By})
		if err != nil {
			return nil, err
		}
		if _, err := h.reader.PutState(r.Context(), mergeKey(of), text, store.AnyRevision); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// separate forgets that an error belongs to another's group.
func (h *apiHandler) separate(r *http.Request, of errorOf) error {
	if err := h.reader.DeleteState(r.Context(), mergeKey(of), store.AnyRevision); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return nil
}
