package storetest

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/tenant"
)

const tenantKey = "opslog.tenant"

// shared are operations of two tenants in turn, each pair in one trace, one service and at one time, with their spans.
func shared(t *testing.T, f *fixture) (ops []*operation.Operation, spans map[operation.ID][]*operation.Span) {
	t.Helper()
	f.gen = NewGenerator(12, f.start+Day, Day/12)
	ops, spans = f.gen.Operations(24), map[operation.ID][]*operation.Span{}
	var logs []*operation.LogRecord
	for i, op := range ops {
		op.TenantID, op.ServiceName = []string{"acme", "globex"}[i%2], "shop"
		op.Name = "of " + op.TenantID
		if i%2 == 1 {
			first := ops[i-1]
			op.TraceID, op.StartTime, op.Duration = first.TraceID, first.StartTime, first.Duration
			op.ID = operation.NewID(op.StartTime, op.TraceID, op.SpanID)
		}
		line := f.gen.Log()
		line.TraceID, line.Resource = op.TraceID, operation.Attributes{tenantKey: op.TenantID}
		logs = append(logs, line)
		for n := range i % 5 {
			span := f.spanOf(op, n)
			span.Resource[tenantKey] = op.TenantID
			span.Attributes["owner"] = op.TenantID
			spans[op.ID] = append(spans[op.ID], span)
		}
		require.NoError(t, f.WriteSpans(t.Context(), spans[op.ID]))
	}
	require.NoError(t, f.WriteLogs(t.Context(), logs))
	f.write(ops...)
	return ops, spans
}

// testTenants asks as one of two tenants, also with conditions that name the other.
func testTenants(t *testing.T, f *fixture) {
	ops, spans := shared(t, f)
	view := tenant.Only(f.Backend, tenantKey)
	within := store.Range{From: f.start, To: f.start + 4*Day}
	for me, other := range map[string]string{"acme": "globex", "globex": "acme"} {
		ctx := tenant.With(t.Context(), me)
		its := is("tenant_id", query.Eq, other)
		conditions := []query.Expr{nil, its, query.Not{Term: its}, query.Or{Terms: []query.Expr{its, query.Not{Term: its}}}, has("tenant_id", "")}
		for _, kind := range quantifiers {
			for _, term := range []query.Expr{key("attributes", "owner", query.Eq, other), key("resource", tenantKey, query.Eq, other), is("duration", query.Gt, operation.Duration(1_500_000))} {
				q := query.Quant{Kind: kind, Over: query.OverSpans, Term: term}
				conditions = append(conditions, q, query.Not{Term: q}, query.Or{Terms: []query.Expr{its, q}})
			}
		}
		for _, condition := range conditions {
			var want []operation.ID
			for _, op := range ops {
				if op.TenantID == me && (condition == nil || query.Matches(condition, op, spans[op.ID]...)) {
					want = append(want, op.ID)
				}
			}
			got, err := view.Operations(ctx, store.OperationQuery{Range: within, Filter: condition, Limit: everything})
			require.NoError(t, err)
			assert.ElementsMatch(t, want, ids(got), "%s asks %#v", me, condition)
			rows, err := view.Aggregate(ctx, store.AggregateQuery{
				Range: within, Filter: condition, Aggregate: query.Aggregate{Aggs: []query.Agg{store.Call("n", query.Count, "")}},
			})
			require.NoError(t, err)
			assert.Equal(t, [][]any{{int64(len(want))}}, rows.Rows, "%s asks %#v", me, condition)
		}
		assertOwnParts(t, f, view, me, ops)
	}
}

// assertOwnParts reads what belongs to operations.
func assertOwnParts(t *testing.T, f *fixture, view store.Backend, me string, ops []*operation.Operation) {
	t.Helper()
	ctx := tenant.With(t.Context(), me)
	for _, op := range ops {
		got, err := view.Operation(ctx, op.ID)
		if op.TenantID == me {
			require.NoError(t, err)
			assert.Equal(t, op.ID, got.ID)
		} else {
			require.ErrorIs(t, err, store.ErrNotFound)
		}
		q := store.TraceQuery{TraceID: op.TraceID, Limit: everything}
		inTrace, err := view.TraceOperations(ctx, q)
		require.NoError(t, err)
		assert.Len(t, inTrace, 1)
		assert.Equal(t, me, inTrace[0].TenantID)
		kept, err := view.Spans(ctx, q)
		require.NoError(t, err)
		for _, s := range kept {
			assert.Equal(t, me, s.Resource[tenantKey])
		}
		logs, err := view.Logs(ctx, q)
		require.NoError(t, err)
		assert.Len(t, logs, 1)
		assert.Equal(t, me, logs[0].Resource[tenantKey])
	}
	assertOwnSpans(t, view, me, f)
	services, err := view.Services(ctx, store.Range{From: f.start, To: f.start + 4*Day})
	require.NoError(t, err)
	require.Len(t, services, 1)
	assert.EqualValues(t, len(ops)/2, services[0].Operations)
	var failed int64
	for _, op := range ops {
		if op.TenantID == me && op.Status == operation.StatusError {
			failed++
		}
	}
	assert.Equal(t, failed, services[0].Errors)
	stats, err := view.Stats(ctx)
	require.NoError(t, err)
	assert.Equal(t, store.Stats{Engine: stats.Engine}, stats)
}

// assertOwnSpans lists spans, also with conditions that name the other tenant.
func assertOwnSpans(t *testing.T, view store.Backend, me string, f *fixture) {
	t.Helper()
	all, err := f.ListSpans(t.Context(), store.SpanQuery{Limit: everything})
	require.NoError(t, err)
	its := key("attributes", "owner", query.Ne, me)
	for _, condition := range []query.Expr{nil, its, query.Not{Term: its}, query.Or{Terms: []query.Expr{its, query.Not{Term: its}}}, has("name", "")} {
		want := []*operation.Span{}
		for _, s := range all {
			if s.Resource[tenantKey] == me && query.MatchesSpan(condition, s) {
				want = append(want, s)
			}
		}
		got, err := view.ListSpans(tenant.With(t.Context(), me), store.SpanQuery{Filter: condition, Limit: everything})
		require.NoError(t, err)
		assert.Equal(t, want, got, "%s asks %#v", me, condition)
	}
}

// testNoTenant asks without a tenant: nothing is answered.
func testNoTenant(t *testing.T, f *fixture) {
	ops, _ := shared(t, f)
	view, ctx := tenant.Only(f.Backend, tenantKey), t.Context()
	within, trace := store.Range{From: f.start, To: f.start + 4*Day}, store.TraceQuery{TraceID: ops[0].TraceID, Limit: 1}
	for name, question := range map[string]func() (any, error){
		"operations":       func() (any, error) { return view.Operations(ctx, store.OperationQuery{Range: within, Limit: 1}) },
		"operation":        func() (any, error) { return view.Operation(ctx, ops[0].ID) },
		"trace operations": func() (any, error) { return view.TraceOperations(ctx, trace) },
		"spans":            func() (any, error) { return view.Spans(ctx, trace) },
		"all spans":        func() (any, error) { return view.ListSpans(ctx, store.SpanQuery{Range: within, Limit: 1}) },
		"logs":             func() (any, error) { return view.Logs(ctx, trace) },
		"aggregate":        func() (any, error) { return view.Aggregate(ctx, store.AggregateQuery{Range: within}) },
		"services":         func() (any, error) { return view.Services(ctx, within) },
		"stats":            func() (any, error) { return view.Stats(ctx) },
		"an empty one":     func() (any, error) { return view.Stats(tenant.With(ctx, "")) },
		"edges":            func() (any, error) { return view.Edges(ctx, store.EdgeQuery{}) },
		"quality":          func() (any, error) { return view.Quality(ctx, store.QualityQuery{}) },
		"state":            func() (any, error) { return view.GetState(ctx, "saved/x") },
		"states":           func() (any, error) { return view.ListState(ctx, store.StateQuery{Limit: 1}) },
		"a new state":      func() (any, error) { return view.PutState(ctx, "saved/x", nil, 0) },
		"no state":         func() (any, error) { return nil, view.DeleteState(ctx, "saved/x", store.AnyRevision) },
	} {
		got, err := question()
		require.Error(t, err, name)
		assert.Empty(t, got, name)
	}
}

// testTenantState has two tenants and the platform keep documents under the same keys.
func testTenantState(t *testing.T, f *fixture) {
	view := tenant.Only(f.Backend, tenantKey)
	owners := map[string]func() (context.Context, store.State){
		"acme":        func() (context.Context, store.State) { return tenant.With(t.Context(), "acme"), view },
		"acme/saved":  func() (context.Context, store.State) { return tenant.With(t.Context(), "acme/saved"), view },
		"acm' OR 1=1": func() (context.Context, store.State) { return tenant.With(t.Context(), "acm' OR 1=1"), view },
		"platform":    func() (context.Context, store.State) { return t.Context(), f.Backend },
	}
	for owner, of := range owners {
		ctx, state := of()
		e, err := state.PutState(ctx, "saved/1", []byte("of "+owner), 0)
		require.NoError(t, err, owner)
		assert.Equal(t, "saved/1", e.Key)
		_, err = state.PutState(ctx, "saved/1", []byte("again"), 0)
		require.ErrorIs(t, err, store.ErrConflict)
		_, err = state.PutState(ctx, "saved/2", []byte("second of "+owner), 0)
		require.NoError(t, err)
	}
	for owner, of := range owners {
		ctx, state := of()
		e, err := state.GetState(ctx, "saved/1")
		require.NoError(t, err)
		assert.Equal(t, "of "+owner, string(e.Value))
		for after, want := range map[string][]string{"": {"saved/1", "saved/2"}, "saved/1": {"saved/2"}} {
			entries, err := state.ListState(ctx, store.StateQuery{Prefix: "saved/", After: after, Limit: 10})
			require.NoError(t, err)
			var keys []string
			for _, e := range entries {
				keys = append(keys, e.Key)
				assert.True(t, strings.HasSuffix(string(e.Value), "of "+owner), "%s sees %s", owner, e.Value)
			}
			assert.Equal(t, want, keys, owner)
		}
		require.NoError(t, state.DeleteState(ctx, "saved/2", store.AnyRevision))
		_, err = state.GetState(ctx, "saved/2")
		require.ErrorIs(t, err, store.ErrNotFound)
	}
}

// testTenantSums has edges and counters of two tenants and of nobody, of the same names.
func testTenantSums(t *testing.T, f *fixture) {
	view := tenant.Only(f.Backend, tenantKey)
	var edges []*operation.Edge
	var counters []*operation.Quality
	for i, name := range []string{"acme", "globex", ""} {
		for n := range i + 1 {
			id := operation.NewID(f.start, operation.TraceID{byte(i + 1)}, operation.SpanID{byte(n)})
			edges = append(edges, &operation.Edge{ID: id, Minute: f.start, Source: "shop", Target: "stock", Calls: 1, Tenant: operation.TenantKey(name)})
			counters = append(counters, &operation.Quality{ID: id, Minute: f.start, ServiceName: "shop", Check: "orphan", Total: 1, Tenant: operation.TenantKey(name)})
		}
	}
	require.NoError(t, f.WriteEdges(t.Context(), edges))
	require.NoError(t, f.WriteQuality(t.Context(), counters))
	assertSums := func(ctx context.Context, r store.Reader, want int64) {
		t.Helper()
		gotEdges, err := r.Edges(ctx, store.EdgeQuery{})
		require.NoError(t, err)
		gotSums, err := r.Quality(ctx, store.QualityQuery{})
		require.NoError(t, err)
		if want == 0 {
			assert.Empty(t, gotEdges)
			assert.Empty(t, gotSums)
			return
		}
		require.Len(t, gotEdges, 1)
		require.Len(t, gotSums, 1)
		assert.Equal(t, []int64{want, want}, []int64{gotEdges[0].Calls, gotSums[0].Total})
	}
	assertSums(tenant.With(t.Context(), "acme"), view, 1)
	assertSums(tenant.With(t.Context(), "globex"), view, 2)
	assertSums(tenant.With(t.Context(), "initech"), view, 0)
	assertSums(t.Context(), f.Backend, 6)
}
