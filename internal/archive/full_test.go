//go:build linux

package archive

import (
	"os/signal"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/opslog/opslog/test/alone"
)

// A disk that is full at any byte takes nothing or all of a batch, and what was taken can be verified; when there is
// room again, the same batch is taken once.
func TestAFullDiskKeepsAllOrNothing(t *testing.T) {
	if !alone.Process(t) {
		return
	}
	signal.Ignore(unix.SIGXFSZ)
	defer signal.Reset(unix.SIGXFSZ)
	var before unix.Rlimit
	require.NoError(t, unix.Getrlimit(unix.RLIMIT_FSIZE, &before))
	// room lets no file grow beyond so many bytes.
	room := func(bytes uint64) {
		require.NoError(t, unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: bytes, Max: before.Max}))
	}
	defer room(before.Cur)

	refused := 0
	for limit := uint64(0); limit < 12_000; limit += 397 {
		o := testOptions(t)
		w := opened(t, o)
		require.NoError(t, w.Append(start, records(0, 2)))
		room(limit)
		err := w.Append(start.Add(2*time.Minute), records(2, 6))
		room(before.Cur)
		if err != nil {
			refused++
			require.NoError(t, w.Append(start.Add(2*time.Minute), records(2, 6)), "limit %d", limit)
		}
		require.NoError(t, w.Append(start.Add(2*time.Minute), records(2, 6)), "they come again")
		require.NoError(t, w.Close(start.Add(3*time.Minute)))
		assert.Len(t, secrets(t, o), 6, "limit %d", limit)
		report, err := Verify(o.Directory, VerifyOptions{})
		require.NoError(t, err, "limit %d", limit)
		assert.Equal(t, 6, report.Entries, "limit %d", limit)
		require.FileExists(t, filepath.Join(o.Directory, headFile))
	}
	assert.Positive(t, refused)
}
