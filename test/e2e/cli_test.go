package e2e

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// good runs a command that must succeed, and answers what it printed.
func (p *process) good(args ...string) string {
	p.t.Helper()
	stdout, stderr, code := p.run(args...)
	require.Equal(p.t, 0, code, "%v: %s", args, stderr)
	return stdout
}

// TestCommands walks through the commands over the recording.
func TestCommands(t *testing.T) {
	p := start(t, t.TempDir())
	sendRecording(t, p)
	settled(t, p)

	sorted := strings.Fields(p.good("ls", "status = error", "--sort", "duration:desc", "-o", "id", "--all"))
	require.NotEmpty(t, sorted)
	var ops []struct {
		Duration int64 `json:"duration"`
	}
	require.NoError(t, json.Unmarshal([]byte(p.good("ls", "--sort", "duration:desc", "--limit", "10", "-o", "json")), &ops))
	for i := 1; i < len(ops); i++ {
		assert.GreaterOrEqual(t, ops[i-1].Duration, ops[i].Duration)
	}
	assert.Contains(t, p.good("ls", "-o", "csv", "--utc"), "time,status,kind,operation,service")

	crash := strings.Fields(p.good("ls", "status = error AND service = orders", "-o", "id"))
	require.NotEmpty(t, crash)
	story := p.good("explain", crash[0], "--utc", "--width", "100")
	for _, want := range []string{"on orders failed", "Why it failed", "Where the time went"} {
		assert.Contains(t, story, want)
	}
	assert.Contains(t, p.good("explain", "testdata/scenarios/checkout_crash.json", "testdata/shop-logs.jsonl", "--operation", "charge"), "internal error")
	assert.NotEmpty(t, p.good("before", crash[0]))
	assert.Contains(t, p.good("diff", sorted[0], crash[0], "--all"), "duration")

	assert.Contains(t, p.good("query", "| count, p95(duration) by service"), "SERVICE")
	assert.Contains(t, p.good("query", "| count by 1m", "--chart"), "SERIES")
	_, stderr, code := p.run("query", "| count by service", "--fail-if", "count > 0")
	assert.Equal(t, 5, code, stderr)
	assert.Contains(t, p.good("query", "status = error", "--utc"), "orders", "a condition alone lists")
	_, stderr, code = p.run("query", "| sort count desc")
	assert.Equal(t, 2, code, stderr)

	assert.Contains(t, p.good("fields"), "duration")
	assert.Contains(t, p.good("fields", "service"), "orders")
	assert.Contains(t, p.good("open", crash[0], "--print"), "/operations/"+crash[0])
	csv := p.good("export", "service = orders", "--format", "csv")
	assert.Greater(t, strings.Count(csv, "\n"), 2)
	assert.Equal(t, len(sorted), strings.Count(p.good("export", "status = error"), "\n"))

	curl, stderr, code := p.run("reproduce", crash[0], "--force-command", "--as", "curl")
	assert.Equal(t, 0, code, stderr)
	assert.Contains(t, curl, "x-opslog-reproduction: "+crash[0])

	id := strings.TrimSpace(p.good("send", "--otlp", "http://"+p.ports.http, "--wait", "--error", "card declined"))
	assert.Contains(t, p.good("explain", id), "TestError: card declined")
	stdout, stderr, code := p.run("doctor", "--otlp", "http://"+p.ports.http)
	assert.Equal(t, 0, code, stdout+stderr)
	assert.Contains(t, stdout, "accepts spans (test span visible after")
	assert.Contains(t, p.good("completion", "bash"), "opslog")
	p.stop()
}

// TestTail follows what comes, and ends with the program that reads it.
func TestTail(t *testing.T) {
	p := start(t, t.TempDir())
	cmd := exec.Command(binary(t), "tail", "-n", "0", "-o", "id", "--server", "http://"+p.api)
	out := &process{t: t}
	cmd.Stdout, cmd.Stderr = out, out
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	var sent []string // more than one, because what comes before tail is connected is not printed
	eventually(t, "what is sent is printed", func() error {
		sent = append(sent, strings.TrimSpace(p.good("send", "--otlp", "http://"+p.ports.http, "--wait")))
		for _, id := range sent {
			if strings.Contains(out.output(), id) {
				return nil
			}
		}
		return fmt.Errorf("none of %d sent operations is printed", len(sent))
	})
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	_ = cmd.Wait()
	p.stop()
}
