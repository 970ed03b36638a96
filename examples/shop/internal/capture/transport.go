package capture

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// Client is an HTTP client whose client spans carry bodies and headers.
func Client() *http.Client {
	return &http.Client{Transport: otelhttp.NewTransport(transport{http.DefaultTransport})}
}

// transport runs inside the client span of otelhttp.
type transport struct{ next http.RoundTripper }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	span := trace.SpanFromContext(r.Context())
	span.SetAttributes(headers("http.request.header.", r.Header, requestHeaders)...)
	if r.GetBody != nil {
		if body, err := r.GetBody(); err == nil {
			text, _ := io.ReadAll(body) // what cannot be read here fails in the request itself
			span.SetAttributes(attribute.String("http.request.body", Clip(text)))
		}
	}
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, fmt.Errorf("read the response: %w", err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	span.SetAttributes(attribute.String("http.response.body", Clip(body)))
	return resp, nil
}
