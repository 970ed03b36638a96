package operationsconnector

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/connector/operationsconnector/internal/metadata"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
)

// rig is a connector between sinks, as the collector would build it.
type rig struct {
	t       testing.TB
	traces  connector.Traces // to logs
	metrics connector.Traces
	logs    connector.Logs
	out     *consumertest.LogsSink
	points  *consumertest.MetricsSink
}

func newSettings(tel component.TelemetrySettings) connector.Settings {
	return connector.Settings{ID: component.NewID(metadata.Type), TelemetrySettings: tel}
}

// newRig starts all three parts; next replaces the sink of the records where it is not nil.
func newRig(tb testing.TB, cfg *Config, next consumer.Logs) *rig {
	tb.Helper()
	return newRigWith(tb, cfg, next, connectortest.NewNopSettings(metadata.Type).TelemetrySettings)
}

func newRigWith(tb testing.TB, cfg *Config, next consumer.Logs, tel component.TelemetrySettings) *rig {
	tb.Helper()
	require.NoError(tb, cfg.Validate())
	r := &rig{t: tb, out: new(consumertest.LogsSink), points: new(consumertest.MetricsSink)}
	if next == nil {
		next = r.out
	}
	f, set, ctx := NewFactory(), newSettings(tel), tb.Context()
	var err error
	r.traces, err = f.CreateTracesToLogs(ctx, set, cfg, next)
	require.NoError(tb, err)
	r.metrics, err = f.CreateTracesToMetrics(ctx, set, cfg, r.points)
	require.NoError(tb, err)
	r.logs, err = f.CreateLogsToLogs(ctx, set, cfg, next)
	require.NoError(tb, err)
	for _, c := range []component.Component{r.traces, r.metrics, r.logs} {
		require.NoError(tb, c.Start(ctx, componenttest.NewNopHost()))
	}
	return r
}

// send gives the traces to both parts that take traces, as the collector's fan-out does.
func (r *rig) send(td ptrace.Traces) error {
	if err := r.traces.ConsumeTraces(context.Background(), td); err != nil {
		return err
	}
	return r.metrics.ConsumeTraces(context.Background(), td)
}

func (r *rig) shutdown() {
	r.t.Helper()
	for _, c := range []component.Component{r.logs, r.traces, r.metrics} {
		require.NoError(r.t, c.Shutdown(context.Background()))
	}
}

// records reads what the sink got.
func (r *rig) records() []*operation.Operation { return decode(r.t, r.out.AllLogs()) }

func decode(tb testing.TB, all []plog.Logs) []*operation.Operation {
	tb.Helper()
	var ops []*operation.Operation
	for _, ld := range all {
		some, rest := oplog.Split(ld)
		require.Empty(tb, rest)
		ops = append(ops, some...)
	}
	return ops
}

// defaultConfig is the default one, without the records that graph_test.go is about.
func defaultConfig() *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.Graph.Enabled = false
	return cfg
}

// requests is a batch of operations, one trace each, with a server span and a call under it.
func requests(from, to int) ptrace.Traces {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "shop")
	spans := rs.ScopeSpans().AppendEmpty().Spans()
	for i := from; i < to; i++ {
		trace := pcommon.TraceID{0: 1, 13: byte(i >> 16), 14: byte(i >> 8), 15: byte(i)}
		server := spans.AppendEmpty()
		server.SetTraceID(trace)
		server.SetSpanID(pcommon.SpanID{7: 1})
		server.SetName("GET /cart")
		server.SetKind(ptrace.SpanKindServer)
		server.SetFlags(0x101)
		server.SetStartTimestamp(pcommon.NewTimestampFromTime(time.Now()))
		server.SetEndTimestamp(pcommon.NewTimestampFromTime(time.Now().Add(20 * time.Millisecond)))
		server.Attributes().PutStr("http.request.method", "GET")
		server.Attributes().PutStr("http.route", "/cart")
		call := spans.AppendEmpty()
		server.CopyTo(call)
		call.SetSpanID(pcommon.SpanID{7: 2})
		call.SetParentSpanID(server.SpanID())
		call.SetKind(ptrace.SpanKindClient)
		call.SetName("SELECT")
		call.Attributes().Clear()
		call.Attributes().PutStr("db.system.name", "postgresql")
		call.Attributes().PutStr("db.query.text", "SELECT * FROM carts WHERE id = $1")
	}
	return td
}
