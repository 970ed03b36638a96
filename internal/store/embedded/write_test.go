//go:build cgo && !noduckdb

package embedded

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/storetest"
)

// What was stored before a restart is known after it: repeated, replaced, and on another day.
func TestRestartForgetsNothing(t *testing.T) {
	cfg := testConfig(t.TempDir())
	s := openTest(t, cfg, (&clock{noon}).now)
	ops := storetest.NewGenerator(3, daysAgo(2), 2*storetest.Day).Operations(100)
	require.NoError(t, s.WriteOperations(t.Context(), ops))
	require.NoError(t, s.Close(t.Context()))

	s = openTest(t, cfg, (&clock{noon}).now)
	moved := *ops[7]
	moved.Revision, moved.Name, moved.StartTime = 2, "moved", moved.StartTime-storetest.Day
	require.NoError(t, s.WriteOperations(t.Context(), append(ops[:50:50], &moved)))
	require.NoError(t, s.Close(t.Context()))

	s = openTest(t, cfg, (&clock{noon}).now)
	got, err := s.Operations(t.Context(), store.OperationQuery{Limit: 1000})
	require.NoError(t, err)
	assert.Len(t, got, 100)
	got, err = s.Operations(t.Context(), store.OperationQuery{Limit: 1000, Range: store.Range{From: moved.StartTime, To: moved.StartTime + 1}})
	require.NoError(t, err)
	require.Len(t, got, 1)
	assert.Equal(t, "moved", got[0].Name)
}

// Records of both sides of midnight are in the files of their days.
func TestDayBoundary(t *testing.T) {
	s := openTest(t, testConfig(t.TempDir()), (&clock{noon}).now)
	midnight := operation.TimeOf(noon.Truncate(24 * time.Hour))
	for _, at := range []operation.Time{midnight - 1, midnight, midnight + 1} {
		writeDay(t, s, at)
	}
	assert.Equal(t, []string{
		"logs-20260309.duckdb", "logs-20260310.duckdb", "operations-20260309.duckdb", "operations-20260310.duckdb",
		"spans-20260309.duckdb", "spans-20260310.duckdb",
	}, files(t, s))
	for _, seg := range s.segments.known() {
		_, count, err := measure(t.Context(), s.db, seg)
		require.NoError(t, err)
		assert.EqualValues(t, map[string]int{"20260309": 1, "20260310": 2}[seg.day.String()], count)
	}
}

// Text that is not UTF-8 is mended, not refused with its batch; a NUL is text like any other.
func TestOddText(t *testing.T) {
	s := openTest(t, testConfig(t.TempDir()), (&clock{noon}).now)
	op := storetest.NewGenerator(1, daysAgo(0), 1).Operation(daysAgo(0))
	op.Name, op.RequestBody = "broken \xff\xfe end", "with \x00 inside"
	op.Attributes = operation.Attributes{"key \xff": "value \xfe", "nul": "a\x00b", "list": []any{"\xff"}}
	op.Links = []operation.Link{{Attributes: operation.Attributes{"\xff": "\xff"}}}
	require.NoError(t, s.WriteOperations(t.Context(), []*operation.Operation{op}))
	got, err := s.Operation(t.Context(), op.ID)
	require.NoError(t, err)
	assert.Equal(t, "broken \uFFFD end", got.Name)
	assert.Equal(t, "with \x00 inside", got.RequestBody)
	assert.Equal(t, operation.Attributes{"key \uFFFD": "value \uFFFD", "nul": "a\x00b", "list": []any{"\uFFFD"}}, got.Attributes)
	assert.Equal(t, []operation.Link{{Attributes: operation.Attributes{"\uFFFD": "\uFFFD"}}}, got.Links)
}
