package e2e

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestConfigurationMistakes wants each mistake to stop the start with a sentence that names it.
func TestConfigurationMistakes(t *testing.T) {
	foreign := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(foreign, "thesis.txt"), []byte("mine"), 0o600))
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = taken.Close() }()

	tests := map[string]struct {
		overlay string
		want    []string
	}{
		"unknown key of a component": {"processors::pii_redaction::modus: enforce", []string{"pii_redaction", "modus"}},
		"unknown component":          {"processors::pii_reduction: {}", []string{"pii_reduction"}},
		"bad value":                  {"processors::pii_redaction::mode: sometimes", []string{"mode", "sometimes", "enforce"}},
		"bad regex":                  {`processors::pii_redaction::patterns: [{name: order, regex: "("}]`, []string{"patterns", "regex", "missing closing )"}},
		"port in use":                {"extensions::opslog_query::endpoint: " + taken.Addr().String(), []string{taken.Addr().String(), "address already in use"}},
		"no engine":                  {"extensions::opslog_storage: null", []string{"opslog_storage", "embedded", "clickhouse"}},
		"two engines":                {"extensions::opslog_storage::clickhouse::endpoint: 127.0.0.1:9000", []string{"opslog_storage", "embedded", "clickhouse"}},
		"data of somebody else":      {"extensions::opslog_storage::embedded::directory: " + foreign, []string{foreign, "not an opslog store"}},
		"a file for a directory":     {"extensions::opslog_storage::embedded::directory: " + file, []string{file}},
		"losing data on retry":       {"exporters::opslog::retry_on_failure::enabled: false", []string{"retry_on_failure::enabled", "loses data"}},
		"losing data on overflow":    {"exporters::opslog::sending_queue::block_on_overflow: false", []string{"block_on_overflow"}},
		"storage that is not there":  {"exporters::opslog::storage: opslog_storage/other", []string{"opslog_storage/other"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			at := freePorts(t)
			args := append([]string{"--config=embed:default"}, at.overlay()...)
			p := launch(t, t.TempDir(), append(args, "--config=yaml:"+tt.overlay)...)
			assert.NotZero(t, p.wait(), "exit code")
			last := lastLine(p.output())
			for _, want := range tt.want {
				assert.Contains(t, last, want)
			}
		})
	}
	content, err := os.ReadFile(filepath.Join(foreign, "thesis.txt"))
	require.NoError(t, err)
	assert.Equal(t, "mine", string(content))
}

func TestMissingConfigurationNamesWhatThereIs(t *testing.T) {
	p := launch(t, t.TempDir(), "--config=embed:nope")
	assert.NotZero(t, p.wait())
	assert.Contains(t, lastLine(p.output()), "embed:nope is no configuration of this binary, want one of agent, clickhouse, default")
}

// lastLine is what a person sees last: the reason.
func lastLine(output string) string {
	paragraphs := strings.Split(strings.TrimSpace(output), "\nError: ")
	return paragraphs[len(paragraphs)-1]
}

func TestSecondProcessOnTheSameDirectory(t *testing.T) {
	data := t.TempDir()
	first := start(t, data)
	at := freePorts(t)
	second := launch(t, data, append([]string{"--config=embed:default"}, at.overlay()...)...)
	assert.NotZero(t, second.wait())
	assert.Contains(t, lastLine(second.output()), data)
	assert.Contains(t, lastLine(second.output()), "in use by another process")
	first.waitReady()
	first.stop()
}

func TestMalformedOTLPLosesNothingElse(t *testing.T) {
	p := start(t, t.TempDir())
	for _, body := range []string{"", "{", `{"resourceSpans": 7}`, `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xyz"}]}]}]}`, strings.Repeat("[", 100_000)} {
		status := p.post("traces", body)
		if body != "" {
			assert.Equal(t, http.StatusBadRequest, status, "%.40s", body)
		}
	}
	sendRecording(t, p)
	assert.NotEmpty(t, settled(t, p))
	p.stop()
}

func TestAPIMistakes(t *testing.T) {
	p := start(t, t.TempDir())
	tests := map[string]struct {
		path   string
		status string
		want   string
	}{
		"unknown parameter": {"/operations?limitt=5", "400", `"parameter":"limitt"`},
		"bad limit":         {"/operations?limit=5000", "400", "want a number from 1 to 1000"},
		"bad time":          {"/operations?from=tomorrow", "400", `"parameter":"from"`},
		"empty range":       {"/operations?from=now&to=now-1h", "400", "is not before to"},
		"bad status":        {"/operations?status=bad", "400", "want one of ok, error"},
		"syntax":            {"/operations?q=status+%3D", "400", "/problems/query-syntax"},
		"unknown field":     {"/operations?q=statsu+%3D+error", "400", `did you mean`},
		"foreign cursor":    {"/operations?cursor=eyJ9", "400", `"parameter":"cursor"`},
		"bad id":            {"/operations/abc", "400", "want 32 hex digits"},
		"not stored":        {"/operations/" + strings.Repeat("ab", 16), "404", "/problems/not-found"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			body, err := p.tryGet(tt.path)
			require.ErrorContains(t, err, tt.status)
			assert.Contains(t, string(body), tt.want)
			assert.Contains(t, string(body), `"request_id"`)
		})
	}
	resp, err := http.Get("http://" + p.api + "/api/nothing")
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	assert.Equal(t, http.StatusNotFound, resp.StatusCode)
	assert.Equal(t, "application/problem+json", resp.Header.Get("Content-Type"))
}
