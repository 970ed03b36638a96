package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFirstOperation follows the README: start, send its curl, look.
func TestFirstOperation(t *testing.T) {
	p := start(t, t.TempDir())
	out, err := exec.Command("bash", "-c", readmeSnippet(t, p)).CombinedOutput()
	require.NoError(t, err, string(out))

	var ops []record
	eventually(t, "the operation is listed", func() error {
		if ops = p.operations(""); len(ops) != 1 {
			return fmt.Errorf("%d operations", len(ops))
		}
		return nil
	})
	op := ops[0]
	assert.Equal(t, "POST /orders/{id}/pay", op.str("name"))
	assert.Equal(t, "hello-shop", op.str("service_name"))
	assert.Equal(t, "command", op.str("kind"))
	assert.Equal(t, "error", op.str("status"))

	stdout, _, code := p.run("ls")
	assert.Equal(t, 0, code)
	assert.Contains(t, stdout, "POST /orders/{id}/pay")
	assert.Contains(t, stdout, op.str("operation_id"))

	stdout, _, code = p.run("ls", "-o", "ndjson", "--status", "error")
	assert.Equal(t, 0, code)
	var line record
	require.NoError(t, json.Unmarshal([]byte(stdout), &line))
	assert.Equal(t, op.str("operation_id"), line.str("operation_id"))

	for _, id := range []string{op.str("operation_id"), op.str("trace_id")} {
		stdout, _, code = p.run("show", id)
		assert.Equal(t, 0, code)
		assert.Contains(t, stdout, "POST /orders/{id}/pay")
		assert.Contains(t, stdout, "card declined")
	}
	p.stop()
}

// readmeSnippet is the command that the README gives, sent to this test's opslog.
func readmeSnippet(t *testing.T, p *process) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	snippet := regexp.MustCompile("(?s)```sh\n(curl .*?)```").FindSubmatch(text)
	require.NotNil(t, snippet, "README.md has a block with a curl command")
	return strings.ReplaceAll(string(snippet[1]), "localhost:4318", p.ports.http)
}

func TestDataSurvivesARestart(t *testing.T) {
	data := t.TempDir()
	p := start(t, data)
	sendRecording(t, p)
	before := settled(t, p)
	require.NotEmpty(t, before)
	p.stop()

	again := start(t, data)
	assert.Len(t, again.operations(""), len(before))
	again.stop()
}

func TestCommandsSayWhatIsWrong(t *testing.T) {
	p := start(t, t.TempDir())
	tests := []struct {
		args []string
		code int
		want string
	}{
		{[]string{"ls", "--status", "maybe"}, 2, `status is "maybe", want one of ok, error`},
		{[]string{"ls", "--since", "yesterday"}, 2, "from"},
		{[]string{"ls", "-o", "xml"}, 2, "want table, wide, json, ndjson, csv or id"},
		{[]string{"ls", "--no-such-flag"}, 2, "unknown flag: --no-such-flag"},
		{[]string{"ls", "statsu = error"}, 2, `did you mean "status"?`},
		{[]string{"ls", "-n", "0"}, 2, "--limit is 0"},
		{[]string{"show"}, 1, "accepts 1 arg"},
		{[]string{"show", "nonsense"}, 2, "has 8 characters, want 32 hex digits"},
		{[]string{"show", strings.Repeat("ab", 16)}, 3, "not stored"},
		{[]string{"ls", "--server", "http://127.0.0.1:1"}, 4, "cannot reach the opslog server at http://127.0.0.1:1"},
		{[]string{"ls", "--server", "localhost:8585"}, 2, "is not a URL like http://localhost:8585"},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			stdout, stderr, code := p.run(tt.args...)
			assert.Equal(t, tt.code, code)
			assert.Contains(t, stderr, tt.want)
			assert.Empty(t, stdout, "standard output is for data only")
		})
	}
}
