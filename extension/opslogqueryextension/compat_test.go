package opslogqueryextension

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/jaeger"
	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

func root(s *shop) string { return strings.TrimSuffix(s.base, api.Prefix) }

// The calls that jaeger-ui 2 and Grafana's Jaeger data source make, and what they look at in the answers.
func TestJaeger(t *testing.T) {
	s := openShop(t, nil)
	micros := func(at operation.Time) int64 { return int64(at) / 1000 }
	start, end := micros(s.start-operation.Time(time.Minute)), micros(s.start+operation.Time(time.Hour))
	span := url.QueryEscape
	for address, want := range map[string]string{
		"/api/services":                                      "{\"data\":[\"shop\"],\"total\":1,\"limit\":0,\"offset\":0,\"errors\":null}\n",
		"/api/services/shop/operations":                      "{\"data\":[\"GET /users/{id}\",\"POST /checkout\"],\"total\":2,\"limit\":0,\"offset\":0,\"errors\":null}\n",
		"/api/operations?service=shop&spanKind=server":       "{\"data\":[{\"name\":\"GET /users/{id}\",\"spanKind\":\"server\"},{\"name\":\"POST /checkout\",\"spanKind\":\"server\"}],\"total\":2,\"limit\":0,\"offset\":0,\"errors\":null}\n",
		"/api/services/other/operations":                     "{\"data\":[],\"total\":0,\"limit\":0,\"offset\":0,\"errors\":null}\n",
		"/api/v3/services":                                   "{\"services\":[\"shop\"]}\n",
		"/api/v3/operations?service=shop&span_kind=internal": "{\"operations\":[]}\n",
		fmt.Sprintf("/api/dependencies?endTs=%d&lookback=604800000", time.Now().UnixMilli()): "{\"data\":[],\"total\":0,\"limit\":0,\"offset\":0,\"errors\":null}\n",
	} {
		status, header, body := ask(t, root(s)+address)
		assert.Equal(t, http.StatusOK, status, address)
		assert.Equal(t, "application/json", header.Get("Content-Type"))
		assert.Equal(t, want, string(body), address)
	}
	for query, want := range map[string]int{
		"": 20, "&limit=5": 5, "&operation=" + span("POST /checkout"): 1, "&minDuration=500ms&limit=100": 32, "&maxDuration=5ms": 5,
		"&tags=" + span(`{"error":"true"}`): 1, "&tag=error%3Atrue": 1, "&tags=" + span(`{"db.system":"postgresql"}`): 1,
		"&tags=" + span(`{"cart.items":"3"}`): 1, "&tags=" + span(`{"nothing":"1"}`): 0, "&tags=" + span(`{"service.version":"2.4.1"}`) + "&limit=100": 40,
		"&tags=" + span(`{"a OR b":"1"}`): 0, "&tags=" + span(`{"span.kind":"client"}`): 1,
	} {
		address := fmt.Sprintf("%s/api/traces?service=shop&start=%d&end=%d&lookback=custom%s", root(s), start, end, query)
		found := get[struct {
			Data   []json.RawMessage
			Errors []any
		}](t, address)
		assert.Len(t, found.Data, want, query)
	}
	status, _, body := ask(t, root(s)+"/api/traces/"+s.trace.String())
	require.Equal(t, http.StatusOK, status)
	for _, want := range []string{
		`"traceID":"` + s.trace.String() + `"`, `"operationName":"POST /charge"`, `"refType":"CHILD_OF"`, `{"key":"error","type":"bool","value":true}`,
		`{"key":"otel.status_code","type":"string","value":"ERROR"}`, `{"key":"span.kind","type":"string","value":"client"}`,
		`"processes":{"p1":{"serviceName":"shop","tags":[]}}`, `"duration":800000`, `"fields":[{"key":"event","type":"string","value":"exception"}`,
	} {
		assert.Contains(t, string(body), want)
	}
	status, _, body = ask(t, root(s)+"/api/v3/traces/"+s.trace.String())
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, string(body), `{"result":{"resourceSpans":[{`)
	status, _, body = ask(t, fmt.Sprintf("%s/api/traces?traceID=%s&traceID=%s", root(s), s.trace, strings.Repeat("e", 32)))
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, string(body), "POST /charge")
	sampledAway := strings.TrimLeft(s.reads[3].TraceID.String(), "0")
	status, _, body = ask(t, root(s)+"/api/traces/"+sampledAway)
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, string(body), s.reads[3].ID.String(), "the operation stands for its spans")
}

func TestJaegerVersion3Searches(t *testing.T) {
	s := openShop(t, nil)
	from := url.QueryEscape(s.start.Std().Add(-time.Minute).Format(time.RFC3339Nano))
	to := url.QueryEscape(s.start.Std().Add(time.Hour).Format(time.RFC3339Nano))
	for _, names := range [][4]string{
		{"serviceName", "startTimeMin", "startTimeMax", "searchDepth"}, {"service_name", "start_time_min", "start_time_max", "num_traces"},
	} {
		query := fmt.Sprintf("?query.%s=shop&query.%s=%s&query.%s=%s&query.%s=3", names[0], names[1], from, names[2], to, names[3])
		found := get[struct{ Summaries []map[string]any }](t, root(s)+"/api/v3/trace-summaries"+query)
		require.Len(t, found.Summaries, 3)
		assert.Equal(t, "shop", found.Summaries[0]["rootServiceName"])
		assert.Equal(t, "GET /users/{id}", found.Summaries[0]["rootOperationName"])
		assert.Equal(t, fmt.Sprint(int64(s.reads[79].StartTime)), found.Summaries[0]["minStartTimeUnixNano"])
		_, _, body := ask(t, root(s)+"/api/v3/traces"+query)
		assert.Equal(t, 3, strings.Count(string(body), `"spanId"`))
	}
}

// Grafana reads the first trace of an answer without looking, so an unknown one must be 404.
func TestJaegerErrors(t *testing.T) {
	s := openShop(t, nil)
	missing := strings.Repeat("e", 32)
	for address, want := range map[string]struct {
		status int
		body   string
	}{
		"/api/traces/" + missing:                            {404, "{\"data\":null,\"total\":0,\"limit\":0,\"offset\":0,\"errors\":[{\"code\":404,\"msg\":\"trace not found\"}]}\n"},
		"/api/traces?traceID=" + missing:                    {404, "{\"data\":null,\"total\":0,\"limit\":0,\"offset\":0,\"errors\":[{\"code\":404,\"msg\":\"trace not found\"}]}\n"},
		"/api/v3/traces/" + missing:                         {404, "{\"error\":{\"httpCode\":404,\"message\":\"trace not found\"}}\n"},
		"/api/traces/xyz":                                   {400, ""},
		"/api/traces?service=shop&start=x":                  {400, ""},
		"/api/traces?minDuration=1":                         {400, ""},
		"/api/traces?tags=1":                                {400, ""},
		"/api/traces?limit=x":                               {400, ""},
		"/api/v3/traces?query.startTimeMin=1":               {400, ""},
		"/api/dependencies?endTs=x":                         {400, ""},
		"/api/metrics/calls":                                {400, ""},
		"/api/metrics/nothing?service=shop":                 {404, ""},
		"/api/metrics/latencies?service=shop&quantile=0.42": {400, ""},
	} {
		status, _, body := ask(t, root(s)+address)
		assert.Equal(t, want.status, status, address)
		if want.body != "" {
			assert.Equal(t, want.body, string(body), address)
		}
	}
}

// The calls of Jaeger's Monitor page.
func TestJaegerMetrics(t *testing.T) {
	s := openShop(t, nil)
	status, _, body := ask(t, root(s)+"/api/metrics/minstep")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, string(body), `"data":5000`)
	asked := fmt.Sprintf("?service=shop&endTs=%d&lookback=3600000&step=3600000&ratePer=600000&spanKind=server&groupByOperation=true&quantile=0.95", time.Now().UnixMilli())
	sums := map[string]float64{}
	for _, name := range []string{"calls", "errors", "latencies"} {
		family := get[jaeger.MetricFamily](t, root(s)+"/api/metrics/"+name+asked)
		for _, m := range family.Metrics {
			assert.Equal(t, "service_name", m.Labels[0].Name)
			for _, p := range m.Points {
				sums[family.Name+" "+m.Labels[1].Value] += p.Gauge.Value
			}
		}
	}
	assert.InDelta(t, 80.0, sums["service_operation_call_rate GET /users/{id}"]*3600, 0.1)
	assert.Positive(t, sums["service_operation_error_rate POST /checkout"])
	assert.InEpsilon(t, 1000, sums["service_operation_latencies POST /checkout"], 0.06, "milliseconds")
	assert.Zero(t, sums["service_operation_error_rate GET /users/{id}"])
	none := get[jaeger.MetricFamily](t, root(s)+"/api/metrics/calls?service=shop&spanKind=client")
	assert.Empty(t, none.Metrics)
}

// The calls that Grafana's Tempo data source makes.
func TestTempo(t *testing.T) {
	s := openShop(t, nil)
	base := root(s) + "/tempo"
	_, _, body := ask(t, base+"/api/echo")
	assert.Equal(t, "echo", string(body))
	start, end := int64(s.start)/1e9-60, int64(s.start)/1e9+3600
	span := url.QueryEscape
	for query, want := range map[string]int{
		"q=" + span("{}") + "&limit=7": 7, "q=" + span(`{ status = error }`): 1, "q=" + span(`{ span.db.system = "postgresql" }`): 1,
		"q=" + span(`{ name = "POST /charge" }`): 1, "q=" + span(`{ resource.service.name = "shop" && duration > 500ms }`) + "&limit=100": 31,
		"q=" + span(`{ kind = client }`): 1, "q=" + span(`{ rootName =~ "POST.*" && status = error }`): 1, "q=" + span(`{ span.nothing = 1 }`): 0,
		"tags=" + span(`service.name=shop name="POST /checkout"`): 1, "tags=" + span("cart.items=3"): 1, "minDuration=900ms": 1, "maxDuration=3ms&limit=50": 3,
	} {
		found := get[struct {
			Traces []struct {
				TraceID, RootServiceName, RootTraceName, StartTimeUnixNano string
				SpanSets                                                   []struct{ Matched int }
			}
		}](t, fmt.Sprintf("%s/api/search?%s&start=%d&end=%d&spss=3", base, query, start, end))
		assert.Len(t, found.Traces, want, query)
		for _, trace := range found.Traces {
			assert.Equal(t, "shop", trace.RootServiceName)
			assert.NotEmpty(t, trace.SpanSets)
		}
	}
	for _, c := range []struct {
		path string
		skip int // bytes before the trace in a TraceByIDResponse
	}{{"/api/traces/", 0}, {"/api/v2/traces/", 1}} {
		resp := send(t, http.MethodGet, fmt.Sprintf("%s%s%s?start=%d&end=%d", base, c.path, s.trace, start, end), func(r *http.Request) { r.Header.Set("Accept", "application/protobuf") })
		assert.Equal(t, "application/protobuf", resp.Header.Get("Content-Type"))
		content := []byte(text(t, resp))
		if c.skip > 0 {
			require.Equal(t, byte(0x0a), content[0])
			content = content[len(content)-lengthOf(t, content[1:]):]
		}
		traces, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(content)
		require.NoError(t, err, c.path)
		assert.Equal(t, 4, traces.SpanCount())
		resp = send(t, http.MethodGet, base+c.path+strings.Repeat("e", 32), func(r *http.Request) { r.Header.Set("Accept", "application/protobuf") })
		assert.Equal(t, http.StatusNotFound, resp.StatusCode)
	}
	for address, want := range map[string]string{
		"/api/traces/" + s.trace.String(): `{"batches":[{"resource"`, "/api/v2/traces/" + s.trace.String(): `{"trace":{"resourceSpans":[`,
		"/api/search/tags": `"service.name"`, "/api/v2/search/tags": `{"name":"span","tags":["cart.items"`,
		"/api/search/tag/service.name/values": `{"tagValues":["shop"]}`, "/api/v2/search/tag/resource.service.version/values": `{"tagValues":[{"type":"string","value":"2.4.`,
		"/api/v2/search/tag/status/values": `{"type":"keyword","value":"error"}`, "/api/v2/search/tag/.nothing.known/values": `{"tagValues":[]}`,
		"/api/status/buildinfo": `"version":`,
	} {
		status, _, body := ask(t, base+address)
		assert.Equal(t, http.StatusOK, status, address)
		assert.Contains(t, string(body), want, address)
	}
	for _, wrong := range []string{
		"/api/search?q=" + span(`{ name = "a" } >> { name = "b" }`), "/api/search?q=" + span("{ x }"), "/api/search?start=x", "/api/search?tags=x",
		"/api/search?tags=" + span(`a="b`), "/api/search?limit=x", "/api/traces/xyz", "/api/search?q=" + span(`{ span.a =~ "(" }`),
	} {
		status, header, _ := ask(t, base+wrong)
		assert.Equal(t, http.StatusBadRequest, status, wrong)
		assert.Equal(t, "text/plain; charset=utf-8", header.Get("Content-Type"))
	}
}

// lengthOf reads a protobuf length.
func lengthOf(t *testing.T, content []byte) int {
	t.Helper()
	n, shift := 0, 0
	for _, b := range content {
		n |= int(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
		shift += 7
	}
	t.Fatal("no length")
	return 0
}

func TestCompatibilitySwitchedOff(t *testing.T) {
	s := openShop(t, func(c *Config) { c.Compatibility = CompatibilityConfig{} })
	for _, address := range []string{"/api/services", "/tempo/api/echo"} {
		status, _, body := ask(t, root(s)+address)
		assert.Equal(t, http.StatusNotFound, status)
		assert.Contains(t, string(body), api.ProblemNotFound)
	}
}
