package capture

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

func TestServerSpanCarriesBodiesHeadersAndPattern(t *testing.T) {
	exporter := tracetest.NewInMemoryExporter()
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /things/{id}", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"ok":true}`) })
	handler := otelhttp.NewHandler(HTTP(mux), "test", otelhttp.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))))
	req := httptest.NewRequest(http.MethodPut, "/things/7", strings.NewReader(`{"a":1}`))
	req.Header.Set("X-Api-Key", "k")
	handler.ServeHTTP(httptest.NewRecorder(), req)

	spans := exporter.GetSpans()
	if len(spans) != 1 || spans[0].Name != "PUT /things/{id}" {
		t.Fatalf("spans: %v", spans)
	}
	got := attribute.NewSet(spans[0].Attributes...)
	for _, want := range []attribute.KeyValue{
		attribute.String("http.request.body", `{"a":1}`),
		attribute.String("http.response.body", `{"ok":true}`),
		attribute.StringSlice("http.request.header.x-api-key", []string{"k"}),
	} {
		if value, ok := got.Value(want.Key); !ok || value.Emit() != want.Value.Emit() {
			t.Errorf("%s is %s, want %s", want.Key, value.Emit(), want.Value.Emit())
		}
	}
}

func TestClipKeepsText(t *testing.T) {
	for _, body := range []string{"", "short", strings.Repeat("ö", bodyLimit), "\xff\xfe"} {
		if got := Clip([]byte(body)); len(got) > bodyLimit || !utf8.ValidString(got) {
			t.Errorf("clip of %d bytes has %d bytes, valid %v", len(body), len(got), utf8.ValidString(got))
		}
	}
}
