package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/opslog/opslog/test/clickhouse"
)

// TestMain ends the ClickHouse that some tests share.
func TestMain(m *testing.M) { clickhouse.Main(m) }

// startConfig starts a shipped configuration on free ports and waits until it is healthy.
func startConfig(t *testing.T, name string, env ...string) *process {
	t.Helper()
	return startConfigWith(t, name, nil, env...)
}

// startConfigWith is startConfig with more arguments.
func startConfigWith(t *testing.T, name string, extra []string, env ...string) *process {
	t.Helper()
	at := freePorts(t)
	data := t.TempDir()
	for _, pair := range env {
		key, value, _ := strings.Cut(pair, "=")
		t.Setenv(key, value)
	}
	args := append(append([]string{"--config=embed:" + name}, at.within(t, name)...), extra...)
	p := launch(t, data, args...)
	p.ports = at
	eventually(t, name+" is healthy", func() error {
		resp, err := http.Get("http://" + at.health)
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("health check: %s", resp.Status)
		}
		return nil
	})
	return p
}

// within are the overlays that move what the shipped configuration of that name has.
func (p ports) within(t testing.TB, name string) (out []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "config", name+".yaml"))
	require.NoError(t, err)
	var shipped map[string]any
	require.NoError(t, yaml.Unmarshal(text, &shipped))
	for _, overlay := range p.overlay() {
		key, _, _ := strings.Cut(strings.TrimPrefix(overlay, "--config=yaml:"), ": ")
		if steps := strings.Split(key, "::"); steps[0] == "service" || has(shipped, steps[:len(steps)-1]) {
			out = append(out, overlay)
		}
	}
	return out
}

func has(tree map[string]any, steps []string) bool {
	for _, step := range steps {
		next, ok := tree[step].(map[string]any)
		if !ok {
			return false
		}
		tree = next
	}
	return true
}

// TestConfigurations starts each file of config/ and sees it do its work. The default is started by every other test.
func TestConfigurations(t *testing.T) {
	shipped, err := filepath.Glob("../../config/*.yaml")
	require.NoError(t, err)
	tested := map[string]func(*testing.T){
		"default":           testDefaultConfig,
		"clickhouse":        testClickHouseConfig,
		"files":             testFilesConfig,
		"redaction":         testRedactionConfig,
		"agent":             func(t *testing.T) { testForwarding(t, "agent") },
		"sidecar":           func(t *testing.T) { testForwarding(t, "sidecar") },
		"gateway":           testGateway,
		"two-tier-balancer": testTwoTiers,
		"kafka-in":          testKafka,
		"multi-tenant":      testTenants,
	}
	together := map[string]string{"two-tier-gateway": "two-tier-balancer", "kafka-out": "kafka-in"}
	for _, path := range shipped {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		if other := together[name]; other != "" {
			require.Contains(t, tested, other, "the test of config/%s.yaml", name)
			continue
		}
		require.Contains(t, tested, name, "a test of config/%s.yaml", name)
		t.Run(name, tested[name])
	}
}

// ownDatabase is a ClickHouse that no other test uses, until the end of this one.
func ownDatabase(t *testing.T) *clickhouse.Server {
	t.Helper()
	server, err := clickhouse.Launch(clickhouse.Options{Path: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	return server
}

// clickhouseEnv is how a user tells the shipped configuration where ClickHouse is.
func clickhouseEnv(db clickhouse.Database) []string {
	return []string{
		"OPSLOG_CLICKHOUSE_ENDPOINT=tcp://" + db.Address, "OPSLOG_CLICKHOUSE_DATABASE=" + db.Name,
		"OPSLOG_CLICKHOUSE_USERNAME=" + db.Username, "OPSLOG_CLICKHOUSE_PASSWORD=" + db.Password,
	}
}

func testDefaultConfig(t *testing.T) {
	p := start(t, t.TempDir())
	_, _, code := p.run("ls")
	assert.Zero(t, code)
	p.stop()
}

func testClickHouseConfig(t *testing.T) {
	p := startConfig(t, "clickhouse", clickhouseEnv(clickhouse.Start(t))...)
	sendRecording(t, p)
	ops := settled(t, p)
	assert.NotEmpty(t, ops)
	assertNothingPlanted(t, p, p.data, ops[:min(20, len(ops))])
	p.stop()
}

func testFilesConfig(t *testing.T) {
	p := startConfig(t, "files")
	sendRecording(t, p)
	p.stop() // flushes what still waits
	for _, name := range []string{"operations.json.zst", "spans.json.zst"} {
		info, err := os.Stat(filepath.Join(p.data, name))
		require.NoError(t, err)
		assert.Positive(t, info.Size(), name)
	}
	assert.Positive(t, assertNotInFiles(t, p.data, planted(t)), "files")
}

// testRedactionConfig puts redaction in front of a second opslog, which must get clean data.
func testRedactionConfig(t *testing.T) {
	backend := start(t, t.TempDir())
	p := startConfig(t, "redaction", "OPSLOG_OTLP_ENDPOINT="+backend.grpc)
	sendRecording(t, p)
	ops := settled(t, backend)
	assert.NotEmpty(t, ops)
	p.stop()
	assertNotIn(t, "the redacting process's own log", []byte(p.output()), planted(t))
	backend.stop()
}

// TestClickHouseAwayAtStart wants opslog to start, to say so, and to go on when the server comes.
func TestClickHouseAwayAtStart(t *testing.T) {
	address := freePorts(t).grpc
	p := startConfig(t, "clickhouse", "OPSLOG_CLICKHOUSE_ENDPOINT=tcp://"+address)
	body, err := p.tryGet("/operations")
	require.Error(t, err)
	assert.Contains(t, string(body), "/problems/unavailable")
	sendRecording(t, p)
	assert.Contains(t, p.output(), address, "the log names the server that is away")

	port, err := strconv.Atoi(address[strings.LastIndex(address, ":")+1:])
	require.NoError(t, err)
	server, err := clickhouse.Launch(clickhouse.Options{Path: t.TempDir(), TCP: port})
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	assert.NotEmpty(t, settled(t, p), "what was sent while the server was away")
	p.stop()
}
