package assemble

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
)

// event is one delivery of a span or an exception.
type event struct {
	span      sp
	exception string // of the span, when not empty
}

// randomTraces draws traces of several services, with old and new SDKs as asked, and loses some of the spans.
func randomTraces(r *rand.Rand, flags bool) []event {
	var events []event
	services := []string{"a", "b", "c"}
	kinds := []ptrace.SpanKind{server, client, internal, consumer, ptrace.SpanKindProducer}
	for trace := range uint16(3) {
		var spans []sp
		for id := range uint32(1 + r.IntN(25)) {
			s := sp{trace: trace + 1, id: id + 1, service: services[r.IntN(len(services))], kind: kinds[r.IntN(len(kinds))], flags: oldSDK,
				name: fmt.Sprint("step ", id), start: time.Duration(id) * time.Millisecond, failed: r.IntN(8) == 0}
			s.end = s.start + time.Duration(r.IntN(100))*time.Millisecond
			if flags && id == 0 {
				s.kind = server // calls without an operation around them are soon forgotten
			}
			if id > 0 {
				parent := spans[r.IntN(len(spans))]
				s.parent = parent.id
				if r.IntN(4) > 0 {
					s.service = parent.service
				}
				if flags {
					s.flags = local
					if parent.service != s.service {
						s.flags = remote
					}
				}
			}
			spans = append(spans, s)
		}
		for _, s := range spans {
			if r.IntN(10) == 0 {
				continue // lost
			}
			events = append(events, event{span: s})
			if r.IntN(10) == 0 {
				events = append(events, event{span: s, exception: fmt.Sprint("broken ", s.id)})
			}
		}
	}
	return events
}

// shuffle is another order of the same events, some of them given again.
func shuffle(r *rand.Rand, events []event, again int) []event {
	out := append([]event{}, events...)
	for range again {
		out = append(out, events[r.IntN(len(events))])
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// play delivers the events with a pause of up to the given time between them.
func (w *world) play(r *rand.Rand, events []event, pause time.Duration) {
	for _, e := range events {
		if e.exception != "" {
			w.exception(e.span.trace, e.span.id, e.span.service, e.exception)
		} else {
			w.add(e.span)
		}
		if pause > 0 {
			w.pass(time.Duration(r.Int64N(int64(pause))))
		}
	}
	w.flush()
}

func texts(t *testing.T, out []Emission) map[operation.ID]string {
	t.Helper()
	records := make(map[operation.ID]string)
	for id, op := range last(t, out) {
		records[id] = text(t, op)
	}
	return records
}

// TestOrderDoesNotMatter delivers the same spans and exceptions in many orders, more than once and in batches that
// spread over the late window. The last record of every operation must be the same. Where the flags are missing,
// a parent decides what its child is, so there the spread must stay within the wait of an operation.
func TestOrderDoesNotMatter(t *testing.T) {
	cfg := DefaultConfig()
	cfg.ProvisionalAfter = 0 // a record of a running operation has an id of its own until the entry span is known
	for name, c := range map[string]struct {
		flags bool
		pause time.Duration
	}{
		"all at once, with flags":    {true, 0},
		"all at once, without flags": {false, 0},
		"late, with flags":           {true, 2 * time.Second},
		"soon, without flags":        {false, 20 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(60) {
				r := rand.New(rand.NewPCG(seed, 1))
				events := randomTraces(r, c.flags)
				w := newWorld(t, cfg)
				w.play(r, events, 0)
				want := texts(t, w.take())
				for range 3 {
					w := newWorld(t, cfg)
					w.play(r, shuffle(r, events, len(events)/3), c.pause)
					require.Equal(t, want, texts(t, w.take()), "seed %d", seed)
				}
			}
		})
	}
}

// TestNothingIsMissing checks that every span taken is in a record or counted as left out, and that each
// operation is counted once.
func TestNothingIsMissing(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 2))
		cfg, events, again := DefaultConfig(), randomTraces(r, seed%3 > 0), 20
		if seed%2 == 0 {
			// With overflow operations are forgotten early, and what is given again after that looks new.
			cfg.MaxBytes, again = int64(4000+r.IntN(20_000)), 0
		}
		w := newWorld(t, cfg)
		w.play(r, shuffle(r, events, again), time.Duration(1+r.IntN(int(3*time.Second))))
		out := w.take()
		counted := make(map[operation.ID]int)
		var spans int64
		for id, op := range last(t, out) {
			spans += op.SpanCount
			counted[id] = 0
		}
		for _, e := range out {
			if e.Count {
				counted[e.Operation.ID]++
			}
		}
		for id, n := range counted {
			require.Equal(t, 1, n, "seed %d: operation %v", seed, id)
		}
		st := w.shard.Stats()
		require.GreaterOrEqual(t, spans+st.Orphans+st.Outside, st.Spans, "seed %d: %+v", seed, st)
	}
}

// FuzzShard feeds spans with random ids, parents, flags and pauses, and checks that everything is given back.
func FuzzShard(f *testing.F) {
	f.Add([]byte{1, 1, 0, 3, 0, 1, 2, 1, 1, 9, 1, 1, 2, 1, 200})
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg := DefaultConfig()
		cfg.MaxBytes = 20_000
		w := newWorld(t, cfg)
		for ; len(data) >= 5; data = data[5:] {
			flags := []uint32{oldSDK, local, remote}[data[3]%3]
			w.add(sp{trace: uint16(data[0] % 4), id: uint32(data[1] % 32), parent: uint32(data[2] % 32), flags: flags,
				kind: ptrace.SpanKind(data[3] / 3 % 6), service: string('a' + rune(data[3]/18%3)), failed: data[3] > 200})
			w.pass(time.Duration(data[4]) * time.Second / 4)
		}
		w.flush()
	})
}

// TestRecordingInAnyOrder delivers what the sample application's SDKs really sent, spans and logs, in other orders,
// more than once and spread over the late window.
func TestRecordingInAnyOrder(t *testing.T) {
	cfg := DefaultConfig()
	cfg.ProvisionalAfter = 0
	play := func(w *world, spans []derive.Span, thrown []derive.Exception, pause time.Duration) map[operation.ID]string {
		for i := range max(len(spans), len(thrown)) {
			if i < len(spans) {
				w.shard.Add(w.now, &spans[i])
			}
			if i < len(thrown) {
				w.shard.AddException(w.now, &thrown[i])
			}
			w.now = w.now.Add(pause)
			w.shard.Tick(w.now)
		}
		w.flush()
		return texts(t, w.take())
	}
	w := newWorld(t, cfg)
	spans, thrown := recording(w)
	want := play(w, spans, thrown, 0)
	require.Greater(t, len(want), 100)
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 4))
		again, thrownAgain := slices.Concat(spans, spans[:len(spans)/2]), slices.Concat(thrown, thrown)
		r.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		r.Shuffle(len(thrownAgain), func(i, j int) { thrownAgain[i], thrownAgain[j] = thrownAgain[j], thrownAgain[i] })
		require.Equal(t, want, play(newWorld(t, cfg), again, thrownAgain, 4*time.Minute/time.Duration(len(again))), "seed %d", seed)
	}
}

// recording is the committed recording of the sample application.
func recording(w *world) (spans []derive.Span, thrown []derive.Exception) {
	for _, td := range recorded(w.t) {
		eachSpan(w, td, func(s derive.Span) { spans = append(spans, s) })
	}
	for line := range bytes.Lines(readFile(w.t, "../../../test/e2e/testdata/shop-logs.jsonl")) {
		ld, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(line)
		require.NoError(w.t, err)
		eachException(w, ld, func(e derive.Exception) { thrown = append(thrown, e) })
	}
	return spans, thrown
}

func readFile(tb testing.TB, path string) []byte {
	tb.Helper()
	data, err := os.ReadFile(path)
	require.NoError(tb, err)
	return data
}

// FuzzOTLP feeds whatever OTLP can say, traces and logs, and checks that everything is given back.
func FuzzOTLP(f *testing.F) {
	traces, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(synthetic(1))
	require.NoError(f, err)
	ld := plog.NewLogs()
	record := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetTraceID(traceID(1))
	record.SetSpanID(spanID(1))
	record.Attributes().PutStr("exception.type", "Boom")
	logs, err := (&plog.ProtoMarshaler{}).MarshalLogs(ld)
	require.NoError(f, err)
	f.Add(traces, logs)
	w := newWorld(f, DefaultConfig())
	f.Fuzz(func(t *testing.T, traces, logs []byte) {
		w.t = t
		if td, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(traces); err == nil {
			eachSpan(w, td, func(s derive.Span) { w.shard.Add(w.now, &s) })
		}
		if ld, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(logs); err == nil {
			eachException(w, ld, func(e derive.Exception) { w.shard.AddException(w.now, &e) })
		}
		w.flush()
		for _, e := range w.take() {
			_ = oplog.Encode([]*operation.Operation{e.Operation})
		}
	})
}

func eachSpan(w *world, td ptrace.Traces, f func(derive.Span)) {
	for _, rs := range td.ResourceSpans().All() {
		r := w.deriver.Resource(rs.Resource())
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				f(w.deriver.Span(r, ss.Scope(), span))
			}
		}
	}
}

func eachException(w *world, ld plog.Logs, f func(derive.Exception)) {
	for _, rl := range ld.ResourceLogs().All() {
		r := w.deriver.Resource(rl.Resource())
		for _, sl := range rl.ScopeLogs().All() {
			for _, record := range sl.LogRecords().All() {
				if e, ok := w.deriver.Exception(r, record); ok {
					f(e)
				}
			}
		}
	}
}
