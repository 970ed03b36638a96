package piiredactionprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/pii"
)

// walker visits every field of one batch that can hold text.
type walker struct {
	engine *pii.Engine
	s      *pii.Session
	// at is the place whose attributes are walked, path the keys of nested maps above.
	at   pii.Place
	path []byte
}

// text redacts one string field that has no key.
func (w *walker) text(at pii.Place, value string, set func(string)) {
	if value == "" {
		return
	}
	w.s.At(at)
	if out, o := w.s.Text(value); o != pii.Kept {
		set(out)
	}
}

func (w *walker) attributes(at pii.Place, m pcommon.Map) {
	w.at = at
	w.s.At(at)
	w.walkMap(m)
}

func (w *walker) resource(r pcommon.Resource) {
	w.attributes(placeResource, r.Attributes())
}

func (w *walker) scope(s pcommon.InstrumentationScope) {
	w.text(placeScope, s.Name(), s.SetName)
	w.text(placeScope, s.Version(), s.SetVersion)
	w.attributes(placeScope, s.Attributes())
}

func (w *walker) traceState(at pii.Place, s pcommon.TraceState) {
	w.text(at, s.AsRaw(), s.FromRaw)
}

func (w *walker) traces(td ptrace.Traces) {
	for _, rs := range td.ResourceSpans().All() {
		w.text(placeResource, rs.SchemaUrl(), rs.SetSchemaUrl)
		w.resource(rs.Resource())
		for _, ss := range rs.ScopeSpans().All() {
			w.text(placeScope, ss.SchemaUrl(), ss.SetSchemaUrl)
			w.scope(ss.Scope())
			for _, span := range ss.Spans().All() {
				w.span(span)
			}
		}
	}
}

func (w *walker) span(s ptrace.Span) {
	w.text(placeName, s.Name(), s.SetName)
	w.text(placeStatus, s.Status().Message(), s.Status().SetMessage)
	w.traceState(placeTraceState, s.TraceState())
	w.attributes(placeAttributes, s.Attributes())
	for _, event := range s.Events().All() {
		w.text(placeEvent, event.Name(), event.SetName)
		w.attributes(placeEvent, event.Attributes())
	}
	for _, link := range s.Links().All() {
		w.traceState(placeLink, link.TraceState())
		w.attributes(placeLink, link.Attributes())
	}
}

func (w *walker) logs(ld plog.Logs) {
	for _, rl := range ld.ResourceLogs().All() {
		w.text(placeResource, rl.SchemaUrl(), rl.SetSchemaUrl)
		w.resource(rl.Resource())
		for _, sl := range rl.ScopeLogs().All() {
			w.text(placeScope, sl.SchemaUrl(), sl.SetSchemaUrl)
			w.scope(sl.Scope())
			for _, record := range sl.LogRecords().All() {
				w.logRecord(record)
			}
		}
	}
}

func (w *walker) logRecord(r plog.LogRecord) {
	w.text(placeName, r.EventName(), r.SetEventName)
	w.text(placeName, r.SeverityText(), r.SetSeverityText)
	w.attributes(placeAttributes, r.Attributes())
	w.at = placeBody
	w.s.At(placeBody)
	if w.walkValue(r.Body(), pii.Decision{}) {
		r.Body().SetStr("")
	}
}

func (w *walker) metrics(md pmetric.Metrics) {
	for _, rm := range md.ResourceMetrics().All() {
		w.text(placeResource, rm.SchemaUrl(), rm.SetSchemaUrl)
		w.resource(rm.Resource())
		for _, sm := range rm.ScopeMetrics().All() {
			w.text(placeScope, sm.SchemaUrl(), sm.SetSchemaUrl)
			w.scope(sm.Scope())
			for _, metric := range sm.Metrics().All() {
				w.metric(metric)
			}
		}
	}
}

func (w *walker) metric(m pmetric.Metric) {
	w.text(placeMetric, m.Name(), m.SetName)
	w.text(placeMetric, m.Description(), m.SetDescription)
	w.text(placeMetric, m.Unit(), m.SetUnit)
	w.attributes(placeMetric, m.Metadata())
	w.points(m)
}

func (w *walker) points(m pmetric.Metric) {
	switch m.Type() {
	case pmetric.MetricTypeGauge:
		w.numbers(m.Gauge().DataPoints())
	case pmetric.MetricTypeSum:
		w.numbers(m.Sum().DataPoints())
	case pmetric.MetricTypeHistogram:
		for _, p := range m.Histogram().DataPoints().All() {
			w.point(p.Attributes(), p.Exemplars())
		}
	case pmetric.MetricTypeExponentialHistogram:
		for _, p := range m.ExponentialHistogram().DataPoints().All() {
			w.point(p.Attributes(), p.Exemplars())
		}
	case pmetric.MetricTypeSummary:
		for _, p := range m.Summary().DataPoints().All() {
			w.attributes(placeAttributes, p.Attributes())
		}
	}
}

func (w *walker) numbers(points pmetric.NumberDataPointSlice) {
	for _, p := range points.All() {
		w.point(p.Attributes(), p.Exemplars())
	}
}

func (w *walker) point(attributes pcommon.Map, exemplars pmetric.ExemplarSlice) {
	w.attributes(placeAttributes, attributes)
	for _, e := range exemplars.All() {
		w.attributes(placeExemplar, e.FilteredAttributes())
	}
}
