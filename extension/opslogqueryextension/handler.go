package opslogqueryextension

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/metadata"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// apiHandler answers the API's requests from the store.
type apiHandler struct {
	reader    store.Reader
	now       func() time.Time
	started   operation.Time
	version   string
	timeout   time.Duration
	logger    *zap.Logger
	telemetry *metadata.TelemetryBuilder
}

// newHandler serves the API and the UI under the base path.
func newHandler(basePath string, h *apiHandler, ui http.Handler) http.Handler {
	mux := http.NewServeMux()
	for route, answer := range map[string]func(*http.Request) (any, error){
		"/status":                       h.status,
		"/operations":                   h.operations,
		"/operations/{operation_id}":    h.operation,
		"/traces/{trace_id}/operations": h.traceOperations,
		"/traces/{trace_id}/spans":      h.spans,
		"/traces/{trace_id}/logs":       h.logs,
		"/services":                     h.services,
	} {
		mux.Handle("GET "+api.Prefix+route, h.json(route, answer))
	}
	mux.HandleFunc("GET "+api.Prefix+"/openapi.yaml", document)
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		h.problem(w, r, api.NotFound("there is no "+r.Method+" "+clip(r.URL.Path)+" here"))
	})
	mux.Handle("/", ui)
	return securityHeaders(gzhttp.GzipHandler(http.StripPrefix(strings.TrimSuffix(basePath, "/"), mux)))
}

// json turns a function into a handler: its answer as JSON, its error as a problem.
func (h *apiHandler) json(route string, answer func(*http.Request) (any, error)) http.Handler {
	routeAttr := attribute.String("route", route)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := h.now()
		ctx, cancel := context.WithTimeout(r.Context(), h.timeout)
		defer cancel()
		status := http.StatusOK
		body, err := answer(r.WithContext(ctx))
		if err != nil {
			status = h.problem(w, r, err)
		} else {
			writeJSON(w, "application/json", status, body)
		}
		h.telemetry.ExtensionOpslogQueryRequests.Add(ctx, 1, metric.WithAttributes(routeAttr, attribute.Int("status", status)))
		h.telemetry.ExtensionOpslogQueryDuration.Record(ctx, h.now().Sub(began).Seconds(), metric.WithAttributes(routeAttr))
	})
}

func writeJSON(w http.ResponseWriter, contentType string, status int, body any) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(body) // the caller is gone when this fails
}

func document(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml")
	_, _ = w.Write(api.Document)
}

func securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		// Telemetry is text from strangers: nothing in it may become a script, a style or a request elsewhere.
		header.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'")
		next.ServeHTTP(w, r)
	})
}
