//go:build cgo && !noduckdb

package embedded

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/storetest"
)

// victimDirectory makes the test binary write to that directory until it is killed.
const victimDirectory = "OPSLOG_TEST_VICTIM_DIRECTORY"

const victimBatch = 200

// victimOperations is batch n, the same in the victim and in the test: each spans two days.
func victimOperations(n int, start operation.Time) []*operation.Operation {
	return storetest.NewGenerator(uint64(n), start, 2*storetest.Day).Operations(victimBatch)
}

// TestVictim is no test of its own: TestKillLosesNothing starts it in a process to kill.
func TestVictim(t *testing.T) {
	dir := os.Getenv(victimDirectory)
	if dir == "" {
		return
	}
	fmt.Println("started")
	s, err := open(t.Context(), testConfig(dir), slog.New(slog.DiscardHandler), time.Now)
	require.NoError(t, err)
	for n := 0; ; n++ {
		require.NoError(t, s.WriteOperations(t.Context(), victimOperations(n, victimStart())))
		fmt.Println("acknowledged", n)
	}
}

func victimStart() operation.Time {
	return operation.TimeOf(time.Now())/storetest.Day*storetest.Day - 2*storetest.Day
}

// victim starts a process that writes, waits until it has said all the lines, and kills it without warning.
func victim(t *testing.T, dir string, lines int) (acknowledged int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestVictim$")
	cmd.Env = append(os.Environ(), victimDirectory+"="+dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	scanner := bufio.NewScanner(out)
	for said := 0; scanner.Scan(); {
		if strings.HasPrefix(scanner.Text(), "acknowledged") {
			acknowledged++
		}
		if said++; said == lines {
			require.NoError(t, cmd.Process.Kill())
			break
		}
	}
	for scanner.Scan() { // said before the kill arrived
		if strings.HasPrefix(scanner.Text(), "acknowledged") {
			acknowledged++
		}
	}
	_, _ = io.Copy(io.Discard, out)
	require.Error(t, cmd.Wait(), "the victim ended by itself")
	return acknowledged
}

func TestKillLosesNothing(t *testing.T) {
	dir, start := t.TempDir(), victimStart()
	want := map[operation.ID]bool{}
	for _, lines := range []int{1, 2, 8, 1, 15} { // "started" alone is a kill while the store is being opened
		for n := range victim(t, dir, lines) {
			for _, op := range victimOperations(n, start) {
				want[op.ID] = true
			}
		}
	}
	s := openTest(t, testConfig(dir), time.Now)
	got, err := s.Operations(t.Context(), store.OperationQuery{Limit: 1_000_000})
	require.NoError(t, err)
	seen := map[operation.ID]bool{}
	for _, op := range got {
		assert.False(t, seen[op.ID], "listed twice")
		seen[op.ID] = true
	}
	for id := range want {
		assert.True(t, seen[id], "acknowledged and lost")
	}
	assert.NotEmpty(t, want)
}
