//go:build linux && cgo && !noduckdb

package embedded

import (
	"os/signal"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/storetest"
	"github.com/opslog/opslog/test/alone"
)

// fullDisk lets no file of this process grow beyond so many bytes, until the function it answers is called.
func fullDisk(t *testing.T, bytes int64) (room func()) {
	t.Helper()
	signal.Ignore(unix.SIGXFSZ)
	var before unix.Rlimit
	require.NoError(t, unix.Getrlimit(unix.RLIMIT_FSIZE, &before))
	require.NoError(t, unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: uint64(bytes), Max: before.Max}))
	room = func() {
		assert.NoError(t, unix.Setrlimit(unix.RLIMIT_FSIZE, &before))
		signal.Reset(unix.SIGXFSZ)
	}
	t.Cleanup(room)
	return room
}

func TestFullDiskLosesNothing(t *testing.T) {
	if !alone.Process(t) {
		return
	}
	s := openTest(t, testConfig(t.TempDir()), (&clock{noon}).now)
	gen := storetest.NewGenerator(1, daysAgo(1), storetest.Day/2)
	first, second := gen.Operations(500), gen.Operations(500)
	require.NoError(t, s.WriteOperations(t.Context(), first))
	count := func() int {
		got, err := s.Operations(t.Context(), store.OperationQuery{Limit: 10_000})
		require.NoError(t, err)
		return len(got)
	}

	room := fullDisk(t, 64<<10)
	require.ErrorContains(t, s.WriteOperations(t.Context(), second), "write to operations_20260309")
	assert.Equal(t, 500, count(), "a commit that fails changes nothing")

	seg := s.segments.known()[0]
	require.ErrorIs(t, s.segments.checkpoint(t.Context(), seg), store.ErrUnavailable)
	_, err := s.Operation(t.Context(), first[0].ID)
	require.ErrorIs(t, err, store.ErrUnavailable, "rather no answer than half of one")
	require.ErrorIs(t, s.WriteOperations(t.Context(), second), store.ErrUnavailable)
	room()

	s.maintain(t.Context())
	assert.Equal(t, 500, count(), "what was acknowledged is there again")
	require.NoError(t, s.WriteOperations(t.Context(), append([]*operation.Operation{}, second...)))
	assert.Equal(t, 1000, count())
	require.NoError(t, s.Close(t.Context()))
}
