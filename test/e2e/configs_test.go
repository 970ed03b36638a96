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

	"github.com/opslog/opslog/test/clickhouse"
)

// TestMain ends the ClickHouse that some tests share.
func TestMain(m *testing.M) { clickhouse.Main(m) }

// startConfig starts a shipped configuration on free ports and waits until it is healthy.
func startConfig(t *testing.T, name string, env ...string) *process {
	t.Helper()
	at := freePorts(t)
	data := t.TempDir()
	for _, pair := range env {
		key, value, _ := strings.Cut(pair, "=")
		t.Setenv(key, value)
	}
	args := []string{"--config=embed:" + name}
	for _, overlay := range at.overlay() {
		switch { // the smaller configurations have no such part to move
		case strings.Contains(overlay, "opslog_query") && (name == "files" || name == "redaction"):
		case strings.Contains(overlay, "exporters::prometheus") && name == "redaction":
		default:
			args = append(args, overlay)
		}
	}
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

// TestConfigurations starts each file of config/ and sees it do its work. The default is started by every other test.
func TestConfigurations(t *testing.T) {
	shipped, err := filepath.Glob("../../config/*.yaml")
	require.NoError(t, err)
	tested := map[string]func(*testing.T){
		"default":    testDefaultConfig,
		"clickhouse": testClickHouseConfig,
		"files":      testFilesConfig,
		"redaction":  testRedactionConfig,
	}
	for _, path := range shipped {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		require.Contains(t, tested, name, "a test of config/%s.yaml", name)
		t.Run(name, tested[name])
	}
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
