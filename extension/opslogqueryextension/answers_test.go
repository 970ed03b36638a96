package opslogqueryextension

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/reproduce"
	"github.com/opslog/opslog/internal/store"
)

// shop is an hour of a shop: a checkout that fails in its payment, quick reads of two versions, and one long job.
type shop struct {
	base     string
	backend  store.Backend
	start    operation.Time
	failed   *operation.Operation
	reads    []*operation.Operation
	trace    operation.TraceID
	payments operation.SpanID
}

func openShop(t *testing.T, change func(*Config)) *shop {
	t.Helper()
	s := &shop{backend: openStore(t), start: operation.TimeOf(time.Now().Add(-50 * time.Minute).Truncate(time.Second))}
	s.trace, s.payments = operation.TraceID{0xaa, 1}, operation.SpanID{0xbb, 3}
	s.failed = s.operation(s.trace, operation.SpanID{0xbb, 1}, 10*time.Minute, func(op *operation.Operation) {
		op.Name, op.Kind, op.Status, op.Duration, op.Method, op.Route = "POST /checkout", operation.KindCommand, operation.StatusError, time.Second, "POST", "/checkout"
		op.ErrorType, op.ErrorMessage, op.ErrorFingerprint = "PaymentTimeout", "charge timed out", "f1"
		op.ErrorSpanID, op.ErrorService, op.UserID, op.Destructive = s.payments, "payments", "8812", true
		op.Attributes = operation.Attributes{"cart.items": int64(3)}
		op.External = []operation.Step{{Category: "db", System: "postgresql", Template: "SELECT stock", Count: 3, Total: 3e6, Max: 2e6}}
	})
	for i := range 80 {
		s.reads = append(s.reads, s.operation(operation.TraceID{2, byte(i)}, operation.SpanID{3, byte(i)}, time.Duration(i)*30*time.Second, func(op *operation.Operation) {
			op.Name, op.Method, op.Route, op.Duration, op.ServiceVersion, op.UserID = "GET /users/{id}", "GET", "/users/{id}", time.Duration(i+1)*time.Millisecond, "2.4.0", "8812"
			if i >= 40 {
				op.ServiceVersion, op.Duration = "2.4.1", time.Duration(i+1)*10*time.Millisecond
			}
		}))
	}
	require.NoError(t, s.backend.WriteOperations(t.Context(), append([]*operation.Operation{s.failed}, s.reads...)))
	at := s.failed.StartTime
	ms := operation.Time(time.Millisecond)
	require.NoError(t, s.backend.WriteSpans(t.Context(), []*operation.Span{
		{TraceID: s.trace, SpanID: operation.SpanID{0xbb, 1}, Name: "POST /checkout", Kind: "server", Status: "error", StartTime: at, Duration: time.Second, ServiceName: "shop"},
		{TraceID: s.trace, SpanID: operation.SpanID{0xbb, 2}, ParentSpanID: operation.SpanID{0xbb, 1}, Name: "SELECT stock", Kind: "client", Status: "unset",
			StartTime: at + 10*ms, Duration: 20 * time.Millisecond, ServiceName: "shop", Attributes: operation.Attributes{"db.system": "postgresql"}},
		{TraceID: s.trace, SpanID: s.payments, ParentSpanID: operation.SpanID{0xbb, 1}, Name: "POST /charge", Kind: "client", Status: "error", StatusMessage: "timeout",
			StartTime: at + 100*ms, Duration: 800 * time.Millisecond, ServiceName: "shop",
			Events: []operation.Event{{Time: at + 890*ms, Name: "exception", Attributes: operation.Attributes{"exception.message": "charge timed out"}}}},
		{TraceID: s.trace, SpanID: operation.SpanID{0xbb, 9}, ParentSpanID: operation.SpanID{0xcc}, Name: "lost", Kind: "internal", Status: "unset", StartTime: at + 50*ms, ServiceName: "shop"},
	}))
	require.NoError(t, s.backend.WriteLogs(t.Context(), []*operation.LogRecord{
		{ID: operation.NewID(at, s.trace, s.payments), Time: at + 850*ms, TraceID: s.trace, SpanID: s.payments, SeverityNumber: 13, SeverityText: "WARN", Body: "still waiting", ServiceName: "shop"},
	}))
	s.base = serve(t, s.backend, change) + api.Prefix
	return s
}

func (s *shop) operation(trace operation.TraceID, span operation.SpanID, after time.Duration, fill func(*operation.Operation)) *operation.Operation {
	at := s.start + operation.Time(after)
	op := &operation.Operation{
		ID: operation.NewID(at, trace, span), TraceID: trace, SpanID: span, StartTime: at, Revision: 1, Complete: true, ServiceName: "shop",
		Status: operation.StatusOK, Kind: operation.KindQuery, Transport: operation.TransportHTTP,
	}
	fill(op)
	return op
}

// get reads an answer of 200 as T.
func get[T any](t *testing.T, address string) T {
	t.Helper()
	status, _, body := ask(t, address)
	require.Equal(t, http.StatusOK, status, "%s: %s", address, body)
	var out T
	require.NoError(t, json.Unmarshal(body, &out))
	return out
}

// do sends a change and answers status, headers and body.
func do(t *testing.T, method, address, body string, headers ...string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assertDocumented(t, method, address, resp.StatusCode, resp.Header, text)
	return resp.StatusCode, resp.Header, string(text)
}

func q(text string) string { return "q=" + url.QueryEscape(text) }

func TestSortedLists(t *testing.T) {
	s := openShop(t, nil)
	page := get[api.OperationPage](t, s.base+"/operations?limit=10&count=exact&sort=duration:desc&fields=duration,version,attr.cart.items")
	assert.Equal(t, "POST /checkout", page.Items[0].Name)
	assert.EqualValues(t, 81, *page.Total)
	assert.Equal(t, []string{"duration", "version", "attr.cart.items"}, page.Columns)
	assert.Equal(t, []any{1e9, nil, 3.0}, page.Rows[0])
	assert.Empty(t, page.Items[0].Attributes, "what lists leave out stays out")
	seen := 0
	for address := s.base + "/operations?limit=30&sort=duration:desc"; ; {
		page := get[api.OperationPage](t, address)
		seen += len(page.Items)
		if page.NextCursor == nil {
			break
		}
		address = s.base + "/operations?limit=30&sort=duration:desc&cursor=" + *page.NextCursor
	}
	assert.Equal(t, 81, seen)

	top := get[api.OperationPage](t, s.base+"/operations?limit=7&"+q("duration > 1ms | sort duration desc | limit 10"))
	require.Len(t, top.Items, 7)
	require.NotNil(t, top.NextCursor)
	rest := get[api.OperationPage](t, s.base+"/operations?limit=7&"+q("duration > 1ms | sort duration desc | limit 10")+"&cursor="+*top.NextCursor)
	assert.Len(t, rest.Items, 3, "the query's own limit holds over pages")
	assert.Nil(t, rest.NextCursor)

	pasted := get[api.OperationPage](t, s.base+"/operations?"+q("Query: status = error\nFilter: last 5 minutes"))
	assert.Empty(t, pasted.Items, "a pasted block brings its range")
	status, _, body := do(t, http.MethodPost, s.base+"/operations/search", `{"q":"status = error","limit":5,"fields":["name","duration"]}`)
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, body, `"rows":[["POST /checkout",1000000000]]`)
}

func TestWrongRequests(t *testing.T) {
	s := openShop(t, nil)
	for address, want := range map[string]string{
		"/operations?sort=nothing":                                        `"parameter":"sort"`,
		"/operations?sort=duration%3Bdrop":                                `"parameter":"sort"`,
		"/operations?fields=a%7Climit+1":                                  `"parameter":"fields"`,
		"/operations?" + q("| count()"):                                   "aggregates are for /query",
		"/operations?limit=0":                                             "want a number from 1 to 1000",
		"/operations?unknown=1":                                           "is not a parameter of",
		"/operations?cursor=x":                                            `"parameter":"cursor"`,
		"/operations?" + q("statsu = error"):                              `did you mean \"status\"?`,
		"/operations/histogram?buckets=301":                               "want a number from 1 to 300",
		"/operations/histogram?" + q("| limit 1"):                         "takes a condition only",
		"/operations/facets?fields=findings":                              `"parameter":"fields"`,
		"/query?" + q("status = error"):                                   "has no aggregate",
		"/query?step=1&" + q("| count() by time"):                         "want a length of time",
		"/latency/compare?a=1":                                            "come together",
		"/latency/compare?against=yesterday":                              "want how much earlier",
		"/latency/compare?against=0s":                                     "want how much earlier",
		"/latency/compare?against=36500d":                                 "after 1970",
		"/latency/compare?against=24h&field=host":                         "comes without field, a and b",
		"/latency/compare?against=24h&a=1&b=2":                            "comes without field, a and b",
		"/fields/nothing/values":                                          `"parameter":"name"`,
		"/traces/xyz":                                                     "bad-request",
		"/traces/" + s.trace.String() + "?root=1":                         `"parameter":"root"`,
		"/operations/" + s.failed.ID.String() + "/compare?with=1":         `"parameter":"with"`,
		"/operations/" + s.failed.ID.String() + "/before?window=99999h":   "at most 168h",
		"/operations/" + s.failed.ID.String() + "/reproduce?as=pdf":       "want one of curl, http, grpcurl, json",
		"/operations/" + s.reads[0].ID.String() + "/reproduce?base_url=x": `"parameter":"base_url"`,
		"/saved/A!":          "is no id of a saved query",
		"/tail?max_rate=0":   "want a number from 1 to 1000",
		"/export?format=xls": "want one of csv, ndjson",
	} {
		status, header, body := ask(t, s.base+address)
		assert.Equal(t, http.StatusBadRequest, status, "%s: %s", address, body)
		assert.Equal(t, "application/problem+json", header.Get("Content-Type"))
		assert.Contains(t, string(body), want, address)
	}
	for _, address := range []string{"/operations/histogram", "/operations/facets", "/query?" + q("| count()"), "/errors", "/latency", "/deploys"} {
		glue := "?"
		if strings.Contains(address, "?") {
			glue = "&"
		}
		status, _, body := ask(t, s.base+address+glue+"from=now-60d")
		assert.Equal(t, http.StatusUnprocessableEntity, status, address)
		assert.Contains(t, string(body), api.ProblemTooExpensive)
	}
	status, _, body := ask(t, s.base+"/operations?from=now-40d&"+q("name ~ \"GET.*\""))
	assert.Equal(t, http.StatusUnprocessableEntity, status, "%s", body)
	assert.Contains(t, string(body), "needs another filter")
	status, _, body = ask(t, s.base+"/operations?from=now-40d&service=shop&"+q("name ~ \"GET.*\""))
	assert.Equal(t, http.StatusOK, status, "%s", body)
}

// TestPastedBlockNamesItsRange holds that a block's own range counts, unless the caller gives another one.
func TestPastedBlockNamesItsRange(t *testing.T) {
	s := openShop(t, nil)
	block := q("Query: status = error\nFilter: last 5 minutes\n")
	assert.Empty(t, get[api.OperationPage](t, s.base+"/operations?"+block).Items)
	assert.Len(t, get[api.OperationPage](t, s.base+"/operations?from=now-1h&"+block).Items, 1)
}

func TestClosedRangesHaveATag(t *testing.T) {
	s := openShop(t, nil)
	address := fmt.Sprintf("%s/operations?from=%d&to=%d", s.base, s.start, s.start+operation.Time(20*time.Minute))
	_, header, _ := ask(t, address)
	tag := header.Get("Etag")
	require.NotEmpty(t, tag)
	resp := send(t, http.MethodGet, address, func(r *http.Request) { r.Header.Set("If-None-Match", tag) })
	assert.Equal(t, http.StatusNotModified, resp.StatusCode)
	assert.Empty(t, text(t, resp))
	_, header, _ = ask(t, s.base+"/operations")
	assert.Empty(t, header.Get("Etag"))
	assert.Equal(t, "no-store", header.Get("Cache-Control"))
	assert.Contains(t, header.Get("Server-Timing"), "scan;dur=")
}

func TestAnalysis(t *testing.T) {
	s := openShop(t, nil)
	h := get[api.Histogram](t, s.base+"/operations/histogram?buckets=12")
	total := int64(0)
	for _, series := range h.Series {
		for _, n := range series.Counts {
			total += n
		}
	}
	assert.EqualValues(t, 81, total)
	require.Len(t, h.Deploys, 1, "only what came within the range")
	assert.Equal(t, "2.4.1", h.Deploys[0].Version)

	facets := get[api.Facets](t, s.base+"/operations/facets?fields=status,version&"+q("name != x"))
	assert.Equal(t, "status", facets.Fields[0].Name)
	assert.EqualValues(t, 80, facets.Fields[0].Values[0].Count)
	assert.EqualValues(t, 1, facets.Fields[1].Missing)

	rows := get[api.Rows](t, s.base+"/query?"+q("| count(), p95(duration) by version | sort count() desc"))
	assert.Len(t, rows.Columns, 3)
	assert.Len(t, rows.Rows, 3)
	series := get[api.Rows](t, s.base+"/query?format=series&step=10m&"+q("endpoint = /users/{id} | avg(duration), p95(duration) by time"))
	require.Len(t, series.Series, 2)
	assert.Len(t, series.Series[0].Points[0], 2)
	compared := get[api.Rows](t, s.base+"/query?"+q("| p95(duration) by name | compare version"))
	assert.Len(t, compared.Columns, 4)

	values := get[api.ValueList](t, s.base+"/fields/version/values?prefix=2.4")
	assert.Len(t, values.Items, 2)
	fields := get[api.FieldList](t, s.base+"/fields?"+q("status = error"))
	assert.Contains(t, fields.Items, api.FieldInfo{Name: "cart.items", Type: "attribute", Source: "attributes", Share: 1})

	latency := get[api.Latency](t, s.base+"/latency?by=version&heatmap=true&"+q("method = GET"))
	assert.NotEmpty(t, latency.Series)
	cells := int64(0)
	for _, c := range latency.Heatmap.Cells {
		assert.Less(t, c.From, c.To)
		cells += c.Count
	}
	assert.EqualValues(t, 80, cells)
	comparison := get[api.Comparison](t, s.base+"/latency/compare")
	assert.Equal(t, []string{"2.4.0", "2.4.1"}, []string{comparison.A, comparison.B})
	assert.Equal(t, []string{api.VerdictSlower}, comparison.Verdicts)
	sure := comparison.Evidence[0]
	assert.True(t, sure.A.P95.Low < 40e6 && sure.A.P95.High > 36e6 && sure.A.P95.Apart(sure.B.P95), "%+v", sure)
	assert.Zero(t, sure.A.ErrorRate.Low)
	assert.Less(t, sure.A.ErrorRate.High, 0.1)
	assert.InEpsilon(t, float64(585*time.Millisecond), float64(sure.Contribution), 0.05, "the only group makes all of the change of the mean")
	comparison = get[api.Comparison](t, s.base+"/latency/compare?a=2.4.1&b=2.4.0&from=now-50m&to=now-25m")
	assert.Equal(t, []string{api.VerdictTooFew}, comparison.Verdicts)
	assert.Len(t, get[api.DeployList](t, s.base+"/deploys").Items, 2)
}

// TestRangesCompared sets the twenty minutes with reads of 410 to 800 ms against those before, with 1 to 40 ms.
func TestRangesCompared(t *testing.T) {
	s := openShop(t, nil)
	ends := func(from operation.Time) string {
		return fmt.Sprintf("from=%d&to=%d&", from, from+20*operation.Minute)
	}
	got := get[api.Comparison](t, s.base+"/latency/compare?against=20m&"+ends(s.start+20*operation.Minute)+q("method = GET"))
	assert.Equal(t, []string{"start_time", "20m earlier", "this range"}, []string{got.Field, got.A, got.B})
	assert.Equal(t, "p95 20m earlier", got.Columns[10].Name)
	require.Len(t, got.Rows, 1)
	assert.Equal(t, []any{"GET /users/{id}", 40.0, 40.0}, got.Rows[0][:3])
	assert.Equal(t, []string{api.VerdictSlower}, got.Verdicts)
	sure := got.Evidence[0]
	assert.True(t, sure.A.P95.Low < 40e6 && sure.A.P95.High > 36e6 && sure.B.P95.Low < 800e6 && sure.B.P95.High > 760e6, "%+v", sure)
	assert.Less(t, sure.A.ErrorRate.High, 0.1)
	assert.InEpsilon(t, float64(585*time.Millisecond), float64(sure.Contribution), 0.05)

	got = get[api.Comparison](t, s.base+"/latency/compare?against=1d&"+ends(s.start+20*operation.Minute)+q("method = GET"))
	assert.Equal(t, []string{api.VerdictTooFew}, got.Verdicts, "there was nothing a day earlier")
	assert.Nil(t, got.Rows[0][1])
}

func TestLanguageHelp(t *testing.T) {
	s := openShop(t, nil)
	status, _, body := ask(t, s.base+"/query/check?"+q("name = \"ü😀\" AND statsu = error"))
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, string(body), `"start":17,"end":23,"byte_start":20`)
	status, _, body = ask(t, s.base+"/query/check?"+q("status=error"))
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, string(body), `"normalised":"status = error"`)
	checked := get[api.Diagnosis](t, s.base+"/query/check?from=now-40d&"+q("name ~ \"GET.*\""))
	require.Len(t, checked.Warnings, 2)
	assert.Equal(t, query.CodeTooExpensive, checked.Warnings[0].Code)
	assert.EqualValues(t, 81, checked.Cost.Rows)
	status, _, body = ask(t, s.base+"/query/complete?pos=12&"+q("version = 2."))
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, string(body), `"label":"2.4.1","kind":"value","insert":"2.4.1","count":40`)
}

func TestErrors(t *testing.T) {
	s := openShop(t, nil)
	list := get[api.ErrorList](t, s.base+"/errors")
	require.Len(t, list.Items, 1)
	assert.Equal(t, api.ErrorNew, list.Items[0].State)
	detail := get[api.ErrorDetail](t, s.base+"/errors/f1")
	assert.Equal(t, s.failed.ID, detail.Latest.ID)
	assert.NotEmpty(t, detail.Fields)
	status, _, _ := ask(t, s.base+"/errors/none")
	assert.Equal(t, http.StatusNotFound, status)
	assert.Len(t, get[api.OperationPage](t, s.base+"/errors/f1/events").Items, 1)

	status, header, body := do(t, http.MethodPatch, s.base+"/errors/f1?service=shop", `{"state":"resolved","text":"fixed in 2.4.2"}`)
	require.Equal(t, http.StatusOK, status, body)
	assert.Equal(t, api.ErrorResolved, get[api.ErrorList](t, s.base+"/errors").Items[0].State)
	assert.Empty(t, get[api.ErrorList](t, s.base+"/errors?state=new").Items)
	status, _, _ = do(t, http.MethodPatch, s.base+"/errors/f1?service=shop", `{"state":"ignored"}`, "If-Match", `"99"`)
	assert.Equal(t, http.StatusPreconditionFailed, status)
	status, _, _ = do(t, http.MethodPatch, s.base+"/errors/f1?service=shop", `{"state":"ongoing"}`, "If-Match", header.Get("Etag"))
	assert.Equal(t, http.StatusOK, status)
	for body, want := range map[string]string{`{"state":"gone"}`: "want ongoing, resolved, ignored or expected", `{"other":1}`: "cannot be read as JSON", `{"state":"resolved"}{}`: "behind its JSON", "": "cannot be read"} {
		status, _, text := do(t, http.MethodPatch, s.base+"/errors/f1?service=shop", body)
		assert.Equal(t, http.StatusBadRequest, status, body)
		assert.Contains(t, text, want)
	}
}

func TestStateOfErrors(t *testing.T) {
	within := store.Range{From: 0, To: 10 * day}
	resolved := alert.Group{State: alert.GroupResolved, ResolvedAt: 9 * day, Versions: []string{"1"}}
	mended := resolved
	mended.ResolvedIn = "3"
	for name, c := range map[string]struct {
		first, last operation.Time
		before      bool
		known       []alert.Group
		want        string
	}{
		"new":              {9*day + 1, 9*day + 2, true, nil, api.ErrorOngoing},
		"old":              {day, 9 * day, false, nil, api.ErrorOngoing},
		"young":            {9*day + 1, 9*day + 2, false, nil, api.ErrorNew},
		"resolved":         {day, 9 * day, false, []alert.Group{resolved}, api.ErrorResolved},
		"back":             {day, 9*day + 1e12, false, []alert.Group{resolved}, api.ErrorRegressed},
		"back at once":     {day, 9*day + 1, false, []alert.Group{resolved}, api.ErrorResolved},
		"an old version":   {day, 9*day + 1e12, false, []alert.Group{mended}, api.ErrorResolved},
		"ignored":          {day, 9 * day, false, []alert.Group{{State: alert.GroupIgnored}}, api.ErrorIgnored},
		"ignored for long": {day, 9 * day, false, []alert.Group{{State: alert.GroupIgnored, IgnoredUntil: 9 * day}}, api.ErrorOngoing},
		"expected":         {day, 9 * day, false, []alert.Group{{State: alert.GroupOngoing, Expected: &alert.Expected{}}}, api.ErrorExpected},
		"escalates in one": {day, 9 * day, false, []alert.Group{{State: alert.GroupOngoing}, {State: alert.GroupEscalating, EscalatedAt: 10*day - 1}}, api.ErrorEscalating},
	} {
		g := store.ErrorGroup{FirstSeen: c.first, LastSeen: c.last, Versions: []string{"1"}}
		assert.Equal(t, c.want, stateOf(g, c.before, c.known, within), name)
	}
}

func TestCommands(t *testing.T) {
	s := openShop(t, nil)
	id := s.failed.ID.String()
	page := get[api.CommandPage](t, s.base+"/commands?actor=8812&destructive=true")
	require.Len(t, page.Items, 1)
	assert.Empty(t, page.Reviews)
	status, _, body := do(t, http.MethodPost, s.base+"/commands/"+id+"/review", `{"state":"needs_review"}`)
	require.Equal(t, http.StatusCreated, status, body)
	status, _, _ = do(t, http.MethodPost, s.base+"/commands/"+id+"/review", `{"state":"fixed","note":"stock set back","by":"somebody else"}`)
	require.Equal(t, http.StatusCreated, status)
	reviews := get[api.ReviewList](t, s.base+"/commands/"+id+"/review").Items
	require.Len(t, reviews, 2)
	assert.Equal(t, "anonymous", reviews[1].By, "who it was is not the caller's to say")
	assert.Len(t, get[api.CommandPage](t, s.base+"/commands").Reviews[id], 2)
	status, _, _ = do(t, http.MethodPost, s.base+"/commands/"+strings.Repeat("0", 32)+"/review", `{"state":"ok"}`)
	assert.Equal(t, http.StatusNotFound, status)
	status, _, _ = do(t, http.MethodPost, s.base+"/commands/"+id+"/review", `{"state":"undone"}`)
	assert.Equal(t, http.StatusBadRequest, status)
}

func TestSavedQueries(t *testing.T) {
	s := openShop(t, nil)
	status, header, body := do(t, http.MethodPost, s.base+"/saved", `{"name":"slow","query":"duration > 1s","view":"cols=a"}`)
	require.Equal(t, http.StatusCreated, status, body)
	address := strings.TrimSuffix(s.base, api.Prefix) + header.Get("Location")
	saved := get[api.Saved](t, address)
	assert.Equal(t, "slow", saved.Name)
	status, second, _ := do(t, http.MethodPut, address, `{"name":"slower","query":"duration > 2s"}`, "If-Match", header.Get("Etag"))
	require.Equal(t, http.StatusOK, status)
	status, _, _ = do(t, http.MethodPut, address, `{"name":"x","query":""}`, "If-Match", header.Get("Etag"))
	assert.Equal(t, http.StatusPreconditionFailed, status)
	assert.Len(t, get[api.SavedList](t, s.base+"/saved").Items, 1)
	for _, wrong := range []string{`{"name":"","query":""}`, `{"name":"x","query":"statsu = error"}`} {
		status, _, _ = do(t, http.MethodPost, s.base+"/saved", wrong)
		assert.Equal(t, http.StatusBadRequest, status, wrong)
	}
	status, _, _ = do(t, http.MethodPost, s.base+"/saved", "{}", "Content-Type", "text/plain")
	assert.Equal(t, http.StatusUnsupportedMediaType, status)
	status, _, _ = do(t, http.MethodPost, s.base+"/saved", `{"name":"`+string(bytes.Repeat([]byte("x"), maxJSON))+`"}`)
	assert.Equal(t, http.StatusRequestEntityTooLarge, status)
	status, _, _ = do(t, http.MethodDelete, address, "", "If-Match", second.Get("Etag"))
	assert.Equal(t, http.StatusNoContent, status)
	status, _, _ = do(t, http.MethodDelete, address, "")
	assert.Equal(t, http.StatusNotFound, status)
	status, _, _ = do(t, http.MethodPut, address, `{"name":"x","query":""}`)
	assert.Equal(t, http.StatusNotFound, status)
}

func TestDeploysAndLinks(t *testing.T) {
	s := openShop(t, nil)
	status, _, body := do(t, http.MethodPost, s.base+"/deploys", `{"service":"shop","version":"2.4.1","text":"it's out"}`)
	require.Equal(t, http.StatusCreated, status, body)
	status, _, _ = do(t, http.MethodPost, s.base+"/deploys", `{"service":"other"}`)
	require.Equal(t, http.StatusCreated, status)
	told := get[api.DeployList](t, s.base+"/deploys?service=shop&to=now%2B1m")
	require.Len(t, told.Markers, 1)
	assert.Equal(t, "it's out", told.Markers[0].Text)
	assert.Equal(t, "anonymous", told.Markers[0].By)
	assert.Empty(t, get[api.DeployList](t, s.base+"/deploys?to=now-10m&from=now-20m").Markers)
	for _, wrong := range []string{`{}`, `{"service":"x","time":"-1"}`, `{"service":"x","time":"9000000000000000000"}`} {
		status, _, body = do(t, http.MethodPost, s.base+"/deploys", wrong)
		assert.Equal(t, http.StatusBadRequest, status, body)
	}

	status, header, body := do(t, http.MethodPost, s.base+"/links", `{"path":"/operations?q=status%20%3D%20error"}`)
	require.Equal(t, http.StatusCreated, status, body)
	var made api.ShortLink
	require.NoError(t, json.Unmarshal([]byte(body), &made))
	assert.Equal(t, api.Prefix+"/links/"+made.ID, header.Get("Location"))
	assert.Equal(t, made, get[api.ShortLink](t, s.base+"/links/"+made.ID))
	for _, wrong := range []string{"https://evil.example", "//evil.example", "/\\\\evil.example", ""} {
		status, _, body = do(t, http.MethodPost, s.base+"/links", `{"path":"`+wrong+`"}`)
		assert.Equal(t, http.StatusBadRequest, status, body)
	}
	status, _, _ = ask(t, s.base+"/links/000000000000")
	assert.Equal(t, http.StatusNotFound, status)
	status, _, _ = ask(t, s.base+"/links/x")
	assert.Equal(t, http.StatusBadRequest, status)
}

func TestReadOnly(t *testing.T) {
	s := openShop(t, func(c *Config) { c.ReadOnly = true })
	for _, r := range (&apiHandler{cfg: createDefaultConfig().(*Config)}).routes() {
		if !r.write {
			continue
		}
		status, _, body := do(t, r.method, s.base+pathParameter.ReplaceAllString(r.path, "1"), "{}")
		assert.Equal(t, http.StatusForbidden, status, r.path)
		assert.Contains(t, body, "read_only")
	}
	assert.False(t, get[api.Status](t, s.base+"/status").Capabilities.Write)
}

func TestTrace(t *testing.T) {
	s := openShop(t, nil)
	address := s.base + "/traces/" + s.trace.String()
	trace := get[api.Trace](t, address)
	assert.Equal(t, 4, trace.N)
	assert.Equal(t, []int{-1, 0, 0, -1}, trace.Parent)
	assert.Equal(t, []int{3}, trace.Orphans)
	assert.False(t, trace.Complete)
	assert.Equal(t, []int{2, 0, 2, 0}, trace.Status)
	assert.Equal(t, []int{flagEntry, 0, flagEvents, 0}, trace.Flags)
	assert.Equal(t, [][3]int64{{2, 850e6, 13}}, trace.Logs)
	assert.Equal(t, []api.TraceOperation{{Span: 0, ID: s.failed.ID}}, trace.Operations)
	assert.Contains(t, trace.Critical, [3]int64{2, 100e6, 800e6})
	assert.NotEmpty(t, trace.Gaps)
	assert.Len(t, get[api.Trace](t, address+"?view=full&root="+s.payments.String()).Spans, 1)
	assert.Equal(t, 2, get[api.Trace](t, address+"?depth=1").N)

	assert.Equal(t, []int{1}, get[api.SpanMatches](t, address+"/search?"+q("db.system = postgresql")).Indexes)
	assert.Equal(t, []int{2}, get[api.SpanMatches](t, address+"/search?"+q("charge timeout")).Indexes)
	assert.Equal(t, []int{0, 2}, get[api.SpanMatches](t, address+"/search?"+q("span.duration > 100ms AND status = error")).Indexes)
	status, _, body := ask(t, address+"/search?"+q("span.duration > AND"))
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, string(body), `"start":16`)

	span := get[api.SpanDetail](t, address+"/spans/"+s.payments.String())
	assert.Len(t, span.Logs, 1)
	assert.Len(t, span.Events, 1)
	status, _, _ = ask(t, address+"/spans/0000000000000001")
	assert.Equal(t, http.StatusNotFound, status)
	status, _, _ = ask(t, s.base+"/traces/"+strings.Repeat("e", 32))
	assert.Equal(t, http.StatusNotFound, status)

	sampledAway := get[api.Trace](t, s.base+"/traces/"+s.reads[0].TraceID.String())
	assert.True(t, sampledAway.Derived)
	assert.Equal(t, []string{"GET /users/{id}"}, sampledAway.Names)
	for format, want := range map[string]string{"otlp_json": `"resourceSpans"`, "otlp_proto": "POST /charge", "jaeger": `"operationName":"POST /charge"`} {
		status, header, body := ask(t, address+"/export?format="+format)
		assert.Equal(t, http.StatusOK, status)
		assert.Contains(t, string(body), want)
		assert.Contains(t, header.Get("Content-Disposition"), s.trace.String())
	}
}

func TestNeighbours(t *testing.T) {
	s := openShop(t, nil)
	address := s.base + "/operations/" + s.failed.ID.String()
	before := get[api.Before](t, address+"/before")
	var texts []string
	for _, m := range before.Items {
		texts = append(texts, m.Text)
	}
	assert.Equal(t, []string{"POST /checkout", "SELECT stock", "lost", "POST /charge", "still waiting", "exception: charge timed out"}, texts)
	assert.Len(t, before.Earlier, 10, "of the same user in five minutes")
	cascade := get[api.Cascade](t, address+"/cascade")
	require.Len(t, cascade.Chain, 2)
	assert.Equal(t, "POST /charge", cascade.Chain[0].Text)
	assert.Len(t, cascade.Operations, 1)
	assert.Equal(t, "POST /checkout", cascade.Elsewhere[0].Name)
	similar := get[api.Similar](t, s.base+"/operations/"+s.reads[50].ID.String()+"/similar")
	assert.Len(t, similar.Items, 20)
	assert.EqualValues(t, 80, similar.Standing.Count)
	assert.InDelta(t, 50.0/80, similar.Standing.SlowerThan, 0.01)
	assert.Equal(t, s.reads[49].ID, *similar.Previous)
	assert.Equal(t, s.reads[51].ID, *similar.Next)
	pair := get[api.Pair](t, address+"/compare?with="+s.reads[0].ID.String())
	assert.Contains(t, pair.Fields, api.FieldPair{Name: "name", A: "POST /checkout", B: "GET /users/{id}"})
	assert.Equal(t, []api.StepPair{{Category: "db", System: "postgresql", Template: "SELECT stock", CountA: 3, TotalA: 3e6}}, pair.Steps)
	status, _, body := ask(t, address+"/reproduce")
	assert.Equal(t, http.StatusConflict, status)
	assert.Contains(t, string(body), "sending it again may do so a second time")
	again := get[reproduce.Text](t, address+"/reproduce?as=http&base_url=http://localhost:1&force=true")
	assert.Contains(t, again.Text, "x-opslog-reproduction: "+s.failed.ID.String())
	for _, path := range []string{"/before", "/cascade", "/similar", "/reproduce", "/compare?with=" + s.failed.ID.String()} {
		status, _, _ := ask(t, s.base+"/operations/"+strings.Repeat("0", 32)+path)
		assert.Equal(t, http.StatusNotFound, status, path)
	}
}

func TestExport(t *testing.T) {
	s := openShop(t, nil)
	evil := s.operation(operation.TraceID{9}, operation.SpanID{9}, 0, func(op *operation.Operation) { op.Name = "=HYPERLINK(\"http://evil\")" })
	require.NoError(t, s.backend.WriteOperations(t.Context(), []*operation.Operation{evil}))
	status, header, body := ask(t, s.base+"/export?format=csv&fields=name,duration,time")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, header.Get("Content-Disposition"), ".csv")
	lines := strings.Split(strings.TrimSpace(string(body)), "\n")
	assert.Len(t, lines, 83)
	assert.Equal(t, "name,duration,time", lines[0])
	assert.Contains(t, string(body), "\"'=HYPERLINK(")
	status, _, body = ask(t, s.base+"/export?limit=5")
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, 5, bytes.Count(body, []byte("\n")))
	_, _, body = ask(t, s.base+"/export?"+q("status = error"))
	assert.Contains(t, string(body), `"cart.items":3`, "whole operations")
	_, _, body = ask(t, s.base+"/export?fields=name&"+q("| sort duration desc | limit 1"))
	assert.JSONEq(t, `{"name":"POST /checkout"}`, string(body))
}
