package opslogguardextension

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"
)

func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1, 10)
		require.NoError(t, g.enter(t.Context(), 1))
		order := make(chan string, 3)
		wait := func(name string, ctx context.Context, size int) {
			go func() {
				if err := g.enter(ctx, size); err != nil {
					name += ": " + err.Error()
				}
				order <- name
			}()
			synctest.Wait()
		}
		ctx, cancel := context.WithCancel(t.Context())
		wait("first", t.Context(), 4)
		wait("second", ctx, 5)
		assert.False(t, g.full())
		wait("third", t.Context(), 100) // the last one may be any size
		assert.True(t, g.full())
		assert.ErrorIs(t, g.enter(t.Context(), 1), errBusy)
		cancel()
		assert.Equal(t, "second: context canceled", <-order)
		g.leave()
		assert.Equal(t, "first", <-order)
		g.leave()
		assert.Equal(t, "third", <-order)
		g.leave()
		assert.Zero(t, g.waiting.Load())
		assert.Empty(t, g.turns)
	})
	assert.Positive(t, cap(newGate(0, 1).turns))
}

func TestPressure(t *testing.T) {
	var now heap
	collected := 0
	p := &pressure{limit: 100, most: 80, read: func() heap { return now }, collect: func() { collected++ }}
	look := func(h heap) bool { now = h; p.look(); return p.isHigh() }
	assert.False(t, look(heap{live: 80, objects: 100, cycles: 1}))
	assert.True(t, look(heap{live: 80, objects: 101, cycles: 1}), "garbage that is not collected in time")
	assert.True(t, look(heap{live: 81, objects: 90, cycles: 2}))
	for range patientLooks - 1 {
		assert.True(t, look(now))
	}
	assert.Zero(t, collected)
	look(now)
	assert.Equal(t, 1, collected, "nothing else would find that less is in use")
	assert.False(t, look(heap{live: 10, objects: 10, cycles: 3}))
	for range 2 * patientLooks {
		look(now)
	}
	assert.Equal(t, 1, collected)

	assert.Nil(t, newPressure(0))
	assert.False(t, newPressure(80).isHigh(), "without a memory limit there is none")
	assert.Positive(t, heapReader()().objects)
}

// underPressure is a guard that found too much memory in use.
func underPressure(t *testing.T) *guard {
	g, _ := newGuard(t)
	g.pressure = &pressure{}
	g.pressure.high.Store(true)
	return g
}

func TestHTTPTooMuch(t *testing.T) {
	wire, _ := good(t)
	full, tel := newGuard(t)
	full.gate.waiting.Store(full.gate.most)
	for reason, g := range map[string]*guard{"memory limit": underPressure(t), "too many requests": full} {
		wrap, err := g.GetHTTPHandler(t.Context())
		require.NoError(t, err)
		handler, err := wrap(t.Context(), http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was passed on") }))
		require.NoError(t, err)
		body, w := bytes.NewReader(wire), httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/v1/traces", body)
		r.Header.Set("Content-Type", typeProto)
		handler.ServeHTTP(w, r)
		assert.Equal(t, http.StatusTooManyRequests, w.Code)
		assert.Equal(t, "1", w.Header().Get("Retry-After"))
		assert.Contains(t, w.Body.String(), reason)
		assert.Equal(t, len(wire), body.Len(), "nothing was read")
	}
	_, err := tel.GetMetric("otelcol_extension_opslog_guard_refused_requests")
	assert.NoError(t, err)
}

// TestHTTPTurns has one request at work, and one that waits until its sender goes.
func TestHTTPTurns(t *testing.T) {
	wire, _ := good(t)
	g, _ := newGuard(t)
	synctest.Test(t, func(t *testing.T) {
		g.gate = newGate(1, 10)
		release := make(chan struct{})
		handler := &handler{guard: g, next: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release })}
		handler.buffers.New = func() any { return new(bytes.Buffer) }
		send := func(ctx context.Context) <-chan int {
			w, code := httptest.NewRecorder(), make(chan int, 1)
			r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/v1/traces", bytes.NewReader(wire))
			r.Header.Set("Content-Type", typeProto)
			go func() { handler.ServeHTTP(w, r); code <- w.Code }()
			synctest.Wait()
			return code
		}
		ctx, cancel := context.WithCancel(t.Context())
		works, waits := send(t.Context()), send(ctx)
		assert.EqualValues(t, len(wire), g.gate.waiting.Load())
		cancel()
		assert.Equal(t, http.StatusTooManyRequests, <-waits)
		close(release)
		assert.Equal(t, http.StatusOK, <-works)
		assert.Empty(t, g.gate.turns)
	})
}

func TestGRPCTooMuch(t *testing.T) {
	_, err := underPressure(t).tap(t.Context(), nil)
	s := status.Convert(err)
	assert.Equal(t, codes.Unavailable, s.Code())
	require.Len(t, s.Details(), 1)
	assert.EqualValues(t, again, s.Details()[0].(*errdetails.RetryInfo).GetRetryDelay().GetSeconds())
}

// ExportTraceServiceRequest has the name by which the codec tells requests, and takes any fields.
type ExportTraceServiceRequest struct{ statuspb.Status }

// TestGRPCTurns follows requests from the codec to the interceptor, as gRPC does.
func TestGRPCTurns(t *testing.T) {
	wire, _ := good(t)
	g, _ := newGuard(t)
	g.gate = newGate(1, 1)
	c := &codec{CodecV2: encoding.GetCodecV2("proto"), guard: g}
	served := 0
	intercept := func(request any) error {
		_, err := c.intercept(t.Context(), request, nil, func(context.Context, any) (any, error) { served++; return nil, nil })
		return err
	}
	body := func(b []byte) mem.BufferSlice { return mem.BufferSlice{mem.SliceBuffer(b)} }

	first, second := new(ExportTraceServiceRequest), new(ExportTraceServiceRequest)
	require.NoError(t, c.Unmarshal(body(wire), first))
	g.gate.waiting.Store(1)
	require.NoError(t, c.Unmarshal(body(wire), second))
	assert.Equal(t, codes.Unavailable, status.Code(intercept(second)))
	require.NoError(t, intercept(first))
	assert.Equal(t, 1, served)
	g.gate.waiting.Store(0)

	require.Error(t, c.Unmarshal(body([]byte{0xff}), first), "it has no turn any more, and no interceptor is called")
	assert.Empty(t, g.gate.turns)
	require.NoError(t, intercept("of another service"))
}
