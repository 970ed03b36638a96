package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

func testServices(t *testing.T, f *fixture) {
	r := store.Range{From: f.start + Day, To: f.start + 3*Day}
	ops := f.gen.Operations(200)
	for i := range 10 {
		ops[i] = f.gen.Operation(r.From)
		ops[i].ServiceName, ops[i].Status = "failing", operation.StatusError
	}
	f.write(ops...)
	f.write(revise(ops[0], 2, "the same operation again"))
	want := map[string]store.ServiceSummary{}
	for _, op := range ops {
		if op.StartTime < r.From || op.StartTime >= r.To {
			continue
		}
		s := want[op.ServiceName]
		s.Name, s.Operations, s.LastSeen = op.ServiceName, s.Operations+1, max(s.LastSeen, op.StartTime)
		if op.Status == operation.StatusError {
			s.Errors++
		}
		want[op.ServiceName] = s
	}
	got, err := f.Services(t.Context(), r)
	require.NoError(t, err)
	assert.Len(t, got, len(want))
	for i, s := range got {
		assert.Equal(t, want[s.Name], s)
		assert.True(t, i == 0 || got[i-1].Name < s.Name)
	}
}

func testStats(t *testing.T, f *fixture) {
	empty, err := f.Stats(t.Context())
	require.NoError(t, err)
	assert.NotEmpty(t, empty.Engine)
	assert.Equal(t, store.Stats{Engine: empty.Engine, Bytes: empty.Bytes}, empty)

	ops := f.gen.Operations(50)
	spans, logs := traceRecords(f, 8)
	f.write(ops...)
	f.write(revise(ops[7], 2, "again"))
	require.NoError(t, f.WriteSpans(t.Context(), spans))
	require.NoError(t, f.WriteLogs(t.Context(), logs))
	got, err := f.Stats(t.Context())
	require.NoError(t, err)
	assert.Positive(t, got.Bytes)
	ops = sorted(ops, oldestFirst)
	want := store.Stats{
		Engine: empty.Engine, Operations: 50, Spans: 8, Logs: 8, Oldest: ops[0].StartTime, Newest: ops[49].StartTime, Bytes: got.Bytes,
	}
	assert.Equal(t, want, got)
}

// calls are all calls of a store with some data, each as one function.
func calls(f *fixture) map[string]func(ctx context.Context) error {
	spans, logs := traceRecords(f, 4)
	ops := f.gen.Operations(4)
	trace := store.TraceQuery{TraceID: ops[0].TraceID, Limit: 1}
	return map[string]func(ctx context.Context) error{
		"WriteOperations": func(ctx context.Context) error { return f.WriteOperations(ctx, ops) },
		"WriteSpans":      func(ctx context.Context) error { return f.WriteSpans(ctx, spans) },
		"WriteLogs":       func(ctx context.Context) error { return f.WriteLogs(ctx, logs) },
		"WriteEdges":      func(ctx context.Context) error { return f.WriteEdges(ctx, []*operation.Edge{f.gen.Edge()}) },
		"WriteQuality":    func(ctx context.Context) error { return f.WriteQuality(ctx, []*operation.Quality{f.gen.Quality()}) },
		"Edges":           func(ctx context.Context) error { _, err := f.Edges(ctx, store.EdgeQuery{}); return err },
		"Quality":         func(ctx context.Context) error { _, err := f.Quality(ctx, store.QualityQuery{}); return err },
		"Operations": func(ctx context.Context) error {
			_, err := f.Operations(ctx, store.OperationQuery{Limit: 1})
			return err
		},
		"Operation":       func(ctx context.Context) error { _, err := f.Operation(ctx, ops[0].ID); return err },
		"TraceOperations": func(ctx context.Context) error { _, err := f.TraceOperations(ctx, trace); return err },
		"Spans":           func(ctx context.Context) error { _, err := f.Spans(ctx, trace); return err },
		"ListSpans":       func(ctx context.Context) error { _, err := f.ListSpans(ctx, store.SpanQuery{Limit: 1}); return err },
		"Logs":            func(ctx context.Context) error { _, err := f.Logs(ctx, trace); return err },
		"Aggregate": func(ctx context.Context) error {
			_, err := f.Aggregate(ctx, store.AggregateQuery{Aggregate: query.Aggregate{Aggs: []query.Agg{store.Call("n", query.Count, "")}}})
			return err
		},
		"Services":    func(ctx context.Context) error { _, err := f.Services(ctx, store.Range{}); return err },
		"GetState":    func(ctx context.Context) error { _, err := f.GetState(ctx, "key"); return ifFound(err) },
		"PutState":    func(ctx context.Context) error { _, err := f.PutState(ctx, "key", nil, store.AnyRevision); return err },
		"DeleteState": func(ctx context.Context) error { return ifFound(f.DeleteState(ctx, "key", store.AnyRevision)) },
		"ListState":   func(ctx context.Context) error { _, err := f.ListState(ctx, store.StateQuery{Limit: 1}); return err },
		"Stats":       func(ctx context.Context) error { _, err := f.Stats(ctx); return err },
	}
}

// ifFound forgives that something is not there.
func ifFound(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

func testCancelled(t *testing.T, f *fixture) {
	f.write(f.gen.Operations(20)...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	all := calls(f)
	for name, call := range all {
		require.ErrorIs(t, call(ctx), context.Canceled, name)
	}
	for _, name := range []string{"WriteOperations", "WriteSpans", "WriteLogs"} { // as if nothing had happened
		require.NoError(t, all[name](t.Context()), name)
	}
	stats, err := f.Stats(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []int64{24, 4, 4}, []int64{stats.Operations, stats.Spans, stats.Logs})
}

func testClosed(t *testing.T, f *fixture) {
	f.write(f.gen.Operations(20)...)
	require.NoError(t, f.Close(t.Context()))
	for name, call := range calls(f) {
		require.ErrorIs(t, call(t.Context()), store.ErrClosed, name)
	}
	if err := f.Close(t.Context()); err != nil {
		require.ErrorIs(t, err, store.ErrClosed)
	}
}

// Writers that deliver the same operations at once store each once, and readers never see one twice.
func testConcurrent(t *testing.T, f *fixture) {
	const writers, readers, batch = 4, 3, 40
	ops := f.gen.Operations(400)
	spans, logs := traceRecords(f, 40)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range len(ops) / batch {
				at := (i + w*3) * batch % len(ops)
				assert.NoError(t, f.WriteOperations(t.Context(), ops[at:at+batch]))
				assert.NoError(t, f.WriteSpans(t.Context(), spans[:4*(i+1)]))
				assert.NoError(t, f.WriteLogs(t.Context(), logs[:4*(i+1)]))
			}
		})
	}
	for range readers {
		wg.Go(func() {
			for range 10 {
				got, err := f.Operations(t.Context(), store.OperationQuery{Limit: everything})
				assert.NoError(t, err)
				seen := map[operation.ID]bool{}
				for _, op := range got {
					assert.False(t, seen[op.ID], "listed twice")
					seen[op.ID] = true
				}
			}
		})
	}
	wg.Wait()
	assertSameList(t, sorted(ops, newestFirst), f.list(), true)
	assertTrace(t, f, spans, logs)
}
