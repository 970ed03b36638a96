package spool

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func testLog(dir string, segment int64) logOptions {
	return logOptions{dir: dir, segmentBytes: segment, quarantine: filepath.Join(dir, "quarantine"), damage: &damageCount{}}
}

func openTest(t *testing.T, o logOptions, maxBytes int64) *Table {
	t.Helper()
	table, err := openTable(o, maxBytes)
	require.NoError(t, err)
	t.Cleanup(func() { _ = table.Close() })
	return table
}

func contents(t *testing.T, table *Table) map[string]string {
	t.Helper()
	out := map[string]string{}
	keys := slices.Collect(maps.Keys(table.index))
	for _, key := range keys {
		op := &Op{Kind: Get, Key: key}
		require.NoError(t, table.Batch(op))
		out[key] = string(op.Value)
	}
	return out
}

func set(key, value string) *Op { return &Op{Kind: Set, Key: key, Value: []byte(value)} }
func del(key string) *Op        { return &Op{Kind: Delete, Key: key} }

// TestTableIsAMap holds random batches, with reopening in between, against a map.
func TestTableIsAMap(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		o := testLog(t.TempDir(), 500)
		table, want := openTest(t, o, 1<<20), map[string]string{}
		for range 300 {
			var batch []*Op
			for range 1 + r.IntN(4) {
				key := fmt.Sprint(r.IntN(12))
				switch r.IntN(3) {
				case 0:
					batch = append(batch, del(key))
					delete(want, key)
				default:
					value := strings.Repeat(fmt.Sprint(r.IntN(10)), r.IntN(80))
					batch = append(batch, set(key, value))
					want[key] = value
				}
			}
			require.NoError(t, table.Batch(batch...))
			if r.IntN(20) == 0 {
				require.NoError(t, table.Close())
				table = openTest(t, o, 1<<20)
			}
		}
		assert.Equal(t, want, contents(t, table), "seed %d", seed)
		assert.Equal(t, want, contents(t, table), "seed %d, now all from disk", seed)
		assert.Empty(t, table.held)
		assert.Zero(t, table.heldSize)
		assert.LessOrEqual(t, table.log.bytes(), 2*table.live+3*o.segmentBytes, "files go away")
	}
}

func TestGetSeesTheBatchBeforeIt(t *testing.T) {
	table := openTest(t, testLog(t.TempDir(), 1000), 1<<20)
	get, missing := &Op{Kind: Get, Key: "a"}, &Op{Kind: Get, Key: "b"}
	require.NoError(t, table.Batch(set("a", "1"), get, missing))
	assert.Equal(t, "1", string(get.Value))
	assert.Nil(t, missing.Value)
	require.NoError(t, table.Batch(set("empty", "")))
	empty := &Op{Kind: Get, Key: "empty"}
	require.NoError(t, table.Batch(empty))
	assert.NotNil(t, empty.Value, "an empty value is a value")
}

// Values in memory are as bounded as they are in number of Gets, and never older than those on disk.
func TestHeldValues(t *testing.T) {
	table := openTest(t, testLog(t.TempDir(), 1<<30), 1<<30)
	large := strings.Repeat("x", maxHeld/4)
	for i := range 6 {
		require.NoError(t, table.Batch(set(fmt.Sprint(i), large)))
	}
	assert.Len(t, table.held, 4)
	assert.EqualValues(t, maxHeld, table.heldSize)
	require.NoError(t, table.Batch(set("0", "new"), del("1"), set("2", "a"), set("2", "b")))
	for key, want := range map[string]string{"0": "new", "2": "b", "3": large, "5": large} {
		for range 2 {
			get := &Op{Kind: Get, Key: key}
			require.NoError(t, table.Batch(get))
			assert.Equal(t, want, string(get.Value))
		}
	}
	assert.Nil(t, table.held["1"])
	assert.Len(t, contents(t, table), 5)
	assert.Zero(t, table.heldSize)
}

func TestQueueFilesGoAway(t *testing.T) {
	dir := t.TempDir()
	table := openTest(t, testLog(dir, 1000), 1<<20)
	for i := range 1000 {
		require.NoError(t, table.Batch(set("meta", fmt.Sprint(i)), set(fmt.Sprint(i), strings.Repeat("x", 100))))
		if i >= 5 {
			require.NoError(t, table.Batch(set("meta", fmt.Sprint(i)), del(fmt.Sprint(i-5))))
		}
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Less(t, len(files), 5)
	assert.Len(t, contents(t, table), 6)
}

// TestALongQueueStaysWhereItIs has far more full files than a table would keep of small ones: nothing is written again.
func TestALongQueueStaysWhereItIs(t *testing.T) {
	o := testLog(t.TempDir(), 1000)
	table := openTest(t, o, 1<<30)
	value := strings.Repeat("x", 500)
	for i := range 3 * 2 * maxSegments {
		require.NoError(t, table.Batch(set(strconv.Itoa(i), value)))
	}
	require.Greater(t, len(table.log.segments), 2*maxSegments)
	assert.EqualValues(t, 1, table.log.segments[0].number)
	require.NoError(t, table.Batch(del("0"), del("1")))
	assert.EqualValues(t, 2, table.log.segments[0].number, "a file goes when nothing in it counts")
	assert.Less(t, table.log.bytes(), table.live*11/10)

	for i := range 2 * maxSegments { // entries that are smaller than what stands around them
		require.NoError(t, table.Batch(set("small"+strconv.Itoa(i), "")))
	}
}

func TestFullTableTakesNoMoreButGivesBack(t *testing.T) {
	table := openTest(t, testLog(t.TempDir(), 1000), 300)
	require.NoError(t, table.Batch(set("1", strings.Repeat("x", 200))))
	require.ErrorIs(t, table.Batch(set("2", strings.Repeat("x", 200))), ErrFull)
	require.NoError(t, table.Batch(set("meta", "reading 1"), &Op{Kind: Get, Key: "1"}))
	require.NoError(t, table.Batch(set("meta", "done"), del("1")))
	require.NoError(t, table.Batch(set("2", strings.Repeat("x", 200))))
}

// TestEveryTornEnd cuts the file off at each length: whole batches before the cut are there, and nothing else.
func TestEveryTornEnd(t *testing.T) {
	dir := t.TempDir()
	table := openTest(t, testLog(dir, 1<<20), 1<<20)
	var ends []int64
	for i := range 5 {
		require.NoError(t, table.Batch(set(fmt.Sprint(i), strings.Repeat("v", 10*i))))
		ends = append(ends, table.log.bytes())
	}
	require.NoError(t, table.Close())
	data, err := os.ReadFile(table.log.path(1))
	require.NoError(t, err)
	for cut := range len(data) {
		o := testLog(t.TempDir(), 1<<20)
		require.NoError(t, os.WriteFile(filepath.Join(o.dir, "0000000000000001.log"), data[:cut], 0o600))
		whole := 0
		for _, end := range ends {
			if end <= int64(cut) {
				whole++
			}
		}
		torn, err := openTable(o, 1<<20)
		require.NoError(t, err)
		assert.Len(t, contents(t, torn), whole, "cut at %d", cut)
		assert.Zero(t, o.damage.total(), "a batch that was cut off was never acknowledged")
		require.NoError(t, torn.Batch(set("after", "x")), "it goes on")
		require.NoError(t, torn.Close())
	}
}

// TestEveryFlippedBit changes each byte of a file: the batch that it hits is lost and counted, the others are there.
func TestEveryFlippedBit(t *testing.T) {
	dir := t.TempDir()
	table := openTest(t, testLog(dir, 1<<20), 1<<20)
	for i := range 5 {
		require.NoError(t, table.Batch(set(fmt.Sprint(i), strings.Repeat("v", 10*i))))
	}
	require.NoError(t, table.Close())
	data, err := os.ReadFile(table.log.path(1))
	require.NoError(t, err)
	for at := range data {
		o := testLog(t.TempDir(), 1<<20)
		flipped := append([]byte(nil), data...)
		flipped[at] ^= 0x10
		require.NoError(t, os.WriteFile(filepath.Join(o.dir, "0000000000000001.log"), flipped, 0o600))
		hurt, err := openTable(o, 1<<20)
		require.NoError(t, err)
		lost := 5 - len(contents(t, hurt))
		assert.Equal(t, 1, lost, "flipped %d", at)
		if at < len(data)-headBytes-50 { // in the last record, a wrong length looks as if it was cut off
			assert.Positive(t, o.damage.total(), "flipped %d", at)
			assert.FileExists(t, filepath.Join(o.quarantine, filepath.Base(o.dir)+"-0000000000000001.log"))
		}
		require.NoError(t, hurt.Close())
	}
}

func TestADeleteCountsThoughTheDiskIsFull(t *testing.T) {
	table := openTest(t, testLog(t.TempDir(), 100), 1<<20)
	require.NoError(t, table.Batch(set("1", strings.Repeat("x", 200))))
	require.NoError(t, table.Batch(set("2", "y")))
	require.NoError(t, os.RemoveAll(table.log.options.dir)) // no new file can begin
	table.log.writing = nil
	require.Error(t, table.Batch(set("3", "z")))
	require.NoError(t, table.Batch(del("1")))
	assert.Equal(t, map[string]string{"2": "y"}, contents(t, table))
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("ospl\x01\x00\x00\x00\x00\x00\x00\x00x"))
	dir := f.TempDir()
	table, err := openTable(testLog(dir, 1<<20), 1<<20)
	require.NoError(f, err)
	require.NoError(f, table.Batch(set("a", "1"), del("b"), set("c", strings.Repeat("x", 300))))
	data, err := os.ReadFile(table.log.path(1))
	require.NoError(f, err)
	f.Add(data)
	f.Fuzz(func(_ *testing.T, data []byte) {
		scan(data, func(_ int64, payload []byte) {
			for e := range entries(payload) {
				_ = payload[e.from:e.to]
			}
		})
		for e := range entries(data) {
			_ = data[e.from:e.to]
		}
	})
}

func BenchmarkQueue(b *testing.B) {
	table, err := openTable(testLog(b.TempDir(), segmentBytes), 1<<30)
	require.NoError(b, err)
	value := make([]byte, 100<<10)
	b.ReportAllocs()
	b.SetBytes(int64(len(value)))
	for i := 0; b.Loop(); i++ {
		meta, key := &Op{Kind: Set, Key: "meta", Value: []byte("0123456789")}, fmt.Sprint(i)
		require.NoError(b, table.Batch(meta, &Op{Kind: Set, Key: key, Value: value}))
		require.NoError(b, table.Batch(meta, &Op{Kind: Get, Key: key}))
		require.NoError(b, table.Batch(meta, &Op{Kind: Delete, Key: key}))
	}
}

func TestDirectoryHasOneOwner(t *testing.T) {
	o := Options{Directory: t.TempDir(), MaxBytes: 1 << 20, DeadLetterBytes: 1 << 20, DeadLetterAge: time.Hour}
	first, err := Open(o)
	require.NoError(t, err)
	_, err = Open(o)
	require.ErrorIs(t, err, ErrLocked)
	assert.ErrorContains(t, err, fmt.Sprint("process id ", os.Getpid()))
	require.NoError(t, first.Close(time.Now()))
	second, err := Open(o)
	require.NoError(t, err)
	assert.True(t, second.clean)
	require.NoError(t, second.Close(time.Now()))
}

func TestNamesStayInTheDirectory(t *testing.T) {
	assert.Equal(t, "exporter_opslog_~2e~2e~2f~2e~2e~2fetc~00_logs", fileName("exporter_opslog_../../etc\x00_logs"))
	assert.NotEqual(t, fileName("a~2f"), fileName("a/"))
}
