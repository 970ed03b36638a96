package opslogqueryextension

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/guard"
	"github.com/opslog/opslog/extension/opslogqueryextension/internal/metadata"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/erasure"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// apiHandler answers the API's requests from the store.
type apiHandler struct {
	reader    store.Backend
	erasures  *erasure.Executor
	now       func() time.Time
	started   operation.Time
	version   string
	cfg       *Config
	callers   *guard.Callers
	logger    *zap.Logger
	telemetry *metadata.TelemetryBuilder
	ticker    func(time.Duration) (ticks <-chan time.Time, stop func())
	closing   chan struct{} // closed when the server goes down
	imports   shelf
	redaction redaction // of what is brought
}

func newTicker(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTicker(d)
	return t.C, t.Stop
}

// newHandler serves the API and the UI under the base path.
func newHandler(h *apiHandler, ui http.Handler) http.Handler {
	mux := http.NewServeMux()
	for _, r := range h.routes() {
		mux.Handle(r.method+" "+api.Prefix+r.path, h.serve(r))
	}
	for _, c := range h.compatibles() {
		mux.Handle(cmp.Or(c.method, http.MethodGet)+" "+c.path, h.serveCompatible(c))
	}
	mux.HandleFunc("/api/", h.nothing)
	mux.HandleFunc("/tempo/", h.nothing)
	mux.Handle("/", gzhttp.GzipHandler(ui))
	return http.StripPrefix(strings.TrimSuffix(h.cfg.BasePath, "/"), mux)
}

func (h *apiHandler) nothing(w http.ResponseWriter, r *http.Request) {
	h.problem(w, r, api.NotFound("there is no "+r.Method+" "+clip(r.URL.Path)+" here"))
}

// serve turns a route into a handler: its limits, its answer, its error as a problem, its metrics. An answer is
// compressed, a stream is not: compression would hold it back.
func (h *apiHandler) serve(rt route) http.Handler {
	routeAttr := attribute.String("route", rt.path)
	var handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := h.now()
		status := h.run(rt, w, r)
		h.telemetry.ExtensionOpslogQueryRequests.Add(r.Context(), 1, metric.WithAttributes(routeAttr, attribute.Int("status", status)))
		h.telemetry.ExtensionOpslogQueryDuration.Record(r.Context(), h.now().Sub(began).Seconds(), metric.WithAttributes(routeAttr))
	})
	if rt.answer != nil {
		handler = gzhttp.GzipHandler(handler)
	}
	return handler
}

func (h *apiHandler) run(rt route, w http.ResponseWriter, r *http.Request) (status int) {
	ctx := r.Context()
	if !rt.live {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, h.timeout(r))
		defer cancel()
		r = r.WithContext(ctx)
	}
	done, err := h.admit(rt, r)
	if err != nil {
		return h.problem(w, r, err)
	}
	defer done()
	if rt.live && r.Method == http.MethodHead { // the answer would have no end, and nobody who reads it
		return http.StatusOK
	}
	if rt.stream != nil {
		if err := rt.stream(w, r); err != nil {
			return h.problem(w, r, err)
		}
		return http.StatusOK
	}
	began := h.now()
	body, err := rt.answer(r)
	if err != nil {
		return h.problem(w, r, err)
	}
	return h.say(w, r, body, h.now().Sub(began))
}

// timeout is the time for the request: what it asks for, up to what is allowed.
func (h *apiHandler) timeout(r *http.Request) time.Duration {
	asked, err := time.ParseDuration(r.URL.Query().Get("timeout"))
	if err != nil || asked <= 0 {
		return h.cfg.QueryTimeout
	}
	return min(asked, h.cfg.QueryTimeout)
}

// say writes the answer. What closed answers with can be kept by the caller and asked for again by its tag.
func (h *apiHandler) say(w http.ResponseWriter, r *http.Request, body any, took time.Duration) int {
	began := h.now()
	text, err := encode(body)
	if err != nil {
		return h.problem(w, r, fmt.Errorf("encode the answer: %w", err))
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Server-Timing", fmt.Sprintf("scan;dur=%.1f, encode;dur=%.1f", milliseconds(took), milliseconds(h.now().Sub(began))))
	status := http.StatusOK
	if a, ok := body.(answerWithHeaders); ok {
		status = a.writeHeaders(header)
	}
	if tag := header.Get("Etag"); tag != "" && r.Method == http.MethodGet && tag == r.Header.Get("If-None-Match") {
		w.WriteHeader(http.StatusNotModified)
		return http.StatusNotModified
	}
	w.WriteHeader(status)
	if status != http.StatusNoContent {
		_, _ = w.Write(text) // the caller is gone when this fails
	}
	return status
}

// answerWithHeaders is an answer that says more than its body.
type answerWithHeaders interface {
	writeHeaders(http.Header) (status int)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func encode(body any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(body)
	return buf.Bytes(), err
}
