package clickhouse

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/storetest"
	"github.com/opslog/opslog/internal/store/tenant"
	chtest "github.com/opslog/opslog/test/clickhouse"
)

const usersFile = "../../../deploy/clickhouse/users.xml"

// behindWall is a store as deploy/clickhouse sets it up, empty.
func behindWall(t *testing.T, server *chtest.Server, change func(*Config)) *Backend {
	t.Helper()
	require.NoError(t, server.Default().Exec(t.Context(), "DROP DATABASE IF EXISTS opslog SYNC"))
	cfg := configFor(server.As("opslog", "opslog"))
	cfg.Tenants = &TenantsUser{Username: "opslog_tenants", Password: chtest.Users["opslog_tenants"]}
	if change != nil {
		change(&cfg)
	}
	return open(t, cfg)
}

func TestContractOfTenantsBehindRowPolicies(t *testing.T) {
	server := chtest.WithUsers(t, usersFile)
	storetest.RunTenants(t, func(t *testing.T) store.Backend { return behindWall(t, server, nil) })
}

// belongings writes an operation, a span, a log record and a document of each owner, in one trace.
func belongings(t *testing.T, b *Backend, owners ...string) (ops []*operation.Operation) {
	t.Helper()
	now, g := operation.TimeOf(time.Now().Add(-time.Minute)), generator()
	for _, owner := range owners {
		op, span, log := g.Operation(now), g.Span(), g.Log()
		op.TenantID, op.ServiceName, op.StartTime, op.TraceID = owner, "of "+owner, now, operation.TraceID{7}
		op.ID = operation.NewID(op.StartTime, op.TraceID, op.SpanID)
		span.TraceID, span.StartTime, span.Resource = op.TraceID, now, operation.Attributes{"opslog.tenant": owner}
		span.ServiceName = op.ServiceName
		log.TraceID, log.Time, log.Resource = op.TraceID, now, operation.Attributes{"opslog.tenant": owner}
		require.NoError(t, b.WriteOperations(t.Context(), []*operation.Operation{op}))
		require.NoError(t, b.WriteSpans(t.Context(), []*operation.Span{span}))
		require.NoError(t, b.WriteLogs(t.Context(), []*operation.LogRecord{log}))
		require.NoError(t, b.WriteEdges(t.Context(), []*operation.Edge{{ID: op.ID, Minute: now, Source: owner, Calls: 1, Tenant: operation.TenantKey(owner)}}))
		require.NoError(t, b.WriteQuality(t.Context(), []*operation.Quality{{ID: op.ID, Minute: now, Subject: owner, Total: 1, Tenant: operation.TenantKey(owner)}}))
		_, err := b.PutState(t.Context(), tenant.Prefix(owner)+"saved/1", []byte(owner), 0)
		require.NoError(t, err)
		ops = append(ops, op)
	}
	_, err := b.PutState(t.Context(), "saved/1", []byte("of the platform"), 0)
	require.NoError(t, err)
	return ops
}

// reading is all that a tenant's questions come to, without the conditions that internal/store/tenant adds to them: the
// owners of what is found.
func reading(ctx context.Context, t *testing.T, view store.Backend, ops []*operation.Operation) (owners []string) {
	t.Helper()
	listed, err := view.Operations(ctx, store.OperationQuery{Limit: 100, Detail: true})
	require.NoError(t, err)
	spanned, err := view.Operations(ctx, store.OperationQuery{Limit: 100, Filter: query.Quant{
		Kind: query.KindNone, Over: query.OverSpans, Term: query.Compare{Field: query.Field{Name: "name"}, Op: query.Eq, Value: "no such span"},
	}})
	require.NoError(t, err)
	inTrace, err := view.TraceOperations(ctx, store.TraceQuery{TraceID: ops[0].TraceID, Limit: 100})
	require.NoError(t, err)
	for _, op := range append(append(listed, spanned...), inTrace...) {
		owners = append(owners, op.TenantID)
	}
	for _, op := range ops {
		if got, err := view.Operation(ctx, op.ID); err == nil {
			owners = append(owners, got.TenantID)
		}
		if e, err := view.GetState(ctx, tenant.Prefix(op.TenantID)+"saved/1"); err == nil {
			owners = append(owners, string(e.Value))
		}
	}
	spans, err := view.Spans(ctx, store.TraceQuery{TraceID: ops[0].TraceID, Limit: 100})
	require.NoError(t, err)
	listedSpans, err := view.ListSpans(ctx, store.SpanQuery{Limit: 100})
	require.NoError(t, err)
	for _, s := range append(spans, listedSpans...) {
		owners = append(owners, s.Resource["opslog.tenant"].(string))
	}
	logs, err := view.Logs(ctx, store.TraceQuery{TraceID: ops[0].TraceID, Limit: 100})
	require.NoError(t, err)
	for _, l := range logs {
		owners = append(owners, l.Resource["opslog.tenant"].(string))
	}
	table, err := view.Aggregate(ctx, store.AggregateQuery{Aggregate: query.Aggregate{
		By: store.By("tenant_id"), Aggs: []query.Agg{store.Call("n", query.Count, "")},
	}})
	require.NoError(t, err)
	for _, row := range table.Rows {
		owners = append(owners, row[0].(string))
		assert.EqualValues(t, 1, row[1])
	}
	services, err := view.Services(ctx, store.Range{})
	require.NoError(t, err)
	for _, s := range services {
		owners = append(owners, s.Name[len("of "):])
	}
	edges, err := view.Edges(ctx, store.EdgeQuery{})
	require.NoError(t, err)
	for _, e := range edges {
		owners = append(owners, e.Source)
	}
	sums, err := view.Quality(ctx, store.QualityQuery{})
	require.NoError(t, err)
	for _, q := range sums {
		owners = append(owners, q.Subject)
	}
	entries, err := view.ListState(ctx, store.StateQuery{Limit: 100})
	require.NoError(t, err)
	for _, e := range entries {
		owners = append(owners, string(e.Value))
	}
	return owners
}

// TestRowPoliciesPartTenants asks the connection by which tenants read, past the conditions that our own code adds.
func TestRowPoliciesPartTenants(t *testing.T) {
	b := behindWall(t, chtest.WithUsers(t, usersFile), nil)
	ops := belongings(t, b, "acme", "globex", "o'hara\\ \t\x01", "")
	view := store.ForTenants(b)
	for _, op := range ops[:3] {
		got := reading(tenant.With(t.Context(), op.TenantID), t, view, ops)
		assert.Len(t, got, 13, "its own, by each question")
		for _, owner := range got {
			assert.Equal(t, op.TenantID, owner)
		}
	}
	assert.Empty(t, reading(tenant.With(t.Context(), "initech"), t, view, ops), "one that has nothing")
	assert.Empty(t, reading(t.Context(), t, view, ops), "a question of nobody")
	assert.Empty(t, reading(tenant.With(t.Context(), ""), t, view, ops))

	require.ErrorIs(t, view.WriteOperations(t.Context(), ops), store.ErrUnavailable, "the server takes no change from this user")
	_, err := view.ErrorDays(tenant.With(t.Context(), "acme"), store.Range{})
	require.ErrorIs(t, err, store.ErrUnavailable, "sums of all tenants are not the user's to read")
	stats, err := view.Stats(t.Context())
	require.NoError(t, err)
	assert.Equal(t, store.Stats{Engine: "clickhouse"}, stats)
	all, err := b.Operations(t.Context(), store.OperationQuery{Limit: 100})
	require.NoError(t, err)
	assert.Len(t, all, 4, "the platform sees all")
}

// A wall with a hole shows nothing, and is said.
func TestWithoutRowPoliciesTenantsReadNothing(t *testing.T) {
	const hole = "<logs><filter>startsWith(getSetting('log_comment'), 'tenant ') AND resource['opslog.tenant'] = substring(getSetting('log_comment'), 8)</filter></logs>"
	server := chtest.WithUsers(t, usersFile, hole, "")
	b := behindWall(t, server, nil)
	ops := belongings(t, b, "acme")
	view, ctx := store.ForTenants(b).(forTenants), tenant.With(t.Context(), "acme")
	var said bytes.Buffer
	view.log = slog.New(slog.NewTextHandler(&said, nil))
	for range 2 {
		_, err := view.Operation(ctx, ops[0].ID)
		require.ErrorIs(t, err, store.ErrUnavailable)
		assert.ErrorContains(t, err, "do not part tenants in logs")
	}
	assert.Equal(t, 1, bytes.Count(said.Bytes(), []byte("\n")), said.String())
	assert.Contains(t, said.String(), "username=opslog_tenants")
	_, err := b.Operation(t.Context(), ops[0].ID)
	require.NoError(t, err, "the platform reads on")
}

func TestTenantsUserWithoutRights(t *testing.T) {
	b := behindWall(t, chtest.WithUsers(t, usersFile, "<query>GRANT SELECT ON opslog.logs</query>", ""), nil)
	ops := belongings(t, b, "acme")
	_, err := store.ForTenants(b).Operation(tenant.With(t.Context(), "acme"), ops[0].ID)
	require.ErrorIs(t, err, store.ErrUnavailable)
	assert.ErrorContains(t, err, "look whether row policies part tenants")
	_, err = b.Operation(t.Context(), ops[0].ID)
	require.NoError(t, err, "the platform reads on")
}
