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

// Edge makes a delta that has something in every field.
func (g *Generator) Edge() *operation.Edge {
	e := &operation.Edge{}
	g.fillFlat(reflect.ValueOf(e).Elem())
	e.Minute = e.Minute / operation.Minute * operation.Minute
	e.ID = operation.NewID(e.Minute, operation.TraceID(e.ID), operation.SpanID{1})
	return e
}

// Quality makes a delta that has something in every field.
func (g *Generator) Quality() *operation.Quality {
	q := &operation.Quality{}
	g.fillFlat(reflect.ValueOf(q).Elem())
	q.Minute = q.Minute / operation.Minute * operation.Minute
	q.ID = operation.NewID(q.Minute, operation.TraceID(q.ID), operation.SpanID{1})
	return q
}

// fillFlat fills the fields; counts stay so small that their sums fit.
func (g *Generator) fillFlat(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		switch {
		case f.Type() == reflect.TypeFor[operation.Histogram]():
			h := operation.Histogram{}
			for range 5 {
				h.AddCount(g.rnd.Int64N(300), 1+g.rnd.Int64N(9))
			}
			f.Set(reflect.ValueOf(h))
		case f.Kind() == reflect.Int64 && f.Type() != reflect.TypeFor[operation.Time]():
			f.SetInt(1 + g.rnd.Int64N(1<<40))
		default:
			g.fill(f)
		}
	}
}

// sumEdges is what a store should answer for deltas that are in the range.
func sumEdges(deltas []*operation.Edge, fits func(*operation.Edge) bool) []*operation.Edge {
	out := []*operation.Edge{}
	for _, d := range deltas {
		if !fits(d) {
			continue
		}
		name := *d
		name.ID, name.Minute, name.Tenant = operation.ID{}, 0, ""
		name.Calls, name.Errors, name.Unpaired, name.Retries, name.ClientTime, name.ServerTime, name.NetworkTime = 0, 0, 0, 0, 0, 0, 0
		name.CircuitOpen = 0
		name.ClientDurations, name.ServerDurations, name.LastSeen, name.Example = nil, nil, 0, operation.ID{}
		at := slices.IndexFunc(out, func(e *operation.Edge) bool {
			return e.Environment == d.Environment && e.Source == d.Source && e.SourceOperation == d.SourceOperation && e.Target == d.Target &&
				e.TargetOperation == d.TargetOperation && e.SourceKind == d.SourceKind && e.TargetKind == d.TargetKind && e.Async == d.Async
		})
		if at < 0 {
			at = len(out)
			out = append(out, &name)
		}
		out[at].Add(d)
	}
	return out
}

func testEdges(t *testing.T, f *fixture) {
	none, err := f.Edges(t.Context(), store.EdgeQuery{})
	require.NoError(t, err)
	assert.Equal(t, []*operation.Edge{}, none)

	one := f.gen.Edge()
	one.Minute = f.start
	one.ID = operation.NewID(one.Minute, operation.TraceID{1}, operation.SpanID{1})
	deltas := []*operation.Edge{one}
	for i := range 60 { // one edge over three days, with and without errors
		e := *one
		e.Minute = f.start + operation.Time(i)*Day/20/operation.Minute*operation.Minute
		e.ID = operation.NewID(e.Minute, operation.TraceID{2}, operation.SpanID{byte(i)})
		e.Calls, e.Errors, e.LastSeen, e.Example = int64(i), int64(i%3), e.Minute+1, operation.ID{byte(i)}
		e.ClientDurations = operation.Histogram{{Index: int64(i % 7), Count: 2}, {Index: 100, Count: 1}}
		if i%4 == 0 {
			e.ServerDurations, e.Example = nil, operation.ID{}
		}
		deltas = append(deltas, &e)
	}
	for range 20 {
		deltas = append(deltas, f.gen.Edge())
	}
	other := *one
	other.Async, other.ID = !one.Async, operation.NewID(one.Minute, operation.TraceID{3}, operation.SpanID{1})
	theirs, nobodys := *one, *one
	theirs.Tenant, theirs.ID = operation.TenantKey("acme"), operation.NewID(one.Minute, operation.TraceID{4}, operation.SpanID{1})
	nobodys.Tenant, nobodys.ID = "", operation.NewID(one.Minute, operation.TraceID{5}, operation.SpanID{1})
	deltas = append(deltas, &other, &theirs, &nobodys)
	require.NoError(t, f.WriteEdges(t.Context(), deltas[:40]))
	require.NoError(t, f.WriteEdges(t.Context(), append(deltas[30:], deltas[35])))
	require.NoError(t, f.WriteEdges(t.Context(), deltas[10:20]))
	require.NoError(t, f.WriteEdges(t.Context(), nil))

	for _, q := range []store.EdgeQuery{
		{}, {Range: store.Range{From: f.start + Day}}, {Range: store.Range{To: f.start + Day/2}},
		{Range: store.Range{From: f.start, To: f.start + operation.Minute}}, {Service: one.Source}, {Service: one.Target},
		{Environment: one.Environment, Range: store.Range{From: f.start + 2*Day}}, {Service: "nobody"}, {Environment: "' OR 1=1 --"},
		{Tenant: theirs.Tenant}, {Tenant: one.Tenant, Service: one.Source}, {Tenant: operation.TenantKey("globex")},
	} {
		got, err := f.Edges(t.Context(), q)
		require.NoError(t, err)
		want := sumEdges(deltas, func(e *operation.Edge) bool {
			return e.Minute >= q.Range.From && (q.Range.To == 0 || e.Minute < q.Range.To) &&
				(q.Environment == "" || e.Environment == q.Environment) && (q.Service == "" || e.Source == q.Service || e.Target == q.Service) && (q.Tenant == "" || e.Tenant == q.Tenant)
		})
		assert.ElementsMatch(t, want, got)
		assert.True(t, slices.IsSortedFunc(got, func(a, b *operation.Edge) int {
			return slices.Compare([]string{a.Environment, a.SourceKind, a.Source}, []string{b.Environment, b.SourceKind, b.Source})
		}))
	}
}

func testQuality(t *testing.T, f *fixture) {
	none, err := f.Quality(t.Context(), store.QualityQuery{})
	require.NoError(t, err)
	assert.Equal(t, []*store.QualitySum{}, none)

	var deltas []*operation.Quality
	for day := range operation.Time(3) {
		for i := range operation.Time(4) {
			deltas = append(deltas, &operation.Quality{
				ID: operation.NewID(f.start+day*Day+i*operation.Minute, operation.TraceID{1}, operation.SpanID{byte(i)}), Minute: f.start + day*Day + i*operation.Minute,
				ServiceName: "shop", Environment: "prod", Check: "orphan", Subject: "it's", Total: 10, Failed: int64(day * (i % 2)), Value: 3,
				ExampleTrace: operation.TraceID{byte(day * (i % 2) * (day*10 + i))},
			})
		}
	}
	for i := range 4 { // half of the first day is a tenant's
		deltas[i].Tenant = []string{"", operation.TenantKey("acme")}[i%2]
	}
	full := f.gen.Quality()
	require.NoError(t, f.WriteQuality(t.Context(), append(deltas, full)))
	require.NoError(t, f.WriteQuality(t.Context(), deltas[3:7]))
	sum := store.QualitySum{ServiceName: "shop", Environment: "prod", Check: "orphan", Subject: "it's", Total: 120, Failed: 6, Value: 36,
		FirstFailed: f.start + Day + operation.Minute, LastFailed: f.start + 2*Day + 3*operation.Minute, ExampleTrace: operation.TraceID{46}}
	whole := store.QualitySum{ServiceName: full.ServiceName, Environment: full.Environment, Check: full.Check, Subject: full.Subject, Total: full.Total,
		Failed: full.Failed, Value: full.Value, FirstFailed: full.Minute, LastFailed: full.Minute, ExampleTrace: full.ExampleTrace}
	got, err := f.Quality(t.Context(), store.QualityQuery{})
	require.NoError(t, err)
	assert.ElementsMatch(t, []*store.QualitySum{&sum, &whole}, got)
	got, err = f.Quality(t.Context(), store.QualityQuery{Service: "shop"})
	require.NoError(t, err)
	assert.Equal(t, []*store.QualitySum{&sum}, got)
	got, err = f.Quality(t.Context(), store.QualityQuery{Service: "shop", Range: store.Range{From: f.start, To: f.start + Day}})
	require.NoError(t, err)
	assert.Equal(t, []*store.QualitySum{{ServiceName: "shop", Environment: "prod", Check: "orphan", Subject: "it's", Total: 40, Value: 12}}, got)
	got, err = f.Quality(t.Context(), store.QualityQuery{Tenant: operation.TenantKey("acme")})
	require.NoError(t, err)
	assert.Equal(t, []*store.QualitySum{{ServiceName: "shop", Environment: "prod", Check: "orphan", Subject: "it's", Total: 20, Value: 6}}, got)
	got, err = f.Quality(t.Context(), store.QualityQuery{Tenant: operation.TenantKey("globex")})
	require.NoError(t, err)
	assert.Empty(t, got)
}
