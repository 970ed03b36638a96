//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/storetest"
)

// clock is a time that tests set.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func daysAgo(n int) operation.Time { return operation.TimeOf(noon.AddDate(0, 0, -n)) }

// writeDay writes one operation, span and log record of that time.
func writeDay(t *testing.T, s *embedded, at operation.Time) (op *operation.Operation) {
	t.Helper()
	gen := storetest.NewGenerator(uint64(at), at, 1)
	op = gen.Operation(at)
	require.NoError(t, s.WriteOperations(t.Context(), []*operation.Operation{op}))
	require.NoError(t, s.WriteSpans(t.Context(), []*operation.Span{gen.Span()}))
	require.NoError(t, s.WriteLogs(t.Context(), []*operation.LogRecord{gen.Log()}))
	return op
}

func files(t *testing.T, s *embedded) []string {
	t.Helper()
	paths, err := filepath.Glob(s.dir.file("*-*.duckdb"))
	require.NoError(t, err)
	var out []string
	for _, p := range paths {
		out = append(out, filepath.Base(p))
	}
	return out
}

func TestRetentionByAge(t *testing.T) {
	c := &clock{noon}
	cfg := testConfig(t.TempDir())
	cfg.Retention = Retention{Operations: 3 * 24 * time.Hour, Spans: 24 * time.Hour}
	s := openTest(t, cfg, c.now)
	for n := range 4 {
		writeDay(t, s, daysAgo(n))
	}
	stats, err := s.Stats(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []int64{4, 2, 4, 2}, []int64{stats.Operations, stats.Spans, stats.Logs, stats.Refused})

	c.t = noon.AddDate(0, 0, 2)
	s.maintain(t.Context())
	assert.Equal(t, []string{
		"logs-20260307.duckdb", "logs-20260308.duckdb", "logs-20260309.duckdb", "logs-20260310.duckdb",
		"operations-20260309.duckdb", "operations-20260310.duckdb",
	}, files(t, s))
	stats, err = s.Stats(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []int64{2, 0, 4}, []int64{stats.Operations, stats.Spans, stats.Logs})
	assert.Equal(t, daysAgo(1), stats.Oldest)
	require.NoError(t, s.Close(t.Context()))
	s = openTest(t, cfg, c.now)
	assert.Len(t, files(t, s), 6)
}

func TestRetentionBySize(t *testing.T) {
	c := &clock{noon}
	cfg := testConfig(t.TempDir())
	s := openTest(t, cfg, c.now)
	for n := range 3 {
		writeDay(t, s, daysAgo(n))
	}
	require.NoError(t, s.segments.checkpointAll(t.Context()))
	size, err := s.dir.bytes()
	require.NoError(t, err)
	s.cfg.MaxBytes = size
	s.maintain(t.Context())
	assert.Len(t, files(t, s), 9)
	s.cfg.MaxBytes = size - 1
	s.maintain(t.Context())
	assert.Len(t, files(t, s), 8)
	assert.NotContains(t, files(t, s), "spans-20260308.duckdb")
	s.cfg.MaxBytes = 1 // the day that is written to stays
	s.maintain(t.Context())
	assert.Equal(t, []string{"logs-20260310.duckdb", "operations-20260310.duckdb", "spans-20260310.duckdb"}, files(t, s))
}

// A reader that holds a day reads on; the file goes when it is done.
func TestRetentionWaitsForReaders(t *testing.T) {
	c := &clock{noon}
	cfg := testConfig(t.TempDir())
	s := openTest(t, cfg, c.now)
	writeDay(t, s, daysAgo(5))
	held, err := s.segments.within(operations.name, store.Range{})
	require.NoError(t, err)
	require.Len(t, held, 1)
	s.cfg.Retention.Operations = 24 * time.Hour
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.maintain(t.Context())
	}()
	require.Eventually(t, func() bool { return len(files(t, s)) == 3 && len(s.segments.known()) == 2 }, waitFor, tick)
	l := list[operation.Operation]{table: &operations, where: rangeCondition("start_time", store.Range{}), limit: 10}
	got, err := l.readSegment(t.Context(), s, held[0])
	require.NoError(t, err)
	assert.Len(t, got, 1)
	assert.FileExists(t, s.dir.file("operations-20260305.duckdb"))
	release(held)
	<-done
	assert.NoFileExists(t, s.dir.file("operations-20260305.duckdb"))
}

func TestMaintenanceEndsWithItsContext(t *testing.T) {
	s := openTest(t, testConfig(t.TempDir()), (&clock{noon}).now)
	writeDay(t, s, daysAgo(5))
	held, err := s.segments.within(operations.name, store.Range{})
	require.NoError(t, err)
	s.cfg.Retention.Operations = 24 * time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.maintain(ctx)
	release(held)
	_, err = os.Stat(s.dir.file("operations-20260305.duckdb"))
	require.NoError(t, err, "it goes at the next start")
}

// What is older than the retention or too far ahead is counted and not stored; the rest of the batch is.
func TestRecordsOutsideOfTheRetention(t *testing.T) {
	cfg := testConfig(t.TempDir())
	cfg.Retention.Operations = 2 * 24 * time.Hour
	s := openTest(t, cfg, (&clock{noon}).now)
	var ops []*operation.Operation
	for _, n := range []int{-3, -2, 0, 2, 3, 400} {
		ops = append(ops, storetest.NewGenerator(1, daysAgo(n), 1).Operation(daysAgo(n)))
	}
	before := storetest.NewGenerator(1, 0, 1).Operation(-1)
	require.NoError(t, s.WriteOperations(t.Context(), append(ops, before)))
	stats, err := s.Stats(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []int64{3, 4}, []int64{stats.Operations, stats.Refused})
	assert.Equal(t, []operation.Time{daysAgo(2), daysAgo(-2)}, []operation.Time{stats.Oldest, stats.Newest})
}
