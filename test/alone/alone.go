// Package alone gives a test a process of its own: for what concerns all of a process, such as the largest size of its
// files, which would hit the files of the test runner as well.
package alone

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

const inside = "OPSLOG_TEST_ALONE"

// Process tells whether the test has a process of its own. Outside it runs the test once more in such a process, which has
// to end well, and answers false: the caller returns.
func Process(t *testing.T) bool {
	t.Helper()
	if os.Getenv(inside) == t.Name() {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), inside+"="+t.Name())
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "PASS")
	return false
}
