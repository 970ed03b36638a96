package e2e

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/test/clickhouse"
)

// startTenants starts the shape for many tenants, and answers it through the platform's door and through that of tenants.
// Without an environment that names a ClickHouse it keeps its records itself.
func startTenants(t *testing.T, extra []string, env ...string) (platform, door *process) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "tenants.htpasswd")
	require.NoError(t, os.WriteFile(file, []byte("acme:for-acme\nglobex:for-globex\n"), 0o600))
	t.Setenv("OPSLOG_TENANTS", file)
	t.Setenv("OPSLOG_TOKEN", token)
	at := freePorts(t)
	second := "--config=yaml:extensions::opslog_query/tenants::endpoint: " + at.api
	if len(env) > 0 {
		platform = startConfigWith(t, "multi-tenant", append(extra, second), env...)
	} else {
		platform = startTenantsEmbedded(t, second)
	}
	platform.reader = "Bearer " + token
	door = &process{t: t, ports: platform.ports}
	door.api = at.api
	return platform, door
}

func startTenantsEmbedded(t *testing.T, extra string) *process {
	t.Helper()
	text, err := os.ReadFile("../../config/multi-tenant.yaml")
	require.NoError(t, err)
	data, at := t.TempDir(), freePorts(t)
	own := filepath.Join(t.TempDir(), "own.yaml")
	text = regexp.MustCompile(`(?m)^    clickhouse:\n(      .*\n)+`).ReplaceAll(text, fmt.Appendf(nil, "    embedded: {directory: %q}\n", data))
	require.NoError(t, os.WriteFile(own, text, 0o600))
	p := launch(t, data, append([]string{"--config=" + own, extra}, at.within(t, "multi-tenant")...)...)
	p.ports = at
	eventually(t, "opslog is healthy", p.healthy)
	return p
}

// testTenants has tenants that claim to be one another, and that ask for what the other has, on each engine.
func testTenants(t *testing.T) {
	t.Run("clickhouse", func(t *testing.T) {
		server := clickhouse.WithUsers(t, "../../deploy/clickhouse/users.xml")
		wall := server.As("opslog_tenants", "opslog")
		platform, door := startTenants(t, []string{
			"--config=yaml:extensions::opslog_storage::clickhouse::tenants::username: " + wall.Username,
			"--config=yaml:extensions::opslog_storage::clickhouse::tenants::password: " + wall.Password,
		}, clickhouseEnv(server.As("opslog", "opslog"))...)
		tenantsStayApart(t, platform, door)
	})
	t.Run("embedded", func(t *testing.T) {
		platform, door := startTenants(t, nil)
		tenantsStayApart(t, platform, door)
	})
}

func basic(name, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

var others = map[string]string{"acme": "globex", "globex": "acme"}

// claims sends a trace and a log record as a tenant, which say that they are another's.
func claims(t *testing.T, p *process, tenant string) {
	t.Helper()
	p.writer = basic(tenant, "for-"+tenant)
	now := time.Now().UnixNano()
	claim := fmt.Sprintf(`{"key":"opslog.tenant","value":{"stringValue":"%[1]s"}},{"key":"tenant.id","value":{"stringValue":"%[1]s"}}`, others[tenant])
	resource := fmt.Sprintf(`"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"of-%s"}},%s]}`, tenant, claim)
	require.Equal(t, http.StatusOK, p.post("traces", fmt.Sprintf(`{"resourceSpans":[{%s,
		"scopeSpans":[{"spans":[{"traceId":"%x","spanId":"00000000000000a1","name":"POST /of-%s","kind":2,"flags":256,"startTimeUnixNano":"%d","endTimeUnixNano":"%d",
		"status":{"code":2,"message":"of-%s"},"attributes":[%s]}]}]}]}`, resource, fmt.Sprintf("%-16s", tenant), tenant, now, now+1e6, tenant, claim)))
	require.Equal(t, http.StatusOK, p.post("logs", fmt.Sprintf(`{"resourceLogs":[{%s,"scopeLogs":[{"logRecords":[{"traceId":"%x","spanId":"00000000000000a1",
		"timeUnixNano":"%d","severityNumber":9,"body":{"stringValue":"a line of-%s"},"attributes":[%s]}]}]}]}`, resource, fmt.Sprintf("%-16s", tenant), now, tenant, claim)))
}

func tenantsStayApart(t *testing.T, p, door *process) {
	for _, wrong := range []string{"", basic("acme", "for-globex"), basic("nobody", ""), "Bearer " + token} {
		p.writer = wrong
		assert.Equal(t, http.StatusUnauthorized, p.post("traces", `{"resourceSpans":[]}`), "sending with %q", wrong)
	}
	p.reader = basic("acme", "for-acme")
	assert.Equal(t, http.StatusUnauthorized, p.status("/api/opslog/v1/operations"), "a tenant may not use the platform's door")
	p.reader = "Bearer " + token

	ops := map[string]record{}
	for tenant := range others {
		claims(t, p, tenant)
	}
	for tenant := range others {
		eventually(t, tenant+" has its operation and no other", func() error {
			found, err := p.tryOperations("&q=tenant%20%3D%20" + tenant)
			if err != nil {
				return err
			}
			if len(found) != 1 || found[0].str("service_name") != "of-"+tenant {
				return fmt.Errorf("%v", found)
			}
			ops[tenant] = found[0]
			logs, err := p.tryGet("/traces/" + found[0].str("trace_id") + "/logs")
			if err == nil && !strings.Contains(string(logs), "a line of") {
				err = fmt.Errorf("no log record yet: %s", logs)
			}
			return err
		})
	}
	for tenant := range others {
		door.reader = basic(tenant, "for-"+tenant)
		door.keeps(t, tenant)
		eventually(t, tenant+" has a map and a trace quality", func() error {
			for _, path := range []string{"/map", "/quality"} {
				if status, body := door.ask(http.MethodGet, "/api/opslog/v1"+path); status != http.StatusOK || !strings.Contains(body, "of-"+tenant) {
					return fmt.Errorf("%s: %d %s", path, status, body)
				}
			}
			return nil
		})
	}
	p.keeps(t, "platform")
	for tenant, other := range others {
		door.reader = basic(tenant, "for-"+tenant)
		tenantReads(t, door, ops[tenant], other, ops[other])
	}
	p.stop()
}

// keeps saves a query and a link as whoever reads.
func (p *process) keeps(t *testing.T, owner string) {
	t.Helper()
	for path, body := range map[string]string{"/saved": `{"name":"of-` + owner + `","query":""}`, "/links": `{"path":"/operations?q=of-` + owner + `"}`} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+p.api+"/api/opslog/v1"+path, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Authorization", p.reader)
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusCreated, resp.StatusCode, path)
	}
}

// tenantReads asks everything that can be read, by the names of the other's records and of its own.
func tenantReads(t *testing.T, door *process, mine record, other string, its record) {
	t.Helper()
	assert.Len(t, door.operations(""), 1)
	status, saved := door.ask(http.MethodGet, "/api/opslog/v1/saved")
	require.Equal(t, http.StatusOK, status)
	assert.Contains(t, saved, mine.str("service_name"), "what it saved")
	assert.NotContains(t, saved, "of-platform")
	seen := 0
	for _, op := range []record{mine, its} {
		for _, path := range readable(t, op) {
			if strings.HasSuffix(path, "/tail") {
				continue // has no end; TestTenantsSeeTheirOwn follows it
			}
			status, body := door.ask(http.MethodGet, path)
			assert.Less(t, status, http.StatusInternalServerError, path)
			assert.NotContains(t, body, "of-"+other, path)
			if status == http.StatusOK && strings.Contains(body, mine.str("service_name")) {
				seen++
			}
		}
	}
	assert.Greater(t, seen, 15, "answers with something of its own")
}

// readable are all addresses of the API and of Jaeger's and Tempo's that are read, with an operation's names in them.
func readable(t *testing.T, op record) (out []string) {
	t.Helper()
	names := strings.NewReplacer("{operation_id}", op.str("operation_id"), "{trace_id}", op.str("trace_id"), "{span_id}", op.str("span_id"),
		"{service}", "shop", "{fingerprint}", op.str("error_fingerprint"), "{name}", "service", "{id}", "1")
	for _, r := range documentedRoutes(t) {
		if r.method == http.MethodGet {
			out = append(out, names.Replace(r.path))
		}
	}
	now := time.Now()
	return append(out, "/api/opslog/v1/query?q=%7C%20count()%20by%20service", "/api/opslog/v1/operations?q=not%20tenant%20%3D%20nobody",
		"/api/services", "/api/operations", "/api/traces?limit=20", "/api/traces/"+op.str("trace_id"), "/api/v3/services", "/api/v3/traces/"+op.str("trace_id"),
		fmt.Sprintf("/api/traces?start=%d&end=%d", now.Add(-time.Hour).UnixMicro(), now.UnixMicro()), "/tempo/api/search?tags=", "/tempo/api/traces/"+op.str("trace_id"),
		"/tempo/api/search/tag/service.name/values", "/tempo/api/v2/search/tag/resource.service.name/values")
}
