package opslogqueryextension

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// belongings are what one tenant has: an error in a trace that both go through, its like and a success in traces of its own. The mark
// is in all that is the tenant's own; requests never hold it.
type belongings struct {
	name, mark string
	ops        []*operation.Operation
	spans      []*operation.Span
	logs       []*operation.LogRecord
	edges      []*operation.Edge
	quality    []*operation.Quality
}

const sharedFingerprint = "5b6c1d"

func belongingsOf(name, mark string, n byte) belongings {
	b := belongings{name: name, mark: mark}
	at := operation.TimeOf(time.Now().Add(-time.Minute))
	for i, trace := range []operation.TraceID{{7}, {8, n}, {9, n}} {
		span := operation.SpanID{n, byte(i + 1)}
		op := &operation.Operation{
			ID: operation.NewID(at, trace, span), TraceID: trace, SpanID: span, StartTime: at, Revision: 1, Complete: true, Duration: 2_000_000,
			ServiceName: "shop", ServiceVersion: mark, HostName: mark, Name: "POST /" + mark, Target: mark, UserID: mark, TenantID: name,
			Kind: operation.KindCommand, Status: operation.StatusError, ErrorType: mark, ErrorMessage: mark, ErrorStack: mark,
			ErrorFingerprint: sharedFingerprint, RequestBody: mark, Attributes: operation.Attributes{"note": mark, "key." + mark: true},
			Resource: operation.Attributes{"opslog.tenant": name, "zone": mark}, SpanCount: 2, ErrorSpanCount: 1, Transport: operation.TransportHTTP,
		}
		switch i {
		case 2: // the like of the first, in the next version
			op.ServiceVersion += "-2"
		case 1:
			op.ServiceName, op.Status, op.ErrorFingerprint, op.Kind = "shop-"+mark, operation.StatusOK, "", operation.KindQuery
		}
		b.ops = append(b.ops, op)
		for k, parent := range []operation.SpanID{{}, span} {
			id := span
			id[3] = byte(k)
			b.spans = append(b.spans, &operation.Span{
				TraceID: trace, SpanID: id, ParentSpanID: parent, Name: "of " + mark, Kind: operation.SpanServer, StartTime: at, Duration: 2_000_000,
				Status: operation.StatusError, StatusMessage: mark, ServiceName: op.ServiceName,
				Resource: operation.Attributes{"opslog.tenant": name, "zone": mark}, Attributes: operation.Attributes{"note": mark},
			})
		}
		key, minute := operation.TenantKey(name), at-at%operation.Minute
		b.edges = append(b.edges, &operation.Edge{
			ID: op.ID, Minute: minute, SourceKind: operation.NodeService, Source: "shop", SourceOperation: op.Name, TargetKind: operation.NodeService,
			Target: "stock-" + mark, TargetOperation: mark, Calls: 1, Errors: 1, LastSeen: at, Example: op.ID, Tenant: key,
		})
		b.quality = append(b.quality, &operation.Quality{
			ID: op.ID, Minute: minute, ServiceName: "shop", Check: operation.CheckMissingAttribute, Subject: mark, Total: 100, Failed: 100, ExampleTrace: trace, Tenant: key,
		})
		b.logs = append(b.logs, &operation.LogRecord{
			ID: operation.NewID(at, trace, span), Time: at, TraceID: trace, SpanID: span, Body: "a line of " + mark, ServiceName: op.ServiceName,
			Resource: operation.Attributes{"opslog.tenant": name},
		})
	}
	return b
}

func (b belongings) store(t *testing.T, backend store.Backend) {
	t.Helper()
	require.NoError(t, backend.WriteOperations(t.Context(), b.ops))
	require.NoError(t, backend.WriteSpans(t.Context(), b.spans))
	require.NoError(t, backend.WriteLogs(t.Context(), b.logs))
	require.NoError(t, backend.WriteEdges(t.Context(), b.edges))
	require.NoError(t, backend.WriteQuality(t.Context(), b.quality))
}

// askedOf are parameters of a route that needs more than a range of time, at the moment. Where a route has several, each is asked.
func askedOf(path string) []string {
	return map[string][]string{
		"/query":          {"q=" + url.QueryEscape("| count() by name"), "q=" + url.QueryEscape("| count() by tenant_id, service_version")},
		"/query/complete": {"q=" + url.QueryEscape("version = ") + "&pos=10", "q=" + url.QueryEscape("note = ") + "&pos=7"},
		"/query/check":    {"q=" + url.QueryEscape("status = error")},
		"/operations": {"", "q=" + url.QueryEscape("not tenant = acme"), "q=" + url.QueryEscape("tenant = globex or tenant = acme"), "sort=-duration", "scope=roots", "scope=spans",
			"scope=spans&q=" + url.QueryEscape("status = error OR resource.opslog.tenant = globex OR resource.opslog.tenant = acme")},
		"/operations/facets":                 {"fields=name,user,version"},
		"/operations/histogram":              {"by=version", "by=user"},
		"/operations/{operation_id}/compare": {"with=%s"},
		"/traces/{trace_id}/search":          {"q=of"},
		"/latency":                           {"by=name", "by=user"},
		"/latency/compare":                   {"field=version", "field=user", "against=10m"},
		"/fields":                            {"prefix=key."},
		"/traces/{trace_id}/export":          {"format=otlp", "format=jaeger"},
		"/export":                            {"format=ndjson", "format=csv"},
		"/errors":                            {"", "sort=tenants"},
		"/tail":                              {"since=now-10m"},
		"/api/services/{service}/operations": {""},
		"/api/operations":                    {"service=shop"},
		"/api/traces":                        {"service=shop", "traceID=07000000000000000000000000000000"},
		"/api/dependencies":                  {fmt.Sprintf("endTs=%d&lookback=3600000", time.Now().UnixMilli())},
		"/api/metrics/{name}":                {"service=shop&groupByOperation=true"},
		"/api/v3/operations":                 {"service=shop"},
		"/api/v3/trace-summaries":            {v3Search()},
		"/api/v3/traces":                     {v3Search()},
		"/tempo/api/metrics/query":           {"q=" + url.QueryEscape("{} | rate() by (name)"), "q=" + url.QueryEscape("{} | count_over_time() by (resource.service.version)")},
		"/tempo/api/metrics/query_range":     {"q=" + url.QueryEscape("{} | rate() by (name)"), "q=" + url.QueryEscape("{} | count_over_time() by (resource.service.version)")},
		"/tempo/api/search":                  {"q=" + url.QueryEscape(`{resource.service.name="shop"}`), "tags=service.name%3Dshop"},
	}[path]
}

func v3Search() string {
	now := time.Now()
	return "query.serviceName=shop&query.startTimeMin=" + url.QueryEscape(now.Add(-time.Hour).UTC().Format(time.RFC3339Nano)) +
		"&query.startTimeMax=" + url.QueryEscape(now.Add(time.Minute).UTC().Format(time.RFC3339Nano))
}

// aboutNobody are routes whose answers hold nothing of operations.
var aboutNobody = []string{
	"/status", "/query/check", "/openapi.yaml", "/openapi.json", "/alerts", "/alerts/rules", "/alerts/{id}", "/links/{id}", "/saved", "/saved/{id}",
	"/commands/{operation_id}/review", "/erasures", "/erasures/{id}", "/alerts/rules/test", "/traces/import",
	"/tempo/api/echo", "/tempo/api/status/buildinfo",
	"/traces/{trace_id}/search", // ids only: see below
}

// addresses are requests for a route with the names of what the tenant has.
func (b belongings) addresses(t *testing.T, path string) (out []string) {
	t.Helper()
	parameters := askedOf(path)
	if parameters == nil {
		parameters = []string{""}
	}
	for _, op := range b.ops {
		names := strings.NewReplacer("{operation_id}", op.ID.String(), "{trace_id}", op.TraceID.String(), "{span_id}", op.SpanID.String(),
			"{fingerprint}", sharedFingerprint, "{service}", "shop", "{tag}", "service.name", "{id}", "none")
		for _, query := range parameters {
			query = strings.ReplaceAll(query, "%s", b.ops[0].ID.String())
			for _, name := range []string{"version", "user", "name", "calls"} {
				at := strings.ReplaceAll(names.Replace(path), "{name}", name)
				out = append(out, at+"?"+query)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// asTenantOf asks as a tenant. Of a stream that has no end it reads a while.
func asTenantOf(t *testing.T, name, method, address, body string) (int, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer tenant-"+name)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	if !strings.Contains(address, "/tail") {
		text, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(text)
	}
	var text []byte
	for part := make([]byte, 4096); !strings.Contains(string(text), "event: stats"); {
		n, err := resp.Body.Read(part)
		require.NoError(t, err)
		text = append(text, part[:n]...)
	}
	return resp.StatusCode, string(text)
}

func forTenants(c *Config) {
	withLogin(c)
	c.Tenants.From = "username"
	c.Limits = LimitsConfig{QueriesPerSecond: 1e6, Burst: 1e6, ConcurrentQueries: 100, Streams: 100}
}

// TestTenantsSeeTheirOwn asks every route there is as one tenant, with the names of what the other has, and wants nothing of
// the other's. As a control, who owns it is answered by the same requests.
func TestTenantsSeeTheirOwn(t *testing.T) {
	backend := openStore(t)
	acme, globex := belongingsOf("acme", "aardvark", 1), belongingsOf("globex", "quokka", 2)
	acme.store(t, backend)
	globex.store(t, backend)
	base := serve(t, backend, forTenants)

	h := &apiHandler{cfg: createDefaultConfig().(*Config)}
	type ask struct{ method, prefix, path, body string }
	var asks []ask
	for _, r := range h.routes() {
		body := ""
		if r.path == "/operations/search" {
			body = `{"q":"not tenant = acme"}`
		}
		if r.method == http.MethodGet || body != "" {
			asks = append(asks, ask{r.method, api.Prefix, r.path, body})
		}
	}
	for _, c := range h.compatibles() {
		if c.method == "" { // others read nothing of the store
			asks = append(asks, ask{http.MethodGet, "", c.path, ""})
		}
	}
	for _, a := range asks {
		shown := false
		for _, address := range append(globex.addresses(t, a.path), acme.addresses(t, a.path)...) {
			status, body := asTenantOf(t, "acme", a.method, base+a.prefix+address, a.body)
			assert.Less(t, status, 500, address)
			assert.NotContains(t, body, "quokka", "acme asks %s", address)
			status, body = asTenantOf(t, "globex", a.method, base+a.prefix+address, a.body)
			assert.NotContains(t, body, "aardvark", "globex asks %s", address)
			shown = shown || status == http.StatusOK && strings.Contains(body, "quokka")
		}
		assert.Equal(t, !slices.Contains(aboutNobody, a.path), shown, "globex sees its own at %s", a.path)
	}
}

// The ids of spans that a search finds in a trace of both are the tenant's.
func TestTenantsSearchTheirSpans(t *testing.T) {
	backend := openStore(t)
	acme, globex := belongingsOf("acme", "aardvark", 1), belongingsOf("globex", "quokka", 2)
	acme.store(t, backend)
	globex.store(t, backend)
	address := serve(t, backend, forTenants) + api.Prefix + "/traces/" + globex.ops[0].TraceID.String() + "/search?q=of"
	for _, b := range []belongings{acme, globex} {
		_, body := asTenantOf(t, b.name, http.MethodGet, address, "")
		assert.Contains(t, body, fmt.Sprintf(`"span_ids":["%s","%s"],"n":2`, b.spans[0].SpanID, b.spans[1].SpanID))
	}
}

// keepsOf is what somebody keeps for itself: a saved query and a link to a page, which hold the mark.
func keepsOf(t *testing.T, name, base, mark string) (saved, link string) {
	t.Helper()
	status, body := asTenantOf(t, name, http.MethodPost, base+"/saved", `{"name":"`+mark+`","query":"status = error"}`)
	require.Equal(t, http.StatusCreated, status, body)
	var s api.Saved
	require.NoError(t, json.Unmarshal([]byte(body), &s))
	status, body = asTenantOf(t, name, http.MethodPost, base+"/links", `{"path":"/operations?q=`+mark+`"}`)
	require.Equal(t, http.StatusCreated, status, body)
	var l api.ShortLink
	require.NoError(t, json.Unmarshal([]byte(body), &l))
	return "/saved/" + s.ID, "/links/" + l.ID
}

// TestTenantsKeepTheirOwn has two tenants and the platform save queries and links, and each try to read, to change and to
// delete the others'.
func TestTenantsKeepTheirOwn(t *testing.T) {
	backend := openStore(t)
	tenants := serve(t, backend, forTenants) + api.Prefix
	platform := serve(t, backend, withLogin) + api.Prefix
	keepers := map[string]struct{ base, saved, link string }{}
	for name, base := range map[string]string{"acme": tenants, "globex": tenants, "platform": platform} {
		saved, link := keepsOf(t, name, base, "of-"+name)
		keepers[name] = struct{ base, saved, link string }{base, saved, link}
	}
	for name, me := range keepers {
		_, list := asTenantOf(t, name, http.MethodGet, me.base+"/saved", "")
		for owner, its := range keepers {
			if owner == name {
				assert.Contains(t, list, "of-"+owner)
				continue
			}
			assert.NotContains(t, list, "of-"+owner, name)
			for _, path := range []string{its.saved, its.link} {
				status, body := asTenantOf(t, name, http.MethodGet, me.base+path, "")
				assert.Equal(t, http.StatusNotFound, status, "%s reads %s of %s: %s", name, path, owner, body)
			}
			for _, method := range []string{http.MethodPut, http.MethodDelete} {
				status, body := asTenantOf(t, name, method, me.base+its.saved, `{"name":"taken over","query":""}`)
				assert.Equal(t, http.StatusNotFound, status, "%s %s %s of %s: %s", name, method, its.saved, owner, body)
			}
		}
	}
	for name, me := range keepers {
		for _, path := range []string{me.saved, me.link} {
			status, body := asTenantOf(t, name, http.MethodGet, me.base+path, "")
			assert.Equal(t, http.StatusOK, status)
			assert.Contains(t, body, "of-"+name)
		}
		status, _ := asTenantOf(t, name, http.MethodPut, me.base+me.saved, `{"name":"again","query":""}`)
		assert.Equal(t, http.StatusOK, status)
		status, _ = asTenantOf(t, name, http.MethodDelete, me.base+me.saved, "")
		assert.Equal(t, http.StatusNoContent, status)
	}
	locked := serve(t, backend, func(c *Config) { forTenants(c); c.ReadOnly = true }) + api.Prefix
	status, body := asTenantOf(t, "acme", http.MethodPost, locked+"/saved", `{"name":"x","query":""}`)
	assert.Equal(t, http.StatusForbidden, status)
	assert.Contains(t, body, "read_only")
}

// Who changes something, asks for what is of all together, or is nobody's, is refused.
func TestTenantsAreRefused(t *testing.T) {
	base := serve(t, openStore(t), forTenants)
	for _, r := range (&apiHandler{cfg: createDefaultConfig().(*Config)}).routes() {
		address := base + api.Prefix + pathParameter.ReplaceAllString(r.path, "0af7651916cd43dd8448eb211c80319c")
		if r.write && !r.own || r.platform {
			status, body := asTenantOf(t, "acme", r.method, address, "{}")
			assert.Equal(t, http.StatusForbidden, status, "%s %s", r.method, r.path)
			assert.Contains(t, body, api.ProblemForbidden)
		}
		resp := send(t, r.method, address, func(q *http.Request) { q.Header.Set("Authorization", rightToken) })
		assert.Equal(t, http.StatusForbidden, resp.StatusCode, "a login without a tenant: %s %s", r.method, r.path)
	}
	_, body := asTenantOf(t, "acme", http.MethodGet, base+api.Prefix+"/status", "")
	assert.Contains(t, body, `"write":false,"save":true`)
}
