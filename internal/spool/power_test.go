package spool

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// forgetful is a disk that keeps what was synced, and of the rest what it likes.
type forgetful struct {
	r      *rand.Rand
	synced map[string]int64 // sizes
}

func (d *forgetful) flush(f *os.File) error {
	info, err := f.Stat()
	if err == nil {
		d.synced[f.Name()] = info.Size()
	}
	return err
}

// after is what is left of a directory when the power has failed: of what was not synced a part, and the rest of it as zeros or not at all.
func (d *forgetful) after(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"+logSuffix))
	require.NoError(t, err)
	left := t.TempDir()
	for _, path := range files {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		kept := int(d.synced[path])
		kept += d.r.IntN(len(data) - kept + 1)
		if d.r.IntN(2) == 0 {
			clear(data[kept:])
		} else {
			data = data[:kept]
		}
		require.NoError(t, os.WriteFile(filepath.Join(left, filepath.Base(path)), data, 0o600))
	}
	return left
}

// TestPowerFails pulls the plug at any time: with sync, what was acknowledged is there, and of what was not a whole batch or none.
func TestPowerFails(t *testing.T) {
	for seed := range uint64(20) {
		disk := &forgetful{r: rand.New(rand.NewPCG(seed, 7)), synced: map[string]int64{}}
		o := testLog(t.TempDir(), 700)
		o.sync, o.flush = true, disk.flush
		table, acked := openTest(t, o, 1<<20), map[string]string{}
		for step := range 200 {
			key, value := fmt.Sprint(disk.r.IntN(15)), fmt.Sprintf("%d of %d: %0*d", step, seed, disk.r.IntN(60), 0)
			pending := maps.Clone(acked)
			pending[key], pending["last"] = value, value
			require.NoError(t, table.Batch(set(key, value), set("last", value)))
			acked = pending
			if step%10 == 0 {
				again := openTest(t, testLog(disk.after(t, o.dir), 700), 1<<20)
				require.Equal(t, acked, contents(t, again), "seed %d, step %d", seed, step)
			}
		}
		lost := table.log.options
		lost.flush = func(*os.File) error { return syscall.EIO } // the power fails before this batch is on the disk
		table.log.options = lost
		require.ErrorIs(t, table.Batch(set("a", "never"), set("b", "never")), syscall.EIO)
		got := contents(t, openTest(t, testLog(disk.after(t, o.dir), 700), 1<<20))
		with := maps.Clone(acked)
		with["a"], with["b"] = "never", "never"
		assert.Contains(t, []map[string]string{acked, with}, got, "all of the batch or nothing")
	}
}

// TestAFailedSyncIsNotRepeated lets one sync fail: nothing is acknowledged any more, also when syncs succeed again, because the
// kernel forgets pages whose writing failed. After a restart everything acknowledged is there.
func TestAFailedSyncIsNotRepeated(t *testing.T) {
	o := testLog(t.TempDir(), 1<<20)
	fails := false
	o.sync, o.flush = true, func(f *os.File) error {
		if fails {
			return syscall.EIO
		}
		return f.Sync()
	}
	table := openTest(t, o, 1<<20)
	require.NoError(t, table.Batch(set("a", "1")))
	fails = true
	require.ErrorIs(t, table.Batch(set("b", "2")), syscall.EIO)
	fails = false
	err := table.Batch(set("c", "3"))
	require.ErrorIs(t, err, syscall.EIO)
	assert.ErrorContains(t, err, "nothing more is accepted until a restart")
	require.NoError(t, table.Close())
	again := openTest(t, testLog(o.dir, 1<<20), 1<<20)
	assert.Equal(t, "1", contents(t, again)["a"])
	assert.NotContains(t, slices.Collect(maps.Keys(contents(t, again))), "c")
}
