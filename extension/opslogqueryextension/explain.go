package opslogqueryextension

import (
	"net/http"

	"github.com/opslog/opslog/internal/explain"
)

// explain tells the story of an operation from what is kept of its trace.
func (h *apiHandler) explain(r *http.Request) (any, error) {
	p := newParameters(r, h.time())
	id := p.operationID()
	if err := p.done(); err != nil {
		return nil, err
	}
	op, err := h.reader.Operation(r.Context(), id)
	if err != nil {
		return nil, err
	}
	in := explain.Input{Operation: op}
	t, err := h.traceOf(r.Context(), op)
	if err != nil {
		return nil, err
	}
	if t != nil {
		in.Logs, in.Others = t.logs, t.operations
		if !t.derived {
			in.Spans = t.tree.Spans
		}
	}
	return explain.Of(in), nil
}
