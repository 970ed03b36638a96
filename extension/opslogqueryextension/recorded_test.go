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

	"github.com/opslog/opslog/internal/operation"
)

// Requests as the programs send them, to the letter: jaeger-ui (packages/jaeger-ui/src/api/jaeger.ts), Grafana's Jaeger
// data source (pkg/tsdb/jaeger/client.go, grpc_client.go) and its Tempo data source (pkg/tsdb/tempo/search.go, trace.go;
// public/app/plugins/datasource/tempo/language_provider.ts). want is a part of the answer.
func TestRecordedRequests(t *testing.T) {
	s := openShop(t, nil)
	now := time.Now()
	micros := func(at time.Time) int64 { return at.UnixMicro() }
	zone := time.FixedZone("", 2*3600)
	from, to := now.Add(-time.Hour), now.Add(time.Minute)
	for _, c := range []struct{ who, address, want string }{
		{"jaeger-ui", "/api/services", `"data":["shop"]`},
		{"jaeger-ui", "/api/services/shop/operations", `"data":["GET /users/{id}","POST /checkout"]`},
		{"jaeger-ui", "/api/services/a%2Fb%20c/operations", `"data":[]`},
		{"jaeger-ui", "/api/operations?service=shop&spanKind=server", `{"name":"POST /checkout","spanKind":"server"}`},
		{"jaeger-ui", fmt.Sprintf("/api/traces?end=%d&limit=20&lookback=1h&maxDuration&minDuration&operation=POST%%20%%2Fcheckout&service=shop&start=%d", micros(to), micros(from)), `"operationName":"POST /charge"`},
		{"jaeger-ui", fmt.Sprintf("/api/traces?end=%d&limit=20&lookback=1h&maxDuration&minDuration=900ms&service=shop&start=%d&tags=%%7B%%22error%%22%%3A%%22true%%22%%7D", micros(to), micros(from)), `"operationName":"POST /charge"`},
		{"jaeger-ui", "/api/traces/" + s.trace.String(), `"operationName":"POST /charge"`},
		{"jaeger-ui", "/api/traces/" + s.trace.String() + "?prettyPrint=true", `"operationName":"POST /charge"`},
		{"jaeger-ui", "/api/traces/" + s.trace.String() + "?raw=true&prettyPrint=true", `"operationName":"POST /charge"`},
		{"jaeger-ui", fmt.Sprintf("/api/dependencies?endTs=%d&lookback=604800000", now.UnixMilli()), `"data":[]`},
		{"jaeger-ui", "/api/metrics/minstep", `"data":5000`},
		{"jaeger-ui", fmt.Sprintf("/api/metrics/latencies?service=shop&endTs=%d&groupByOperation=true&lookback=3600000&quantile=0.95&ratePer=600000&spanKind=server&spanKind=consumer&step=60000", now.UnixMilli()), `"name":"service_operation_latencies"`},
		{"jaeger-ui", fmt.Sprintf("/api/metrics/calls?service=shop&endTs=%d&lookback=3600000&ratePer=600000&spanKind=server&step=60000", now.UnixMilli()), `"name":"service_call_rate"`},
		{"jaeger-ui", fmt.Sprintf("/api/metrics/errors?service=shop&endTs=%d&lookback=3600000&ratePer=600000&spanKind=server&step=60000", now.UnixMilli()), `"name":"service_error_rate"`},

		{"jaeger-ui", fmt.Sprintf("/api/metrics/calls?service=other,service=shop&endTs=%d&lookback=3600000&ratePer=600000&spanKind=server&step=60000", now.UnixMilli()), `"value":"shop"`},

		{"Grafana Jaeger", "/api/traces?limit=20&operation=POST+%2Fcheckout&service=shop&tags=%7B%22cart.items%22%3A%223%22%7D", `"operationName":"POST /charge"`},
		{"Grafana Jaeger", "/api/traces?maxDuration=2s&minDuration=900ms&service=shop", `"operationName":"POST /charge"`},
		{"Grafana Jaeger", fmt.Sprintf("/api/traces?operation=all&service=shop&start=%d&end=%d&lookback=custom&limit=100", micros(from), micros(to)), `"operationName":"POST /charge"`},
		{"Grafana Jaeger", fmt.Sprintf("/api/traces/%s?end=%d&start=%d", s.trace, micros(to), micros(from)), `"operationName":"POST /charge"`},
		{"Grafana Jaeger", "/api/v3/services", `{"services":["shop"]}`},
		{"Grafana Jaeger", "/api/v3/operations?service=shop", `{"name":"POST /checkout","spanKind":"server"}`},
		{"Grafana Jaeger", "/api/v3/traces?query.attributes=%7B%22cart.items%22%3A%223%22%7D&query.duration_max=2s&query.duration_min=900ms&query.operation_name=POST+%2Fcheckout&query.service_name=shop" +
			"&query.start_time_min=" + from.In(zone).Format(time.RFC3339Nano) + "&query.start_time_max=" + to.In(zone).Format(time.RFC3339Nano), `"name":"POST /charge"`},
		{"Grafana Jaeger", "/api/v3/traces/" + s.trace.String() + "?start_time=" + from.In(zone).Format(time.RFC3339Nano) + "&end_time=" + to.UTC().Format(time.RFC3339Nano), `{"result":{"resourceSpans":[{`},

		{"Grafana Tempo", "/tempo/api/echo", "echo"},
		{"Grafana Tempo", "/tempo/api/status/buildinfo", `"version":`},
		{"Grafana Tempo", fmt.Sprintf("/tempo/api/search?q=%s&limit=20&spss=3&start=%d&end=%d", url.QueryEscape(`{resource.service.name="shop" && status=error}`), from.Unix(), to.Unix()), `"rootTraceName":"POST /checkout"`},
		{"Grafana Tempo", fmt.Sprintf("/tempo/api/search?tags=%s&limit=20&start=%d&end=%d", url.QueryEscape(`service.name="shop" name="POST /checkout"`), from.Unix(), to.Unix()), `"rootTraceName":"POST /checkout"`},
		{"Grafana Tempo", fmt.Sprintf("/tempo/api/traces/%s?start=%d&end=%d", s.trace, from.Unix(), to.Unix()), `"batches":[`},
		{"Grafana Tempo", fmt.Sprintf("/tempo/api/v2/traces/%s?start=%d&end=%d", s.trace, from.Unix(), to.Unix()), `"resourceSpans":[`},
		{"Grafana Tempo", fmt.Sprintf("/tempo/api/metrics/query_range?end=%d&exemplars=100&q=%s&start=%d&step=30m", to.Unix(), url.QueryEscape(`{status=error} | count_over_time() by (resource.service.name)`), from.Unix()),
			`"series":[{"labels":[{"key":"resource.service.name","value":{"stringValue":"shop"}}],"promLabels":"{\"resource.service.name\"=\"shop\"}","samples":[{"timestampMs":"`},
		{"Grafana Tempo", fmt.Sprintf("/tempo/api/metrics/query_range?end=%d&q=%s&start=%d&step=60", to.Unix(), url.QueryEscape(`{name="POST /checkout"} | quantile_over_time(duration, .5, .99)`), from.Unix()), `{"key":"p","value":{"doubleValue":0.99}}`},
		{"Grafana Tempo", fmt.Sprintf("/tempo/api/metrics/query?end=%d&q=%s&start=%d", to.Unix(), url.QueryEscape(`{} | count_over_time() by (name)`), from.Unix()), `"value":{"stringValue":"POST /checkout"}}],"promLabels":"{\"name\"=\"POST /checkout\"}","value":1}`},
		{"Grafana Tempo", fmt.Sprintf("/tempo/api/metrics/query?end=%d&q=%s&start=%d", to.Unix(), url.QueryEscape(`{name="POST /checkout"} | max_over_time(duration)`), from.Unix()), `"value":1}`},
		{"Grafana Tempo", fmt.Sprintf("/tempo/api/v2/search/tags?limit=5000&start=%d&end=%d", from.Unix(), to.Unix()), `{"name":"span","tags":["cart.items"`},
		{"Grafana Tempo", "/tempo/api/v2/search/tags?limit=5000&scope=resource", `"name":"resource"`},
		{"Grafana Tempo", "/tempo/api/search/tags?limit=5000", `"service.name"`},
		{"Grafana Tempo", "/tempo/api/v2/search/tag/resource.service.name/values?limit=5000&q=" + url.QueryEscape("{status=error}"), `{"type":"string","value":"shop"}`},
		{"Grafana Tempo", fmt.Sprintf("/tempo/api/v2/search/tag/name/values?q=%s&start=%d&end=%d", url.QueryEscape(`{}`), from.Unix(), to.Unix()), `"value":"POST /checkout"`},
		{"Grafana Tempo", "/tempo/api/v2/search/tag/status/values", `{"type":"keyword","value":"error"}`},
		{"Grafana Tempo", "/tempo/api/v2/search/tag/kind/values", `"value":"server"`},
		{"Grafana Tempo", "/tempo/api/search/tag/service.name/values", `{"tagValues":["shop"]}`},
	} {
		status, _, body := ask(t, root(s)+c.address)
		assert.Equal(t, http.StatusOK, status, "%s: %s: %s", c.who, c.address, body)
		assert.Contains(t, string(body), c.want, "%s: %s", c.who, c.address)
	}
}

// jaeger-ui lets the server turn a file of OTLP into its own form, and sends it without a content type.
func TestTransform(t *testing.T) {
	s := openShop(t, nil)
	post := func(body string) (int, string) {
		status, _, text := do(t, http.MethodPost, root(s)+"/api/transform", body, "Content-Type", "text/plain;charset=UTF-8")
		return status, text
	}
	status, body := post(personal)
	require.Equal(t, http.StatusOK, status, body)
	var answer struct {
		Data []struct {
			TraceID string
			Spans   []struct{ OperationName, ProcessID string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(body), &answer))
	require.Len(t, answer.Data, 1)
	assert.Equal(t, "0af7651916cd43dd8448eb211c80319c", answer.Data[0].TraceID)
	assert.Len(t, answer.Data[0].Spans, 1)
	for _, raw := range []string{"jane.roe", "s3cr3t", "4111"} {
		assert.NotContains(t, body, raw)
	}
	status, body = post("{}")
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, body, `"errors":[{"code":400`)
	status, _ = post(`{"resourceSpans":"` + strings.Repeat("x", maxBody) + `"}`)
	assert.Equal(t, http.StatusBadRequest, status)
	status, _, _ = do(t, http.MethodGet, root(s)+"/api/transform", "")
	assert.Equal(t, http.StatusNotFound, status)
}

// Grafana's search names no time: it looks as far back as Jaeger does.
func TestSearchWithoutTimes(t *testing.T) {
	s := openShop(t, nil)
	old := s.operation(operation.TraceID{0xdd}, operation.SpanID{0xdd}, -40*time.Hour, func(op *operation.Operation) { op.Name = "GET /old" })
	require.NoError(t, s.backend.WriteOperations(t.Context(), []*operation.Operation{old}))
	_, _, body := ask(t, root(s)+"/api/traces?limit=20&operation=GET+%2Fold&service=shop")
	assert.Contains(t, string(body), operation.TraceID{0xdd}.String())
}
