package opslogqueryextension

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

const (
	markerPrefix, linkPrefix = "deploys/", "links/"
	maxMarkers, maxLinks     = 10_000, 10_000
	maxMarkerText            = 500
	maxLinkPath              = 16 << 10
)

// deploys lists the versions that operations show, and what people said of deploys.
func (h *apiHandler) deploys(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	filter, within := p.filter(), p.scanRange(h.cfg.MaxRange)
	if err := p.done(); err != nil {
		return nil, err
	}
	items, err := store.DeploysOf(r.Context(), h.reader, store.DeployQuery{Range: within, Filter: filter, Limits: h.limits()})
	if err != nil {
		return nil, err
	}
	markers, err := h.markers(r, within, p.values.Get("service"))
	return api.DeployList{Items: items, Markers: markers}, err
}

// markers are those of the range, oldest first; their keys sort by time.
func (h *apiHandler) markers(r *http.Request, within store.Range, service string) ([]api.DeployMarker, error) {
	entries, err := h.reader.ListState(r.Context(), store.StateQuery{Prefix: markerPrefix, After: markerKey(within.From, ""), Limit: maxMarkers})
	if err != nil {
		return nil, err
	}
	out := []api.DeployMarker{}
	for _, e := range entries {
		var m api.DeployMarker
		if err := json.Unmarshal(e.Value, &m); err != nil {
			return nil, fmt.Errorf("read state %s: %w", e.Key, err)
		}
		if m.Time < within.To && (service == "" || m.Service == service) {
			out = append(out, m)
		}
	}
	return out, nil
}

func markerKey(t operation.Time, id string) string {
	return fmt.Sprintf("%s%020d-%s", markerPrefix, t, id)
}

// markDeploy notes a deploy, as pipelines tell it.
func (h *apiHandler) markDeploy(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	if err := p.done(); err != nil {
		return nil, err
	}
	var m api.DeployMarker
	if err := readJSON(r, &m); err != nil {
		return nil, err
	}
	if m.Time == 0 {
		m.Time = p.now
	}
	switch {
	case m.Service == "" || len(m.Service) > maxMarkerText:
		return nil, api.BadRequest("", "service has %d bytes, want 1 to %d", len(m.Service), maxMarkerText)
	case len(m.Version) > maxMarkerText || len(m.Text) > maxMarkerText:
		return nil, api.BadRequest("", "version or text has more than %d bytes", maxMarkerText)
	case m.Time < 0 || m.Time > p.now+day:
		return nil, api.BadRequest("", "time is before 1970 or more than a day ahead")
	}
	if err := h.room(r, markerPrefix, maxMarkers, "deploys that were told"); err != nil {
		return nil, err
	}
	m.By = actor(r)
	return h.create(r, markerKey(m.Time, strings.ToLower(rand.Text())), m, "")
}

var linkID = regexp.MustCompile(`^[0-9a-f]{12}$`)

// shorten keeps the address of a page under a short id, which is the same for the same address.
func (h *apiHandler) shorten(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	if err := p.done(); err != nil {
		return nil, err
	}
	var l api.ShortLink
	if err := readJSON(r, &l); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(l.Path, "/") || strings.HasPrefix(l.Path, "//") || strings.ContainsAny(l.Path, "\\\r\n") || len(l.Path) > maxLinkPath {
		return nil, api.BadRequest("", "path must be the address of a page of this server, like /operations?q=status%%20%%3D%%20error, of at most %d bytes", maxLinkPath)
	}
	if err := h.room(r, linkPrefix, maxLinks, "links"); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(l.Path))
	l.ID = hex.EncodeToString(sum[:6])
	return h.create(r, linkPrefix+l.ID, l, h.cfg.BasePath[:len(h.cfg.BasePath)-1]+api.Prefix+"/links/"+l.ID)
}

func (h *apiHandler) link(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	id := r.PathValue("id")
	if !linkID.MatchString(id) {
		p.wrong("", "%q is no id of a link", clip(id))
	}
	if err := p.done(); err != nil {
		return nil, err
	}
	e, err := h.reader.GetState(r.Context(), linkPrefix+id)
	if err != nil {
		return nil, err
	}
	var l api.ShortLink
	err = json.Unmarshal(e.Value, &l)
	return l, err
}

// room refuses one more entry when there are too many.
func (h *apiHandler) room(r *http.Request, prefix string, most int, what string) error {
	entries, err := h.reader.ListState(r.Context(), store.StateQuery{Prefix: prefix, Limit: most})
	if err == nil && len(entries) >= most {
		return api.BadRequest("", "there are %d %s already, which is the most", most, what)
	}
	return err
}

// create keeps a document, whatever was there, and answers it.
func (h *apiHandler) create(r *http.Request, key string, body any, location string) (any, error) {
	text, err := encode(body)
	if err != nil {
		return nil, err
	}
	if _, err := h.reader.PutState(r.Context(), key, text, store.AnyRevision); err != nil {
		return nil, err
	}
	return &reply{Body: body, Status: http.StatusCreated, Location: location}, nil
}
