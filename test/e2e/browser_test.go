package e2e

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
)

// elsewhere are links to other tools, as a user configures them.
const elsewhere = `--config=yaml:extensions::opslog_query::links: [{name: Dashboard, url: "https://dash.example.com/d?service={service}&from={from}"}, {name: Source, on: frame, url: "https://git.example.com/{version}/{file}#L{line}"}]`

// TestBrowser runs the browser tests in test/e2e/browser: what a first user sees on an empty opslog, then everything
// on one that holds the recording.
func TestBrowser(t *testing.T) {
	p := start(t, t.TempDir(), elsewhere)
	npm(t, p, "run", "first-run")
	sendRecording(t, p)
	settled(t, p)
	npm(t, p, "test")
	p.stop()
}

func npm(t *testing.T, p *process, args ...string) {
	t.Helper()
	cmd := exec.Command("npm", args...)
	cmd.Dir = "browser"
	cmd.Env = append(os.Environ(), "OPSLOG_URL=http://"+p.api, "OPSLOG_OTLP=http://"+p.ports.http)
	out, err := cmd.CombinedOutput()
	assert.NoError(t, err, "npm %v", args)
	t.Logf("%s", out)
}
