package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

func testRollups(t *testing.T, f *fixture) {
	at := f.start + Day
	one := func(minute int, name string, count, revision int64) *operation.Rollup {
		r := &operation.Rollup{Minute: at + operation.Time(minute)*operation.Minute, ServiceName: "shop", Environment: "it's", Name: name, Kind: "query",
			Status: "ok", Count: count, Revision: revision, Total: 10, Longest: operation.Duration(count), Durations: operation.Histogram{{Index: 8, Count: count}}}
		r.Identify()
		return r
	}
	none, err := f.Rollups(t.Context(), store.RollupQuery{Step: operation.Duration(operation.Minute)})
	require.NoError(t, err)
	assert.Equal(t, []*operation.Rollup{}, none)
	require.NoError(t, f.WriteRollups(t.Context(), []*operation.Rollup{one(0, "a", 5, 1), one(1, "a", 3, 1), one(1, "b", 2, 1), one(2*24*60, "a", 1, 1)}))
	require.NoError(t, f.WriteRollups(t.Context(), []*operation.Rollup{one(0, "a", 7, 2), one(1, "b", 0, 2), one(1, "a", 9, 0)}))
	require.NoError(t, f.WriteRollups(t.Context(), nil))
	first, second, last := one(0, "a", 7, 0), one(1, "a", 3, 0), one(2*24*60, "a", 1, 0)
	for _, r := range []*operation.Rollup{first, second, last} {
		r.ID = operation.ID{}
	}
	got, err := f.Rollups(t.Context(), store.RollupQuery{Step: operation.Duration(operation.Minute)})
	require.NoError(t, err)
	assert.Equal(t, []*operation.Rollup{first, second, last}, got, "the highest revision counts, and an empty one hides what was there")
	got, err = f.Rollups(t.Context(), store.RollupQuery{Range: store.Range{From: at, To: at + Day}, Step: operation.Duration(Day)})
	require.NoError(t, err)
	first.Count, first.Total, first.Durations = 10, 20, operation.Histogram{{Index: 8, Count: 10}}
	assert.Equal(t, []*operation.Rollup{first}, got)
}

func testErrorDays(t *testing.T, f *fixture) {
	day := func(n int, fingerprint string, count, revision int64) *operation.ErrorDay {
		e := &operation.ErrorDay{Day: f.start + operation.Time(n)*Day, Revision: revision, ServiceName: "shop", Environment: "prod", Fingerprint: fingerprint,
			Type: "T", Message: "it's", FailureClass: "code", Count: count, Users: 2, Tenants: 1, FirstSeen: f.start + 1, LastSeen: f.start + 2,
			FirstExample: operation.ID{1}, LastExample: operation.ID{2}, Names: "a\nb", Versions: "1"}
		e.Identify()
		return e
	}
	require.NoError(t, f.WriteErrorDays(t.Context(), []*operation.ErrorDay{day(0, "x", 1, 1), day(1, "x", 2, 1), day(1, "gone", 2, 1)}))
	require.NoError(t, f.WriteErrorDays(t.Context(), []*operation.ErrorDay{day(1, "x", 4, 2), day(1, "gone", 0, 2)}))
	got, err := f.ErrorDays(t.Context(), store.Range{})
	require.NoError(t, err)
	assert.Equal(t, []*operation.ErrorDay{day(0, "x", 1, 1), day(1, "x", 4, 2)}, got)
	got, err = f.ErrorDays(t.Context(), store.Range{From: f.start + Day})
	require.NoError(t, err)
	assert.Equal(t, []*operation.ErrorDay{day(1, "x", 4, 2)}, got)
}

// testCondense holds that sums say of operations what the operations say themselves, also after late revisions.
func testCondense(t *testing.T, f *fixture) {
	from := f.start + Day + 7*operation.Minute
	within := store.Range{From: from, To: from + 2*60*operation.Minute}
	ops := f.gen.Operations(400)
	for i, op := range ops {
		op.StartTime = from + operation.Time(i)*operation.Minute/4
		op.ID = operation.NewID(op.StartTime, op.TraceID, op.SpanID)
		op.Duration = operation.Duration(1+i*i) * 1000
		op.ServiceName, op.Name, op.Status, op.ErrorFingerprint = "shop", fmt.Sprintf("op %d", i%3), operation.StatusOK, ""
		if i%5 == 0 {
			op.Status, op.ErrorFingerprint = operation.StatusError, fmt.Sprintf("f%d", i%2)
		}
	}
	f.write(ops...)
	require.NoError(t, store.Condense(t.Context(), f, within, 1))
	agrees := func() {
		t.Helper()
		sums, err := f.Rollups(t.Context(), store.RollupQuery{Range: within, Step: operation.Duration(Day)})
		require.NoError(t, err)
		var count, errors int64
		for _, s := range sums {
			assert.Equal(t, s.Count, s.Durations.Count())
			if count += s.Count; s.Status == operation.StatusError {
				errors += s.Count
			}
		}
		table, err := f.Aggregate(t.Context(), store.AggregateQuery{Range: within, Aggregate: query.Aggregate{Aggs: []query.Agg{
			store.Call("count", query.Count, ""), store.Call("rate", query.ErrorRate, "")}}})
		require.NoError(t, err)
		assert.Equal(t, table.Rows[0][0], count)
		assert.InDelta(t, table.Rows[0][1], float64(errors)/float64(count), 1e-9)
	}
	agrees()
	late := *ops[5]
	late.Revision, late.Name, late.Status, late.ErrorFingerprint = late.Revision+1, "renamed", operation.StatusOK, ""
	f.write(&late)
	require.NoError(t, store.Condense(t.Context(), f, within, 2))
	agrees()

	groups, err := store.ErrorsOf(t.Context(), f, store.ErrorQuery{Range: store.Range{From: f.start, To: f.start + 4*Day}})
	require.NoError(t, err)
	days, err := f.ErrorDays(t.Context(), store.Range{})
	require.NoError(t, err)
	var fromDays, fromGroups int64
	for _, d := range days {
		fromDays += d.Count
	}
	for _, g := range groups {
		fromGroups += g.Count
	}
	assert.Equal(t, fromGroups, fromDays)
	assert.Positive(t, fromDays)
}

// testLongTerm holds that what is gone is told from the sums, and the rest from the operations.
func testLongTerm(t *testing.T, f *fixture) {
	gone := &operation.Rollup{Minute: f.start - 20*Day, Revision: 1, ServiceName: "shop", Name: "old", Kind: "query", Status: "error", Count: 4,
		Total: 4096, Longest: 1024, Durations: operation.Histogram{{Index: 80, Count: 4}}}
	gone.Identify()
	recent := f.gen.Operations(1)[0]
	recent.StartTime = f.start + Day
	recent.ID = operation.NewID(recent.StartTime, recent.TraceID, recent.SpanID)
	recent.ServiceName, recent.Name, recent.Status, recent.ErrorFingerprint, recent.Duration = "shop", "new", operation.StatusOK, "", 2048
	f.write(recent)
	require.NoError(t, f.WriteRollups(t.Context(), []*operation.Rollup{gone}))
	require.NoError(t, f.WriteErrorDays(t.Context(), []*operation.ErrorDay{{ID: operation.NewID(f.start-20*Day, operation.TraceID{1}, operation.SpanID{1}),
		Day: f.start - 20*Day, Revision: 1, ServiceName: "shop", Fingerprint: "f", Count: 4, Users: 3, FirstSeen: f.start - 20*Day + 5, LastSeen: f.start - 20*Day + 6, Names: "old"}}))

	l := store.LongTerm{Backend: f.Backend, Now: f.start + 4*Day}
	scan := &store.Scan{}
	q := store.AggregateQuery{
		Range: store.Range{From: f.start - 30*Day, To: f.start + 4*Day}, Scan: scan,
		Filter: query.Compare{Field: query.Field{Name: "service_name"}, Op: query.Eq, Value: "shop"},
		Aggregate: query.Aggregate{By: append([]query.Group{{Time: true, Width: operation.Duration(Day)}}, store.By("name")...), Aggs: []query.Agg{
			store.Call("count", query.Count, ""), store.Call("errors", query.ErrorRate, ""), store.Call("p95", query.P95, "duration")}},
	}
	table, err := l.Aggregate(t.Context(), q)
	require.NoError(t, err)
	require.Len(t, table.Rows, 2)
	assert.True(t, scan.Rollups)
	assert.Equal(t, []any{f.start - 20*Day, "old", int64(4), 1.0}, table.Rows[0][:4])
	assert.InEpsilon(t, 1024, float64(table.Rows[0][4].(operation.Duration)), 0.05)
	assert.Equal(t, []any{f.start + Day, "new", int64(1), 0.0}, table.Rows[1][:4])

	q.Filter = query.Compare{Field: query.Field{Name: "user_id"}, Op: query.Eq, Value: recent.UserID}
	table, err = l.Aggregate(t.Context(), q)
	require.NoError(t, err)
	assert.Len(t, table.Rows, 1, "sums know no users")

	errors, err := l.Errors(t.Context(), store.ErrorQuery{Range: q.Range, Buckets: 10})
	require.NoError(t, err)
	at := slices.IndexFunc(errors, func(g store.ErrorGroup) bool { return g.Fingerprint == "f" })
	require.GreaterOrEqual(t, at, 0)
	assert.Equal(t, int64(4), errors[at].Count)
	assert.Equal(t, int64(4), slices.Max(errors[at].Distribution.Counts))
}
