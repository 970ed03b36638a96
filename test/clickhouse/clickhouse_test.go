package clickhouse

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { Main(m) }

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	ctx := context.Background()
	a, b := Start(t), Start(t)
	require.NotEqual(t, a.Name, b.Name)
	require.NoError(t, a.Exec(ctx, "CREATE TABLE t (n Int64) ENGINE = MergeTree ORDER BY n"))
	assert.NoError(t, b.Exec(ctx, "CREATE TABLE t (n Int64) ENGINE = MergeTree ORDER BY n"))
}

func TestDSN(t *testing.T) {
	db, err := parseDSN("clickhouse://u:p%20w@h:9000")
	require.NoError(t, err)
	assert.Equal(t, Database{Address: "h:9000", Username: "u", Password: "p w", Name: "default"}, db)
	assert.Equal(t, "clickhouse://u:p%20w@h:9000/default", db.DSN())
	_, err = parseDSN("h:9000")
	assert.ErrorContains(t, err, EnvDSN)
}

func TestDataOutlivesAKill(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	first, err := Launch(Options{Path: dir})
	require.NoError(t, err)
	require.NoError(t, first.Default().Exec(ctx, "CREATE DATABASE kept"))
	first.Kill()
	second, err := Launch(Options{Path: dir})
	require.NoError(t, err)
	defer second.Stop()
	assert.NoError(t, second.Default().Exec(ctx, "DROP DATABASE kept"))
}
