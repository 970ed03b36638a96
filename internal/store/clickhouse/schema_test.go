package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/storetest"
	chtest "github.com/opslog/opslog/test/clickhouse"
)

// start opens a store without waiting for it.
func start(t testing.TB, cfg Config) *Backend {
	t.Helper()
	b, err := Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.Close(context.Background()) })
	return b
}

func isReady(cause error) bool { return cause == nil }

// The columns of the tables are those that the program reads and writes, and no field of the record lacks one.
func TestColumnsAreThoseOfTheRecords(t *testing.T) {
	b := open(t, configFor(chtest.Start(t)))
	for name, want := range map[string]map[string]string{
		"operations": types(newSet(operationTable.fields)), "spans": types(newSet(spanTable.fields)), "logs": types(newSet(logTable.fields)),
		"edges": types(newSet(edgeTable.fields)), "quality": types(newSet(qualityTable.fields)),
		"rollups": types(newSet(rollupTable.fields)), "error_days": types(newSet(errorDayTable.fields)),
	} {
		var p params
		sql := "SELECT name || ' ' || type FROM system.columns WHERE database = " + p.text(b.cfg.Database) +
			" AND table = " + p.text(name) + " AND default_kind = ''"
		rows, err := b.texts(t.Context(), sql, p)
		require.NoError(t, err)
		got := map[string]string{}
		for _, row := range rows {
			column, kind, _ := strings.Cut(row, " ")
			got[column] = kind
		}
		assert.Equal(t, want, got)
	}
}

func types[T any](s set[T]) map[string]string {
	out := map[string]string{}
	for _, c := range s {
		out[c.name] = c.data.Type().String()
	}
	return out
}

func TestMigrationsAreAppliedOnce(t *testing.T) {
	cfg := configFor(chtest.Start(t))
	cfg.Database += "_fresh" // a database that does not exist yet
	first := open(t, cfg)
	t.Cleanup(func() { assert.NoError(t, first.exec(context.Background(), "DROP DATABASE "+first.layout.Database())) })
	require.NoError(t, first.WriteOperations(t.Context(), generator().Operations(5)))
	rows := func() []string {
		sql := "SELECT migration || toString(applied_at) FROM " + first.layout.Table("schema_migrations") + " FINAL ORDER BY version"
		applied, err := first.texts(t.Context(), sql, params{})
		require.NoError(t, err)
		return applied
	}
	before := rows()
	assert.Len(t, before, len(migrations))
	second := open(t, cfg)
	assert.Equal(t, before, rows())
	stats, err := second.Stats(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 5, stats.Operations)
}

// Several collectors may start on a new database at once.
func TestManyStartAtOnce(t *testing.T) {
	cfg := configFor(chtest.Start(t))
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			b := start(t, cfg)
			waitFor(t, b, isReady)
			assert.NoError(t, b.WriteOperations(t.Context(), generator().Operations(20)))
		})
	}
	wg.Wait()
	b := open(t, cfg)
	stats, err := b.Stats(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 20, stats.Operations)
	left, err := b.texts(t.Context(), "SELECT name FROM system.tables WHERE database = '"+cfg.Database+"' AND name LIKE 'schema_%'", params{})
	require.NoError(t, err)
	assert.Equal(t, []string{"schema_migrations"}, left)
}

func TestSchemaIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		sql  string
		want error
		text string
	}{
		"newer": {
			"INSERT INTO schema_migrations (version, migration, checksum) VALUES (99, '0099_later.sql', 'x')",
			store.ErrSchemaNewer, "it has version 99 (0099_later.sql), this opslog knows versions up to",
		},
		"changed": {
			"INSERT INTO schema_migrations (version, migration, checksum) VALUES (1, '0001_operations.sql', 'x')",
			store.ErrForeign, "0001_operations.sql was applied with other content",
		},
		"foreign": {"DROP TABLE schema_migrations", store.ErrForeign, "it has a table operations but no schema_migrations"},
	} {
		t.Run(name, func(t *testing.T) {
			db := chtest.Start(t)
			open(t, configFor(db))
			require.NoError(t, db.Exec(t.Context(), c.sql))
			b := start(t, configFor(db))
			waitFor(t, b, func(cause error) bool { return cause != nil && !errors.Is(cause, errStarting) })
			_, err := b.Stats(t.Context())
			require.ErrorIs(t, err, c.want)
			assert.ErrorContains(t, err, c.text)
			assert.NotErrorIs(t, err, store.ErrUnavailable)
		})
	}
}

// A database that was made with larger granules is taken as it is.
func TestEarlierFormOfAMigration(t *testing.T) {
	for name, checksums := range earlier {
		for _, checksum := range checksums {
			db := chtest.Start(t)
			open(t, configFor(db))
			version := slices.IndexFunc(migrations, func(m migration) bool { return m.name == name }) + 1
			require.NoError(t, db.Exec(t.Context(), fmt.Sprintf("INSERT INTO schema_migrations (version, migration, checksum) VALUES (%d, '%s', '%s')", version, name, checksum)))
			b := open(t, configFor(db))
			require.NoError(t, b.WriteOperations(t.Context(), generator().Operations(20)))
		}
	}
}

// A process that died in the middle of a migration left its claim behind.
func TestOldClaimCountsForNothing(t *testing.T) {
	db := chtest.Start(t)
	require.NoError(t, db.Exec(t.Context(), "CREATE TABLE schema_claim (holder UInt8) ENGINE = Memory"))
	b := start(t, configFor(db))
	waitFor(t, b, func(cause error) bool { return cause != nil && !errors.Is(cause, errStarting) })
	_, err := b.Stats(t.Context())
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorContains(t, err, "another process is changing the schema")
	require.ErrorIs(t, b.expire(t.Context(), 0), errClaimed)
	waitFor(t, b, isReady)
}

func TestTablesFollowTheConfiguration(t *testing.T) {
	cfg := configFor(chtest.Start(t))
	for _, step := range []struct {
		keep   time.Duration
		search string
		want   []string // of the retention in the definition
		index  []string
	}{
		{0, SearchIndex, nil, []string{"by_attribute", "by_word"}},
		{48 * time.Hour, SearchScan, []string{"toIntervalSecond(172800)"}, []string{"by_attribute"}},
		{72 * time.Hour, SearchIndex, []string{"toIntervalSecond(259200)"}, []string{"by_attribute", "by_word"}},
		{0, SearchOff, nil, []string{"by_attribute"}},
	} {
		cfg.Retention, cfg.PayloadSearch = Retention{step.keep, step.keep, step.keep, step.keep, step.keep, step.keep}, step.search
		b := open(t, cfg)
		for _, table := range ours {
			definition, err := b.definition(t.Context(), table)
			require.NoError(t, err)
			if step.want == nil {
				assert.NotContains(t, definition, " TTL ")
			}
			for _, want := range step.want {
				assert.Contains(t, definition, want)
			}
		}
		indexed, err := b.indexed(t.Context())
		require.NoError(t, err)
		for _, name := range []string{"by_attribute", "by_word"} {
			assert.Equal(t, slices.Contains(step.index, name), slices.Contains(indexed, name), name)
		}
		statements, err := b.adjustments(t.Context(), b.state.able())
		require.NoError(t, err)
		assert.Empty(t, statements)
	}
}

func generator() *storetest.Generator {
	day := operation.Time(24 * time.Hour)
	return storetest.NewGenerator(7, operation.TimeOf(time.Now())/day*day-day, day)
}
