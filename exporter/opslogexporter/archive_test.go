package opslogexporter

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/opslog/opslog/exporter/opslogexporter/internal/metadata"
	"github.com/opslog/opslog/extension/opslogstorageextension"
	"github.com/opslog/opslog/internal/archive"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
	"github.com/opslog/opslog/internal/storehost"
)

// An archive that cannot be written holds nobody up who looks: operations are in the database, and are tried again until
// they are in the archive too, each once.
func TestAnArchiveThatIsAway(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	directory := filepath.Join(dir, "archive")
	factory := opslogstorageextension.NewFactory()
	storageConfig := factory.CreateDefaultConfig().(*opslogstorageextension.Config)
	require.NoError(t, confmap.NewFromStringMap(map[string]any{
		"embedded": map[string]any{"directory": filepath.Join(dir, "data")}, "archive": map[string]any{"directory": directory},
	}).Unmarshal(storageConfig))
	storage, err := factory.Create(ctx, extensiontest.NewNopSettings(factory.Type()), storageConfig)
	require.NoError(t, err)
	require.NoError(t, storage.Start(ctx, componenttest.NewNopHost()))

	cfg := createDefaultConfig().(*Config)
	cfg.RetryConfig.InitialInterval, cfg.RetryConfig.MaxInterval = time.Millisecond, 10*time.Millisecond
	logs, err := NewFactory().CreateLogs(ctx, exportertest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	require.NoError(t, logs.Start(ctx, host{cfg.Storage: storage}))

	// The folder goes away, as a mount does.
	away := filepath.Join(dir, "away")
	require.NoError(t, os.Rename(directory, away))
	require.NoError(t, os.WriteFile(directory, nil, 0o600))
	var ops []*operation.Operation
	now := operation.TimeOf(time.Now())
	for i := range 20 {
		trace, span := operation.TraceID{1, byte(i)}, operation.SpanID{2}
		ops = append(ops, &operation.Operation{
			ID: operation.NewID(now, trace, span), TraceID: trace, SpanID: span, StartTime: now, Revision: 1, Name: "POST /orders", Kind: operation.KindCommand,
		})
		require.NoError(t, logs.ConsumeLogs(ctx, oplog.Encode(ops[i:])), "the queue takes it")
	}
	stored := func() int64 {
		stats, err := storage.(storehost.Provider).Backend().Stats(ctx)
		require.NoError(t, err)
		return stats.Operations
	}
	require.Eventually(t, func() bool { return stored() > 0 }, time.Minute, time.Millisecond, "what is not archived yet can be seen")
	require.Error(t, storage.(storehost.Archiver).Archive(ops[:1]))

	require.NoError(t, os.Remove(directory))
	require.NoError(t, os.Rename(away, directory))
	require.Eventually(t, func() bool { return stored() == int64(len(ops)) }, time.Minute, time.Millisecond)
	require.Eventually(t, func() bool {
		n := 0
		err := archive.Read(directory, func(int, int64, *archive.Entry) error { n++; return nil })
		return err == nil && n == len(ops)
	}, time.Minute, time.Millisecond)
	require.NoError(t, logs.Shutdown(ctx))
	require.NoError(t, storage.Shutdown(ctx))
	report, err := archive.Verify(directory, archive.VerifyOptions{})
	require.NoError(t, err)
	assert.Equal(t, len(ops), report.Entries)
}
