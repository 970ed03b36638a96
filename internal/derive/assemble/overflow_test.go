package assemble

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

func TestOverflowForgetsPublishedOperationsFirst(t *testing.T) {
	cfg := DefaultConfig()
	cfg.MaxBytes = 64 << 10
	w := newWorld(t, cfg)
	for i := range uint16(1000) {
		w.add(request(i + 1)...)
		w.pass(time.Second)
		require.LessOrEqual(t, w.shard.Stats().Bytes, cfg.MaxBytes)
	}
	w.flush()
	out := w.take()
	require.Len(t, out, 1000)
	for _, e := range out {
		require.Equal(t, Complete, e.Reason)
	}
	require.NotZero(t, w.shard.Stats().Evicted)
}

func TestOverflowPublishesOpenOperationsEarly(t *testing.T) {
	cfg := DefaultConfig()
	cfg.MaxBytes = 64 << 10
	w := newWorld(t, cfg)
	for i := range uint16(1000) {
		w.add(request(i + 1)...)
		require.LessOrEqual(t, w.shard.Stats().Bytes, cfg.MaxBytes)
	}
	early := len(w.out)
	require.NotZero(t, early)
	w.flush()
	out := w.take()
	require.Len(t, last(t, out), 1000, "every operation has a record")
	for i, e := range out {
		require.Equal(t, i >= early, e.Operation.Complete)
		if i < early {
			require.Equal(t, Overflow, e.Reason)
			require.Equal(t, operation.IncompleteOverflow, e.Operation.IncompleteReason)
		}
	}
}

func TestBlockOnOverflowCutsNothingShort(t *testing.T) {
	cfg := DefaultConfig()
	cfg.MaxBytes = 64 << 10
	cfg.BlockOnOverflow = true
	w := newWorld(t, cfg)
	for i := range uint16(1000) {
		w.add(request(i + 1)...)
	}
	require.True(t, w.shard.Full())
	require.Empty(t, w.take())
	w.pass(6 * time.Second)
	require.Len(t, w.take(), 1000)
	w.add(request(2000)...)
	require.False(t, w.shard.Full(), "published operations make room")
	w.flush()
}

func TestSpansOfForgottenOperationsAreLate(t *testing.T) {
	cfg := DefaultConfig()
	cfg.MaxBytes = 64 << 10
	w := newWorld(t, cfg)
	spans := request(1)
	w.add(spans[0])
	w.pass(6 * time.Second)
	for i := range uint16(1000) {
		w.add(request(i + 2)...)
	}
	w.pass(6 * time.Second)
	w.take()
	w.add(spans[1:]...)
	w.pass(11 * time.Minute)
	require.Empty(t, w.take(), "they are no running operation")
	require.EqualValues(t, 2, w.shard.Stats().Orphans)
	spans[1].failed = true
	w.add(spans[1:]...)
	w.flush()
	require.Equal(t, operation.StatusError, w.one().Operation.Status, "an error is not dropped")
}

func TestPast(t *testing.T) {
	const entries = 10_000
	p := newPast(pastShare*entries*10/8, time.Minute)
	id := func(i int) *operation.TraceID {
		return &operation.TraceID{0: byte(i), 1: byte(i >> 8), 2: byte(i >> 16)}
	}
	for i := range entries {
		p.add(id(i), "shop", time.Second)
	}
	wrong := 0
	for i := range entries {
		require.True(t, p.has(id(i), "shop"))
		if p.has(id(i), "cart") {
			wrong++
		}
	}
	require.Less(t, wrong, entries/20)
	p.add(id(-1), "shop", 2*time.Minute)
	require.True(t, p.has(id(1), "shop"), "the generation before")
	p.add(id(-1), "shop", 4*time.Minute)
	require.False(t, p.has(id(1), "shop"))
}

func TestEvictedLateSpansAreStillPublished(t *testing.T) {
	cfg := DefaultConfig()
	cfg.MaxBytes = 64 << 10
	w := newWorld(t, cfg)
	spans := request(1)
	w.add(spans[0])
	w.pass(6 * time.Second)
	w.add(spans[1:]...) // late, and not published again yet
	for i := range uint16(1000) {
		w.add(request(i + 2)...)
	}
	for _, op := range last(t, w.take()) {
		if op.TraceID == operation.TraceID(traceID(1)) {
			require.EqualValues(t, 3, op.SpanCount)
			return
		}
	}
	t.Fatal("the operation is missing")
}

func TestMemoryIsFlat(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	var most, chunks int // of the first half, and of the second
	for i := range uint16(20_000) {
		w.add(request(i + 1)...)
		if i%10 == 0 {
			w.pass(resolution) // 100 operations a second: 5 minutes are 30,000
		}
		w.out = w.out[:0]
		chunks = max(chunks, w.shard.arena.nodes.Chunks())
		if i == 10_000 {
			w.pass(6 * time.Minute)
			w.requireEmpty()
			require.LessOrEqual(t, w.shard.arena.nodes.Chunks(), 1, "memory is given back")
			most, chunks = chunks, 0
		}
	}
	require.LessOrEqual(t, chunks, most)
	w.pass(6 * time.Minute)
	w.requireEmpty()
}

func TestHugeTraces(t *testing.T) {
	const step = internal
	for name, c := range map[string]struct {
		parent  func(id uint32) uint32
		kind    ptrace.SpanKind
		flags   uint32
		spans   uint32
		records int
	}{
		"wide":                        {parent: func(uint32) uint32 { return 1 }, kind: step, flags: local, spans: 100_000, records: 1},
		"deep":                        {parent: func(id uint32) uint32 { return id - 1 }, kind: step, flags: local, spans: 100_000, records: 1},
		"wide, without flags":         {parent: func(uint32) uint32 { return 1 }, kind: server, flags: oldSDK, spans: 20_000, records: 1},
		"deep, without flags":         {parent: func(id uint32) uint32 { return id - 1 }, kind: server, flags: oldSDK, spans: 20_000, records: 1},
		"an operation each":           {parent: func(uint32) uint32 { return 1 }, kind: server, flags: remote, spans: 20_000, records: 20_000},
		"an operation calls the next": {parent: func(id uint32) uint32 { return id - 1 }, kind: server, flags: remote, spans: 20_000, records: 20_000},
	} {
		for _, backwards := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				spans := c.spans
				w := newWorld(t, DefaultConfig())
				for i := uint32(1); i <= spans; i++ {
					id := i
					if backwards {
						id = spans + 1 - i
					}
					s := sp{trace: 1, id: id, service: "shop", kind: server, flags: local, end: time.Second}
					if id > 1 {
						s.parent, s.kind, s.flags = c.parent(id), c.kind, c.flags
					}
					w.add(s)
				}
				w.pass(10 * time.Second)
				w.flush()
				out := w.take()
				require.Len(t, out, c.records)
				var total int64
				for _, e := range out {
					total += e.Operation.SpanCount
				}
				require.EqualValues(t, spans, total)
			})
		}
	}
}

// TestManyTwins has a trace in which every id belongs to a client and a server.
func TestManyTwins(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	for id := uint32(1); id <= 20_000; id++ {
		w.add(sp{trace: 1, id: id, parent: id - 1, service: "a", kind: client}, sp{trace: 1, id: id, parent: id - 1, service: "b", kind: server})
	}
	w.flush()
	require.NotEmpty(t, w.take())
}

func TestManyExceptions(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	for id := uint32(1); id <= 20_000; id++ {
		w.add(sp{trace: 1, id: id, parent: 100_000, service: "a", kind: server, flags: remote})
		w.exception(1, id, "a", "no")
	}
	w.pass(6 * time.Second)
	require.Len(t, w.take(), 20_000)
	w.pass(6 * time.Minute)
	w.requireEmpty()
}
