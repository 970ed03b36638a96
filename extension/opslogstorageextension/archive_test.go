package opslogstorageextension

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"

	"github.com/opslog/opslog/internal/archive"
	"github.com/opslog/opslog/internal/operation"
)

// The archive has the commands, and what may be one, whole; queries are not in it.
func TestCommandsAreArchived(t *testing.T) {
	h := newHolding(t, "0s")
	command, query, unknown := operationOf(theirTrace, canary), operationOf(someTrace, "a"), operationOf(looseTrace, "")
	query.Kind, unknown.Kind = operation.KindQuery, operation.KindUnknown
	require.NoError(t, h.ext.Archive([]*operation.Operation{command, query, unknown}))
	command.Revision = 2
	require.NoError(t, h.ext.Archive([]*operation.Operation{command}))
	require.NoError(t, h.ext.Archive([]*operation.Operation{command}), "it is delivered again")
	h.stop()

	keys := h.cfg.Archive.keyDirectory()
	master, err := archive.ReadMaster(filepath.Join(keys, "master.key"))
	require.NoError(t, err)
	reader, err := archive.NewReader(keys, master)
	require.NoError(t, err)
	var got []operation.Operation
	require.NoError(t, archive.Read(filepath.Join(h.dir, "archive"), func(segment int, _ int64, e *archive.Entry) error {
		text, err := reader.Open(segment, e)
		require.NoError(t, err)
		var op operation.Operation
		require.NoError(t, json.Unmarshal(text, &op))
		got = append(got, op)
		return nil
	}))
	require.Len(t, got, 3)
	assert.Equal(t, *command, got[2])
	assert.EqualValues(t, 1, got[0].Revision)
	assert.Equal(t, *unknown, got[1])
	report := h.verify()
	assert.Equal(t, 4, report.Received)
	assert.Equal(t, 1, report.Duplicates)
	assert.Empty(t, filesWith(t, filepath.Join(h.dir, "archive"), canary))
}

// Without a directory there is none, and nothing to fail.
func TestNoArchive(t *testing.T) {
	ext := newExtension(t, load(t, map[string]any{"embedded": map[string]any{"directory": t.TempDir()}}))
	require.NoError(t, ext.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, ext.Archive([]*operation.Operation{operationOf(theirTrace, canary)}))
	require.NoError(t, ext.Shutdown(t.Context()))
}

// An archive that is not what was signed stops the start: going on would hide it.
func TestADamagedArchiveStopsTheStart(t *testing.T) {
	h := newHolding(t, "0s")
	h.fill()
	h.stop()
	path := filepath.Join(h.dir, "archive", "00000001.segment")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text[:len(text)/2], 0o600))
	ext := newExtension(t, h.cfg)
	err = ext.Start(t.Context(), componenttest.NewNopHost())
	require.ErrorIs(t, err, archive.ErrDamaged)
	assert.ErrorContains(t, err, "opslog audit verify")
	require.NoError(t, ext.Shutdown(t.Context()))
}
