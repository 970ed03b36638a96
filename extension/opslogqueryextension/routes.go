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
	own          bool                                           // keeps what it changes for the tenant that asks
	platform     bool                                           // is about all tenants together
}

// routes are all of them, under api.Prefix. The test of the access matrix walks the same list.
func (h *apiHandler) routes() []route {
	get := func(path string, answer func(*http.Request) (any, error)) route {
		return route{method: http.MethodGet, path: path, answer: answer}
	}
	change := func(method, path string, answer func(*http.Request) (any, error)) route {
		return route{method: method, path: path, answer: answer, write: true}
	}
	platform := func(r route) route { r.platform = true; return r }
	own := func(r route) route { r.own = true; return r }
	light := func(r route) route { r.light = true; return r }
	return []route{
		get("/status", h.status),
		get("/operations", h.operations),
		{method: http.MethodPost, path: "/operations/search", answer: h.search},
		get("/operations/histogram", h.histogram),
		get("/operations/facets", h.facets),
		get("/operations/{operation_id}", h.operation),
		get("/operations/{operation_id}/before", h.before),
		get("/operations/{operation_id}/cascade", h.cascade),
		get("/operations/{operation_id}/similar", h.similar),
		get("/operations/{operation_id}/compare", h.compare),
		get("/operations/{operation_id}/reproduce", h.reproduce),
		get("/operations/{operation_id}/explain", h.explain),
		get("/query", h.query),
		get("/query/check", h.check),
		get("/query/complete", h.complete),
		get("/fields", h.catalogue),
		get("/fields/{name}/values", h.fieldValues),
		get("/traces/{trace_id}", h.trace),
		{method: http.MethodPost, path: "/traces/import", answer: h.importTraces},
		get("/traces/{trace_id}/search", h.traceSearch),
		get("/traces/{trace_id}/spans/{span_id}", h.span),
		{method: http.MethodGet, path: "/traces/{trace_id}/export", stream: h.exportTrace},
		{method: http.MethodGet, path: "/tail", stream: h.tail, live: true},
		{method: http.MethodGet, path: "/export", stream: h.export, live: true},
		get("/traces/{trace_id}/operations", h.traceOperations),
		get("/traces/{trace_id}/spans", h.spans),
		get("/traces/{trace_id}/logs", h.logs),
		get("/services", h.services),
		get("/map", h.serviceMap),
		get("/quality", h.quality),
		get("/quality/{service}", h.serviceQuality),
		get("/errors", h.errorGroups),
		get("/errors/{fingerprint}", h.errorGroup),
		get("/errors/{fingerprint}/events", h.errorEvents),
		change(http.MethodPatch, "/errors/{fingerprint}", h.decide),
		change(http.MethodPost, "/errors/merge", h.mergeErrors),
		change(http.MethodPost, "/errors/{fingerprint}/split", h.splitErrors),
		get("/alerts", h.alerts),
		platform(get("/alerts/rules", h.alertRules)),
		{method: http.MethodPost, path: "/alerts/rules/test", answer: h.testRule},
		get("/alerts/{id}", h.alert),
		change(http.MethodPost, "/alerts/{id}/ack", h.acknowledge),
		change(http.MethodPost, "/alerts/{id}/mute", h.mute),
		change(http.MethodDelete, "/alerts/{id}/mute", h.unmute),
		get("/latency", h.latency),
		get("/latency/compare", h.compareLatency),
		get("/deploys", h.deploys),
		change(http.MethodPost, "/deploys", h.markDeploy),
		own(change(http.MethodPost, "/links", h.shorten)),
		get("/links/{id}", h.link),
		get("/commands", h.commands),
		get("/commands/{operation_id}/review", h.commandReviews),
		change(http.MethodPost, "/commands/{operation_id}/review", h.review),
		get("/saved", h.savedQueries),
		get("/saved/{id}", h.savedQuery),
		own(change(http.MethodPost, "/saved", h.save)),
		own(change(http.MethodPut, "/saved/{id}", h.saveAgain)),
		own(change(http.MethodDelete, "/saved/{id}", h.forget)),
		platform(get("/erasures", h.erasureJobs)),
		platform(get("/erasures/{id}", h.erasureJob)),
		platform(change(http.MethodPost, "/erasures", h.erase)),
		light(route{method: http.MethodGet, path: "/openapi.yaml", stream: document}),
		light(route{method: http.MethodGet, path: "/openapi.json", stream: documentJSON}),
	}
}

func documentJSON(w http.ResponseWriter, _ *http.Request) error {
	text, err := api.DocumentJSON()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(text)
	return err
}

func document(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/yaml")
	_, err := w.Write(api.Document)
	return err
}
