package storetest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

func testPaging(t *testing.T, f *fixture) {
	ops := f.gen.Operations(157)
	f.write(ops...)
	want := sorted(ops, newestFirst)
	for _, limit := range []int{1, 10, 156, 157, 158} {
		assert.Equal(t, ids(want), ids(pages(t, f, store.OperationQuery{Limit: limit}, func() {})))
	}
	day := store.Range{From: f.start + Day, To: f.start + 2*Day}
	filter := query.Compare{Field: query.Field{Name: "kind"}, Op: query.Eq, Value: operation.KindQuery}
	var some []operation.ID
	for _, op := range want {
		if op.Kind == operation.KindQuery && op.StartTime >= day.From && op.StartTime < day.To {
			some = append(some, op.ID)
		}
	}
	require.NotEmpty(t, some)
	got := pages(t, f, store.OperationQuery{Range: day, Filter: filter, Limit: 3}, func() {})
	assert.Equal(t, some, ids(got))
}

// pages reads a list page by page and calls between after each.
func pages(t *testing.T, f *fixture, q store.OperationQuery, between func()) []*operation.Operation {
	t.Helper()
	var all []*operation.Operation
	for {
		page, err := f.Operations(t.Context(), q)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page), q.Limit)
		all = append(all, page...)
		if len(page) < q.Limit {
			return all
		}
		last := page[len(page)-1]
		q.After = &store.Cursor{StartTime: last.StartTime, ID: last.ID}
		between()
	}
}

// What was there when the first page was read is listed once, whatever is written meanwhile.
func testPagingWhileWriting(t *testing.T, f *fixture) {
	ops := f.gen.Operations(100)
	f.write(ops...)
	got := pages(t, f, store.OperationQuery{Limit: 9}, func() { f.write(f.gen.Operations(2)...) })
	assert.Equal(t, ids(sorted(got, newestFirst)), ids(got))
	seen := map[operation.ID]int{}
	for _, op := range got {
		seen[op.ID]++
		assert.Equal(t, 1, seen[op.ID])
	}
	for _, op := range ops {
		assert.Equal(t, 1, seen[op.ID])
	}
}

func testRanges(t *testing.T, f *fixture) {
	midnight := f.start + Day
	var at []operation.Time
	for _, offset := range []operation.Time{-Day, -1, 0, 1, Day - 1, Day} {
		at = append(at, midnight+offset)
	}
	var ops []*operation.Operation
	for _, start := range at {
		ops = append(ops, f.gen.Operation(start))
	}
	f.write(ops...)
	for _, r := range []store.Range{
		{}, {From: at[1]}, {To: at[4]}, {From: at[1], To: at[4]}, {From: at[2], To: at[3]}, {From: at[1] + 1, To: at[2]},
		{From: at[5]}, {From: at[5] + 1}, {To: at[0]}, {To: at[0] + 1}, {From: at[3], To: at[2]},
	} {
		want := []operation.ID{}
		for i := len(ops) - 1; i >= 0; i-- {
			if at[i] >= r.From && (r.To == 0 || at[i] < r.To) {
				want = append(want, ops[i].ID)
			}
		}
		assert.Equal(t, want, f.listIDs(r, nil), "%v", r)
	}
}

func testEmpty(t *testing.T, f *fixture) {
	require.NoError(t, f.WriteOperations(t.Context(), nil))
	require.NoError(t, f.WriteSpans(t.Context(), nil))
	require.NoError(t, f.WriteLogs(t.Context(), nil))
	for round := range 2 {
		if round == 1 { // answers without rows look the same when there are others
			f.write(f.gen.Operations(5)...)
		}
		r := store.Range{From: f.start - 3*Day, To: f.start - 2*Day}
		ops, err := f.Operations(t.Context(), store.OperationQuery{Range: r, Limit: 1})
		require.NoError(t, err)
		assert.Equal(t, []*operation.Operation{}, ops)
		trace := store.TraceQuery{TraceID: operation.TraceID{1}, Limit: 1}
		ops, err = f.TraceOperations(t.Context(), trace)
		require.NoError(t, err)
		assert.Equal(t, []*operation.Operation{}, ops)
		spans, err := f.Spans(t.Context(), trace)
		require.NoError(t, err)
		assert.Equal(t, []*operation.Span{}, spans)
		spans, err = f.ListSpans(t.Context(), store.SpanQuery{Range: r, Limit: 1})
		require.NoError(t, err)
		assert.Equal(t, []*operation.Span{}, spans)
		logs, err := f.Logs(t.Context(), trace)
		require.NoError(t, err)
		assert.Equal(t, []*operation.LogRecord{}, logs)
		services, err := f.Services(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, []store.ServiceSummary{}, services)
		for _, id := range []operation.ID{{}, {1}, f.gen.Operation(f.start).ID} {
			_, err = f.Operation(t.Context(), id)
			require.ErrorIs(t, err, store.ErrNotFound)
		}
	}
}
