package opslogstorageextension

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
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/opslog/opslog/extension/opslogstorageextension/internal/metadata"
	"github.com/opslog/opslog/internal/store"
)

func TestConfig(t *testing.T) {
	all, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	tests := map[string]string{ // key in the file, and what Validate says; "" is a configuration that works
		"embedded":                   "",
		"embedded_all":               "",
		"clickhouse":                 "",
		"clickhouse_all":             "",
		"none":                       "no engine is given, want one of embedded and clickhouse",
		"both":                       "both embedded and clickhouse are given",
		"little_memory":              "memory_limit_mib: 10, want at least 128",
		"negative_disk":              "max_disk_mib: -1, want 0",
		"short_retention":            "want at least 24h",
		"http_endpoint":              `endpoint: scheme "http", want tcp://host:port`,
		"credentials_in_endpoint":    "user, password and database have keys of their own",
		"endpoint_without_port":      "want host:port",
		"unknown_search":             `payload_search is "maybe"`,
		"database_of_strange_words":  "database is",
		"tenants_without_name":       "tenants::username is empty, want a user with row policies",
		"tenants_as_the_service":     `tenants::username is "opslog" as username is, want another user`,
		"archive_all":                "",
		"archive_keys_inside":        "key_directory: is in the directory of the archive itself",
		"archive_keys_the_same":      "key_directory: is in the directory of the archive itself",
		"archive_head_inside":        "head_copy: is in the directory of the archive",
		"archive_one_key":            "signing_key and master_key: one of them is set, want both or none",
		"archive_bad_key":            "want 32 random bytes in base64",
		"archive_small_segment":      "segment_mib: 0, want at least 1",
		"archive_short_segment":      "segment_age: 1s, want at least 1m",
		"archive_checkpoint":         "checkpoint: 1ms, want at least 1s",
		"archive_retention":          "retention: 1m0s, want 0 for ever, or at least segment_age",
		"erasure_settle":             "settle: -1s, want 0 or more",
		"erasure_short_key":          "hash::key: has 7 bytes, want at least",
		"erasure_previous_key_alone": "hash::previous_key: is set without key",
	}
	for key, want := range tests {
		t.Run(key, func(t *testing.T) {
			sub, err := all.Sub(key)
			require.NoError(t, err)
			cfg := NewFactory().CreateDefaultConfig()
			require.NoError(t, sub.Unmarshal(cfg))
			err = confmap.Validate(cfg)
			if want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, want)
			assert.NotContains(t, err.Error(), "hunter2", "a secret in an error text")
		})
	}
}

func TestUnknownKeyIsNamed(t *testing.T) {
	cfg := NewFactory().CreateDefaultConfig()
	err := confmap.NewFromStringMap(map[string]any{"embedded": map[string]any{"directorry": "x"}}).Unmarshal(cfg)
	assert.ErrorContains(t, err, "directorry")
}

func TestDefaultConfigStruct(t *testing.T) {
	require.NoError(t, componenttest.CheckConfigStruct(NewFactory().CreateDefaultConfig()))
}

func load(t *testing.T, values map[string]any) *Config {
	t.Helper()
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	require.NoError(t, confmap.NewFromStringMap(values).Unmarshal(cfg))
	require.NoError(t, confmap.Validate(cfg))
	return cfg
}

func newExtension(t *testing.T, cfg *Config) *storageExtension {
	t.Helper()
	ext, err := NewFactory().Create(context.Background(), extensiontest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	return ext.(*storageExtension)
}

func TestEmbeddedLifecycle(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "data")
	cfg := load(t, map[string]any{"embedded": map[string]any{"directory": dir}})

	require.NoError(t, newExtension(t, cfg).Shutdown(ctx), "shutdown without start")
	assert.NoDirExists(t, dir, "creating does no I/O")

	ext := newExtension(t, cfg)
	require.NoError(t, ext.Start(ctx, componenttest.NewNopHost()))
	stats, err := ext.Backend().Stats(ctx)
	require.NoError(t, err)
	assert.Zero(t, stats.Operations)

	err = newExtension(t, cfg).Start(ctx, componenttest.NewNopHost())
	require.ErrorIs(t, err, store.ErrLocked)
	assert.ErrorContains(t, err, dir)

	require.NoError(t, ext.Shutdown(ctx))
	_, err = ext.Backend().Stats(ctx)
	assert.ErrorIs(t, err, store.ErrClosed)
}

func TestEmbeddedRefusesOtherPeoplesData(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("mine"), 0o600))
	ext := newExtension(t, load(t, map[string]any{"embedded": map[string]any{"directory": dir}}))
	err := ext.Start(context.Background(), componenttest.NewNopHost())
	require.ErrorIs(t, err, store.ErrForeign)
	require.NoError(t, ext.Shutdown(context.Background()), "shutdown after a failed start")
}

func TestClickHouseAwayDoesNotStopTheStart(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	ext := newExtension(t, load(t, map[string]any{"clickhouse": map[string]any{"endpoint": "tcp://127.0.0.1:1"}}))
	require.NoError(t, ext.Start(ctx, componenttest.NewNopHost()))
	_, err := ext.Backend().Stats(ctx)
	assert.ErrorIs(t, err, store.ErrUnavailable)
	require.NoError(t, ext.Shutdown(ctx))
}

func TestClickHouseTLSFilesAreRead(t *testing.T) {
	cfg := load(t, map[string]any{"clickhouse": map[string]any{"tls": map[string]any{"ca_file": "/does/not/exist.pem"}}})
	err := newExtension(t, cfg).Start(context.Background(), componenttest.NewNopHost())
	require.ErrorContains(t, err, "tls")
	assert.ErrorContains(t, err, "/does/not/exist.pem")
}
