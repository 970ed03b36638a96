package opslogqueryextension

import (
	"crypto/rand"
	"errors"
	"net/http"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/reproduce"
)

// reproduce writes the request of an operation down; nothing is sent. A command that already changed something is a
// conflict until force says that the caller knows.
func (h *apiHandler) reproduce(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	id := p.operationID()
	o := reproduce.Options{As: p.oneOf("as", reproduce.Forms...), BaseURL: p.get("base_url"), Force: p.oneOf("force", "true", "false") == "true", Random: rand.Reader}
	if err := p.done(); err != nil {
		return nil, err
	}
	op, err := h.reader.Operation(r.Context(), id)
	if err != nil {
		return nil, err
	}
	text, err := reproduce.Write(op, o)
	return text, reproductionProblem(err)
}

func reproductionProblem(err error) error {
	var wrong reproduce.InputError
	var refused reproduce.RefusedError
	switch {
	case errors.As(err, &wrong):
		parameter := map[string]string{"base-url": "base_url"}[wrong.Option]
		return api.BadRequest(orElse(parameter, wrong.Option), "%s", wrong.Message)
	case errors.As(err, &refused):
		return &api.Problem{Type: api.ProblemConflict, Title: "It changed something", Status: http.StatusConflict, Detail: refused.Error()}
	case errors.Is(err, reproduce.ErrNoRequest):
		return api.BadRequest("as", "does not fit: %s", err.Error())
	}
	return err
}
