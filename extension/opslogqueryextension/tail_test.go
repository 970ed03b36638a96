package opslogqueryextension

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/guard"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// event is one server-sent event.
type event struct{ name, id, data string }

// follower is a tail whose clock and ticks the test moves.
type follower struct {
	t      *testing.T
	now    time.Time
	look   chan time.Time
	beat   chan time.Time
	events *bufio.Reader
	stop   context.CancelFunc
	done   chan struct{}
}

// follow opens a tail over a pipe: the handler alone, with the headers given.
func follow(t *testing.T, backend store.Backend, query string, headers ...string) *follower {
	t.Helper()
	f := &follower{t: t, now: time.Now(), look: make(chan time.Time), beat: make(chan time.Time), done: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	f.stop = cancel
	cfg := createDefaultConfig().(*Config)
	h := &apiHandler{
		reader: backend, cfg: cfg, logger: zap.NewNop(), now: func() time.Time { return f.now }, closing: make(chan struct{}),
		callers: guard.NewCallers(cfg.Limits.guard(), time.Now),
		ticker: func(d time.Duration) (<-chan time.Time, func()) {
			return map[time.Duration]chan time.Time{tailEvery: f.look, heartbeat: f.beat}[d], func() {}
		},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/tail?"+query, http.NoBody)
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := newPipeWriter()
	f.events = bufio.NewReader(w.reader)
	go func() {
		defer close(f.done)
		defer w.Close()
		assert.NoError(t, h.tail(w, r))
	}()
	t.Cleanup(func() { cancel(); _ = w.reader.Close(); <-f.done })
	assert.Equal(t, "ready", f.next().name)
	return f
}

// next reads one event or comment.
func (f *follower) next() event {
	f.t.Helper()
	var e event
	for {
		line, err := f.events.ReadString('\n')
		require.NoError(f.t, err)
		line = strings.TrimSuffix(line, "\n")
		key, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "":
			return e
		case strings.HasPrefix(line, ":"):
			e.name = line
		case key == "event":
			e.name = value
		case key == "id":
			e.id = value
		case key == "data":
			e.data = value
		}
	}
}

// lookOnce reads the events up to the statistics.
func (f *follower) lookOnce() (events []event, stats api.TailStats) {
	f.t.Helper()
	f.look <- f.now
	for {
		e := f.next()
		if e.name == "stats" {
			require.NoError(f.t, json.Unmarshal([]byte(e.data), &stats))
			return events, stats
		}
		events = append(events, e)
	}
}

func operationAt(n byte, at operation.Time, status string) *operation.Operation {
	trace, span := operation.TraceID{7, n}, operation.SpanID{8, n}
	return &operation.Operation{
		ID: operation.NewID(at, trace, span), TraceID: trace, SpanID: span, StartTime: at, Revision: 1, Complete: true, ServiceName: "shop",
		Name: "op " + string('a'+rune(n)), Status: status, Kind: operation.KindQuery, Duration: time.Millisecond,
	}
}

func namesOf(t *testing.T, events []event) []string {
	t.Helper()
	var out []string
	for _, e := range events {
		var op operation.Operation
		require.NoError(t, json.Unmarshal([]byte(e.data), &op))
		out = append(out, op.Name)
	}
	return out
}

func TestTail(t *testing.T) {
	backend := openStore(t)
	now := operation.TimeOf(time.Now())
	second := operation.Time(time.Second)
	put := func(ops ...*operation.Operation) { require.NoError(t, backend.WriteOperations(t.Context(), ops)) }
	put(operationAt(0, now-10*second, "ok")) // before the tail began
	f := follow(t, backend, "")

	events, stats := f.lookOnce()
	assert.Empty(t, events)
	assert.Zero(t, stats.Seen)
	late := operationAt(3, now-60*second, "ok")
	late.Duration = 2 * time.Minute
	put(operationAt(2, now+2*second, "ok"), operationAt(1, now+1*second, "ok"), late)
	f.now = f.now.Add(5 * time.Second)
	events, stats = f.lookOnce()
	assert.Equal(t, []string{"op d", "op b", "op c"}, namesOf(t, events), "in the order of time, also what began before")
	assert.EqualValues(t, 3, stats.Sent)
	events, _ = f.lookOnce()
	assert.Empty(t, events, "each is sent once")
	again := operationAt(1, now+1*second, "error")
	again.Revision = 2
	put(again)
	events, _ = f.lookOnce()
	assert.Equal(t, []string{"op b"}, namesOf(t, events), "a new revision is sent again")

	f.beat <- f.now
	assert.Equal(t, ":hb", f.next().name)
}

func TestTailResumes(t *testing.T) {
	backend := openStore(t)
	now := operation.TimeOf(time.Now())
	var ops []*operation.Operation
	for i := range 5 {
		ops = append(ops, operationAt(byte(i), now-operation.Time(50-10*i)*operation.Time(time.Second), "ok"))
	}
	require.NoError(t, backend.WriteOperations(t.Context(), ops))
	f := follow(t, backend, "", "Last-Event-ID", encodeEventID(store.CursorAt(ops[1], nil)))
	var events []event
	for range 3 {
		events = append(events, f.next())
	}
	assert.Equal(t, []string{"op c", "op d", "op e"}, namesOf(t, events))
	more, _ := f.lookOnce()
	assert.Empty(t, more)
}

func TestTailLeavesOutWhatIsTooMuch(t *testing.T) {
	backend := openStore(t)
	f := follow(t, backend, "max_rate=2&status=error")
	at := operation.TimeOf(f.now)
	var ops []*operation.Operation
	for i := range 6 {
		ops = append(ops, operationAt(byte(i), at+operation.Time(i), map[bool]string{true: "ok", false: "error"}[i == 5]))
	}
	require.NoError(t, backend.WriteOperations(t.Context(), ops))
	events, stats := f.lookOnce()
	assert.Equal(t, []string{"op d", "op e"}, namesOf(t, events), "the newest are sent")
	assert.Equal(t, api.TailStats{Seen: 5, Sent: 2, Dropped: 3}, stats)
}

// The store may be away for a while; the tail goes on and says so.
func TestTailOutlivesTheStore(t *testing.T) {
	backend := openStore(t)
	f := follow(t, backend, "")
	require.NoError(t, backend.Close(context.Background()))
	_, stats := f.lookOnce()
	assert.EqualValues(t, 1, stats.Errors)
}

// Through the whole server: events are not held back, and going down ends them.
func TestTailThroughTheServer(t *testing.T) {
	base := serve(t, openStore(t), nil) + api.Prefix
	resp := send(t, http.MethodGet, base+"/tail", func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") })
	assert.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
	assert.Empty(t, resp.Header.Get("Content-Encoding"))
	assert.Equal(t, "no", resp.Header.Get("X-Accel-Buffering"))
	line, err := bufio.NewReader(resp.Body).ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "event: ready\n", line)
	for range 7 {
		send(t, http.MethodGet, base+"/tail", nil)
	}
	resp = send(t, http.MethodGet, base+"/tail", nil)
	assert.Equal(t, http.StatusTooManyRequests, resp.StatusCode, "a caller has so many streams")
}
