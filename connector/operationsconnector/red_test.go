package operationsconnector

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/opslog/opslog/internal/operation"
)

// countOf is the last value of opslog.operations, over all series.
func countOf(t *testing.T, all []pmetric.Metrics) int64 {
	t.Helper()
	require.NotEmpty(t, all)
	var n int64
	for _, p := range find(t, all[len(all)-1], "opslog.operations").Sum().DataPoints().All() {
		n += p.IntValue()
	}
	return n
}

func find(t *testing.T, md pmetric.Metrics, name string) pmetric.Metric {
	t.Helper()
	for _, m := range md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
		if m.Name() == name {
			return m
		}
	}
	t.Fatalf("no metric %s", name)
	return pmetric.Metric{}
}

// total adds up the points of one of the connector's own metrics.
func total(t *testing.T, m metricdata.Metrics) int64 {
	t.Helper()
	var n int64
	switch data := m.Data.(type) {
	case metricdata.Sum[int64]:
		for _, p := range data.DataPoints {
			n += p.Value
		}
	case metricdata.Gauge[int64]:
		for _, p := range data.DataPoints {
			n += p.Value
		}
	default:
		t.Fatalf("%s is a %T", m.Name, m.Data)
	}
	return n
}

func dataPoints(c *core, value int64) []metricdata.DataPoint[int64] {
	return []metricdata.DataPoint[int64]{{Value: value, Attributes: attribute.NewSet(c.tel.id)}}
}

func op(service, name string, d time.Duration, status string) *operation.Operation {
	return &operation.Operation{TraceID: operation.TraceID{1}, SpanID: operation.SpanID{2}, ServiceName: service, Name: name,
		Kind: operation.KindQuery, Status: status, StartTime: 1, Duration: d}
}

func TestRED(t *testing.T) {
	at := time.Unix(1000, 0)
	r := newRED(MetricsConfig{MaxSeries: 10, Expiry: time.Minute})
	r.record(op("shop", "GET /cart", 20*time.Millisecond, "ok"), at)
	r.record(op("shop", "GET /cart", 80*time.Millisecond, "ok"), at)
	r.record(op("shop", "GET /cart", 40*time.Millisecond, "ok"), at)
	r.record(op("shop", "GET /cart", 0, "error"), at)
	md := r.flush(at.Add(time.Second))

	durations := find(t, md, "opslog.operation.duration").ExponentialHistogram()
	require.Equal(t, pmetric.AggregationTemporalityCumulative, durations.AggregationTemporality())
	require.Equal(t, 2, durations.DataPoints().Len())
	for _, p := range durations.DataPoints().All() {
		require.Equal(t, at, p.StartTimestamp().AsTime().Local())
		status, _ := p.Attributes().Get("status")
		if status.Str() == "error" {
			require.EqualValues(t, 1, p.ZeroCount())
			continue
		}
		require.Equal(t, map[string]any{"service_name": "shop", "operation": "GET /cart", "kind": "query", "status": "ok"}, p.Attributes().AsRaw())
		require.EqualValues(t, 3, p.Count())
		require.InDelta(t, 0.14, p.Sum(), 1e-9)
		require.InDelta(t, 0.08, p.Max(), 1e-9)
		var buckets uint64
		for _, n := range p.Positive().BucketCounts().All() {
			buckets += n
		}
		require.EqualValues(t, 3, buckets)
		require.Equal(t, 2, p.Exemplars().Len(), "the slowest and the latest")
		require.InDelta(t, 0.08, p.Exemplars().At(0).DoubleValue(), 1e-9)
		require.EqualValues(t, operation.TraceID{1}, p.Exemplars().At(0).TraceID())
	}

	r.record(op("shop", "GET /cart", time.Millisecond, "ok"), at.Add(time.Minute))
	md = r.flush(at.Add(90 * time.Second))
	require.Equal(t, 1, find(t, md, "opslog.operations").Sum().DataPoints().Len(), "the errors have ended")
	require.EqualValues(t, 4, find(t, md, "opslog.operations").Sum().DataPoints().At(0).IntValue(), "cumulative")
	require.Equal(t, 1, find(t, md, "opslog.operation.duration").ExponentialHistogram().DataPoints().At(0).Exemplars().Len())
}

func TestREDOverflow(t *testing.T) {
	at := time.Unix(1000, 0)
	r := newRED(MetricsConfig{MaxSeries: 3, Expiry: time.Minute})
	for i := range 10 {
		r.record(op("shop", fmt.Sprint("GET /", i), time.Second, "ok"), at)
	}
	counts := find(t, r.flush(at), "opslog.operations").Sum().DataPoints()
	require.Equal(t, 4, counts.Len())
	overflow := counts.At(3)
	require.EqualValues(t, 7, overflow.IntValue())
	require.Equal(t, map[string]any{"otel.metric.overflow": true}, overflow.Attributes().AsRaw())
	require.EqualValues(t, 7, r.overflowed())
	require.Equal(t, 3, r.size())
}

func TestMetricsAreFlushed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, defaultConfig(), nil)
		require.NoError(t, r.send(requests(0, 10)))
		require.NoError(t, r.send(requests(0, 10)), "delivered again")
		time.Sleep(16 * time.Second)
		require.EqualValues(t, 10, countOf(t, r.points.AllMetrics()))
		require.NoError(t, r.send(requests(0, 20)))
		time.Sleep(15 * time.Second)
		require.EqualValues(t, 20, countOf(t, r.points.AllMetrics()))
		r.shutdown()
	})
}
