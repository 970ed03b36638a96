package graph

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

func call(source, target string, calls, errors int64, took time.Duration) *operation.Edge {
	e := &operation.Edge{SourceKind: operation.NodeService, Source: source, SourceOperation: "GET /" + source, TargetKind: operation.NodeService, Target: target,
		TargetOperation: "GET /" + target, System: "http", Calls: calls, Errors: errors, LastSeen: operation.Time(calls)}
	e.ClientDurations.AddCount(operation.BucketOf(took), calls)
	e.ServerDurations.AddCount(operation.BucketOf(took/2), calls)
	e.NetworkTime = took / 2 * time.Duration(calls)
	return e
}

func TestBuild(t *testing.T) {
	database := &operation.Edge{SourceKind: operation.NodeService, Source: "shop", TargetKind: operation.NodeDatabase, Target: "orders-db",
		TargetOperation: "SELECT orders", System: "postgresql", Inferred: true, Calls: 7}
	database.ClientDurations.AddCount(operation.BucketOf(time.Millisecond), 7)
	other := *call("shop", "payments", 10, 5, 40*time.Millisecond)
	other.TargetOperation = "POST /pay"
	edges := []*operation.Edge{call("shop", "payments", 90, 5, 20*time.Millisecond), &other, database}
	m := Build(edges, []*operation.Edge{call("shop", "payments", 100, 1, time.Millisecond)}, Options{})
	require.Len(t, m.Edges, 2)
	require.Len(t, m.Nodes, 3)
	paid := m.Edges[1]
	assert.Equal(t, "service:payments", paid.Target)
	assert.EqualValues(t, 100, paid.Calls)
	assert.InDelta(t, 0.1, paid.ErrorRate, 1e-9)
	assert.InDelta(t, 0.01, *paid.BaselineErrorRate, 1e-9)
	assert.InEpsilon(t, float64(20*time.Millisecond), float64(paid.ClientP50), 0.05)
	assert.InEpsilon(t, float64(40*time.Millisecond), float64(paid.ClientP95), 0.05)
	assert.Equal(t, 11*time.Millisecond, paid.NetworkMean)
	db := m.Nodes[0]
	assert.Equal(t, "database:orders-db", db.ID)
	assert.True(t, db.Inferred)
	assert.Equal(t, "postgresql", db.System)
	assert.InEpsilon(t, float64(time.Millisecond), float64(db.P50), 0.05, "a node that sends no spans is timed by its callers")
	assert.Nil(t, m.Edges[0].BaselineErrorRate)

	assert.Len(t, Build(edges, nil, Options{Operations: true}).Edges, 3)
	empty := Build(nil, nil, Options{})
	assert.NotNil(t, empty.Nodes)
	assert.NotNil(t, empty.Edges)
}

func TestFocus(t *testing.T) {
	edges := []*operation.Edge{call("a", "b", 1, 0, 1), call("b", "c", 1, 0, 1), call("c", "d", 1, 0, 1), call("x", "y", 1, 0, 1), call("c", "b", 1, 0, 1)}
	names := func(o Options) string {
		out := ""
		for _, n := range Build(edges, nil, o).Nodes {
			out += n.Name
		}
		return out
	}
	assert.Equal(t, "abcdxy", names(Options{}))
	assert.Equal(t, "ab", names(Options{Focus: "a"}))
	assert.Equal(t, "abc", names(Options{Focus: "b", Depth: 1}))
	assert.Equal(t, "abcd", names(Options{Focus: "a", Depth: 3}))
	assert.Empty(t, names(Options{Focus: "nobody", Depth: 2}))
}
