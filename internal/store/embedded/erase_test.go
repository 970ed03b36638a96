//go:build cgo && !noduckdb

package embedded

import (
	"bytes"
	"io/fs"
	"log/slog"
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

// filesWith are the files under a directory that hold the text anywhere.
func filesWith(t *testing.T, dir, text string) (out []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(text)) {
			out = append(out, d.Name())
		}
		return err
	}))
	return out
}

// Erasing leaves nothing in the raw files: not in free blocks, not in logs, not in earlier versions of the state.
func TestErasedBytesAreGoneFromTheFiles(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Directory, cfg.Retention = t.TempDir(), Retention{}
	s, err := Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	from := operation.TimeOf(time.Now())/storetest.Day*storetest.Day - 3*storetest.Day
	theirs := storetest.FillForErasure(t, s, from)
	e, err := s.PutState(t.Context(), "saved/1", []byte("of "+storetest.Canary), 0)
	require.NoError(t, err)
	require.NoError(t, s.(*embedded).segments.checkpointAll(t.Context()))
	_, err = s.PutState(t.Context(), "saved/1", []byte("of nobody"), e.Revision)
	require.NoError(t, err)
	assert.NotEmpty(t, filesWith(t, cfg.Directory, storetest.Canary), "the search finds what is there")

	_, err = s.(store.Eraser).Erase(t.Context(), store.Erasure{Subject: store.Subject{Kind: store.SubjectUser, Values: []string{storetest.Canary}}, Traces: theirs})
	require.NoError(t, err)
	assert.Empty(t, filesWith(t, cfg.Directory, storetest.Canary))
	require.NoError(t, s.Close(t.Context()))
	assert.Empty(t, filesWith(t, cfg.Directory, storetest.Canary))

	again, err := Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	stats, err := again.Stats(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 108, stats.Operations)
	require.NoError(t, again.Close(t.Context()))
}
