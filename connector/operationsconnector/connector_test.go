package operationsconnector

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/golden"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/pdatatest/plogtest"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/opslog/opslog/connector/operationsconnector/internal/metadata"
	"github.com/opslog/opslog/connector/operationsconnector/internal/metadatatest"
	"github.com/opslog/opslog/internal/operation"
)

var update = flag.Bool("update", false, "write what the connector makes of testdata/*/traces.yaml to want.yaml")

func TestGolden(t *testing.T) {
	cases, err := filepath.Glob("testdata/*/traces.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	for _, path := range cases {
		dir := filepath.Dir(path)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			td, err := golden.ReadTraces(path)
			require.NoError(t, err)
			r := newRig(t, defaultConfig(), nil)
			require.NoError(t, r.send(td))
			if logs := filepath.Join(dir, "logs.yaml"); exists(logs) {
				ld, err := golden.ReadLogs(logs)
				require.NoError(t, err)
				require.NoError(t, r.logs.ConsumeLogs(t.Context(), ld))
			}
			r.shutdown()
			got := merge(r.out.AllLogs())
			want := filepath.Join(dir, "want.yaml")
			if *update {
				require.NoError(t, golden.WriteLogsToFile(want, got))
			}
			expected, err := golden.ReadLogs(want)
			require.NoError(t, err)
			require.NoError(t, plogtest.CompareLogs(expected, got, plogtest.IgnoreResourceLogsOrder(), plogtest.IgnoreLogRecordsOrder(),
				// These follow from algorithms that have their own tests in internal/derive.
				plogtest.IgnoreLogRecordAttributeValue("error_fingerprint"), plogtest.IgnoreLogRecordAttributeValue("error_variant"),
				plogtest.IgnoreLogRecordAttributeValue("kind_confidence"), plogtest.IgnoreLogRecordAttributeValue("kind_evidence")))
		})
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func merge(all []plog.Logs) plog.Logs {
	out := plog.NewLogs()
	for _, ld := range all {
		ld.ResourceLogs().MoveAndAppendTo(out.ResourceLogs())
	}
	return out
}

func TestRecordsComeAfterLinger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, defaultConfig(), nil)
		require.NoError(t, r.send(requests(0, 100)))
		time.Sleep(4900 * time.Millisecond)
		require.Empty(t, r.records())
		time.Sleep(300 * time.Millisecond)
		ops := r.records()
		require.Len(t, ops, 100)
		for _, op := range ops {
			require.True(t, op.Complete)
			require.EqualValues(t, 2, op.SpanCount)
			require.EqualValues(t, 1, op.DB.Calls)
		}
		r.shutdown()
		require.Len(t, r.records(), 100, "nothing twice")
	})
}

// TestWhatWasNotReached: the connector learns from successful runs which changes a failed one did not get to.
func TestWhatWasNotReached(t *testing.T) {
	cfg := defaultConfig()
	cfg.NumShards = 1 // the failed run comes last
	r := newRig(t, cfg, nil)
	td := requests(0, 30)
	for i, span := range all(td) {
		if span.Kind() == ptrace.SpanKindServer {
			span.Attributes().PutStr("http.request.method", "POST")
			if i >= 58 {
				span.Status().SetCode(ptrace.StatusCodeError)
			}
			continue
		}
		span.Attributes().PutStr("db.query.text", "INSERT INTO orders (id) VALUES ($1)")
		if i >= 58 {
			span.Attributes().PutStr("db.query.text", "SELECT 1")
		}
	}
	require.NoError(t, r.send(td))
	r.shutdown()
	ops := r.records()
	last := ops[len(ops)-1]
	require.Equal(t, operation.StatusError, last.Status)
	require.Len(t, last.Effects, 1)
	require.Equal(t, operation.EffectNotReached, last.Effects[0].Outcome)
}

func all(td ptrace.Traces) []ptrace.Span {
	var spans []ptrace.Span
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				spans = append(spans, span)
			}
		}
	}
	return spans
}

func TestShutdownPublishesWhatWaits(t *testing.T) {
	r := newRig(t, defaultConfig(), nil)
	require.NoError(t, r.send(requests(0, 5000)))
	r.shutdown()
	require.Len(t, r.records(), 5000)
}

func TestAnyOrderOfShutdown(t *testing.T) {
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}, {1, 0, 2}} {
		r := newRig(t, defaultConfig(), nil)
		require.NoError(t, r.send(requests(0, 50)))
		parts := []component.Component{r.traces, r.metrics, r.logs}
		for _, i := range order {
			require.NoError(t, parts[i].Shutdown(t.Context()))
			require.NoError(t, parts[i].Shutdown(t.Context()), "again")
		}
		require.Len(t, r.records(), 50)
		require.EqualValues(t, 50, countOf(t, r.points.AllMetrics()))
	}
}

func TestRestart(t *testing.T) {
	cfg := defaultConfig()
	for range 3 {
		r := newRig(t, cfg, nil)
		require.NoError(t, r.send(requests(0, 10)))
		r.shutdown()
		require.Len(t, r.records(), 10)
	}
	require.Empty(t, cores.cores)
}

func TestMetricsAlone(t *testing.T) {
	cfg := defaultConfig()
	sink := new(consumertest.MetricsSink)
	c, err := NewFactory().CreateTracesToMetrics(t.Context(), connectortest.NewNopSettings(metadata.Type), cfg, sink)
	require.NoError(t, err)
	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, c.ConsumeTraces(t.Context(), requests(0, 10)))
	require.NoError(t, c.Shutdown(t.Context()))
	require.EqualValues(t, 10, countOf(t, sink.AllMetrics()))
}

// moody is a next component that fails when it is told to.
type moody struct {
	consumer.Logs
	err  atomic.Pointer[error]
	gets atomic.Int64
}

func (m *moody) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

func (m *moody) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	m.gets.Add(1)
	if err := m.err.Load(); err != nil {
		return *err
	}
	return m.Logs.ConsumeLogs(ctx, ld)
}

func (m *moody) fail(err error) { m.err.Store(&err) }

func TestRecordsAreSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &moody{}
		next.fail(errors.New("away"))
		r := newRig(t, defaultConfig(), next)
		next.Logs = r.out
		require.NoError(t, r.send(requests(0, 100)))
		time.Sleep(time.Minute)
		require.Less(t, next.gets.Load(), int64(40), "tries become rare")
		next.err.Store(nil)
		time.Sleep(11 * time.Second)
		require.Len(t, r.records(), 100)
		r.shutdown()
		require.Len(t, r.records(), 100)
	})
}

func TestBackpressureFromTheNextComponent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := defaultConfig()
		cfg.MaxMemoryMiB, cfg.NumShards = 1, 1
		next := &moody{}
		next.fail(errors.New("away"))
		r := newRig(t, cfg, next)
		next.Logs = r.out
		taken := 0
		for i := 0; i < 1_000_000; i += 100 {
			if err := r.send(requests(i, i+100)); err != nil {
				require.ErrorIs(t, err, errOutput)
				require.False(t, consumererror.IsPermanent(err))
				break
			}
			taken += 100
			time.Sleep(100 * time.Millisecond)
		}
		next.err.Store(nil)
		time.Sleep(time.Minute)
		require.NoError(t, r.send(requests(2_000_000, 2_000_100)), "there is room again")
		r.shutdown()
		require.GreaterOrEqual(t, distinct(t, r), taken+100, "nothing taken is lost")
	})
}

func distinct(t *testing.T, r *rig) int {
	t.Helper()
	ids := make(map[string]bool)
	for _, op := range r.records() {
		ids[op.ID.String()] = true
	}
	return len(ids)
}

func TestBlockOnOverflowRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := defaultConfig()
		cfg.MaxMemoryMiB, cfg.NumShards, cfg.BlockOnOverflow = 1, 1, true
		r := newRig(t, cfg, nil)
		var err error
		taken := 0
		for ; err == nil; taken++ {
			err = r.send(requests(taken, taken+1))
			synctest.Wait()
		}
		require.ErrorIs(t, err, errMemory)
		time.Sleep(6 * time.Second)
		for _, op := range r.records() {
			require.True(t, op.Complete)
		}
		r.shutdown()
		require.Len(t, r.records(), taken-1)
	})
}

func TestRecordsRefusedForGoodAreCounted(t *testing.T) {
	tel := componenttest.NewTelemetry()
	defer func() { require.NoError(t, tel.Shutdown(context.Background())) }()
	next := &moody{}
	next.fail(consumererror.NewPermanent(errors.New("never")))
	r := newRigWith(t, defaultConfig(), next, tel.NewTelemetrySettings())
	require.NoError(t, r.send(requests(0, 7)))
	require.NoError(t, r.traces.(*tracesToLogs).core.stop(t.Context()))
	m, err := tel.GetMetric("otelcol_connector_operations_lost_records")
	require.NoError(t, err)
	require.EqualValues(t, 7, total(t, m))
	r.shutdown()
}

func TestShutdownDoesNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &moody{}
		next.fail(errors.New("away"))
		r := newRig(t, defaultConfig(), next)
		require.NoError(t, r.send(requests(0, 7)))
		start := time.Now()
		require.ErrorContains(t, r.traces.Shutdown(t.Context()), "7 operations are lost")
		require.LessOrEqual(t, time.Since(start), shutdownPatience+time.Second)
		require.NoError(t, r.metrics.Shutdown(t.Context()))
		require.ErrorIs(t, r.logs.ConsumeLogs(t.Context(), plog.NewLogs()), errStopped)
		require.NoError(t, r.logs.Shutdown(t.Context()))
	})
}

func TestOwnMetrics(t *testing.T) {
	tel := componenttest.NewTelemetry()
	defer func() { require.NoError(t, tel.Shutdown(context.Background())) }()
	r := newRigWith(t, defaultConfig(), nil, tel.NewTelemetrySettings())
	td := requests(0, 10)
	require.NoError(t, r.send(td))
	require.NoError(t, r.send(td))
	core := r.traces.(*tracesToLogs).core
	require.NoError(t, core.stop(t.Context()))
	for name, want := range map[string]int64{
		"spans": 20, "duplicate_spans": 20, "published_records": 10, "held_bytes": 0, "held_traces": 0, "open_operations": 0,
		"dropped_spans": 0, "metric_series": 1,
	} {
		m, err := tel.GetMetric("otelcol_connector_operations_" + name)
		require.NoError(t, err, name)
		require.Equal(t, want, total(t, m), name)
	}
	metadatatest.AssertEqualConnectorOperationsLateSpans(t, tel, dataPoints(core, 0), metricdatatest.IgnoreTimestamp())
	r.shutdown()
}
