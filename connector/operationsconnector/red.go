package operationsconnector

import (
	"sync"
	"time"

	"github.com/lightstep/go-expohisto/structure"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/opslog/opslog/internal/operation"
)

// histogramSize is the number of buckets that OpenTelemetry's SDKs use by default.
const histogramSize = 160

// seriesKey is what the metrics are split by.
type seriesKey struct{ service, operation, kind, status string }

// series is one combination. Its histogram holds the count, too.
type series struct {
	seconds structure.Histogram[float64]
	start   time.Time
	last    time.Time
	slowest exemplar // since the last flush
	latest  exemplar
}

// exemplar is an operation that stands for others; the zero value is none.
type exemplar struct {
	trace   operation.TraceID
	span    operation.SpanID
	at      time.Time
	seconds float64
}

// red counts operations. It takes each operation once, and is safe for concurrent use.
type red struct {
	cfg MetricsConfig

	mu       sync.Mutex
	series   map[seriesKey]*series
	overflow *series // everything that has no series of its own; nil as long as there is nothing
	folded   int64   // operations in overflow
}

func newRED(cfg MetricsConfig) *red {
	return &red{cfg: cfg, series: make(map[seriesKey]*series)}
}

func newSeries(at time.Time) *series {
	s := &series{start: at}
	s.seconds.Init(structure.NewConfig(structure.WithMaxSize(histogramSize)))
	return s
}

// record counts an operation.
func (r *red) record(op *operation.Operation, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.find(seriesKey{op.ServiceName, op.Name, op.Kind, op.Status}, at)
	s.last = at
	e := exemplar{trace: op.TraceID, span: op.SpanID, at: op.StartTime.Std().Add(op.Duration), seconds: max(op.Duration.Seconds(), 0)}
	s.seconds.Update(e.seconds)
	s.latest = e
	if s.slowest.at.IsZero() || e.seconds > s.slowest.seconds {
		s.slowest = e
	}
}

func (r *red) find(key seriesKey, at time.Time) *series {
	if s := r.series[key]; s != nil {
		return s
	}
	if len(r.series) < r.cfg.MaxSeries {
		s := newSeries(at)
		r.series[key] = s
		return s
	}
	r.folded++
	if r.overflow == nil {
		r.overflow = newSeries(at)
	}
	return r.overflow
}

func (r *red) size() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.series)
}

func (r *red) overflowed() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.folded
}

// flush forgets the series that ended and answers the others, cumulative since their start.
func (r *red) flush(at time.Time) pmetric.Metrics {
	r.mu.Lock()
	defer r.mu.Unlock()
	md := pmetric.NewMetrics()
	points := newPoints(md)
	for key, s := range r.series {
		if at.Sub(s.last) >= r.cfg.Expiry {
			delete(r.series, key)
			continue
		}
		points.add(s, at, func(attrs pcommon.Map) {
			attrs.PutStr("service_name", key.service)
			attrs.PutStr("operation", key.operation)
			attrs.PutStr("kind", key.kind)
			attrs.PutStr("status", key.status)
		})
	}
	if r.overflow != nil {
		points.add(r.overflow, at, func(attrs pcommon.Map) { attrs.PutBool("otel.metric.overflow", true) })
	}
	return md
}

// points are where the series go.
type points struct {
	counts    pmetric.NumberDataPointSlice
	durations pmetric.ExponentialHistogramDataPointSlice
}

func newPoints(md pmetric.Metrics) points {
	sm := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty()
	sm.Scope().SetName("github.com/opslog/opslog")

	count := sm.Metrics().AppendEmpty()
	count.SetName("opslog.operations")
	count.SetDescription("Operations by service, operation, kind and status.")
	count.SetUnit("{operation}")
	sum := count.SetEmptySum()
	sum.SetIsMonotonic(true)
	sum.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)

	duration := sm.Metrics().AppendEmpty()
	duration.SetName("opslog.operation.duration")
	duration.SetDescription("Duration of operations by service, operation, kind and status.")
	duration.SetUnit("s")
	histogram := duration.SetEmptyExponentialHistogram()
	histogram.SetAggregationTemporality(pmetric.AggregationTemporalityCumulative)
	return points{counts: sum.DataPoints(), durations: histogram.DataPoints()}
}

func (p points) add(s *series, at time.Time, label func(pcommon.Map)) {
	count := p.counts.AppendEmpty()
	label(count.Attributes())
	count.SetStartTimestamp(pcommon.NewTimestampFromTime(s.start))
	count.SetTimestamp(pcommon.NewTimestampFromTime(at))
	count.SetIntValue(int64(s.seconds.Count()))
	s.latest.put(count.Exemplars())

	d := p.durations.AppendEmpty()
	label(d.Attributes())
	d.SetStartTimestamp(count.StartTimestamp())
	d.SetTimestamp(count.Timestamp())
	fill(d, &s.seconds)
	s.slowest.put(d.Exemplars())
	if s.latest != s.slowest {
		s.latest.put(d.Exemplars())
	}
	s.slowest, s.latest = exemplar{}, exemplar{}
}

func fill(d pmetric.ExponentialHistogramDataPoint, h *structure.Histogram[float64]) {
	d.SetCount(h.Count())
	d.SetSum(h.Sum())
	d.SetMin(h.Min())
	d.SetMax(h.Max())
	d.SetScale(h.Scale())
	d.SetZeroCount(h.ZeroCount())
	from, to := h.Positive(), d.Positive()
	to.SetOffset(from.Offset())
	to.BucketCounts().EnsureCapacity(int(from.Len()))
	for i := range from.Len() {
		to.BucketCounts().Append(from.At(i))
	}
}

func (e *exemplar) put(to pmetric.ExemplarSlice) {
	if e.at.IsZero() {
		return
	}
	x := to.AppendEmpty()
	x.SetTraceID(pcommon.TraceID(e.trace))
	x.SetSpanID(pcommon.SpanID(e.span))
	x.SetTimestamp(pcommon.NewTimestampFromTime(e.at))
	x.SetDoubleValue(e.seconds)
}
