package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// The questions that the store package puts together of aggregates agree with what the operations say.
func testQuestions(t *testing.T, f *fixture) {
	ops := languageOperations(f)
	f.write(ops...)
	r := store.Range{From: f.start, To: f.start + 4*Day}
	failed := query.Compare{Field: query.Field{Name: "status"}, Op: query.Eq, Value: operation.StatusError}
	count := func(holds func(*operation.Operation) bool) (n int64) {
		for _, op := range ops {
			if holds(op) {
				n++
			}
		}
		return n
	}

	h, err := store.HistogramOf(t.Context(), f, store.HistogramQuery{Range: r, Buckets: 100})
	require.NoError(t, err)
	require.Equal(t, r.From, h.Start)
	require.Equal(t, time.Hour, h.Width)
	for _, s := range h.Series {
		require.Len(t, s.Counts, 96)
		for i, n := range s.Counts {
			at := h.Start + operation.Time(i)*operation.Time(h.Width)
			assert.Equal(t, count(func(op *operation.Operation) bool {
				return valueOf(query.Field{Name: "status"}, op) == s.Key && op.StartTime >= at && op.StartTime < at+operation.Time(h.Width)
			}), n)
		}
	}

	facets, err := store.FacetsOf(t.Context(), f, store.FacetQuery{Range: r, Fields: []query.FieldRef{*store.FieldNamed("service_name"), *store.FieldNamed("error_type")}, Limit: 3})
	require.NoError(t, err)
	for i, name := range []string{"service_name", "error_type"} {
		facet := facets[i]
		sum := facet.Other + facet.Missing
		for _, v := range facet.Values {
			sum += v.Count
			assert.Equal(t, count(func(op *operation.Operation) bool { return valueOf(query.Field{Name: name}, op) == v.Value }), v.Count)
		}
		assert.Len(t, facet.Values, 3)
		assert.Equal(t, int64(len(ops)), sum)
		assert.Equal(t, count(func(op *operation.Operation) bool { return valueOf(query.Field{Name: name}, op) == nil }), facet.Missing)
	}
	values, err := store.FieldValues(t.Context(), f, *store.FieldNamed("service_name"), "AIOS", store.FacetQuery{Range: r, Limit: 5})
	require.NoError(t, err)
	assert.Equal(t, []store.FacetValue{{Value: "aios-api", Count: 60}}, values)

	deploys, err := store.DeploysOf(t.Context(), f, store.DeployQuery{Range: r, Filter: query.Compare{Field: query.Field{Name: "service_name"}, Op: query.Eq, Value: "aios-api"}})
	require.NoError(t, err)
	require.Len(t, deploys, 2)
	assert.Equal(t, int64(60), deploys[0].Operations+deploys[1].Operations)
	assert.Greater(t, deploys[0].FirstSeen, deploys[1].FirstSeen)

	groups, err := store.ErrorsOf(t.Context(), f, store.ErrorQuery{Range: r, Filter: failed, Buckets: 50, Limit: 20})
	require.NoError(t, err)
	require.Len(t, groups, 20)
	for i, g := range groups {
		is := func(op *operation.Operation) bool {
			return op.Status == operation.StatusError && op.ServiceName == g.Service && op.ErrorFingerprint == g.Fingerprint
		}
		assert.Equal(t, count(is), g.Count)
		assert.True(t, i == 0 || groups[i-1].Count >= g.Count)
		var sum int64
		for _, n := range g.Distribution.Counts {
			sum += n
		}
		assert.Equal(t, g.Count, sum)
		id, err := operation.ParseID(g.LastExample)
		require.NoError(t, err)
		example, err := f.Operation(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, g.Message, example.ErrorMessage)
		if example.Name != "" {
			assert.Contains(t, g.Operations, example.Name)
		}
	}

	heat, err := f.Aggregate(t.Context(), store.HeatmapQuery(r, nil, 50))
	require.NoError(t, err)
	resolved, err := store.HeatmapQuery(r, nil, 50).Resolved()
	require.NoError(t, err)
	assert.Len(t, heat.Rows, len(evaluate(resolved, ops, nil)))
	for _, row := range heat.Rows {
		low, high := store.BandStart(row[1].(int64)), store.BandStart(row[1].(int64)+1)
		at := row[0].(operation.Time)
		assert.Equal(t, count(func(op *operation.Operation) bool {
			return op.StartTime >= at && op.StartTime < at+operation.Time(heat.Columns[0].Width) && max(op.Duration, 1) >= low && op.Duration < high
		}), row[2], "%v to %v", low, high)
	}

	extras := store.AggregateQuery{Range: r, Aggregate: query.Aggregate{By: store.By("tenant_id"), Aggs: []query.Agg{
		store.Call("first", query.First, "name"), store.Call("latest", query.Latest, "duration"), store.Call("values", query.Values, "service_version"),
		store.Call("none", query.Latest, "dead_lettered"), store.Call("missing", query.Values, "incomplete_reason"),
	}}}
	assertRows(t, f, ops, extras)

	before, after := store.AggregateQuery{Range: r, Filter: failed}, store.AggregateQuery{Range: r, Filter: failed}
	before.Aggregate = query.Aggregate{By: store.By("service_name"), Aggs: []query.Agg{store.Call("n", query.Count, "")}}
	after.Aggregate = before.Aggregate
	before.Range.To, after.Range.From = f.start+2*Day, f.start+2*Day
	both, err := store.Compare(t.Context(), f, store.Comparison{A: before, B: after, NameA: "before", NameB: "after"})
	require.NoError(t, err)
	assert.Equal(t, []string{"service_name", "n before", "n after", "n change"}, []string{both.Columns[0].Name, both.Columns[1].Name, both.Columns[2].Name, both.Columns[3].Name})
	assert.NotEmpty(t, both.Rows)
}

// What a question may cost is bounded; a list says where the search ended.
func testLimits(t *testing.T, f *fixture) {
	ops := f.gen.Operations(3000)
	f.write(ops...)
	r := store.Range{From: f.start, To: f.start + 4*Day}
	all := query.Aggregate{Aggs: []query.Agg{store.Call("n", query.Count, "")}}
	scan := &store.Scan{}
	_, err := f.Aggregate(t.Context(), store.AggregateQuery{Range: r, Aggregate: all, Scan: scan})
	require.NoError(t, err)
	assert.GreaterOrEqual(t, scan.Rows, int64(3000))
	_, err = f.Aggregate(t.Context(), store.AggregateQuery{Range: r, Aggregate: all, Limits: store.Limits{Rows: 100}})
	require.ErrorIs(t, err, store.ErrTooExpensive)

	rare := query.Compare{Field: query.Field{Name: "user_id"}, Op: query.Match, Value: "nobody$"} // no index answers it
	q := store.OperationQuery{Range: r, Filter: rare, Limit: 10, Limits: store.Limits{Rows: 500}, Scan: &store.Scan{}}
	got, err := f.Operations(t.Context(), q)
	require.NoError(t, err)
	assert.Empty(t, got)
	require.NotNil(t, q.Scan.Partial)
	assert.Equal(t, store.ReasonRows, q.Scan.Partial.Reason)
	assert.LessOrEqual(t, q.Scan.Partial.SearchedFrom, r.To)
	q.Scan = nil
	_, err = f.Operations(t.Context(), q)
	require.ErrorIs(t, err, store.ErrTooExpensive)

	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	_, err = f.Aggregate(ctx, store.AggregateQuery{Range: r, Aggregate: all})
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}
