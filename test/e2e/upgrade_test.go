//go:build upgrade

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/test/clickhouse"
)

// TestUpgrade gives a full queue and a database of the previous release to this program, and back again where the schema allows.
func TestUpgrade(t *testing.T) {
	old := previous(t)
	at := freePorts(t)
	away := freePorts(t).grpc // no ClickHouse there: everything waits
	t.Setenv("OPSLOG_CLICKHOUSE_ENDPOINT", "tcp://"+away)
	p := launchPath(t, old, t.TempDir(), append([]string{"--config=embed:clickhouse"}, at.within(t, "clickhouse")...)...)
	p.ports = at
	eventually(t, "the previous release is healthy", p.healthy)
	o := newOracle(t, p.http)
	defer o.quiet()
	o.grown(300)
	p.kill()

	next := launch(t, p.data, p.cmd.Args[1:]...)
	next.ports = at
	eventually(t, "this release is healthy on the queue of the previous one", next.healthy)
	o.grown(100)
	next.stop()
	back := launchPath(t, old, p.data, p.cmd.Args[1:]...) // a rollback, with the queue of both
	back.ports = at
	eventually(t, "the previous release is healthy again", back.healthy)
	o.grown(50)
	back.stop()

	port, err := strconv.Atoi(away[strings.LastIndex(away, ":")+1:])
	require.NoError(t, err)
	server, err := clickhouse.Launch(clickhouse.Options{Path: t.TempDir(), TCP: port})
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	last := launch(t, p.data, p.cmd.Args[1:]...)
	last.ports = at
	o.holds(last)
	last.stop()
}

// previous is the program of the last tag, or else of the commit before the last ones; built once, beside the repository's own.
func previous(t *testing.T) string {
	t.Helper()
	revision, err := exec.Command("git", "describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD^").Output()
	if err != nil {
		revision, err = exec.Command("git", "rev-parse", "HEAD~1").Output()
		require.NoError(t, err)
	}
	dir := t.TempDir()
	out, err := exec.Command("git", "clone", "-q", "../..", dir).CombinedOutput()
	require.NoError(t, err, string(out))
	out, err = exec.Command("git", "-C", dir, "checkout", "-q", strings.TrimSpace(string(revision))).CombinedOutput()
	require.NoError(t, err, string(out))
	bin := filepath.Join(dir, "opslog-previous")
	cmd := exec.Command("go", "build", "-C", dir, "-trimpath", "-buildvcs=false", "-o", bin, "./cmd/opslog")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	out, err = cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	t.Logf("the previous release is %s", strings.TrimSpace(string(revision)))
	return bin
}
