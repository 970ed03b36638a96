package erroralertprocessor

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/opslog/opslog/extension/opslogstorageextension"
	"github.com/opslog/opslog/internal/notify"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
	"github.com/opslog/opslog/processor/erroralertprocessor/internal/metadata"
)

type host map[component.ID]component.Component

func (h host) GetExtensions() map[component.ID]component.Component { return h }

func startStorage(t *testing.T) host {
	t.Helper()
	factory := opslogstorageextension.NewFactory()
	cfg := factory.CreateDefaultConfig().(*opslogstorageextension.Config)
	require.NoError(t, confmap.NewFromStringMap(map[string]any{"embedded": map[string]any{"directory": t.TempDir()}}).Unmarshal(cfg))
	storage, err := factory.Create(t.Context(), extensiontest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	require.NoError(t, storage.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { assert.NoError(t, storage.Shutdown(context.Background())) })
	return host{component.MustNewID("opslog_storage"): storage}
}

func failed(n int) []*operation.Operation {
	var ops []*operation.Operation
	for i := range n {
		op := &operation.Operation{
			TraceID: operation.TraceID{1}, Revision: 1, Complete: true, StartTime: operation.TimeOf(time.Now()), ServiceName: "orders", Name: "POST /orders",
			Status: operation.StatusError, ErrorFingerprint: "fp1:a", ErrorType: "Timeout", ErrorMessage: "charge timed out",
		}
		binary.BigEndian.PutUint64(op.SpanID[:], uint64(i+1))
		op.ID = operation.NewID(op.StartTime, op.TraceID, op.SpanID)
		ops = append(ops, op)
	}
	return ops
}

func TestAFailureReachesTheReceiver(t *testing.T) {
	got := make(chan notify.Message, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m notify.Message
		assert.NoError(t, json.NewDecoder(r.Body).Decode(&m))
		got <- m
	}))
	defer server.Close()

	tel := componenttest.NewTelemetry()
	defer func() { assert.NoError(t, tel.Shutdown(context.Background())) }()
	cfg := createDefaultConfig().(*Config)
	cfg.LearningPeriod, cfg.ExternalURL = 0, "https://opslog.example"
	cfg.Notifiers = []NotifierConfig{{Name: "hook", Webhook: &WebhookConfig{URL: configopaque.String(server.URL), AllowPrivateAddresses: true}}}
	require.NoError(t, cfg.Validate())
	set := processortest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = tel.NewTelemetrySettings()
	next := &consumertest.LogsSink{}
	p, err := NewFactory().CreateLogs(t.Context(), set, cfg, next)
	require.NoError(t, err)
	require.NoError(t, p.Start(t.Context(), startStorage(t)))
	logs := oplog.Encode(failed(3))
	require.NoError(t, p.ConsumeLogs(t.Context(), logs))
	select {
	case m := <-got:
		assert.Equal(t, "New error Timeout: charge timed out in orders POST /orders", m.Title)
		assert.Contains(t, m.Alerts[0].OperationURL, "https://opslog.example/operations/")
	case <-time.After(time.Minute):
		t.Fatal("nobody was told")
	}
	require.NoError(t, p.Shutdown(t.Context()))
	assert.Equal(t, 3, next.LogRecordCount(), "everything is passed on")
	metric, err := tel.GetMetric("otelcol_processor_error_alert_messages_sent")
	require.NoError(t, err)
	assert.NotNil(t, metric)
}

func TestStartNeedsStorage(t *testing.T) {
	p, err := NewFactory().CreateLogs(t.Context(), processortest.NewNopSettings(metadata.Type), createDefaultConfig(), consumertest.NewNop())
	require.NoError(t, err)
	assert.ErrorContains(t, p.Start(t.Context(), componenttest.NewNopHost()), `"opslog_storage" is not a running extension`)
	require.NoError(t, p.Shutdown(t.Context()))
}

func BenchmarkLogs(b *testing.B) {
	cfg := createDefaultConfig().(*Config)
	set := processortest.NewNopSettings(metadata.Type)
	a, err := newProcessor(cfg, set)
	require.NoError(b, err)
	watched, err := cfg.watchConfig()
	require.NoError(b, err)
	require.NoError(b, a.use(watched, nil))
	ops := failed(1000)
	for i, op := range ops {
		op.Name = "GET /things/" + string(rune('a'+i%5000))
		if i%33 != 0 {
			op.Status, op.ErrorFingerprint, op.ErrorType, op.ErrorMessage = operation.StatusOK, "", "", ""
		}
	}
	logs := oplog.Encode(ops)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = a.logs(b.Context(), logs)
		a.watch.Engine().Changes()
	}
	b.ReportMetric(float64(b.N*len(ops))/b.Elapsed().Seconds(), "operations/s")
}
