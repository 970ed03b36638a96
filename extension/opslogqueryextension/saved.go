package opslogqueryextension

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

const savedPrefix = "saved/"

// Bounds of saved queries.
const (
	maxSaved     = 1000
	maxSavedName = 200
)

var savedID = regexp.MustCompile(`^[0-9a-z]{1,40}$`)

// savedQueries lists what people saved, by name.
func (h *apiHandler) savedQueries(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	if err := p.done(); err != nil {
		return nil, err
	}
	entries, err := h.reader.ListState(r.Context(), store.StateQuery{Prefix: savedPrefix, Limit: maxSaved})
	if err != nil {
		return nil, err
	}
	out := api.SavedList{Items: make([]api.Saved, len(entries))}
	for i, e := range entries {
		if out.Items[i], err = savedOf(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func savedOf(e store.Entry) (api.Saved, error) {
	var s api.Saved
	err := json.Unmarshal(e.Value, &s)
	s.ID, s.Revision, s.Updated = strings.TrimPrefix(e.Key, savedPrefix), e.Revision, e.Updated
	return s, err
}

func (h *apiHandler) savedQuery(r *http.Request) (any, error) {
	key, p := h.savedKey(r)
	if err := p.done(); err != nil {
		return nil, err
	}
	e, err := h.reader.GetState(r.Context(), key)
	if err != nil {
		return nil, err
	}
	s, err := savedOf(e)
	return revision(s, e.Revision, 0, ""), err
}

func (h *apiHandler) savedKey(r *http.Request) (string, *parameters) {
	p := newParameters(r, h.time())
	id := r.PathValue("id")
	if !savedID.MatchString(id) {
		p.wrong("", "%q is no id of a saved query", clip(id))
	}
	return savedPrefix + id, p
}

// save makes a new saved query.
func (h *apiHandler) save(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	if err := p.done(); err != nil {
		return nil, err
	}
	entries, err := h.reader.ListState(r.Context(), store.StateQuery{Prefix: savedPrefix, Limit: maxSaved})
	if err != nil {
		return nil, err
	}
	if len(entries) >= maxSaved {
		return nil, api.BadRequest("", "there are %d saved queries already, which is the most", maxSaved)
	}
	id := strings.ToLower(rand.Text())
	return h.keep(r, savedPrefix+id, 0, http.StatusCreated, h.cfg.BasePath[:len(h.cfg.BasePath)-1]+api.Prefix+"/saved/"+id)
}

// saveAgain replaces a saved query.
func (h *apiHandler) saveAgain(r *http.Request) (any, error) {
	key, p := h.savedKey(r)
	expected := p.ifMatch()
	if err := p.done(); err != nil {
		return nil, err
	}
	if _, err := h.reader.GetState(r.Context(), key); err != nil {
		return nil, err
	}
	return h.keep(r, key, expected, http.StatusOK, "")
}

func (h *apiHandler) keep(r *http.Request, key string, expected int64, status int, location string) (any, error) {
	var s api.Saved
	if err := readJSON(r, &s); err != nil {
		return nil, err
	}
	if s.Name == "" || len(s.Name) > maxSavedName {
		return nil, api.BadRequest("", "name has %d bytes, want 1 to %d", len(s.Name), maxSavedName)
	}
	if len(s.View) > query.MaxLength {
		return nil, api.BadRequest("", "view has %d bytes, at most %d are kept", len(s.View), query.MaxLength)
	}
	if _, err := query.Parse(s.Query, h.time()); err != nil {
		return nil, api.BadRequest("", "query cannot be read: %s", err.Error())
	}
	s.By = actor(r)
	text, err := encode(api.Saved{Name: s.Name, Query: s.Query, View: s.View, By: s.By})
	if err != nil {
		return nil, err
	}
	e, err := h.reader.PutState(r.Context(), key, text, expected)
	if err != nil {
		return nil, err
	}
	s, err = savedOf(e)
	return revision(s, e.Revision, status, location), err
}

func (h *apiHandler) forget(r *http.Request) (any, error) {
	key, p := h.savedKey(r)
	expected := p.ifMatch()
	if err := p.done(); err != nil {
		return nil, err
	}
	if err := h.reader.DeleteState(r.Context(), key, expected); err != nil {
		return nil, err
	}
	return &reply{Status: http.StatusNoContent}, nil
}

// ifMatch is the revision that a change expects, from the tag that a reading answer gave.
func (p *parameters) ifMatch() int64 {
	tag := p.request.Header.Get("If-Match")
	if tag == "" || tag == "*" {
		return store.AnyRevision
	}
	n, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(tag, "W/"), `"`), 10, 64)
	if err != nil || n < 0 {
		p.wrong("", "header If-Match is %q, want the ETag of the answer that was read", clip(tag))
	}
	return n
}
