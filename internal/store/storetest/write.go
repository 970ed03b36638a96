package storetest

import (
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

func testRoundTrip(t *testing.T, f *fixture) {
	ops := []*operation.Operation{f.gen.Operation(f.start)}
	for range 20 {
		ops = append(ops, f.gen.Full(), f.gen.Sparse())
	}
	f.write(ops...)
	for _, want := range ops {
		got, err := f.Operation(t.Context(), want.ID)
		require.NoError(t, err)
		assertSame(t, want, got, true)
	}
	assertSameList(t, sorted(ops, newestFirst), f.list(), true)
	brief, err := f.Operations(t.Context(), store.OperationQuery{Limit: everything})
	require.NoError(t, err)
	assertSameList(t, sorted(ops, newestFirst), brief, false)
}

func assertSameList(t *testing.T, want, got []*operation.Operation, detail bool) {
	t.Helper()
	require.Equal(t, ids(want), ids(got))
	for i := range want {
		assertSame(t, want[i], got[i], detail)
	}
}

// assertSame compares field by field; what is empty may be nil or not. Without detail those fields must be empty.
func assertSame(t *testing.T, want, got *operation.Operation, detail bool) {
	t.Helper()
	for _, field := range operation.Fields() {
		w, g := reflect.ValueOf(field.Ref(want)).Elem(), reflect.ValueOf(field.Ref(got)).Elem()
		if field.Detail && !detail {
			w = reflect.Zero(w.Type())
		}
		if k := w.Kind(); (k == reflect.Map || k == reflect.Slice) && w.Len() == 0 && g.Len() == 0 {
			continue
		}
		assert.Equal(t, w.Interface(), g.Interface(), field.Name)
	}
}

func testOwnership(t *testing.T, f *fixture) {
	op := f.gen.Full()
	batch := []*operation.Operation{op}
	f.write(batch...)
	want := *op
	op.Name, batch[0] = "changed after writing", nil
	got, err := f.Operation(t.Context(), want.ID)
	require.NoError(t, err)
	assertSame(t, &want, got, true)
	got.Name = "changed after reading"
	again, err := f.Operation(t.Context(), want.ID)
	require.NoError(t, err)
	assertSame(t, &want, again, true)
}

func testWriteAgain(t *testing.T, f *fixture) {
	ops := f.gen.Operations(300)
	f.write(ops...)
	f.write(ops[100:200]...)
	f.write(slices.Concat(ops[250:], ops[:50], ops[:50], f.gen.Operations(10))...)
	got := f.list()
	require.Len(t, got, 310)
	for _, op := range ops {
		require.Contains(t, ids(got), op.ID)
	}

	spans, logs := traceRecords(f, 20)
	for range 2 {
		require.NoError(t, f.WriteSpans(t.Context(), append(spans, spans[3])))
		require.NoError(t, f.WriteLogs(t.Context(), append(logs, logs[3])))
	}
	stats, err := f.Stats(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []int64{310, 20, 20}, []int64{stats.Operations, stats.Spans, stats.Logs})
	assertTrace(t, f, spans, logs)
}

// revise is the operation as a later delivery tells it.
func revise(op *operation.Operation, revision int64, name string) *operation.Operation {
	next := *op
	next.Revision, next.Name = revision, name
	return &next
}

func testRevisions(t *testing.T, f *fixture) {
	base := f.gen.Operations(7)
	for _, op := range base {
		op.Revision = 5
	}
	f.write(base...)
	f.write(revise(base[1], 6, "higher"))
	f.write(revise(base[2], 5, "the same"))
	f.write(revise(base[3], 4, "lower"))
	f.write(revise(base[4], 7, "middle"), revise(base[4], 9, "last"), revise(base[4], 8, "late"), revise(base[4], 1, "oldest"))
	f.write(revise(base[5], 6, "one"))
	f.write(revise(base[5], 7, "two"))
	f.write(revise(base[5], 6, "one again"))
	fresh := f.gen.Operation(f.start)
	f.write(revise(fresh, 2, "second"), revise(fresh, 3, "third"), revise(fresh, 1, "first"))

	want := map[operation.ID]string{
		base[0].ID: base[0].Name, base[1].ID: "higher", base[2].ID: base[2].Name, base[3].ID: base[3].Name,
		base[4].ID: "last", base[5].ID: "two", base[6].ID: base[6].Name, fresh.ID: "third",
	}
	got := f.list()
	require.Len(t, got, len(want))
	for _, op := range got {
		assert.Equal(t, want[op.ID], op.Name)
		one, err := f.Operation(t.Context(), op.ID)
		require.NoError(t, err)
		assertSame(t, op, one, true)
	}
	stats, err := f.Stats(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, len(want), stats.Operations)
}

// A later revision may know an earlier start, also one on another day; its id stays.
func testRevisionMoves(t *testing.T, f *fixture) {
	noon := f.start + 2*Day + Day/2
	moves := map[operation.ID]operation.Time{}
	var first, second []*operation.Operation
	for _, by := range []operation.Time{1, -1, Day / 4, -Day / 4, Day, -Day, -2 * Day} {
		op := f.gen.Operation(noon)
		next := revise(op, 2, "moved")
		next.StartTime += by
		moves[op.ID] = next.StartTime
		first, second = append(first, op), append(second, next)
	}
	f.write(first...)
	f.write(second...)
	f.write(first...)
	got := f.list()
	assertSameList(t, sorted(second, newestFirst), got, true)
	for id, at := range moves {
		assert.Contains(t, f.listIDs(store.Range{From: at, To: at + 1}, nil), id)
		one, err := f.Operation(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, at, one.StartTime)
		trace, err := f.TraceOperations(t.Context(), store.TraceQuery{TraceID: one.TraceID, Limit: 10})
		require.NoError(t, err)
		assert.Equal(t, []operation.ID{id}, ids(trace))
	}
	assert.Empty(t, f.listIDs(store.Range{From: noon, To: noon + 1}, nil))
}
