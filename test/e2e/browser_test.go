package e2e

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestBrowser runs the browser tests in test/e2e/browser against an opslog that holds the recording.
func TestBrowser(t *testing.T) {
	p := start(t, t.TempDir())
	sendRecording(t, p)
	settled(t, p)
	cmd := exec.Command("npm", "test")
	cmd.Dir = "browser"
	cmd.Env = append(os.Environ(), "OPSLOG_URL=http://"+p.api, "OPSLOG_OTLP="+"http://"+p.ports.http)
	out, err := cmd.CombinedOutput()
	assert.NoError(t, err)
	t.Logf("%s", out)
	p.stop()
}
