package opslogqueryextension

import (
	"errors"
	"net/http"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/erasure"
)

// erase begins the erasure of a person. No answer repeats who that is.
func (h *apiHandler) erase(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	if err := p.done(); err != nil {
		return nil, err
	}
	var wanted erasure.Request
	if err := readJSON(r, &wanted); err != nil {
		return nil, err
	}
	wanted.By = actor(r)
	job, err := h.erasures.Submit(r.Context(), wanted)
	if errors.Is(err, erasure.ErrRequest) {
		return nil, api.BadRequest("", "%s", err.Error())
	}
	if err != nil {
		return nil, err
	}
	return &reply{Body: job, Status: http.StatusAccepted, Location: h.cfg.BasePath + api.Prefix[1:] + "/erasures/" + job.ID}, nil
}

// erasureJobs lists erasures, the latest first.
func (h *apiHandler) erasureJobs(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	limit := p.limit(100, 1000)
	if err := p.done(); err != nil {
		return nil, err
	}
	jobs, err := h.erasures.Jobs(r.Context(), limit)
	return api.ErasureList{Items: jobs}, err
}

func (h *apiHandler) erasureJob(r *http.Request) (any, error) {
	if err := newParameters(r, h.time()).done(); err != nil {
		return nil, err
	}
	return h.erasures.Job(r.Context(), r.PathValue("id"))
}
