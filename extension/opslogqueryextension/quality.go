package opslogqueryextension

import (
	"net/http"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/quality"
	"github.com/opslog/opslog/internal/store"
)

// quality answers GET /quality.
func (h *apiHandler) quality(r *http.Request) (any, error) {
	items, err := h.judge(r, "")
	return api.QualityList{Items: items}, err
}

// serviceQuality answers GET /quality/{service}: one item for each environment.
func (h *apiHandler) serviceQuality(r *http.Request) (any, error) {
	service := r.PathValue("service")
	items, err := h.judge(r, service)
	if err == nil && len(items) == 0 {
		return nil, api.NotFound("no traces of service " + clip(service) + " were judged in this range")
	}
	return api.QualityList{Items: items}, err
}

func (h *apiHandler) judge(r *http.Request, service string) ([]*quality.Service, error) {
	p := newParameters(r, operation.TimeOf(h.now()))
	q := store.QualityQuery{Range: p.timeRange("now-24h", "now"), Service: service}
	if err := p.done(); err != nil {
		return nil, err
	}
	q.Range.From -= q.Range.From % operation.Minute // counters are told apart by the minute
	sums, err := h.reader.Quality(r.Context(), q)
	if err != nil {
		return nil, err
	}
	return quality.Evaluate(sums, q.Range), nil
}
