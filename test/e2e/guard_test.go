package e2e

import (
	"bytes"
	"compress/gzip"
	"context"
	wire "encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/gzip" // senders use it
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"
)

// hostile is a request that must be refused, and how.
type hostile struct {
	kind, encoding string
	body           []byte
	http           []int
	grpc           codes.Code // OK where it is not sent over gRPC
}

func hostiles(t *testing.T) map[string]hostile {
	const proto, json = "application/x-protobuf", "application/json"
	deepJSON := `{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":` + strings.Repeat(`{"arrayValue":{"values":[`, 700_000) +
		strings.Repeat(`]}}`, 700_000) + `}]}}]}`
	hundred := make([]byte, 100<<20)
	ids := append(append([]byte{1<<3 | 2, 16}, bytes.Repeat([]byte{1}, 16)...), append([]byte{2<<3 | 2, 8}, bytes.Repeat([]byte{2}, 8)...)...)
	return map[string]hostile{
		"nested 300,000 deep":        {proto, "", deep(300_000), []int{400}, codes.Internal},
		"nested 700,000 deep, gzip":  {json, "gzip", gzipped(t, []byte(deepJSON)), []int{400, 413}, codes.OK},
		"100 MiB":                    {proto, "", hundred, []int{413, 0}, codes.ResourceExhausted},
		"gzip of 100 MiB":            {proto, "gzip", gzipped(t, hundred), []int{413}, codes.ResourceExhausted},
		"zstd of 100 MiB":            {proto, "zstd", zstded(t, hundred), []int{413}, codes.OK},
		"snappy, which is not taken": {proto, "snappy", []byte("x"), []int{400, 415}, codes.OK},
		"a million attributes":       {proto, "", wrapped(bytes.Repeat([]byte{9<<3 | 2, 0}, 1_000_000), 2, 2, 1), []int{400}, codes.Internal},
		"a million empty spans":      {proto, "", wrapped(bytes.Repeat([]byte{2<<3 | 2, 0}, 1_000_000), 2, 1), []int{400}, codes.Internal},
		"200,000 spans":              {proto, "", wrapped(bytes.Repeat(wrapped(ids, 2), 200_000), 2, 1), []int{400}, codes.Internal},
		"a key of 1 MiB":             {proto, "", wrapped(bytes.Repeat([]byte("k"), 1<<20), 1, 9, 2, 2, 1), []int{400}, codes.Internal},
		"no ids":                     {json, "", []byte(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"x"}]}]}]}`), []int{400}, codes.OK},
		"malformed":                  {proto, "", []byte{0xff, 0xff}, []int{400}, codes.Internal},
		"not JSON":                   {json, "", []byte("<xml/>"), []int{400}, codes.OK},
		"another type":               {"text/plain", "", []byte("x"), []int{415}, codes.OK},
	}
}

// TestHostileRequests sends each over HTTP and gRPC to one opslog, which must refuse them, stay small and go on.
func TestHostileRequests(t *testing.T) {
	p := start(t, t.TempDir())
	sendRecording(t, p)
	require.NotEmpty(t, settled(t, p))
	conn, err := grpc.NewClient(p.grpc, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	for name, h := range hostiles(t) {
		t.Run(name, func(t *testing.T) {
			before := p.resetPeak(t)
			began := time.Now()
			assert.Contains(t, h.http, p.sendRaw(h), "HTTP status")
			if h.grpc != codes.OK {
				var options []grpc.CallOption
				body := h.body
				if h.encoding == "gzip" {
					options, body = []grpc.CallOption{grpc.UseCompressor("gzip")}, make([]byte, 100<<20)
				}
				err := conn.Invoke(t.Context(), "/opentelemetry.proto.collector.trace.v1.TraceService/Export", body, new([]byte),
					append(options, grpc.ForceCodecV2(rawCodec{}))...)
				assert.Equal(t, h.grpc, status.Code(err), "%v", err)
			}
			rise := p.memory(t, "VmHWM") - before
			t.Logf("%v, %d MiB more", time.Since(began).Round(time.Millisecond), rise>>20)
			assert.Less(t, rise, 128<<20, "bytes of memory")
		})
	}
	text := p.metricsText()
	for _, want := range []string{`otelcol_extension_opslog_guard_refused_requests`, `reason="depth"`, `reason="attributes"`, `reason="records"`,
		`reason="key_size"`, `reason="zero_id"`, `reason="malformed"`, `reason="request_size"`} {
		assert.Contains(t, text, want)
	}
	id := p.sendOne()
	eventually(t, "what is sent after that arrives", func() error { _, err := p.tryGet("/operations/" + id); return err })
	p.stop()
}

// TestSlowClientIsCut wants a sender that trickles its header to lose the connection.
func TestSlowClientIsCut(t *testing.T) {
	p := start(t, t.TempDir(), "--config=yaml:receivers::otlp::protocols::http::read_header_timeout: 100ms",
		"--config=yaml:receivers::otlp::protocols::http::read_timeout: 300ms")
	for name, begin := range map[string]string{
		"header": "POST /v1/traces HTTP/1.1\r\nHost: x\r\n",
		"body":   "POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
	} {
		conn, err := net.Dial("tcp", p.http)
		require.NoError(t, err)
		_, err = conn.Write([]byte(begin))
		require.NoError(t, err)
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
		_, err = io.Copy(io.Discard, conn)
		assert.NoError(t, err, "%s: the server closes", name)
		_ = conn.Close()
	}
	p.stop()
}

// sendRaw posts and answers the status; 0 when the server closed the connection in the middle of a request.
func (p *process) sendRaw(h hostile) int {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://"+p.http+"/v1/traces", bytes.NewReader(h.body))
	require.NoError(p.t, err)
	req.Header.Set("Content-Type", h.kind)
	if h.encoding != "" {
		req.Header.Set("Content-Encoding", h.encoding)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// sendOne sends one good operation with the shipped command and answers its id.
func (p *process) sendOne() string {
	out, errs, code := p.run("send", "--otlp", "http://"+p.http)
	require.Zero(p.t, code, errs)
	return strings.TrimSpace(out)
}

func (p *process) metricsText() string {
	resp, err := http.Get("http://" + p.self + "/metrics")
	require.NoError(p.t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	return string(text)
}

// resetPeak lets the kernel count the peak of resident memory anew, and answers what is resident now, in bytes.
func (p *process) resetPeak(t testing.TB) int {
	require.NoError(t, os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.cmd.Process.Pid), []byte("5"), 0))
	return p.memory(t, "VmRSS")
}

func (p *process) memory(t testing.TB, field string) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(text), field+":")
	var kib int
	_, err = fmt.Sscan(rest, &kib)
	require.NoError(t, err)
	return kib << 10
}

// deep is a resource attribute with lists in lists.
func deep(depth int) []byte {
	value := []byte{}
	var sizes []int
	size := 0
	for range depth {
		inner := 1 + varintSize(size) + size
		sizes = append(sizes, size, inner)
		size = 1 + varintSize(inner) + inner
	}
	for i := len(sizes) - 2; i >= 0; i -= 2 {
		value = wire.AppendUvarint(append(value, 5<<3|2), uint64(sizes[i+1]))
		value = wire.AppendUvarint(append(value, 1<<3|2), uint64(sizes[i]))
	}
	return wrapped(value, 2, 1, 1, 1)
}

func varintSize(n int) int { return len(wire.AppendUvarint(nil, uint64(n))) }

// wrapped puts bytes into messages, the innermost field number first.
func wrapped(b []byte, fields ...byte) []byte {
	for _, field := range fields {
		b = append(wire.AppendUvarint([]byte{field<<3 | 2}, uint64(len(b))), b...)
	}
	return b
}

func gzipped(t *testing.T, b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(b)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func zstded(t *testing.T, b []byte) []byte {
	w, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	return w.EncodeAll(b, nil)
}

// rawCodec sends bytes as they are.
type rawCodec struct{}

var _ encoding.CodecV2 = rawCodec{}

func (rawCodec) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(v.([]byte))}, nil
}
func (rawCodec) Unmarshal(mem.BufferSlice, any) error { return nil }
func (rawCodec) Name() string                         { return "proto" }
