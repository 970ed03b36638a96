package opslogqueryextension

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/metadata"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/erasure"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/spool"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/embedded"
)

// storage is an extension that owns an embedded store.
type storage struct {
	component.StartFunc
	component.ShutdownFunc
	backend  store.Backend
	erasures *erasure.Executor
}

func (s *storage) Backend() store.Backend { return s.backend }

func (s *storage) Erasures() *erasure.Executor { return s.erasures }

// storageOf owns a store, with nothing that waits and no archive.
func storageOf(t *testing.T, backend store.Backend) *storage {
	t.Helper()
	s := &storage{backend: backend}
	eraser, ok := backend.(store.Eraser)
	if !ok {
		return s
	}
	var err error
	s.erasures, err = erasure.Start(erasure.Options{
		Directory: t.TempDir(), Guard: erasure.NewGuard(backend), Eraser: eraser, Values: func(id string) []string { return []string{id} },
		Waiting: func(*erasure.Match, bool) (spool.EraseSum, error) { return spool.EraseSum{}, nil },
		Log:     slog.New(slog.DiscardHandler), Now: time.Now, After: time.After,
	})
	require.NoError(t, err)
	t.Cleanup(s.erasures.Close)
	return s
}

type host map[component.ID]component.Component

func (h host) GetExtensions() map[component.ID]component.Component { return h }

func openStore(t *testing.T) store.Backend {
	t.Helper()
	cfg := embedded.DefaultConfig()
	cfg.Directory = t.TempDir()
	backend, err := embedded.Open(context.Background(), cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { _ = backend.Close(context.Background()) })
	return backend
}

// serve starts the extension over a store and answers its address.
func serve(t *testing.T, backend store.Backend, change func(*Config)) string {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	if change != nil {
		change(cfg)
	}
	// The listener's port is chosen by the system; take a free one first, because the extension does not tell it.
	cfg.NetAddr.Endpoint = freeAddress(t)
	ext, err := NewFactory().Create(context.Background(), extensiontest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	require.NoError(t, ext.Start(context.Background(), host{cfg.Storage: storageOf(t, backend), keeperID: gatekeeper{}}))
	t.Cleanup(func() { require.NoError(t, ext.Shutdown(context.Background())) })
	return "http://" + cfg.NetAddr.Endpoint
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func ask(t *testing.T, address string) (int, http.Header, []byte) {
	t.Helper()
	resp, err := http.Get(address)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assertDocumented(t, http.MethodGet, address, resp.StatusCode, resp.Header, body)
	return resp.StatusCode, resp.Header, body
}

func write(t *testing.T, backend store.Backend, n int) {
	t.Helper()
	start := operation.TimeOf(time.Now().Add(-time.Minute))
	var ops []*operation.Operation
	for i := range n {
		at := start + operation.Time(i)*operation.Time(time.Millisecond)
		trace, span := operation.TraceID{1, byte(i)}, operation.SpanID{2, byte(i)}
		status := operation.StatusOK
		if i%3 == 0 {
			status = operation.StatusError
		}
		ops = append(ops, &operation.Operation{
			ID: operation.NewID(at, trace, span), TraceID: trace, SpanID: span, StartTime: at, Revision: 1, Complete: true,
			ServiceName: "shop", Name: fmt.Sprintf("GET /%d", i), Status: status, Kind: operation.KindQuery, RequestBody: `{"n":1}`,
		})
	}
	require.NoError(t, backend.WriteOperations(context.Background(), ops))
}

func TestPagesHoldEverythingOnce(t *testing.T) {
	backend := openStore(t)
	write(t, backend, 25)
	base := serve(t, backend, nil) + api.Prefix

	seen := map[operation.ID]bool{}
	cursor := ""
	for page := 0; ; page++ {
		status, _, body := ask(t, base+"/operations?limit=10&cursor="+cursor)
		require.Equal(t, http.StatusOK, status, string(body))
		var got api.OperationPage
		require.NoError(t, json.Unmarshal(body, &got))
		for _, op := range got.Items {
			assert.False(t, seen[op.ID], "twice: %s", op.Name)
			assert.Empty(t, op.RequestBody, "lists leave bodies out")
			seen[op.ID] = true
		}
		if got.NextCursor == nil {
			assert.Equal(t, 2, page)
			break
		}
		cursor = *got.NextCursor
	}
	assert.Len(t, seen, 25)

	status, _, body := ask(t, base+"/operations?limit=10&status=error&cursor="+cursor)
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, string(body), api.ProblemCursorMismatch)
}

func TestConditions(t *testing.T) {
	backend := openStore(t)
	write(t, backend, 9)
	base := serve(t, backend, nil) + api.Prefix
	for query, want := range map[string]int{
		"": 9, "status=error": 3, "service=shop&status=ok": 6, "service=other": 0, "kind=command": 0,
		"q=" + url.QueryEscape("status = error AND name != 'GET /0'"): 2,
		"q=" + url.QueryEscape("status = error") + "&status=ok":       0,
		"from=now-30s": 0,
		"from=" + strconv.FormatInt(time.Now().Add(-time.Hour).UnixNano(), 10) + "&to=now-1s": 9,
	} {
		status, _, body := ask(t, base+"/operations?"+query)
		require.Equal(t, http.StatusOK, status, string(body))
		var got api.OperationPage
		require.NoError(t, json.Unmarshal(body, &got))
		assert.Len(t, got.Items, want, query)
	}
}

func TestLargeAnswersAreCompressed(t *testing.T) {
	backend := openStore(t)
	write(t, backend, 50)
	req, err := http.NewRequest(http.MethodGet, serve(t, backend, nil)+api.Prefix+"/operations", http.NoBody)
	require.NoError(t, err)
	req.Header.Set("Accept-Encoding", "gzip") // said by hand, the client leaves the answer as it came
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	assert.Equal(t, "gzip", resp.Header.Get("Content-Encoding"))
}

func TestUnavailableStore(t *testing.T) {
	backend := openStore(t)
	base := serve(t, backend, nil) + api.Prefix
	require.NoError(t, backend.Close(context.Background()))
	status, header, body := ask(t, base+"/operations")
	assert.Equal(t, http.StatusServiceUnavailable, status)
	assert.Equal(t, "2", header.Get("Retry-After"))
	assert.Equal(t, "application/problem+json", header.Get("Content-Type"))
	assert.Contains(t, string(body), api.ProblemUnavailable)
}

func TestPagesAndHeaders(t *testing.T) {
	base := serve(t, openStore(t), func(c *Config) { c.BasePath = "/opslog/" })
	for _, path := range []string{"/opslog/", "/opslog/operations", "/opslog/operations/00ff"} {
		status, header, body := ask(t, base+path)
		assert.Equal(t, http.StatusOK, status, path)
		assert.Contains(t, string(body), `<base href="/opslog/"`, path)
		assert.Contains(t, header.Get("Content-Security-Policy"), "default-src 'none'")
		assert.Equal(t, "nosniff", header.Get("X-Content-Type-Options"))
	}
	status, _, _ := ask(t, base+"/opslog"+api.Prefix+"/status")
	assert.Equal(t, http.StatusOK, status)
	status, header, _ := ask(t, base+"/opslog"+api.Prefix+"/openapi.yaml")
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, "application/yaml", header.Get("Content-Type"))
	status, _, body := ask(t, base+"/opslog"+api.Prefix+"/nothing")
	assert.Equal(t, http.StatusNotFound, status)
	assert.Contains(t, string(body), api.ProblemNotFound)
}

// other is an extension that owns no store.
type other struct {
	component.StartFunc
	component.ShutdownFunc
}

func TestStartNeedsAStore(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	create := func() component.Component {
		ext, err := NewFactory().Create(context.Background(), extensiontest.NewNopSettings(metadata.Type), cfg)
		require.NoError(t, err)
		return ext
	}
	ext := create()
	err := ext.Start(context.Background(), host{component.MustNewID("pprof"): &storage{}})
	require.ErrorContains(t, err, `"opslog_storage" is not a running extension`)
	assert.ErrorContains(t, err, "running: pprof")
	require.NoError(t, ext.Shutdown(context.Background()), "shutdown without start")

	err = create().Start(context.Background(), host{cfg.Storage: &other{}})
	assert.ErrorContains(t, err, "want one of type opslog_storage")
}
