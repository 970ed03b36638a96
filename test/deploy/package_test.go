package deploy

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// run answers what a program prints, and wants it to end well.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	require.NoError(t, err, "%s %v: %s", name, args, out)
	return string(out)
}

// TestPackage opens the Debian package that `make deb` built just before.
func TestPackage(t *testing.T) {
	found, err := filepath.Glob(filepath.Join(top, "dist", "opslog_*.deb"))
	require.NoError(t, err)
	require.Len(t, found, 1, "build it first: make deb")
	deb := found[0]

	list := run(t, "dpkg-deb", "--contents", deb)
	for path, mode := range map[string]string{
		"./usr/bin/opslog":                             "-rwxr-xr-x root/root",
		"./usr/lib/systemd/system/opslog.service":      "-rw-r--r-- root/root",
		"./usr/lib/sysusers.d/opslog.conf":             "-rw-r--r-- root/root",
		"./etc/opslog/config.yaml":                     "-rw-r--r-- root/root",
		"./etc/opslog/environment":                     "-rw-r----- root/root",
		"./usr/share/doc/opslog/examples/gateway.yaml": "-rw-r--r-- root/root",
		"./usr/share/doc/opslog/copyright":             "-rw-r--r-- root/root",
	} {
		assert.Regexp(t, "(?m)^"+regexp.QuoteMeta(mode)+" .* "+regexp.QuoteMeta(path)+"$", list)
	}
	assert.Equal(t, "opslog", strings.TrimSpace(run(t, "dpkg-deb", "--field", deb, "Package")))
	assert.Contains(t, run(t, "dpkg-deb", "--field", deb, "Depends"), "libstdc++6")

	dir := t.TempDir()
	run(t, "dpkg-deb", "--raw-extract", deb, dir)
	conffiles, err := os.ReadFile(filepath.Join(dir, "DEBIAN", "conffiles"))
	require.NoError(t, err)
	assert.Equal(t, []string{"/etc/opslog/config.yaml", "/etc/opslog/environment"}, strings.Fields(string(conffiles)), "what an upgrade leaves alone")
	for _, script := range []string{"postinst", "prerm"} {
		run(t, "sh", "-n", filepath.Join(dir, "DEBIAN", script))
	}
	run(t, filepath.Join(dir, "usr/bin/opslog"), "validate", "--config", filepath.Join(dir, "etc/opslog/config.yaml"))
	version := strings.TrimSpace(run(t, "dpkg-deb", "--field", deb, "Version"))
	assert.Equal(t, "opslog version "+strings.Replace(version, "~", "-", 1), strings.TrimSpace(run(t, filepath.Join(dir, "usr/bin/opslog"), "--version")))
}

// TestUnit has systemd itself read the unit, and judge how open it leaves the service.
func TestUnit(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(top, "deploy/systemd/opslog.service"))
	require.NoError(t, err)
	bin, err := filepath.Abs(filepath.Join(top, "bin/opslog"))
	require.NoError(t, err)
	unit := filepath.Join(t.TempDir(), "opslog.service")
	require.NoError(t, os.WriteFile(unit, []byte(strings.ReplaceAll(string(text), "/usr/bin/opslog", bin)), 0o644))
	assert.Empty(t, run(t, "systemd-analyze", "verify", "--man=no", unit))

	judged := run(t, "systemd-analyze", "security", "--offline=true", "--no-pager", unit)
	level := regexp.MustCompile(`exposure level for opslog.service: ([0-9.]+)`).FindStringSubmatch(judged)
	require.NotNil(t, level, judged)
	var exposure float64
	_, err = fmt.Sscan(level[1], &exposure)
	require.NoError(t, err)
	assert.LessOrEqual(t, exposure, 1.5, "of 10; systemd calls up to 2 fine")
}
