package opslogguardextension

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/opslog/opslog/extension/opslogguardextension/internal/metadata"
)

func TestConfig(t *testing.T) {
	file, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	for name, want := range map[string]string{
		"empty": "", "all": "",
		"too_deep":      "max_depth is 100, want 1 to 64",
		"no_depth":      "max_depth is 0, want 1 to 64",
		"no_attributes": "max_attributes is 0, want at least 1",
		"no_turns":      "max_concurrent is -1, want at least 1, or 0 for 4 for each processor",
		"no_room":       "max_waiting_mib is 0, want at least 1",
		"too_much_heap": "max_heap_percentage is 101, want 1 to 100, or 0 for no bound",
	} {
		sub, err := file.Sub(name)
		require.NoError(t, err)
		cfg := createDefaultConfig()
		require.NoError(t, sub.Unmarshal(cfg))
		if want == "" {
			assert.NoError(t, confmap.Validate(cfg), name)
			continue
		}
		assert.EqualError(t, confmap.Validate(cfg), want)
	}
}

// newGuard makes the extension as a collector does.
func newGuard(t *testing.T) (*guard, *componenttest.Telemetry) {
	t.Helper()
	tel := componenttest.NewTelemetry()
	set := extensiontest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = tel.NewTelemetrySettings()
	ext, err := NewFactory().Create(t.Context(), set, createDefaultConfig())
	require.NoError(t, err)
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() {
		require.NoError(t, ext.Shutdown(context.Background()))
		require.NoError(t, tel.Shutdown(context.Background()))
	})
	return ext.(*guard), tel
}

func good(t *testing.T) (wire, text []byte) {
	t.Helper()
	request := ptraceotlp.NewExportRequest()
	span := request.Traces().ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetTraceID(pcommon.TraceID{1})
	span.SetSpanID(pcommon.SpanID{1})
	wire, err := request.MarshalProto()
	require.NoError(t, err)
	text, err = request.MarshalJSON()
	require.NoError(t, err)
	return wire, text
}

func bad(t *testing.T) ptraceotlp.ExportRequest {
	t.Helper()
	request := ptraceotlp.NewExportRequest()
	request.Traces().ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty().SetName("no ids")
	return request
}

func TestHTTP(t *testing.T) {
	wire, text := good(t)
	badWire, err := bad(t).MarshalProto()
	require.NoError(t, err)
	tests := map[string]struct {
		method, path, kind string
		body               []byte
		status             int
		want               string
	}{
		"protobuf passes":      {"POST", "/v1/traces", typeProto, wire, 200, string(wire)},
		"JSON passes":          {"POST", "/v1/traces", typeJSON + "; charset=utf-8", text, 200, string(text)},
		"bad protobuf":         {"POST", "/v1/traces", typeProto, badWire, 400, "a span has no trace id or no span id"},
		"bad JSON":             {"POST", "/v1/logs", typeJSON, []byte("{"), 400, `{"code":3,"message":"the request cannot be read"}`},
		"bad protobuf, logs":   {"POST", "/v1/logs", typeProto, []byte{0xff}, 400, "the request cannot be read"},
		"bad metrics":          {"POST", "/v1/metrics", typeProto, []byte{0xff}, 400, "the request cannot be read"},
		"protobuf of another":  {"POST", "/elsewhere", typeProto, []byte{0xff}, 200, "\xff"},
		"too large":            {"POST", "/v1/traces", typeJSON, bytes.Repeat([]byte(" "), 2000), 413, "larger than max_request_body_size"},
		"another content type": {"POST", "/v1/traces", "text/plain", []byte("x"), 200, "x"},
		"another method":       {"GET", "/v1/traces", typeJSON, nil, 200, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			g, _ := newGuard(t)
			wrap, err := g.GetHTTPHandler(t.Context())
			require.NoError(t, err)
			handler, err := wrap(t.Context(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
			require.NoError(t, err)
			w := httptest.NewRecorder()
			r := httptest.NewRequest(tt.method, tt.path, bytes.NewReader(tt.body))
			r.Header.Set("Content-Type", tt.kind)
			r.Body = http.MaxBytesReader(w, r.Body, 1000)
			handler.ServeHTTP(w, r)
			assert.Equal(t, tt.status, w.Code)
			got := w.Body.String()
			if tt.status != 200 && tt.kind == typeProto {
				var s statuspb.Status
				require.NoError(t, proto.Unmarshal(w.Body.Bytes(), &s))
				got = s.GetMessage()
			}
			assert.Contains(t, strings.ReplaceAll(got, `, "`, `,"`), tt.want)
		})
	}
}

// receiver takes everything.
type receiver struct {
	ptraceotlp.UnimplementedGRPCServer
	spans int
}

func (r *receiver) Export(_ context.Context, request ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	r.spans += request.Traces().SpanCount()
	return ptraceotlp.NewExportResponse(), nil
}

func TestGRPC(t *testing.T) {
	g, tel := newGuard(t)
	options, err := g.GetGRPCServerOptions(t.Context())
	require.NoError(t, err)
	server := grpc.NewServer(options...)
	defer server.Stop()
	var takes receiver
	ptraceotlp.RegisterGRPCServer(server, &takes)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = server.Serve(listener) }()
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	client := ptraceotlp.NewGRPCClient(conn)

	wire, _ := good(t)
	request := ptraceotlp.NewExportRequest()
	require.NoError(t, request.UnmarshalProto(wire))
	_, err = client.Export(t.Context(), request)
	require.NoError(t, err)
	_, err = client.Export(t.Context(), bad(t))
	assert.Equal(t, codes.Internal, status.Code(err), "a code that OTLP senders do not repeat")
	assert.ErrorContains(t, err, "a span has no trace id or no span id")
	assert.Equal(t, 1, takes.spans)

	for _, name := range []string{"passed", "refused"} {
		_, err := tel.GetMetric("otelcol_extension_opslog_guard_" + name + "_requests")
		assert.NoError(t, err)
	}
}
