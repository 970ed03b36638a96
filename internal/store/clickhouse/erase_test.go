package clickhouse

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/storetest"
	chtest "github.com/opslog/opslog/test/clickhouse"
)

// filesWith are the files of a server that hold the text anywhere, but for its log.
func filesWith(t *testing.T, dir, text string) (out []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // a part that just went
		}
		data, err := os.ReadFile(path)
		if err == nil && bytes.Contains(data, []byte(text)) {
			out = append(out, path)
		}
		return nil
	}))
	return out
}

// Erasing leaves nothing in the raw files of a server of its own. Its tables are not compressed here, so that the
// search sees what is there.
func TestErasedBytesAreGoneFromTheParts(t *testing.T) {
	dir := t.TempDir()
	server, err := chtest.Launch(chtest.Options{Path: dir})
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	db := chtest.Create(t, server.Default())
	b := open(t, configFor(db))
	uncompressed(t, db)
	from := operation.TimeOf(time.Now())/storetest.Day*storetest.Day - 3*storetest.Day
	theirs := storetest.FillForErasure(t, b, from)
	e, err := b.PutState(t.Context(), "saved/1", []byte("of "+storetest.Canary), 0)
	require.NoError(t, err)
	_, err = b.PutState(t.Context(), "saved/1", []byte("of nobody"), e.Revision)
	require.NoError(t, err)
	data := filepath.Join(dir, "data")
	assert.NotEmpty(t, filesWith(t, data, storetest.Canary), "the search finds what is there")
	_, err = b.Erase(t.Context(), store.Erasure{Subject: store.Subject{Kind: store.SubjectUser, Values: []string{storetest.Canary}}, Traces: theirs})
	require.NoError(t, err)
	assert.Empty(t, filesWith(t, data, storetest.Canary))
}

// uncompressed makes columns that hold text readable in the files.
func uncompressed(t *testing.T, db chtest.Database) {
	t.Helper()
	for _, column := range []string{"operations MODIFY COLUMN request_body String CODEC(NONE)", "operations MODIFY COLUMN user_id String CODEC(NONE)",
		"operations MODIFY COLUMN error_message String CODEC(NONE)", "spans MODIFY COLUMN attributes Map(LowCardinality(String), String) CODEC(NONE)",
		"logs MODIFY COLUMN body String CODEC(NONE)", "state MODIFY COLUMN value String CODEC(NONE)"} {
		require.NoError(t, db.Exec(t.Context(), "ALTER TABLE "+column))
	}
}
