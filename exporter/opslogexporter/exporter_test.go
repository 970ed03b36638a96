package opslogexporter

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/exporter/opslogexporter/internal/metadata"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/embedded"
)

func TestDefaultConfig(t *testing.T) {
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	require.NoError(t, componenttest.CheckConfigStruct(cfg))
	require.NoError(t, cfg.Validate())
}

func TestValidate(t *testing.T) {
	tests := map[string]struct {
		change func(*Config)
		want   string
	}{
		"no storage":       {func(c *Config) { c.Storage = component.ID{} }, "storage: must name"},
		"no retry":         {func(c *Config) { c.RetryConfig.Enabled = false }, "retry_on_failure::enabled"},
		"retry gives up":   {func(c *Config) { c.RetryConfig.MaxElapsedTime = time.Minute }, "max_elapsed_time: is 1m0s, want 0"},
		"queue overflows":  {func(c *Config) { c.QueueConfig.Get().BlockOnOverflow = false }, "block_on_overflow"},
		"several mistakes": {func(c *Config) { c.RetryConfig.Enabled = false; c.QueueConfig.Get().BlockOnOverflow = false }, "\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			cfg := createDefaultConfig().(*Config)
			tt.change(cfg)
			assert.ErrorContains(t, cfg.Validate(), tt.want)
		})
	}
}

// storage is an extension that owns an embedded store.
type storage struct {
	component.StartFunc
	component.ShutdownFunc
	backend store.Backend
}

func (s *storage) Backend() store.Backend { return s.backend }

type host map[component.ID]component.Component

func (h host) GetExtensions() map[component.ID]component.Component { return h }

func openStore(t *testing.T) store.Backend {
	t.Helper()
	cfg := embedded.DefaultConfig()
	cfg.Directory = t.TempDir()
	backend, err := embedded.Open(context.Background(), cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { _ = backend.Close(context.Background()) })
	return backend
}

func TestWritesThroughTheQueue(t *testing.T) {
	ctx := context.Background()
	backend := openStore(t)
	cfg := createDefaultConfig().(*Config)
	extensions := host{cfg.Storage: &storage{backend: backend}}
	set := exportertest.NewNopSettings(metadata.Type)

	traces, err := NewFactory().CreateTraces(ctx, set, cfg)
	require.NoError(t, err)
	logs, err := NewFactory().CreateLogs(ctx, set, cfg)
	require.NoError(t, err)
	for _, e := range []component.Component{traces, logs} {
		require.NoError(t, e.Start(ctx, extensions))
	}

	now := operation.TimeOf(time.Now())
	trace, span := operation.TraceID{1}, operation.SpanID{2}
	op := &operation.Operation{
		ID: operation.NewID(now, trace, span), TraceID: trace, SpanID: span, StartTime: now, Revision: 1, Name: "GET /",
	}
	require.NoError(t, logs.ConsumeLogs(ctx, oplog.Encode([]*operation.Operation{op})))
	require.NoError(t, logs.ConsumeLogs(ctx, appLog(now, trace)))
	require.NoError(t, traces.ConsumeTraces(ctx, oneSpan(now, trace, span)))
	require.NoError(t, traces.ConsumeTraces(ctx, ptrace.NewTraces()), "an empty batch")
	for _, e := range []component.Component{traces, logs} {
		require.NoError(t, e.Shutdown(ctx), "writes what waits")
	}

	got, err := backend.Operation(ctx, op.ID)
	require.NoError(t, err)
	assert.Equal(t, "GET /", got.Name)
	q := store.TraceQuery{TraceID: trace, Limit: 10}
	spans, err := backend.Spans(ctx, q)
	require.NoError(t, err)
	assert.Len(t, spans, 1)
	records, err := backend.Logs(ctx, q)
	require.NoError(t, err)
	require.Len(t, records, 1)
	assert.Equal(t, "hello", records[0].Body)
}

func appLog(at operation.Time, trace operation.TraceID) plog.Logs {
	logs := plog.NewLogs()
	r := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	r.SetTimestamp(pcommon.Timestamp(at))
	r.SetTraceID(pcommon.TraceID(trace))
	r.Body().SetStr("hello")
	return logs
}

func oneSpan(at operation.Time, trace operation.TraceID, id operation.SpanID) ptrace.Traces {
	traces := ptrace.NewTraces()
	s := traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	s.SetTraceID(pcommon.TraceID(trace))
	s.SetSpanID(pcommon.SpanID(id))
	s.SetStartTimestamp(pcommon.Timestamp(at))
	return traces
}

func TestStartNeedsAStore(t *testing.T) {
	set := exportertest.NewNopSettings(metadata.Type)
	e, err := NewFactory().CreateTraces(context.Background(), set, createDefaultConfig())
	require.NoError(t, err)
	err = e.Start(context.Background(), host{})
	require.ErrorContains(t, err, `"opslog_storage" is not a running extension`)
	require.NoError(t, e.Shutdown(context.Background()))
}
