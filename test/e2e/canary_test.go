package e2e

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCanary runs the canary beside an opslog that is well, one whose store forgets, and one that is not there.
func TestCanary(t *testing.T) {
	p := start(t, t.TempDir())
	_, errs, code := p.run("canary", "--otlp", "http://"+p.http, "--count", "5", "--every", "50ms", "--listen", "")
	assert.Zero(t, code, errs)
	assert.Contains(t, errs, "5 written, 0 not accepted, 5 verified, 0 missing")

	// An operation that cannot be there in time: the deadline is shorter than the connector waits.
	_, errs, code = p.run("canary", "--otlp", "http://"+p.http, "--count", "1", "--deadline", "1ms", "--listen", "")
	assert.Equal(t, 5, code, errs)

	_, errs, code = p.run("canary", "--otlp", "http://127.0.0.1:1", "--count", "1", "--listen", "")
	assert.Equal(t, 1, code, errs)
	assert.Contains(t, errs, "nothing could be verified")

	// For ever, until it is told to stop; its metrics meanwhile.
	metrics := freePorts(t).self
	forever := launch(t, t.TempDir(), "canary", "--server", "http://"+p.api, "--otlp", "http://"+p.http, "--every", "100ms", "--listen", metrics)
	eventually(t, "the metrics tell of verified operations", func() error {
		forever.self = metrics
		n, err := forever.metric("opslog_canary_verified")
		if err == nil && n < 10 {
			err = os.ErrNotExist
		}
		return err
	})
	assert.Contains(t, string(fetch(t, "http://"+metrics+"/metrics")), "opslog_canary_missing_total 0\n")
	forever.signal(syscall.SIGTERM)
	assert.Zero(t, forever.wait())
	p.stop()
}

// TestReadOnlyRoot runs opslog as the image does: another user, no rights, and nothing that can be written but its volume.
func TestReadOnlyRoot(t *testing.T) {
	const mount = "/mnt" // its own view of it, gone with the process; a folder of the test is closed to others
	at := freePorts(t)
	const script = `set -e
mount --make-rprivate /
mount -t tmpfs -o size=1g,mode=0755 tmpfs "$0"
cp "$1" "$0/opslog"; shift
mkdir "$0/data"; chown 65532:65532 "$0/data"
mount --bind "$0/data" "$0/data"
mount -o remount,ro,bind "$0"
mount -o remount,ro,bind /
cd "$0/data"
export OPSLOG_DATA="$0/data"
exec setpriv --reuid 65532 --regid 65532 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all "$0/opslog" "$@"`
	p := launchProgram(t, "unshare", mount+"/data", append([]string{"-m", "sh", "-c", script, mount, binary(t), "--config=embed:default"}, at.overlay()...)...)
	p.ports = at
	p.waitReady()
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "status"))
	require.NoError(t, err)
	for _, want := range []string{"Uid:\t65532\t65532", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"} {
		assert.Contains(t, string(status), want)
	}
	id := p.sendOne()
	eventually(t, "the operation is stored", func() error { _, err := p.tryGet("/operations/" + id); return err })
	p.stop()
}
