package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRedactTestFindsNothing sends the specimens through the configuration that ships.
func TestRedactTestFindsNothing(t *testing.T) {
	p := start(t, t.TempDir())
	stdout, stderr, code := p.run("redact", "test", "--otlp", "http://"+p.ports.http)
	assert.Equal(t, 0, code, stderr)
	assert.Contains(t, stdout, "password_json")
	assert.NotContains(t, stdout, "SURVIVED")
	p.stop()
}

// TestRedactTestTellsSurvivors wants the command to fail where redaction only reports.
func TestRedactTestTellsSurvivors(t *testing.T) {
	p := start(t, t.TempDir(), "--config=yaml:processors::pii_redaction::mode: report")
	stdout, stderr, code := p.run("redact", "test", "--otlp", "http://"+p.ports.http)
	assert.Equal(t, 5, code)
	assert.Contains(t, stderr, "is pii_redaction in the pipelines")
	for _, specimen := range []string{"password_sql", "jwt", "private_key", "card"} {
		assert.Contains(t, stdout, specimen)
	}
	assert.Contains(t, stdout, "SURVIVED in operations, spans, logs")
	assert.NotContains(t, stdout+stderr, "hunter2-"+"canary", "values are never printed")
	p.stop()
}

// TestRedactTestNeedsARunningOpslog tells a check that failed from one that could not be made.
func TestRedactTestNeedsARunningOpslog(t *testing.T) {
	p := start(t, t.TempDir())
	_, stderr, code := p.run("redact", "test", "--otlp", "http://127.0.0.1:1")
	assert.Equal(t, 4, code)
	assert.Contains(t, stderr, "cannot reach")
	_, stderr, code = p.run("redact", "test", "--allow", "nonsense")
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, `--allow has "nonsense"`)
}

// TestRedactFiles runs the shipped configuration over a recording with planted values.
func TestRedactFiles(t *testing.T) {
	p := &process{t: t}
	recording := "testdata/shop-traces.jsonl"
	stdout, stderr, code := p.run("redact", "--config", "../../config/default.yaml", recording)
	require.Equal(t, 0, code, stderr)
	assertNotIn(t, "redacted recording", []byte(stdout), planted(t))
	for line := range strings.Lines(stdout) {
		require.True(t, json.Valid([]byte(line)), "every line is a document")
	}
	for _, flag := range []string{"--diff", "--report"} {
		stdout, stderr, code = p.run("redact", flag, recording)
		require.Equal(t, 0, code, stderr)
		require.NotEmpty(t, stdout)
		assertNotIn(t, "redact "+flag, []byte(stdout), planted(t))
	}
	log := filepath.Join(t.TempDir(), "app.log")
	require.NoError(t, os.WriteFile(log, []byte("mail to jane"+"@example.org failed\n"), 0o600))
	stdout, _, code = p.run("redact", log)
	assert.Equal(t, 0, code)
	assert.Equal(t, "mail to [EMAIL] failed\n", stdout)
	_, stderr, code = p.run("redact", "--config", "no/such.yaml", log)
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "no/such.yaml")
}
