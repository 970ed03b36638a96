package operationsconnector

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
)

// observed is what came out: the sums of the edges by source and target, and the counters by check.
func observed(all []plog.Logs) (edges map[string]*operation.Edge, counters map[string]*operation.Quality) {
	edges, counters = map[string]*operation.Edge{}, map[string]*operation.Quality{}
	seen := map[operation.ID]bool{}
	for _, ld := range all {
		b := oplog.Read(ld)
		for _, e := range b.Edges {
			name := e.Source + " -> " + e.Target
			if edges[name] == nil {
				edges[name] = &operation.Edge{}
			}
			if !seen[e.ID] {
				edges[name].Add(e)
			}
			seen[e.ID] = true
		}
		for _, q := range b.Quality {
			if counters[q.Check] == nil {
				counters[q.Check] = &operation.Quality{}
			}
			if !seen[q.ID] {
				counters[q.Check].Add(q)
			}
			seen[q.ID] = true
		}
	}
	return edges, counters
}

func TestEdgesOfEveryOperationOnce(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.NumShards = 4
	r := newRig(t, cfg, nil)
	require.NoError(t, r.send(requests(0, 50)))
	require.NoError(t, r.send(requests(20, 60))) // partly again
	r.shutdown()
	edges, _ := observed(r.out.AllLogs())
	require.Len(t, edges, 2)
	assert.EqualValues(t, 60, edges["user -> shop"].Calls)
	assert.EqualValues(t, 60, edges["shop -> postgresql"].Calls)
	assert.EqualValues(t, 60, edges["shop -> postgresql"].ClientDurations.Count())
}

// Each tenant's edges and counters carry its key, with the keys that the deriver takes tenants from.
func TestGraphByTenant(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.Graph.ByTenant = true
	cfg.Derive.Keys.TenantID = []string{"opslog.tenant"}
	r := newRig(t, cfg, nil)
	for i, name := range []string{"acme", "globex", ""} {
		td := requests(10*i, 10*i+i+1)
		for _, rs := range td.ResourceSpans().All() {
			rs.Resource().Attributes().PutStr("opslog.tenant", name)
			for _, ss := range rs.ScopeSpans().All() {
				for _, s := range ss.Spans().All() {
					s.Attributes().PutStr("opslog.tenant", name)
				}
			}
		}
		require.NoError(t, r.send(td))
	}
	r.shutdown()
	calls, looks := map[string]int64{}, map[string]int64{}
	for _, ld := range r.out.AllLogs() {
		b := oplog.Read(ld)
		for _, e := range b.Edges {
			calls[e.Tenant] += e.Calls
		}
		for _, q := range b.Quality {
			if q.Check == operation.CheckVolume {
				looks[q.Tenant] += q.Total
			}
		}
	}
	acme, globex := operation.TenantKey("acme"), operation.TenantKey("globex")
	assert.Equal(t, map[string]int64{acme: 2, globex: 4, "": 6}, calls, "each operation is called, and calls a database")
	assert.Equal(t, map[string]int64{acme: 1, globex: 2, "": 3}, looks)
}

// What the next component refuses comes again under the same id; what it refuses for good is counted.
func TestGraphIsSentAgain(t *testing.T) {
	var refusals atomic.Int64
	refusals.Store(3)
	var got consumertest.LogsSink // every worker sends
	next, err := consumer.NewLogs(func(ctx context.Context, ld plog.Logs) error {
		if len(oplog.Read(ld).Edges) > 0 && refusals.Add(-1) >= 0 {
			return errors.New("not now")
		}
		return got.ConsumeLogs(ctx, ld)
	})
	require.NoError(t, err)
	r := newRig(t, createDefaultConfig().(*Config), next)
	require.NoError(t, r.send(requests(0, 5)))
	r.shutdown()
	edges, _ := observed(got.AllLogs())
	assert.EqualValues(t, 5, edges["user -> shop"].Calls)
	assert.Negative(t, refusals.Load())
}

func TestGraphRefusedForGood(t *testing.T) {
	next, err := consumer.NewLogs(func(_ context.Context, ld plog.Logs) error {
		if len(oplog.Read(ld).Edges) > 0 {
			return consumererror.NewPermanent(errors.New("never"))
		}
		return nil
	})
	require.NoError(t, err)
	r := newRig(t, createDefaultConfig().(*Config), next)
	require.NoError(t, r.send(requests(0, 5)))
	r.shutdown()
}

func TestGraphConfig(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, cfg.Validate())
	cfg.Graph = GraphConfig{Enabled: true}
	err := cfg.Validate()
	for _, want := range []string{"graph::flush_interval is 0s, want at least 1s", "graph::wait is 0s", "graph::max_pending is 0, want at least 1",
		"graph::max_edges is 0", "graph::max_counters is 0"} {
		assert.ErrorContains(t, err, want)
	}
}
