package opslogqueryextension

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/tempo"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// tempoRoutes are those of Tempo's query API that Grafana uses; a data source's URL ends in /tempo.
func (h *apiHandler) tempoRoutes() []compatible {
	get := func(path string, answer func(*http.Request) (any, error)) compatible {
		return compatible{path: "/tempo" + path, answer: answer, fail: func(w http.ResponseWriter, status int, message string) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.WriteHeader(status)
			_, _ = w.Write([]byte(message)) // the caller is gone when this fails
		}}
	}
	return []compatible{
		get("/api/echo", func(*http.Request) (any, error) { return raw{"text/plain; charset=utf-8", []byte("echo")}, nil }),
		get("/api/status/buildinfo", func(*http.Request) (any, error) {
			return map[string]string{"version": h.version, "revision": "", "branch": "", "buildUser": "", "buildDate": "", "goVersion": ""}, nil
		}),
		get("/api/traces/{trace_id}", func(r *http.Request) (any, error) { return h.tempoTrace(r, 1) }),
		get("/api/v2/traces/{trace_id}", func(r *http.Request) (any, error) { return h.tempoTrace(r, 2) }),
		get("/api/search", h.tempoSearch),
		get("/api/metrics/query_range", func(r *http.Request) (any, error) { return h.tempoMetrics(r, true) }),
		get("/api/metrics/query", func(r *http.Request) (any, error) { return h.tempoMetrics(r, false) }),
		get("/api/search/tags", h.tempoTags),
		get("/api/v2/search/tags", h.tempoTagsV2),
		get("/api/search/tag/{tag}/values", h.tempoValues),
		get("/api/v2/search/tag/{tag}/values", h.tempoValuesV2),
	}
}

// seconds reads start and end, in seconds; a missing one leaves that end open.
func seconds(values url.Values) (r store.Range, err error) {
	for name, target := range map[string]*operation.Time{"start": &r.From, "end": &r.To} {
		text := values.Get(name)
		if text == "" || text == "0" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 || n > 1<<33 {
			return r, api.BadRequest(name, "is %q, want seconds since 1970", clip(text))
		}
		*target = operation.Time(n) * operation.Time(time.Second)
	}
	return r, nil
}

// tempoTrace answers a trace, as protobuf when it is asked for: Grafana reads nothing else.
func (h *apiHandler) tempoTrace(r *http.Request, version int) (any, error) {
	id, err := shortTraceID(r.PathValue("trace_id"))
	if err != nil {
		return nil, api.BadRequest("", "%s", err.Error())
	}
	within, err := seconds(r.URL.Query())
	if err != nil {
		return nil, err
	}
	t, err := h.readTrace(r.Context(), store.TraceQuery{TraceID: id, Range: within, Limit: maxSpanLimit})
	if err != nil {
		return nil, err
	}
	traces := oplog.Traces(t.tree.Spans)
	if strings.Contains(r.Header.Get("Accept"), "protobuf") {
		body, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(traces) // on the wire Tempo's trace is the same message
		if version == 2 {
			body = tempo.WrapTrace(body)
		}
		return raw{"application/protobuf", body}, err
	}
	text, err := (&ptrace.JSONMarshaler{}).MarshalTraces(traces)
	if err != nil || version == 2 {
		return map[string]any{"trace": json.RawMessage(text)}, err
	}
	var body map[string]json.RawMessage
	err = json.Unmarshal(text, &body)
	return map[string]any{"batches": body["resourceSpans"]}, err
}

func (h *apiHandler) tempoSearch(r *http.Request) (any, error) {
	values := r.URL.Query()
	within, err := seconds(values)
	if err != nil {
		return nil, err
	}
	if within.To == 0 {
		within.To = h.time()
	}
	if within.From == 0 {
		within.From = within.To - operation.Time(time.Hour)
	}
	filter, err := h.tempoFilter(values)
	if err != nil {
		return nil, err
	}
	limit, err := numberOf(values, "limit", defaultTraces, maxTraces)
	if err != nil {
		return nil, err
	}
	perSet, err := numberOf(values, "spss", 3, 100)
	if err != nil {
		return nil, err
	}
	traces, err := h.findTraces(r.Context(), filter, within, limit)
	if err != nil {
		return nil, err
	}
	out := tempo.Search{Traces: []tempo.Trace{}, Metrics: tempo.Metrics{InspectedTraces: int64(len(traces)), CompletedJobs: 1, TotalJobs: 1}}
	for _, f := range traces {
		ops, err := h.reader.TraceOperations(r.Context(), store.TraceQuery{TraceID: f.id, Range: f.around(), Limit: maxLimit})
		if err != nil {
			return nil, err
		}
		out.Traces = append(out.Traces, tempoTraceOf(f, ops, perSet))
	}
	return out, nil
}

func numberOf(values url.Values, name string, otherwise, most int) (int, error) {
	text := values.Get(name)
	if text == "" || text == "0" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, api.BadRequest(name, "is %q, want a number from 1 on", clip(text))
	}
	return min(n, most), nil
}

func tempoTraceOf(f found, ops []*operation.Operation, perSet int) tempo.Trace {
	if len(ops) == 0 {
		ops = f.matches // deleted in between
	}
	root := ops[0]
	end := operation.Time(0)
	for _, op := range ops {
		end = max(end, op.StartTime+operation.Time(op.Duration))
		if root.ParentOperationID != (operation.ID{}) && op.ParentOperationID == (operation.ID{}) {
			root = op
		}
	}
	set := tempo.SpanSet{Spans: []tempo.Span{}, Matched: len(f.matches)}
	for _, op := range f.matches[:min(perSet, len(f.matches))] {
		set.Spans = append(set.Spans, tempo.Span{
			SpanID: op.SpanID.String(), Name: op.Name, StartTime: strconv.FormatInt(int64(op.StartTime), 10), Duration: strconv.FormatInt(int64(op.Duration), 10),
			Attributes: []tempo.Attribute{{Key: "service.name", Value: tempo.Text{String: op.ServiceName}}, {Key: "status", Value: tempo.Text{String: op.Status}}},
		})
	}
	return tempo.Trace{
		TraceID: f.id.String(), RootServiceName: root.ServiceName, RootTraceName: root.Name, StartTime: strconv.FormatInt(int64(ops[0].StartTime), 10),
		Duration: time.Duration(end - ops[0].StartTime).Milliseconds(), SpanSet: &set, SpanSets: []tempo.SpanSet{set},
	}
}

// tempoFilter reads q, a spanset of TraceQL, or the older tags as logfmt, and the bounds of the duration.
func (h *apiHandler) tempoFilter(values url.Values) (query.Expr, error) {
	f := foreignSearch{h: h, now: h.time(), names: map[string]string{"minDuration": values.Get("minDuration"), "maxDuration": values.Get("maxDuration")}}
	terms := []query.Expr{f.duration("minDuration", query.Ge), f.duration("maxDuration", query.Le)}
	tags, err := logfmt(values.Get("tags"))
	if err != nil {
		return nil, err
	}
	for _, tag := range tags {
		switch tag[0] {
		case "service.name", "root.service.name":
			terms = append(terms, is("service_name", tag[1]))
		case "name", "root.name":
			terms = append(terms, is("name", tag[1]))
		default:
			terms = append(terms, f.tag(tag[0], tag[1]))
		}
	}
	c, err := tempo.Parse(values.Get("q"))
	if err != nil {
		return nil, api.BadRequest("q", "cannot be read as TraceQL: %s", err.Error())
	}
	spans, err := h.tempoCondition(c)
	if err != nil {
		return nil, err
	}
	return allOf(append(terms, spans)...), f.err
}

// tempoCondition holds for an operation that passes itself, or one of whose kept spans does.
func (h *apiHandler) tempoCondition(c tempo.Condition) (query.Expr, error) {
	var either []query.Expr
	texts := []string{c.Operation}
	if c.Span != "" {
		texts = append(texts, anyOf+c.Span+")")
	}
	for _, text := range texts {
		if text == "" {
			continue
		}
		q, err := query.Parse(text, h.time())
		if err != nil {
			return nil, api.BadRequest("q", "cannot be asked here: %s", err.Error())
		}
		either = append(either, q.Filter)
	}
	switch len(either) {
	case 0:
		return nil, nil
	case 1:
		return either[0], nil
	default:
		return query.Or{Terms: either}, nil
	}
}

// logfmt reads key=value pairs with blanks between them; a value with blanks stands in quotes.
func logfmt(text string) (out [][2]string, err error) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		key, rest, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			return nil, api.BadRequest("tags", "has no key=value at %q", clip(text))
		}
		value, left, _ := strings.Cut(rest, " ")
		if strings.HasPrefix(rest, `"`) {
			quoted, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return nil, api.BadRequest("tags", "has a quote without an end at %q", clip(rest))
			}
			value, _ = strconv.Unquote(quoted) // QuotedPrefix has checked it
			left = rest[len(quoted):]
		}
		out = append(out, [2]string{key, value})
		text = left
	}
	return out, nil
}

// Attributes that every operation has a field for, under the names of the conventions.
var (
	resourceTags = []string{"service.name", "service.namespace", "service.version", "service.instance.id", "deployment.environment.name", "host.name"}
	spanTags     = []string{"http.request.method", "http.route", "http.response.status_code", "url.path", "user.id", "session.id", "error.type", "client.address"}
)

// seenTags are the keys of attributes of late operations.
func (h *apiHandler) seenTags(r *http.Request) ([]string, error) {
	ops, err := h.reader.Operations(r.Context(), store.OperationQuery{Limit: sampled, Detail: true, Range: store.Range{From: h.time() - namesFrom}, Limits: h.limits()})
	tags := slices.Clone(spanTags)
	for _, op := range ops {
		for key := range op.Attributes {
			tags = append(tags, key)
		}
	}
	slices.Sort(tags)
	return slices.Compact(tags), err
}

func (h *apiHandler) tempoTags(r *http.Request) (any, error) {
	tags, err := h.seenTags(r)
	return map[string]any{"tagNames": append(slices.Clone(resourceTags), tags...)}, err
}

func (h *apiHandler) tempoTagsV2(r *http.Request) (any, error) {
	tags, err := h.seenTags(r)
	return map[string]any{"scopes": []tempo.Scope{
		{Name: "resource", Tags: resourceTags}, {Name: "span", Tags: tags},
		{Name: "intrinsic", Tags: []string{"duration", "kind", "name", "rootName", "rootServiceName", "status", "traceDuration"}},
	}}, err
}

// tagTexts are the most frequent values of an attribute.
func (h *apiHandler) tagTexts(r *http.Request) (values []string, kind string, err error) {
	name := r.PathValue("tag")
	for _, scope := range []string{"span.", "resource.", "intrinsic.", "."} {
		name = strings.TrimPrefix(name, scope)
	}
	switch name {
	case "status", "kind":
		return map[string][]string{"status": {"error", "ok", "unset"}, "kind": {"client", "consumer", "internal", "producer", "server"}}[name], "keyword", nil
	case "rootName":
		name = "name"
	case "rootServiceName":
		name = "service"
	}
	p := newParameters(r, h.time())
	f := p.field("tag", name)
	if f == nil {
		return []string{}, "string", nil // Grafana asks for whatever is typed
	}
	within, err := seconds(r.URL.Query())
	if err != nil {
		return nil, "", err
	}
	if within.To == 0 {
		within = store.Range{From: h.time() - day, To: h.time()}
	}
	found, err := h.values(r, *f, "", store.FacetQuery{Range: within, Limit: 200})
	values = []string{}
	for _, v := range found {
		values = append(values, fmt.Sprint(v.Value))
	}
	return values, "string", err
}

func (h *apiHandler) tempoValues(r *http.Request) (any, error) {
	values, _, err := h.tagTexts(r)
	return map[string]any{"tagValues": values}, err
}

func (h *apiHandler) tempoValuesV2(r *http.Request) (any, error) {
	values, kind, err := h.tagTexts(r)
	out := make([]tempo.TagValue, len(values))
	for i, v := range values {
		out[i] = tempo.TagValue{Type: kind, Value: v}
	}
	return map[string]any{"tagValues": out}, err
}
