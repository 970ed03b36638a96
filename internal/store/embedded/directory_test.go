//go:build cgo && !noduckdb

package embedded

import (
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/store"
)

func openError(t *testing.T, dir string) error {
	t.Helper()
	s, err := open(t.Context(), testConfig(dir), slog.New(slog.DiscardHandler), time.Now)
	require.Error(t, err)
	require.Nil(t, s)
	return err
}

func TestOpenMakesADirectoryOfItsOwn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "it's", `a "deep" one; --`)
	s := openTest(t, testConfig(dir), time.Now)
	require.NoError(t, s.Close(t.Context()))
	info, err := os.Stat(dir)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	openTest(t, testConfig(dir), time.Now)
}

func TestOpenIsRefused(t *testing.T) {
	write := func(t *testing.T, path, text string) {
		t.Helper()
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	for name, c := range map[string]struct {
		prepare func(t *testing.T, dir string)
		is      error
		says    string
	}{
		"foreign directory": {
			prepare: func(t *testing.T, dir string) { write(t, filepath.Join(dir, "holiday.jpg"), "x") },
			is:      store.ErrForeign, says: `holds "holiday.jpg" and no meta.duckdb; give opslog an empty directory of its own`,
		},
		"foreign meta file": {
			prepare: func(t *testing.T, dir string) { write(t, filepath.Join(dir, metaFile), "not a database at all") },
			is:      store.ErrForeign, says: "meta.duckdb is no DuckDB file",
		},
		"empty meta file": {
			prepare: func(t *testing.T, dir string) { write(t, filepath.Join(dir, metaFile), "") },
			is:      store.ErrForeign, says: "meta.duckdb is no DuckDB file",
		},
		"other database": {
			prepare: func(t *testing.T, dir string) { database(t, dir, metaFile, "CREATE TABLE f.songs (title VARCHAR)") },
			is:      store.ErrForeign, says: "has tables (songs) but no schema_migrations",
		},
		"other product": {
			prepare: func(t *testing.T, dir string) {
				change(t, dir, metaFile, "UPDATE f.identity SET product = 'cook book'")
			},
			is: store.ErrForeign, says: `belongs to "cook book"`,
		},
		"newer schema": {
			prepare: func(t *testing.T, dir string) {
				change(t, dir, metaFile, "INSERT INTO f.schema_migrations (version, name) VALUES (99, 'later')")
			},
			is: store.ErrSchemaNewer, says: "schema 99 of meta, this opslog knows up to 2; use the newer opslog",
		},
		"data file without date": {
			prepare: func(t *testing.T, dir string) {
				change(t, dir, metaFile, "SELECT 1")
				database(t, dir, "spans-20261399.duckdb", "SELECT 1")
			},
			is: store.ErrForeign, says: "spans-20261399.duckdb carries no date",
		},
		"file in its place": {
			prepare: func(t *testing.T, dir string) {
				require.NoError(t, os.Remove(dir))
				write(t, dir, "x")
			},
			says: "make data directory",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			require.NoError(t, os.Mkdir(dir, 0o700))
			c.prepare(t, dir)
			err := openError(t, dir)
			require.ErrorContains(t, err, c.says)
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
			}
		})
	}
}

// database makes a DuckDB file in the directory and runs a statement on it, as f.
func database(t *testing.T, dir, file, statement string) {
	t.Helper()
	db, err := openDatabase(t.Context(), testConfig(dir), &directory{path: dir})
	require.NoError(t, err)
	for _, sql := range []string{render("attach", fields{"Path": literal(filepath.Join(dir, file)), "Segment": "f"}), statement} {
		_, err := db.ExecContext(t.Context(), sql)
		require.NoError(t, err)
	}
	require.NoError(t, db.Close())
}

// change makes a data directory of ours and runs a statement on one of its files, as f.
func change(t *testing.T, dir, file, statement string) {
	t.Helper()
	require.NoError(t, openTest(t, testConfig(dir), time.Now).Close(t.Context()))
	database(t, dir, file, statement)
}

func TestOneOwner(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, testConfig(dir), time.Now)
	err := openError(t, dir)
	require.ErrorIs(t, err, store.ErrLocked)
	require.ErrorContains(t, err, "directory "+dir+" belongs to the running opslog with process id "+strconv.Itoa(os.Getpid()))
	require.NoError(t, s.Close(t.Context()))
	openTest(t, testConfig(dir), time.Now)
}

func TestUncleanEndIsTidied(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{newFile, newFile + ".wal", lockFile} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("half of it"), 0o600))
	}
	require.NoError(t, os.MkdirAll(filepath.Join(dir, tempDir, "spilled"), 0o700))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "lost+found"), 0o700))
	openTest(t, testConfig(dir), time.Now)
	assert.NoFileExists(t, filepath.Join(dir, newFile))
	assert.NoDirExists(t, filepath.Join(dir, tempDir, "spilled"))
}

func TestConfigIsChecked(t *testing.T) {
	require.NoError(t, DefaultConfig().Validate())
	bad := Config{MemoryLimit: 1, Threads: 0, Retention: Retention{Operations: time.Hour, Spans: -1}, MaxBytes: -1}
	err := bad.Validate()
	for _, says := range []string{
		"directory: is empty", "memory_limit: 1 bytes, want at least", "threads: 0, want", "retention: operations: 1h0m0s, want at least 24h",
		"retention: spans: -1ns", "max_bytes: -1",
	} {
		require.ErrorContains(t, err, says)
	}
	_, err = Open(t.Context(), bad, slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "directory: is empty")
}
