package opslogqueryextension

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/jaeger"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// jaegerRoutes are those of Jaeger's query API that its UI and Grafana use, the classic ones and those of version 3.
func (h *apiHandler) jaegerRoutes() []compatible {
	classic := func(path string, answer func(*http.Request) (any, error)) compatible {
		return compatible{path: path, answer: answer, fail: func(w http.ResponseWriter, status int, message string) {
			writeCompatible(w, status, jaeger.Failed(status, message))
		}}
	}
	v3 := func(path string, answer func(*http.Request) (any, error)) compatible {
		return compatible{path: path, answer: answer, fail: func(w http.ResponseWriter, status int, message string) {
			writeCompatible(w, status, map[string]any{"error": map[string]any{"httpCode": status, "message": message}})
		}}
	}
	transform := classic("/api/transform", h.jaegerTransform)
	transform.method = http.MethodPost
	return []compatible{
		transform,
		classic("/api/services", h.jaegerServices),
		classic("/api/services/{service}/operations", h.jaegerServiceOperations),
		classic("/api/operations", h.jaegerOperations),
		classic("/api/traces", h.jaegerTraces),
		classic("/api/traces/{trace_id}", h.jaegerTrace),
		classic("/api/dependencies", h.jaegerDependencies),
		classic("/api/metrics/{name}", h.jaegerMetrics),
		v3("/api/v3/services", h.jaegerServicesV3),
		v3("/api/v3/operations", h.jaegerOperationsV3),
		v3("/api/v3/trace-summaries", h.jaegerSummaries),
		v3("/api/v3/traces", h.jaegerTracesV3),
		v3("/api/v3/traces/{trace_id}", h.jaegerTraceV3),
	}
}

func (h *apiHandler) jaegerServices(r *http.Request) (any, error) {
	names, err := h.serviceNames(r.Context())
	return jaeger.Answer(names, len(names)), err
}

func (h *apiHandler) jaegerServicesV3(r *http.Request) (any, error) {
	names, err := h.serviceNames(r.Context())
	return map[string]any{"services": names}, err
}

func (h *apiHandler) jaegerServiceOperations(r *http.Request) (any, error) {
	names, err := h.names(r.Context(), r.PathValue("service"))
	out := []string{}
	for _, n := range names {
		out = append(out, n[0])
	}
	out = slices.Compact(out) // one name may have several kinds
	return jaeger.Answer(out, len(out)), err
}

func (h *apiHandler) jaegerNames(r *http.Request) ([]map[string]string, error) {
	values := r.URL.Query()
	kind := cmp.Or(values.Get("spanKind"), values.Get("span_kind"))
	names, err := h.names(r.Context(), values.Get("service"))
	out := []map[string]string{}
	for _, n := range names {
		if kind == "" || kind == n[1] {
			out = append(out, map[string]string{"name": n[0], "spanKind": n[1]})
		}
	}
	return out, err
}

func (h *apiHandler) jaegerOperations(r *http.Request) (any, error) {
	out, err := h.jaegerNames(r)
	return jaeger.Answer(out, len(out)), err
}

func (h *apiHandler) jaegerOperationsV3(r *http.Request) (any, error) {
	out, err := h.jaegerNames(r)
	return map[string]any{"operations": out}, err
}

func (h *apiHandler) jaegerTrace(r *http.Request) (any, error) {
	id, err := shortTraceID(r.PathValue("trace_id"))
	if err != nil {
		return nil, api.BadRequest("traceID", "%s", err.Error())
	}
	t, err := h.readTrace(r.Context(), store.TraceQuery{TraceID: id, Limit: maxSpanLimit})
	if err != nil {
		return nil, err
	}
	return jaeger.Answer([]jaeger.Trace{jaeger.TraceOf(id, t.tree.Spans)}, 0), nil
}

func (h *apiHandler) jaegerTraces(r *http.Request) (any, error) {
	values := r.URL.Query()
	out := []jaeger.Trace{}
	if ids := values["traceID"]; len(ids) > 0 {
		traces, err := h.tracesByID(r.Context(), ids)
		for _, t := range traces {
			out = append(out, jaeger.TraceOf(t.id, t.tree.Spans))
		}
		return jaeger.Answer(out, 0), err
	}
	s, err := h.classicSearch(values)
	if err != nil {
		return nil, err
	}
	traces, err := h.searchTraces(r.Context(), s)
	for _, t := range traces {
		out = append(out, jaeger.TraceOf(t.id, t.tree.Spans))
	}
	return jaeger.Answer(out, 0), err
}

// jaegerTransform answers a file of traces in OTLP as Jaeger writes traces: jaeger-ui shows files that way. Nothing is
// kept.
func (h *apiHandler) jaegerTransform(r *http.Request) (any, error) {
	spans, err := readTraces(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		return nil, api.BadRequest("", "the file cannot be read as traces: %s", clip(err.Error()))
	}
	if len(spans) == 0 || len(spans) > maxImportedSpans {
		return nil, api.BadRequest("", "the file has %d spans, want 1 to %d", len(spans), maxImportedSpans)
	}
	if spans, err = h.redaction.spans(r.Context(), spans); err != nil {
		return nil, err
	}
	out := []jaeger.Trace{}
	for _, one := range byTrace(spans) {
		out = append(out, jaeger.TraceOf(one[0].TraceID, one))
	}
	return jaeger.Answer(out, 0), nil
}

// jaegerSearch is a search for traces.
type jaegerSearch struct {
	filter query.Expr
	within store.Range
	limit  int
}

// Bounds of a search: by itself, and at most.
const defaultTraces, maxTraces = 20, 200

// lookback is how far a search reaches that names no time, as in Jaeger: Grafana's data source names none.
const lookback = operation.Time(48 * time.Hour)

// classicSearch reads the parameters of /api/traces: times in microseconds, durations as Go writes them.
func (h *apiHandler) classicSearch(values url.Values) (jaegerSearch, error) {
	f := foreignSearch{h: h, now: h.time(), names: map[string]string{
		"service": values.Get("service"), "operation": values.Get("operation"), "minDuration": values.Get("minDuration"),
		"maxDuration": values.Get("maxDuration"), "limit": values.Get("limit"),
	}}
	f.from, f.to = f.micros("start", values.Get("start")), f.micros("end", values.Get("end"))
	tags := map[string]string{}
	if text := values.Get("tags"); text != "" && json.Unmarshal([]byte(text), &tags) != nil {
		f.err = api.BadRequest("tags", "is no JSON object of texts")
	}
	for _, tag := range values["tag"] {
		key, value, _ := strings.Cut(tag, ":")
		tags[key] = value
	}
	return f.search(tags)
}

// searchV3 reads the parameters of version 3: camelCase, or the older snake_case; times as RFC 3339.
func (h *apiHandler) searchV3(values url.Values) (jaegerSearch, error) {
	get := func(camel, snake string) string {
		return cmp.Or(values.Get("query."+camel), values.Get("query."+snake))
	}
	f := foreignSearch{h: h, now: h.time(), names: map[string]string{
		"service": get("serviceName", "service_name"), "operation": get("operationName", "operation_name"),
		"minDuration": get("durationMin", "duration_min"), "maxDuration": get("durationMax", "duration_max"),
		"limit": cmp.Or(get("searchDepth", "search_depth"), values.Get("query.num_traces")),
	}}
	f.from = f.rfc3339("query.startTimeMin", get("startTimeMin", "start_time_min"))
	f.to = f.rfc3339("query.startTimeMax", get("startTimeMax", "start_time_max"))
	tags := map[string]string{}
	if text := get("attributes", "attributes"); text != "" && json.Unmarshal([]byte(text), &tags) != nil {
		f.err = api.BadRequest("query.attributes", "is no JSON object of texts")
	}
	return f.search(tags)
}

// foreignSearch reads a search of Jaeger's; the first mistake stays in err.
type foreignSearch struct {
	h        *apiHandler
	now      operation.Time
	names    map[string]string
	from, to operation.Time
	err      error
}

func (f *foreignSearch) wrong(parameter, text, want string) {
	if f.err == nil {
		f.err = api.BadRequest(parameter, "is %q, want %s", clip(text), want)
	}
}

func (f *foreignSearch) micros(parameter, text string) operation.Time {
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > 1<<62/1000 {
		f.wrong(parameter, text, "microseconds since 1970")
		return 0
	}
	return operation.Time(n * 1000)
}

func (f *foreignSearch) rfc3339(parameter, text string) operation.Time {
	if text == "" {
		return 0
	}
	// Grafana writes the sign of the zone as it is, and a plus in an address means a space.
	t, err := time.Parse(time.RFC3339Nano, strings.ReplaceAll(text, " ", "+"))
	if err != nil {
		f.wrong(parameter, text, "a time as RFC 3339")
		return 0
	}
	return operation.TimeOf(t)
}

func (f *foreignSearch) search(tags map[string]string) (jaegerSearch, error) {
	s := jaegerSearch{within: store.Range{From: f.from, To: f.to}, limit: defaultTraces}
	if s.within.To == 0 {
		s.within.To = f.now
	}
	if s.within.From == 0 {
		s.within.From = s.within.To - lookback
	}
	var terms []query.Expr
	if name := f.names["service"]; name != "" {
		terms = append(terms, is("service_name", name))
	}
	if name := f.names["operation"]; name != "" && name != "all" {
		terms = append(terms, is("name", name))
	}
	terms = append(terms, f.duration("minDuration", query.Ge), f.duration("maxDuration", query.Le))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		terms = append(terms, f.tag(key, tags[key]))
	}
	if text := f.names["limit"]; text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			f.wrong("limit", text, "a number from 1 on")
		}
		s.limit = min(max(1, n), maxTraces)
	}
	s.filter = allOf(terms...)
	return s, f.err
}

func (f *foreignSearch) duration(parameter string, op query.Op) query.Expr {
	text := f.names[parameter]
	if text == "" {
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		f.wrong(parameter, text, "a duration like 100ms")
		return nil
	}
	return query.Compare{Field: query.Field{Name: "duration", Type: operation.TypeDuration}, Op: op, Value: d}
}

// tag is the condition that an operation, or one of its spans, has an attribute. The query language knows the names.
func (f *foreignSearch) tag(key, value string) query.Expr {
	switch {
	case key == "error" && value == "true":
		return is("status", operation.StatusError)
	case key == "error":
		return is("status", operation.StatusOK)
	case key == "span.kind":
		return query.Quant{Kind: query.KindAny, Over: query.OverSpans, Term: is("kind", value)}
	}
	attribute := query.Compare{Field: query.Field{Name: "attributes", Type: operation.TypeMap, Key: key}, Op: query.Eq, Value: value}
	if !attributeName.MatchString(key) {
		return attribute
	}
	q, err := query.Parse(fmt.Sprintf("%s = %s OR any(%s = %s)", key, strconv.Quote(value), key, strconv.Quote(value)), f.now)
	if err == nil && len(q.Stages) == 0 {
		return q.Filter
	}
	if q, err = query.Parse(key+" = "+strconv.Quote(value), f.now); err == nil && len(q.Stages) == 0 {
		return q.Filter
	}
	return attribute
}

// attributeName are the names that the query language takes as they are.
var attributeName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

// searchTraces reads the traces that a search finds, the newest first.
func (h *apiHandler) searchTraces(ctx context.Context, s jaegerSearch) ([]*traceParts, error) {
	traces, err := h.findTraces(ctx, s.filter, s.within, s.limit)
	if err != nil {
		return nil, err
	}
	out := []*traceParts{}
	for _, f := range traces {
		t, err := h.readTrace(ctx, store.TraceQuery{TraceID: f.id, Range: f.around(), Limit: defaultSpanLimit})
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// tracesByID reads traces by their ids; one that is not kept is left out, and none at all is not found.
func (h *apiHandler) tracesByID(ctx context.Context, ids []string) ([]*traceParts, error) {
	var out []*traceParts
	for _, text := range ids[:min(len(ids), maxTraces)] {
		id, err := shortTraceID(text)
		if err != nil {
			return nil, api.BadRequest("traceID", "%s", err.Error())
		}
		if t, err := h.readTrace(ctx, store.TraceQuery{TraceID: id, Limit: defaultSpanLimit}); err == nil {
			out = append(out, t)
		} else if len(ids) == 1 || ctx.Err() != nil {
			return nil, err
		}
	}
	return out, nil
}

// jaegerSummaries answers what Jaeger's list of traces shows, from operations alone.
func (h *apiHandler) jaegerSummaries(r *http.Request) (any, error) {
	s, err := h.searchV3(r.URL.Query())
	if err != nil {
		return nil, err
	}
	traces, err := h.findTraces(r.Context(), s.filter, s.within, s.limit)
	if err != nil {
		return nil, err
	}
	out := make([]jaeger.Summary, len(traces))
	for i, f := range traces {
		ops, err := h.reader.TraceOperations(r.Context(), store.TraceQuery{TraceID: f.id, Range: f.around(), Limit: maxLimit})
		if err != nil {
			return nil, err
		}
		if len(ops) == 0 {
			ops = f.matches // deleted in between
		}
		out[i] = jaeger.SummaryOf(f.id, ops)
	}
	return map[string]any{"summaries": out}, nil
}

func (h *apiHandler) jaegerTracesV3(r *http.Request) (any, error) {
	s, err := h.searchV3(r.URL.Query())
	if err != nil {
		return nil, err
	}
	traces, err := h.searchTraces(r.Context(), s)
	if err != nil {
		return nil, err
	}
	var spans []*operation.Span
	for _, t := range traces {
		spans = append(spans, t.tree.Spans...)
	}
	return otlpResult(spans)
}

func (h *apiHandler) jaegerTraceV3(r *http.Request) (any, error) {
	id, err := shortTraceID(r.PathValue("trace_id"))
	if err != nil {
		return nil, api.BadRequest("trace_id", "%s", err.Error())
	}
	t, err := h.readTrace(r.Context(), store.TraceQuery{TraceID: id, Limit: maxSpanLimit})
	if err != nil {
		return nil, err
	}
	return otlpResult(t.tree.Spans)
}

func otlpResult(spans []*operation.Span) (any, error) {
	text, err := (&ptrace.JSONMarshaler{}).MarshalTraces(oplog.Traces(spans))
	return map[string]json.RawMessage{"result": text}, err
}

// jaegerDependencies sums up which service calls which.
func (h *apiHandler) jaegerDependencies(r *http.Request) (any, error) {
	values := r.URL.Query()
	end, length := h.time(), operation.Time(24*time.Hour)
	for name, target := range map[string]*operation.Time{"endTs": &end, "lookback": &length} {
		if text := values.Get(name); text != "" {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil || n < 0 || n > 1<<62/1_000_000 {
				return nil, api.BadRequest(name, "is %q, want milliseconds", clip(text))
			}
			*target = operation.Time(n) * operation.Time(time.Millisecond)
		}
	}
	edges, err := h.reader.Edges(r.Context(), store.EdgeQuery{Range: store.Range{From: end - length, To: end}})
	if err != nil {
		return nil, err
	}
	out := jaeger.Dependencies(edges)
	return jaeger.Answer(out, len(out)), nil
}
