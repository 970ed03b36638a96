package opslogqueryextension

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

func reviewKey(id operation.ID) string { return "reviews/" + id.String() }

// maxReviews bounds what is said of one command.
const maxReviews = 200

// commands lists operations that changed something, or may have, with their reviews.
func (h *apiHandler) commands(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	more := []query.Expr{query.In{Field: query.Field{Name: "kind"}, Values: []query.Value{operation.KindCommand, operation.KindUnknown}}}
	if name := p.get("actor"); name != "" {
		more = append(more, is("user_id", name))
	}
	if target := p.get("target"); target != "" {
		more = append(more, query.Compare{Field: query.Field{Name: "target"}, Op: query.Contains, Value: target})
	}
	if p.oneOf("destructive", "true", "false") == "true" {
		more = append(more, query.Compare{Field: query.Field{Name: "destructive", Type: operation.TypeBool}, Op: query.Eq, Value: true})
	}
	l := p.listing(allOf(more...))
	page := p.cursor()
	if err := p.done(); err != nil {
		return nil, err
	}
	if page != nil {
		l.Range, l.After, l.left = page.Range, &page.After, page.Left
	}
	found, err := h.page(r, p, l)
	if err != nil {
		return nil, err
	}
	reviews, err := h.reviewsOf(r, found.Items)
	return api.CommandPage{OperationPage: *found, Reviews: reviews}, err
}

// reviewsOf are the reviews of some operations, by id. Ids sort by time, so that those of a page lie together.
func (h *apiHandler) reviewsOf(r *http.Request, ops []*operation.Operation) (map[string][]api.Review, error) {
	out := map[string][]api.Review{}
	if len(ops) == 0 {
		return out, nil
	}
	wanted := map[string]bool{}
	first, last := "~", ""
	for _, op := range ops {
		key := reviewKey(op.ID)
		wanted[key], first, last = true, min(first, key), max(last, key)
	}
	after := first[:len(first)-1] // sorts before first
	for after < last {
		entries, err := h.reader.ListState(r.Context(), store.StateQuery{Prefix: "reviews/", After: after, Limit: maxLimit})
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if after = e.Key; !wanted[e.Key] {
				continue
			}
			var reviews []api.Review
			if err := json.Unmarshal(e.Value, &reviews); err != nil {
				return nil, fmt.Errorf("read state %s: %w", e.Key, err)
			}
			out[strings.TrimPrefix(e.Key, "reviews/")] = reviews
		}
		if len(entries) < maxLimit {
			break
		}
	}
	return out, nil
}

// reviews are what was said of a command, oldest first, and the revision they are at.
func (h *apiHandler) reviews(r *http.Request, id operation.ID) ([]api.Review, int64, error) {
	e, err := h.reader.GetState(r.Context(), reviewKey(id))
	if errors.Is(err, store.ErrNotFound) {
		return []api.Review{}, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	var out []api.Review
	return out, e.Revision, json.Unmarshal(e.Value, &out)
}

func (h *apiHandler) commandReviews(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	id := p.operationID()
	if err := p.done(); err != nil {
		return nil, err
	}
	reviews, n, err := h.reviews(r, id)
	if err != nil {
		return nil, err
	}
	return revision(api.ReviewList{Items: reviews}, n, 0, ""), nil
}

// review adds to what was said of a command. Nothing of it is ever changed or taken away.
func (h *apiHandler) review(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	id := p.operationID()
	if err := p.done(); err != nil {
		return nil, err
	}
	var said api.Review
	if err := readJSON(r, &said); err != nil {
		return nil, err
	}
	if !slices.Contains(api.ReviewStates, said.State) {
		return nil, api.BadRequest("", "state is %q, want one of %v", clip(said.State), api.ReviewStates)
	}
	said.Time, said.By = h.time(), actor(r)
	if _, err := h.reader.Operation(r.Context(), id); err != nil {
		return nil, err
	}
	for range 10 { // others may review at the same moment
		reviews, n, err := h.reviews(r, id)
		if err != nil {
			return nil, err
		}
		if len(reviews) >= maxReviews {
			return nil, api.BadRequest("", "this command has %d reviews already, which is the most", maxReviews)
		}
		reviews = append(reviews, said)
		text, err := encode(reviews)
		if err != nil {
			return nil, err
		}
		e, err := h.reader.PutState(r.Context(), reviewKey(id), text, n)
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return revision(api.ReviewList{Items: reviews}, e.Revision, http.StatusCreated, ""), nil
	}
	return nil, store.ErrConflict
}
