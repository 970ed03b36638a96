package opslogqueryextension

import (
	"net/http"

	"github.com/opslog/opslog/internal/api"
)

// route is one way to ask the API. Exactly one of answer and stream is set.
type route struct {
	method, path string
	answer       func(*http.Request) (any, error)               // what to say, as JSON
	stream       func(http.ResponseWriter, *http.Request) error // says it itself; an error before the first byte becomes a problem
	light        bool                                           // asks nothing of the database: callers are not counted
	live         bool                                           // goes on until the caller leaves
	write        bool                                           // changes something
}

// routes are all of them, under api.Prefix. The test of the access matrix walks the same list.
func (h *apiHandler) routes() []route {
	get := func(path string, answer func(*http.Request) (any, error)) route {
		return route{method: http.MethodGet, path: path, answer: answer}
	}
	light := func(r route) route { r.light = true; return r }
	return []route{
		get("/status", h.status),
		get("/operations", h.operations),
		get("/operations/{operation_id}", h.operation),
		get("/traces/{trace_id}/operations", h.traceOperations),
		get("/traces/{trace_id}/spans", h.spans),
		get("/traces/{trace_id}/logs", h.logs),
		get("/services", h.services),
		get("/map", h.serviceMap),
		light(route{method: http.MethodGet, path: "/openapi.yaml", stream: document}),
	}
}

func document(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/yaml")
	_, err := w.Write(api.Document)
	return err
}
