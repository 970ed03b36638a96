package e2e

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/test/clickhouse"
)

// user is somebody who asks ClickHouse directly.
type user struct{ address, name, password string }

func (u user) ask(t *testing.T, query string) (string, int) {
	t.Helper()
	at := "http://" + u.address + "/?" + url.Values{"user": {u.name}, "password": {u.password}}.Encode()
	resp, err := http.Post(at, "text/plain", strings.NewReader(query))
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return strings.TrimSpace(string(text)), resp.StatusCode
}

// TestClickHouseUsers runs opslog for tenants as the service user of deploy/clickhouse, and asks as each of the others.
func TestClickHouseUsers(t *testing.T) {
	server := clickhouse.WithUsers(t, "../../deploy/clickhouse/users.xml")
	file := filepath.Join(t.TempDir(), "tenants.htpasswd")
	require.NoError(t, os.WriteFile(file, []byte("acme:for-acme\nglobex:for-globex\n"), 0o600))
	p := startConfig(t, "multi-tenant", append(clickhouseEnv(server.As("opslog", "opslog")), "OPSLOG_TENANTS="+file, "OPSLOG_TOKEN="+token)...)
	p.reader = "Bearer " + token
	for _, tenant := range []string{"acme", "globex"} {
		p.writer = basic(tenant, "for-"+tenant)
		sendRecording(t, p) // both send the same traces; the first of equal spans counts
		halvesOf(t, p, tenant)
	}
	all := len(settled(t, p))
	p.stop()

	statementsAreRead(t, user{address: server.HTTP, name: "default"})
	reader, acme := user{server.HTTP, "opslog_reader", "reader"}, user{server.HTTP, "acme", "for-acme"}
	count := func(u user, what string) (n int) {
		text, status := u.ask(t, "SELECT count() FROM opslog."+what)
		require.Equal(t, http.StatusOK, status, text)
		_, err := fmt.Sscan(text, &n)
		require.NoError(t, err)
		return n
	}
	assert.Equal(t, all, count(reader, "operations FINAL"))
	for _, table := range []string{"operations", "spans", "logs"} {
		assert.Positive(t, count(acme, table), table)
		assert.Less(t, count(acme, table), count(reader, table), table)
	}
	text, _ := acme.ask(t, "SELECT DISTINCT tenant_id FROM opslog.operations UNION DISTINCT SELECT DISTINCT resource['opslog.tenant'] FROM opslog.spans UNION DISTINCT SELECT DISTINCT resource['opslog.tenant'] FROM opslog.logs")
	assert.Equal(t, "acme", text)
	for _, table := range []string{"edges", "quality"} {
		text, _ = acme.ask(t, "SELECT DISTINCT tenant_key = lower(hex(SHA256('acme'))) FROM opslog."+table)
		assert.Equal(t, "1", text, table)
		assert.Less(t, count(acme, table), count(reader, table), table)
	}

	for name, refused := range map[string]struct {
		who   user
		query string
		code  string
	}{
		"a wrong password":       {user{server.HTTP, "acme", "for-globex"}, "SELECT 1", "AUTHENTICATION_FAILED"},
		"no password":            {user{server.HTTP, "opslog", ""}, "SELECT 1", "AUTHENTICATION_FAILED"},
		"a reader that writes":   {reader, "INSERT INTO opslog.state SELECT * FROM opslog.state", "ACCESS_DENIED"},
		"a reader that drops":    {reader, "DROP TABLE opslog.operations", "ACCESS_DENIED"},
		"a reader without limit": {reader, "SELECT 1 SETTINGS max_execution_time = 3600", "SETTING_CONSTRAINT_VIOLATION"},
		"a reader that unlocks":  {reader, "SELECT 1 SETTINGS readonly = 0", "READONLY"},
		"a tenant, sums":         {acme, "SELECT * FROM opslog.rollups", "ACCESS_DENIED"},
		"a tenant, state":        {acme, "SELECT * FROM opslog.state", "ACCESS_DENIED"},
		"the service elsewhere":  {user{server.HTTP, "opslog", "service"}, "CREATE TABLE default.t (a Int8) ENGINE = Memory", "ACCESS_DENIED"},
		"the service, users":     {user{server.HTTP, "opslog", "service"}, "CREATE USER x", "ACCESS_DENIED"},
	} {
		text, status := refused.who.ask(t, refused.query)
		assert.GreaterOrEqual(t, status, http.StatusBadRequest, name)
		assert.Contains(t, text, refused.code, name)
	}
	for i := 0; ; i++ {
		require.Less(t, i, 700, "the quota never stopped it")
		if text, status := reader.ask(t, "SELECT count() FROM opslog.operations"); status != http.StatusOK {
			assert.Contains(t, text, "QUOTA_EXCEEDED")
			break
		}
	}
}

func halvesOf(t *testing.T, p *process, tenant string) {
	h := &halves{t: t, next: int(tenant[0]) * 1000}
	h.send(5, p, p)
}

// statementsAreRead wants a real ClickHouse to read what is to be run by hand, and the other files to be sound XML.
func statementsAreRead(t *testing.T, as user) {
	text, err := os.ReadFile("../../deploy/clickhouse/users.sql")
	require.NoError(t, err)
	n := 0
	for statement := range strings.SplitSeq(string(text), ";\n") {
		if statement = strings.TrimSpace(withoutComments(statement)); statement != "" {
			answer, status := as.ask(t, "EXPLAIN AST "+statement)
			require.Equal(t, http.StatusOK, status, answer)
			n++
		}
	}
	assert.Greater(t, n, 15)
	cluster, err := os.ReadFile("../../deploy/clickhouse/cluster.xml")
	require.NoError(t, err)
	require.NoError(t, xml.Unmarshal(cluster, new(struct{ XMLName xml.Name })))
}

func withoutComments(statement string) string {
	var out []string
	for line := range strings.Lines(statement) {
		if !strings.HasPrefix(line, "--") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}
