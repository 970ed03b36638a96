package e2e

import (
	"bytes"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/test/clickhouse"
)

// TestStartWithALongQueue fills the queue while the database is away, and kills opslog: it must be ready soon, within its memory,
// and store everything when the database is back. OPSLOG_QUEUE_MIB=1024 measures.
func TestStartWithALongQueue(t *testing.T) {
	server := ownDatabase(t)
	between := newProxy(t, server.TCP)
	db := server.Default()
	db.Address = between.Addr().String()
	between.away.Store(true)
	p := startConfigWith(t, "clickhouse", []string{"--config=yaml:exporters::opslog::sending_queue::queue_size: 2147483648"}, clickhouseEnv(db)...)

	f := newFlood(p.http)
	f.body = bytes.ReplaceAll(f.body, []byte("some words of a request"), []byte(strings.Repeat("some words of a request ", 100)))
	want, full := mebibytes(t, "OPSLOG_QUEUE_MIB", 16), time.Now()
	progressing(t, "the queue is long", func() (int, error) {
		f.closed(4, time.Second)
		got := sizeOf(t, filepath.Join(p.data, "spool", "queue"))
		if got < want {
			return want - got, fmt.Errorf("%d MiB", got>>20)
		}
		return 0, nil
	})
	filled := time.Since(full)
	p.kill()

	began := time.Now()
	p = p.restart()
	eventually(t, "opslog is ready", p.healthy)
	ready := time.Since(began)
	before := len(f.acked)
	f.send(f.id())
	assert.Greater(t, len(f.acked), before, "it acknowledges at once")
	between.away.Store(false)
	began = time.Now()
	stored(t, server, f)
	most := p.memory(t, "VmHWM")
	t.Logf("a queue of %d MiB, filled in %v: ready after %v, drained in %v, peak of resident memory %d MiB, with a limit of 1024",
		want>>20, filled.Round(time.Second), ready.Round(time.Millisecond), time.Since(began).Round(time.Second), most>>20)
	assert.Less(t, most, 1280<<20)
	p.stop()
}

// TestDatabaseAwayForLong takes 2,000 spans a second while the database is away, and wants all of it stored when it is back.
// OPSLOG_OUTAGE=10m measures.
func TestDatabaseAwayForLong(t *testing.T) {
	server := ownDatabase(t)
	between := newProxy(t, server.TCP)
	db := server.Default()
	db.Address = between.Addr().String()
	p := startConfigWith(t, "clickhouse", nil, clickhouseEnv(db)...)
	f := newFlood(p.http)
	f.open(40, 200, time.Second)
	between.away.Store(true)
	between.cut()
	f.took = nil
	outage := lasting(t, "OPSLOG_OUTAGE", 2*time.Second)
	f.open(40, 200, outage)
	waits := sizeOf(t, filepath.Join(p.data, "spool", "queue"))
	between.away.Store(false)
	began := time.Now()
	stored(t, server, f)
	t.Logf("away for %v: %d requests taken, 99 %% within %v, %d refused, %d without an answer; %d MiB waited on disk, drained in %v; peak of resident memory %d MiB",
		outage, len(f.took), quantile(f.took, 0.99).Round(time.Millisecond), len(f.refused), f.failed, waits>>20, time.Since(began).Round(time.Second), p.memory(t, "VmHWM")>>20)
	assert.NotEmpty(t, f.took)
	p.stop()
}

// stored waits until the operation and the spans of every request that was acknowledged are in the database.
func stored(t *testing.T, server *clickhouse.Server, f *flood) {
	t.Helper()
	progressing(t, "all that was acknowledged is stored", func() (int, error) {
		missing := 0
		for table, each := range map[string]int{"operations": 1, "spans": spansOfAFlood} {
			n, err := countRows(server, table+" FINAL WHERE service_name = 'flood'")
			if err != nil {
				return math.MaxInt, err
			}
			missing += max(0, each*len(f.acked)-int(n))
		}
		if missing > 0 {
			return missing, fmt.Errorf("%d rows of %d requests are missing", missing, len(f.acked))
		}
		return 0, nil
	})
}

// mebibytes is what a variable says, or the given number, in bytes.
func mebibytes(t testing.TB, variable string, otherwise int) int {
	t.Helper()
	if text := os.Getenv(variable); text != "" {
		var err error
		otherwise, err = strconv.Atoi(text)
		require.NoError(t, err, variable)
	}
	return otherwise << 20
}

// sizeOf sums up the files of a directory.
func sizeOf(t testing.TB, dir string) (sum int) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err == nil { // it may be gone
			sum += int(info.Size())
		}
		return nil
	}))
	return sum
}
