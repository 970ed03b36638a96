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
	r *redactor
	// engine and s belong to the service of the resource that is walked; sessions
	// holds those in use, one for each engine.
	engine   *pii.Engine
	s        *pii.Session
	sessions []*pii.Session
	sampling bool
	// at is the place whose attributes are walked, path the keys of nested maps above.
	at   pii.Place
	path []byte
	// inBody is set in the body of a log record, whose path begins with body.
	inBody bool
	full   []byte
	// allowed is set under a key that may pass, depth counts maps and lists.
	allowed bool
	depth   int
}

// use switches to an engine.
func (w *walker) use(engine int) {
	w.engine = w.r.engines[engine]
	if w.sessions[engine] == nil {
		w.sessions[engine] = w.engine.Session()
		if w.sampling {
			w.sessions[engine].WantSample()
		}
	}
	w.s = w.sessions[engine]
}

// enter switches to the engine of a resource's service.
func (w *walker) enter(r pcommon.Resource) {
	if len(w.r.services) == 0 {
		return
	}
	engine := 0
	if name, ok := r.Attributes().Get("service.name"); ok {
		engine = w.r.engineOf(name.AsString())
	}
	w.use(engine)
}

func (r *redactor) engineOf(service string) int {
	for i, s := range r.services {
		for _, glob := range s.Match {
			if pii.MatchGlob(glob, service) {
				return i + 1
			}
		}
	}
	return 0
}

// record walks one record. A failure outside of its values, where nobody knows
// what has been walked, blanks the record and keeps it.
func (w *walker) record(blank func(label string), visit func()) {
	w.s.StartRecord()
	defer func() {
		if recover() != nil {
			w.path, w.allowed, w.inBody, w.depth = w.path[:0], false, false, 0
			if label, o := w.s.Failed(); o != pii.Kept {
				blank(label)
			}
		}
	}()
	visit()
}

// note names the rules that changed a record in an attribute of it.
func (w *walker) note(m pcommon.Map) {
	if w.r.attribute == "" || w.engine.Reports() || !w.s.Changed() {
		return
	}
	list := pcommon.NewSlice()
	if v, ok := m.Get(w.r.attribute); ok && v.Type() == pcommon.ValueTypeSlice {
		v.Slice().MoveAndAppendTo(list)
	}
	for _, rule := range w.s.RecordRules() {
		if !holds(list, rule) {
			list.AppendEmpty().SetStr(rule)
		}
	}
	list.MoveAndAppendTo(m.PutEmptySlice(w.r.attribute))
}

func holds(list pcommon.Slice, text string) bool {
	for _, v := range list.All() {
		if v.Type() == pcommon.ValueTypeStr && v.Str() == text {
			return true
		}
	}
	return false
}

// text redacts one string field that has no key.
func (w *walker) text(at pii.Place, value string, set func(string)) {
	if value == "" {
		return
	}
	w.s.At(at)
	w.s.Under(nil)
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
	w.record(func(string) { r.Attributes().Clear() }, func() { w.attributes(placeResource, r.Attributes()) })
}

func (w *walker) scope(s pcommon.InstrumentationScope) {
	blank := func(label string) {
		s.SetName(label)
		s.SetVersion("")
		s.Attributes().Clear()
	}
	w.record(blank, func() {
		w.text(placeScope, s.Name(), s.SetName)
		w.text(placeScope, s.Version(), s.SetVersion)
		w.attributes(placeScope, s.Attributes())
	})
}

func (w *walker) traceState(at pii.Place, s pcommon.TraceState) {
	w.text(at, s.AsRaw(), s.FromRaw)
}

func (w *walker) traces(td ptrace.Traces) {
	for _, rs := range td.ResourceSpans().All() {
		w.enter(rs.Resource())
		w.text(placeResource, rs.SchemaUrl(), rs.SetSchemaUrl)
		w.resource(rs.Resource())
		for _, ss := range rs.ScopeSpans().All() {
			w.text(placeScope, ss.SchemaUrl(), ss.SetSchemaUrl)
			w.scope(ss.Scope())
			for _, span := range ss.Spans().All() {
				w.record(func(label string) { blankSpan(span, label) }, func() { w.span(span) })
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
	w.note(s.Attributes())
}

func blankSpan(s ptrace.Span, label string) {
	s.SetName(label)
	s.Status().SetMessage("")
	s.TraceState().FromRaw("")
	s.Attributes().Clear()
	s.Events().RemoveIf(func(ptrace.SpanEvent) bool { return true })
	s.Links().RemoveIf(func(ptrace.SpanLink) bool { return true })
}

func (w *walker) logs(ld plog.Logs) {
	for _, rl := range ld.ResourceLogs().All() {
		w.enter(rl.Resource())
		w.text(placeResource, rl.SchemaUrl(), rl.SetSchemaUrl)
		w.resource(rl.Resource())
		for _, sl := range rl.ScopeLogs().All() {
			w.text(placeScope, sl.SchemaUrl(), sl.SetSchemaUrl)
			w.scope(sl.Scope())
			for _, record := range sl.LogRecords().All() {
				w.record(func(label string) { blankLog(record, label) }, func() { w.logRecord(record) })
			}
		}
	}
}

func (w *walker) logRecord(r plog.LogRecord) {
	w.text(placeName, r.EventName(), r.SetEventName)
	w.text(placeName, r.SeverityText(), r.SetSeverityText)
	w.attributes(placeAttributes, r.Attributes())
	w.body(r)
	w.note(r.Attributes())
}

// body redacts a log record's body. A text has no key and passes in any mode; the
// members of a map or of JSON have keys of their own.
func (w *walker) body(r plog.LogRecord) {
	w.at, w.inBody = placeBody, true
	w.s.At(placeBody)
	w.s.Under([]byte("body"))
	w.s.FilterKeys(true)
	if w.walkValue(r.Body(), pii.Decision{}) {
		r.Body().SetStr("")
	}
	w.s.FilterKeys(false)
	w.inBody = false
}

func blankLog(r plog.LogRecord, label string) {
	r.SetEventName("")
	r.SetSeverityText("")
	r.Attributes().Clear()
	r.Body().SetStr(label)
}

func (w *walker) metrics(md pmetric.Metrics) {
	for _, rm := range md.ResourceMetrics().All() {
		w.enter(rm.Resource())
		w.text(placeResource, rm.SchemaUrl(), rm.SetSchemaUrl)
		w.resource(rm.Resource())
		for _, sm := range rm.ScopeMetrics().All() {
			w.text(placeScope, sm.SchemaUrl(), sm.SetSchemaUrl)
			w.scope(sm.Scope())
			for _, metric := range sm.Metrics().All() {
				w.record(func(label string) { blankMetric(metric, label) }, func() { w.metric(metric) })
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

// blankMetric empties a metric, whose points have no meaning without their attributes.
func blankMetric(m pmetric.Metric, label string) {
	pmetric.NewMetric().CopyTo(m)
	m.SetName(label)
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
