package opslogexporter

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/exporter/opslogexporter/internal/metadata"
	"github.com/opslog/opslog/extension/opslogstorageextension"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/storehost"
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
		"no timeout":       {func(c *Config) { c.TimeoutConfig.Timeout = 0 }, "timeout: is 0s"},
		"no queue":         {func(c *Config) { c.QueueConfig = configoptional.None[exporterhelper.QueueBatchConfig]() }, "sending_queue::enabled: is false"},
		"queue in memory":  {func(c *Config) { c.QueueConfig.Get().StorageID = nil }, "sending_queue::storage: is not set"},
		"queue by number":  {func(c *Config) { c.QueueConfig.Get().Sizer = exporterhelper.RequestSizerTypeItems }, "sending_queue::sizer: is items, want bytes"},
		"tiny queue":       {func(c *Config) { c.QueueConfig.Get().QueueSize = 1000 }, "sending_queue::queue_size: is 1000"},
		"many consumers":   {func(c *Config) { c.QueueConfig.Get().NumConsumers = 1000 }, "num_consumers: is 1000"},
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

type host map[component.ID]component.Component

func (h host) GetExtensions() map[component.ID]component.Component { return h }

// openStorage starts an opslog_storage with an embedded database.
func openStorage(t *testing.T, dir string) (storage extension.Extension, end func()) {
	t.Helper()
	factory := opslogstorageextension.NewFactory()
	cfg := factory.CreateDefaultConfig().(*opslogstorageextension.Config)
	require.NoError(t, confmap.NewFromStringMap(map[string]any{"embedded": map[string]any{"directory": dir}}).Unmarshal(cfg))
	storage, err := factory.Create(context.Background(), extensiontest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	require.NoError(t, storage.Start(context.Background(), componenttest.NewNopHost()))
	return storage, func() { require.NoError(t, storage.Shutdown(context.Background())) }
}

func TestWritesThroughTheQueue(t *testing.T) {
	ctx := context.Background()
	storage, closeStorage := openStorage(t, t.TempDir())
	defer closeStorage()
	backend := storage.(storehost.Provider).Backend()
	cfg := createDefaultConfig().(*Config)
	extensions := host{cfg.Storage: storage}
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
	require.NoError(t, logs.ConsumeLogs(ctx, oplog.EncodePacked([]*operation.Operation{op})), "the same once more, packed")
	require.NoError(t, logs.ConsumeLogs(ctx, appLog(now, trace)))
	require.NoError(t, traces.ConsumeTraces(ctx, oneSpan(now, trace, span)))
	require.NoError(t, traces.ConsumeTraces(ctx, ptrace.NewTraces()), "an empty batch")
	for _, e := range []component.Component{traces, logs} {
		defer func() { assert.NoError(t, e.Shutdown(ctx)) }()
	}
	require.Eventually(t, func() bool {
		stats, err := backend.Stats(ctx)
		return err == nil && stats.Operations == 1 && stats.Spans == 1 && stats.Logs == 1
	}, 10*time.Second, 10*time.Millisecond)

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

func TestQueueIsInTheStorageThatIsWrittenTo(t *testing.T) {
	tests := map[string]struct {
		yaml map[string]any
		want string
	}{
		"default":  {nil, "opslog_storage"},
		"another":  {map[string]any{"storage": "opslog_storage/b"}, "opslog_storage/b"},
		"separate": {map[string]any{"sending_queue": map[string]any{"storage": "file_storage"}}, "file_storage"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			cfg := createDefaultConfig().(*Config)
			require.NoError(t, confmap.NewFromStringMap(tt.yaml).Unmarshal(cfg))
			assert.Equal(t, tt.want, cfg.QueueConfig.Get().StorageID.String())
		})
	}
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, confmap.NewFromStringMap(map[string]any{"durable": false, "sending_queue": map[string]any{"storage": nil}}).Unmarshal(cfg))
	assert.Nil(t, cfg.QueueConfig.Get().StorageID)
	assert.NoError(t, cfg.Validate())
}
