package clickhouse

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
	chtest "github.com/opslog/opslog/test/clickhouse"
)

// Two shards. These servers have no Keeper, so that the local tables are not replicated here, and what a cluster
// does ON CLUSTER is said to each server. All else is as a cluster has it.
func TestShards(t *testing.T) {
	shards := launchShards(t)
	b := onServers(t, shards...)
	ops := generator().Operations(4000)
	for range 2 { // the second delivery is known by its token
		require.NoError(t, b.WriteOperations(t.Context(), ops))
	}
	for _, shard := range shards {
		assert.Contains(t, stored(t, onServers(t, shard), "operations_local")[0], "1 parts, ", "of the pieces that came for it")
	}
	span, log := generator().Span(), generator().Log()
	span.TraceID, span.StartTime, span.ServiceName = ops[7].TraceID, ops[7].StartTime, ops[7].ServiceName
	require.NoError(t, b.WriteSpans(t.Context(), []*operation.Span{span}))
	require.NoError(t, b.WriteLogs(t.Context(), []*operation.LogRecord{log}))
	later := *ops[0]
	later.Revision, later.Status = 2, "revised"
	require.NoError(t, b.WriteOperations(t.Context(), []*operation.Operation{&later}))

	for _, shard := range shards {
		n, err := onServers(t, shard).texts(t.Context(), "SELECT toString(count() > 1000) FROM "+b.layout.Local("operations"), params{})
		require.NoError(t, err)
		assert.Equal(t, []string{"1"}, n, "each shard has its part")
	}
	got, err := b.Operations(t.Context(), store.OperationQuery{Limit: 5000, Detail: true})
	require.NoError(t, err)
	assert.Len(t, got, len(ops))
	revised, err := b.Operations(t.Context(), store.OperationQuery{
		Limit: 10, Filter: query.Compare{Field: query.Field{Name: "status"}, Op: query.Eq, Value: "revised"},
	})
	require.NoError(t, err)
	assert.Len(t, revised, 1)
	withSpan, err := b.Operations(t.Context(), store.OperationQuery{
		Limit: 10, Filter: query.Quant{Kind: query.KindAll, Over: query.OverSpans, Term: query.Exists{Field: query.Field{Name: "events"}}},
	})
	require.NoError(t, err)
	require.Len(t, withSpan, 1)
	assert.Equal(t, ops[7].ID, withSpan[0].ID)
	one, err := b.Operation(t.Context(), later.ID)
	require.NoError(t, err)
	assert.EqualValues(t, 2, one.Revision)
	spans, err := b.Spans(t.Context(), store.TraceQuery{TraceID: span.TraceID, Limit: 10})
	require.NoError(t, err)
	assert.Equal(t, []*operation.Span{span}, spans)
	logs, err := b.Logs(t.Context(), store.TraceQuery{TraceID: log.TraceID, Limit: 10})
	require.NoError(t, err)
	assert.Equal(t, []*operation.LogRecord{log}, logs)
	stats, err := b.Stats(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []int64{4000, 1, 1}, []int64{stats.Operations, stats.Spans, stats.Logs})
	services, err := b.Services(t.Context(), store.Range{})
	require.NoError(t, err)
	assert.NotEmpty(t, services)
}

func launchShards(t *testing.T) []*chtest.Server {
	ports := []int{freePort(t), freePort(t)}
	dir := t.TempDir()
	config := filepath.Join(dir, "config.xml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, `<clickhouse><remote_servers><pair>
		<shard><replica><host>127.0.0.1</host><port>%d</port></replica></shard>
		<shard><replica><host>127.0.0.1</host><port>%d</port></replica></shard>
	</pair></remote_servers></clickhouse>`, ports[0], ports[1]), 0o600))
	var shards []*chtest.Server
	for i, port := range ports {
		path := filepath.Join(dir, fmt.Sprint(i))
		require.NoError(t, os.Mkdir(path, 0o755))
		shard, err := chtest.Launch(chtest.Options{Path: path, TCP: port, Config: config})
		require.NoError(t, err)
		t.Cleanup(shard.Stop)
		shards = append(shards, shard)
	}
	for _, shard := range shards {
		createTables(t, onServers(t, shard))
	}
	return shards
}

// onServers is a store of cluster mode that leaves the schema alone.
func onServers(t *testing.T, servers ...*chtest.Server) *Backend {
	cfg := DefaultConfig()
	cfg.Addresses, cfg.Cluster, cfg.Retention = nil, "pair", Retention{}
	for _, s := range servers {
		cfg.Addresses = append(cfg.Addresses, s.TCP)
	}
	b := newBackend(cfg, slog.New(slog.DiscardHandler))
	able, err := b.probe(t.Context())
	require.NoError(t, err)
	b.state.set(able, nil)
	t.Cleanup(b.pool.close)
	return b
}

func createTables(t *testing.T, b *Backend) {
	require.NoError(t, b.exec(t.Context(), "CREATE DATABASE "+b.layout.Database()))
	alone := strings.NewReplacer(" ON CLUSTER `pair`", "", b.layout.Engine("ReplacingMergeTree", "version"), "ReplacingMergeTree(version)",
		b.layout.Engine("ReplacingMergeTree", "revision"), "ReplacingMergeTree(revision)",
		b.layout.Engine("ReplacingMergeTree"), "ReplacingMergeTree", b.layout.SharedEngine("revision"), "ReplacingMergeTree(revision)", b.layout.Window(), layout{}.Window())
	var statements []string
	for _, m := range migrations {
		rendered, err := m.statements(b.layout)
		require.NoError(t, err)
		statements = append(statements, rendered...)
	}
	for _, statement := range append(statements, textIndexes(b.layout, b.search(), nil)...) {
		require.NoError(t, b.exec(t.Context(), alone.Replace(statement)))
	}
}
