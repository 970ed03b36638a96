// Package capture records requests and responses as attributes of the current server span: bodies, some headers
// and who asked.
package capture

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// bodyLimit is how many bytes of a body an attribute holds.
const bodyLimit = 4096

var (
	requestHeaders  = []string{"Authorization", "Content-Type", "X-Api-Key", "X-Request-Id", "Idempotency-Key"}
	responseHeaders = []string{"Content-Type", "X-Payment-Id"}
)

// HTTP wraps a handler that runs inside an HTTP server span. It changes the request in place, because the
// instrumentation around it reads the matched pattern from that very request.
func HTTP(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		span := trace.SpanFromContext(r.Context())
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "cannot read the request", http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if len(body) > 0 {
			span.SetAttributes(attribute.String("http.request.body", Clip(body)))
		}
		span.SetAttributes(headers("http.request.header.", r.Header, requestHeaders)...)
		tee := &recorder{ResponseWriter: w}
		next.ServeHTTP(tee, r)
		span.SetAttributes(attribute.String("http.response.body", Clip(tee.body.Bytes())))
		span.SetAttributes(headers("http.response.header.", w.Header(), responseHeaders)...)
	})
}

// headers are the values of the named headers under their names in the conventions.
func headers(prefix string, from http.Header, names []string) []attribute.KeyValue {
	var out []attribute.KeyValue
	for _, name := range names {
		if values := from.Values(name); len(values) > 0 {
			out = append(out, attribute.StringSlice(prefix+strings.ToLower(name), values))
		}
	}
	return out
}

// Clip is the text of a body, cut at the limit; bytes that are no text are left out.
func Clip(body []byte) string {
	return strings.ToValidUTF8(string(body[:min(bodyLimit, len(body))]), "")
}

// Set puts attributes on the current span.
func Set(ctx context.Context, attrs ...attribute.KeyValue) {
	trace.SpanFromContext(ctx).SetAttributes(attrs...)
}

type recorder struct {
	http.ResponseWriter
	body bytes.Buffer
}

func (r *recorder) Write(p []byte) (int, error) {
	if room := bodyLimit - r.body.Len(); room > 0 {
		r.body.Write(p[:min(room, len(p))])
	}
	return r.ResponseWriter.Write(p)
}
