package archive

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func testOptions(t testing.TB) Options {
	t.Helper()
	dir := t.TempDir()
	keys, err := LoadKeys(filepath.Join(dir, "keys"))
	require.NoError(t, err)
	return Options{
		Directory: filepath.Join(dir, "archive"), KeyDirectory: filepath.Join(dir, "keys"), Keys: keys,
		SegmentBytes: 1 << 20, SegmentAge: time.Hour, Checkpoint: time.Minute,
	}
}

func opened(t testing.TB, o Options) *Writer {
	t.Helper()
	w, err := Open(o)
	require.NoError(t, err)
	return w
}

// kill ends a writer as the kernel does.
func kill(t testing.TB, w *Writer) {
	t.Helper()
	require.NoError(t, closeAll(w.locks))
	w.locks = nil
}

func recordOf(n int, user string) Record {
	return Record{
		Clear:  Clear{OperationID: fmt.Sprintf("%032x", n), Revision: 1, TraceID: fmt.Sprintf("%032x", n/2), StartTime: int64(n), Service: "shop", Name: "POST /orders", Kind: "command", Status: "ok"},
		Secret: []byte(fmt.Sprintf(`{"n":%d,"user_id":%q,"request_body":"canary of %s"}`, n, user, user)), User: user, Tenant: "acme",
	}
}

func records(from, to int) (out []Record) {
	for n := from; n < to; n++ {
		out = append(out, recordOf(n, fmt.Sprint("user-", n%5)))
	}
	return out
}

// small makes an archive of three segments, the last of which is empty but for its frame.
func small(t testing.TB) Options {
	o := testOptions(t)
	w := opened(t, o)
	require.NoError(t, w.Append(start, records(0, 4)))
	require.NoError(t, w.Append(start.Add(2*time.Minute), records(4, 6)))
	require.NoError(t, w.Append(start.Add(2*time.Hour), records(6, 8)))
	require.NoError(t, w.Close(start.Add(3*time.Hour)))
	return o
}

// secrets reads the whole archive; what is erased is nil.
func secrets(t testing.TB, o Options) map[string]string {
	t.Helper()
	r, err := NewReader(o.KeyDirectory, o.Keys.Master)
	require.NoError(t, err)
	out := map[string]string{}
	require.NoError(t, Read(o.Directory, func(segment int, _ int64, e *Entry) error {
		text, err := r.Open(segment, e)
		if err != nil {
			require.ErrorIs(t, err, ErrErased)
		}
		out[e.OperationID] = string(text)
		return nil
	}))
	return out
}

func TestWhatIsKeptComesBack(t *testing.T) {
	o := small(t)
	report, err := Verify(o.Directory, VerifyOptions{PublicKey: o.Keys.Signing.Public().(ed25519.PublicKey)})
	require.NoError(t, err)
	assert.Equal(t, 2, report.Segments)
	assert.Equal(t, 8, report.Entries)
	assert.Equal(t, 8, report.Received)
	assert.Zero(t, report.Unsigned)
	got := secrets(t, o)
	for _, r := range records(0, 8) {
		assert.Equal(t, string(r.Secret), got[r.Clear.OperationID])
	}
}

func TestNothingPersonalIsInClear(t *testing.T) {
	o := small(t)
	for _, dir := range []string{o.Directory, o.KeyDirectory} {
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		require.NoError(t, err)
		for _, path := range files {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.NotContains(t, string(text), "user-", path)
			assert.NotContains(t, string(text), "acme", path)
			assert.NotContains(t, string(text), "canary", path)
		}
	}
}

// Whatever byte of a closed archive changes, by a bit or to anything, it is seen.
func TestEachByteCounts(t *testing.T) {
	o := small(t)
	require.NoError(t, os.Remove(filepath.Join(o.Directory, lockFile)))
	files, err := filepath.Glob(filepath.Join(o.Directory, "*"))
	require.NoError(t, err)
	require.Len(t, files, 4)
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, path := range files {
		whole, err := os.ReadFile(path)
		require.NoError(t, err)
		for at := range whole {
			changed := bytes.Clone(whole)
			changed[at] ^= 1 << rnd.UintN(8)
			require.NoError(t, os.WriteFile(path, changed, 0o600))
			_, err := Verify(o.Directory, VerifyOptions{})
			require.ErrorIs(t, err, ErrDamaged, "%s byte %d", filepath.Base(path), at)
		}
		require.NoError(t, os.WriteFile(path, whole, 0o600))
	}
	_, err = Verify(o.Directory, VerifyOptions{})
	require.NoError(t, err)
}

// Lines and files that go, change places or come twice are seen, and the first bad place is named.
func TestWhatIsMissingIsSeen(t *testing.T) {
	type tamper func(t *testing.T, o Options)
	file := func(o Options, n int) string { return filepath.Join(o.Directory, segmentFile(n)) }
	edit := func(n int, f func(lines []string) []string) tamper {
		return func(t *testing.T, o Options) {
			text, err := os.ReadFile(file(o, n))
			require.NoError(t, err)
			lines := strings.SplitAfter(string(text), "\n")
			require.NoError(t, os.WriteFile(file(o, n), []byte(strings.Join(f(lines[:len(lines)-1]), "")), 0o600))
		}
	}
	for name, c := range map[string]struct {
		tamper tamper
		where  string
	}{
		"first segment deleted": {func(t *testing.T, o Options) { require.NoError(t, os.Remove(file(o, 1))) }, "00000001.segment is missing"},
		"last segment deleted":  {func(t *testing.T, o Options) { require.NoError(t, os.Remove(file(o, 2))) }, "lines before the signed head"},
		"head deleted":          {func(t *testing.T, o Options) { require.NoError(t, os.Remove(filepath.Join(o.Directory, headFile))) }, "head is missing"},
		"all deleted": {func(t *testing.T, o Options) {
			require.NoError(t, os.Remove(file(o, 1)))
			require.NoError(t, os.Remove(file(o, 2)))
		}, "no segments"},
		"segments exchanged": {func(t *testing.T, o Options) {
			require.NoError(t, os.Rename(file(o, 1), file(o, 3)))
			require.NoError(t, os.Rename(file(o, 2), file(o, 1)))
			require.NoError(t, os.Rename(file(o, 3), file(o, 2)))
		}, "line 1"},
		"line deleted":    {edit(1, func(l []string) []string { return append(l[:2:2], l[3:]...) }), "00000001.segment: line 3"},
		"lines exchanged": {edit(1, func(l []string) []string { l[2], l[3] = l[3], l[2]; return l }), "00000001.segment: line 3"},
		"line twice":      {edit(1, func(l []string) []string { return append(l[:3:3], l[2:]...) }), "00000001.segment: line 4"},
		"tail cut off":    {edit(2, func(l []string) []string { return l[:len(l)-1] }), "1 lines before the signed head"},
		"seal cut off":    {edit(1, func(l []string) []string { return l[:len(l)-2] }), "line 1"},
		"half a line":     {edit(2, func(l []string) []string { l[len(l)-1] = l[len(l)-1][:30]; return l }), "behind the seal"},
		"line added":      {edit(2, func(l []string) []string { return append(l, l[1]) }), "line"},
		"bytes added":     {edit(2, func(l []string) []string { return append(l, "x") }), "behind the seal"},
	} {
		t.Run(name, func(t *testing.T) {
			o := small(t)
			c.tamper(t, o)
			_, err := Verify(o.Directory, VerifyOptions{})
			require.ErrorIs(t, err, ErrDamaged)
			assert.ErrorContains(t, err, c.where)
		})
	}
}

// Who can replace everything beside the segments is found out by the key, or by a head that was kept elsewhere.
func TestAForgeryIsSeenFromOutside(t *testing.T) {
	o := small(t)
	head, err := ReadCheckpoint(filepath.Join(o.Directory, headFile))
	require.NoError(t, err)
	forged := testOptions(t)
	w := opened(t, forged)
	require.NoError(t, w.Append(start, records(0, 40)))
	require.NoError(t, w.Close(start))
	_, err = Verify(forged.Directory, VerifyOptions{PublicKey: o.Keys.Signing.Public().(ed25519.PublicKey)})
	require.ErrorIs(t, err, ErrDamaged)

	forged.Keys.Signing = o.Keys.Signing // even with the key
	forged.Directory = filepath.Join(t.TempDir(), "again")
	w = opened(t, forged)
	require.NoError(t, w.Append(start, records(0, 40)))
	require.NoError(t, w.Close(start))
	_, err = Verify(forged.Directory, VerifyOptions{})
	require.NoError(t, err)
	_, err = Verify(forged.Directory, VerifyOptions{Trusted: []Checkpoint{head}})
	require.ErrorIs(t, err, ErrDamaged)
}

func TestErasingDestroysKeysAndKeepsTheChain(t *testing.T) {
	o := testOptions(t)
	w := opened(t, o)
	require.NoError(t, w.Append(start, records(0, 10)))
	n, err := w.Destroy(start, Whose{Users: []string{"user-1"}}, "e1", true)
	require.NoError(t, err)
	assert.Equal(t, 2, n)
	n, err = w.Destroy(start.Add(time.Second), Whose{Users: []string{"user-1"}, Traces: []string{fmt.Sprintf("%032x", 4)}}, "e1", false)
	require.NoError(t, err)
	assert.Equal(t, 4, n, "operations 1 and 6 of the user, 8 and 9 of the trace")
	require.NoError(t, w.Append(start, []Record{recordOf(10, "user-0")}), "the file of keys goes on")
	require.NoError(t, w.Close(start))
	got := secrets(t, o)
	for i := range 11 {
		gone := i == 1 || i == 6 || i == 8 || i == 9
		assert.Equal(t, gone, got[fmt.Sprintf("%032x", i)] == "", i)
	}
	report, err := Verify(o.Directory, VerifyOptions{})
	require.NoError(t, err)
	assert.Equal(t, 4, report.ErasedKeys)
	assert.Equal(t, 11, report.Entries)
	n, err = opened(t, o).Destroy(start, Whose{Users: []string{"user-1"}}, "e2", false)
	require.NoError(t, err)
	assert.Zero(t, n)
}

// A killed process leaves half a line at most: it stays where it is, the next segment tells of it, and all whole
// lines count.
func TestAKillAnywhereLeavesAnArchiveThatCanBeVerified(t *testing.T) {
	o := testOptions(t)
	w := opened(t, o)
	require.NoError(t, w.Append(start, records(0, 3)))
	path := filepath.Join(o.Directory, segmentFile(1))
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, w.Append(start, records(3, 5)))
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	kill(t, w)
	for size := 0; size <= len(whole); size += 41 {
		dir := t.TempDir()
		copied := o
		copied.Directory = dir
		require.NoError(t, os.WriteFile(filepath.Join(dir, segmentFile(1)), whole[:size], 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, publicFile), encodePublic(o.Keys.Signing.Public().(ed25519.PublicKey)), 0o600))
		again := opened(t, copied)
		require.NoError(t, again.Append(start, records(0, 5)))
		require.NoError(t, again.Close(start))
		report, err := Verify(dir, VerifyOptions{})
		require.NoError(t, err, "cut at %d", size)
		assert.Equal(t, 5, report.Entries, "cut at %d: what was kept is told apart from what was not", size)
		if size > len(before) {
			after, err := os.ReadFile(filepath.Join(dir, segmentFile(1)))
			require.NoError(t, err)
			assert.Equal(t, whole[:size], after, "nothing is rewritten")
		}
	}
}

func TestADamagedArchiveIsNotGoneOnWith(t *testing.T) {
	o := small(t)
	path := filepath.Join(o.Directory, segmentFile(2))
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, whole[:len(whole)/2], 0o600))
	_, err = Open(o)
	require.ErrorIs(t, err, ErrDamaged)
	o2 := small(t)
	other, err := LoadKeys(t.TempDir())
	require.NoError(t, err)
	o2.Keys.Signing = other.Signing
	_, err = Open(o2)
	require.ErrorIs(t, err, ErrDamaged)
}

func TestRetentionRemovesWholeSegmentsAndSaysSo(t *testing.T) {
	o := testOptions(t)
	o.Retention, o.HeadCopy = 24*time.Hour, filepath.Join(t.TempDir(), "head")
	w := opened(t, o)
	for i := range 5 {
		require.NoError(t, w.Append(start.Add(time.Duration(i)*2*time.Hour), records(i*2, i*2+2)))
	}
	for i := 1; i <= 3; i++ {
		require.NoError(t, os.Chtimes(filepath.Join(o.Directory, segmentFile(i)), time.Time{}, start.Add(-time.Hour*24*time.Duration(4-i))))
	}
	require.NoError(t, w.Tick(start.Add(10*time.Hour)))
	numbers, err := segmentsIn(o.Directory)
	require.NoError(t, err)
	assert.Equal(t, []int{4, 5, 6}, numbers)
	keys, err := filepath.Glob(filepath.Join(o.KeyDirectory, "*.keys"))
	require.NoError(t, err)
	assert.Len(t, keys, 3)
	require.NoError(t, w.Close(start))
	report, err := Verify(o.Directory, VerifyOptions{})
	require.NoError(t, err)
	assert.Equal(t, 3, report.Removed)
	copied, err := ReadCheckpoint(o.HeadCopy)
	require.NoError(t, err)
	_, err = Verify(o.Directory, VerifyOptions{Trusted: []Checkpoint{copied}})
	require.NoError(t, err)

	require.NoError(t, os.Remove(filepath.Join(o.Directory, segmentFile(4))))
	_, err = Verify(o.Directory, VerifyOptions{})
	require.ErrorContains(t, err, "no line says that it was removed")
}

// Random lives of an archive: batches, redeliveries, erasures, ends in order and kills. What was taken is there once.
func TestRandomLives(t *testing.T) {
	for seed := range uint64(8) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		o := testOptions(t)
		o.SegmentBytes = 4000
		now, taken := start, map[int]bool{}
		for range 4 {
			w := opened(t, o)
			for range rnd.IntN(12) {
				now = now.Add(time.Duration(rnd.IntN(90)) * time.Second)
				from := rnd.IntN(200)
				require.NoError(t, w.Append(now, records(from, from+rnd.IntN(6))))
				for n := from; n < from+6; n++ {
					taken[n] = taken[n] || w.seen[0][fmt.Sprintf("%032x 1", n)] || w.seen[1][fmt.Sprintf("%032x 1", n)]
				}
				require.NoError(t, w.Tick(now))
			}
			if rnd.IntN(2) == 0 {
				require.NoError(t, w.Close(now))
			} else {
				kill(t, w)
			}
			if w.at.n > 0 {
				_, err := Verify(o.Directory, VerifyOptions{})
				require.NoError(t, err, "seed %d", seed)
			}
		}
		require.NoError(t, opened(t, o).Close(now))
		got := secrets(t, o)
		for n, there := range taken {
			if there {
				assert.Equal(t, string(recordOf(n, fmt.Sprint("user-", n%5)).Secret), got[fmt.Sprintf("%032x", n)])
			}
		}
	}
}

func TestMerkleRootDependsOnEachEntryAndTheirOrder(t *testing.T) {
	roots := map[Hash]string{}
	for n := range 20 {
		for _, swap := range []bool{false, true} {
			var m merkle
			for i := range n {
				at := i
				if swap && n > 1 && i < 2 {
					at = 1 - i
				}
				m.add(Hash{byte(at)})
			}
			if swap && n < 2 {
				continue
			}
			name := fmt.Sprint(n, swap)
			assert.Empty(t, roots[m.root()], name)
			roots[m.root()] = name
		}
	}
}

// Whatever a segment file holds, reading it ends with a report or an error.
func FuzzVerify(f *testing.F) {
	o := small(f)
	head, err := os.ReadFile(filepath.Join(o.Directory, headFile))
	require.NoError(f, err)
	for n := 1; n <= 2; n++ {
		text, err := os.ReadFile(filepath.Join(o.Directory, segmentFile(n)))
		require.NoError(f, err)
		f.Add(text, head)
	}
	whole, err := os.ReadFile(filepath.Join(o.Directory, segmentFile(1)))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text, head []byte) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, segmentFile(1)), text, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, headFile), head, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, publicFile), encodePublic(o.Keys.Signing.Public().(ed25519.PublicKey)), 0o600))
		if _, err := Verify(dir, VerifyOptions{}); err == nil {
			assert.True(t, bytes.HasPrefix(text, whole), "only what was signed passes")
		}
	})
}

func TestLinesAreWhole(t *testing.T) {
	for _, text := range []string{`{}`, `{"type":"seal"}`, `{"type":"operation","seal":{}}`, `{"type":"operation","operation":{},"seal":{}}`, `[`} {
		hash := hashOf(Hash{}, []byte(text))
		_, _, err := readLine([]byte(hash.String()+" "+text), Hash{})
		require.ErrorContains(t, err, "cannot be understood", text)
	}
	var h Hash
	require.Error(t, json.Unmarshal([]byte(`"AB"`), &h))
}

func BenchmarkAppend(b *testing.B) {
	o := testOptions(b)
	o.SegmentBytes = 64 << 20
	w := opened(b, o)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		require.NoError(b, w.Append(start, records(n, n+100)))
		n += 100
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "us/entry")
}

// Two writers would make two chains of one, or use the same files of keys.
func TestOneWriterOwnsTheArchive(t *testing.T) {
	o := testOptions(t)
	w := opened(t, o)
	_, err := Open(o)
	require.ErrorIs(t, err, ErrLocked)
	other := o
	other.Directory = t.TempDir()
	_, err = Open(other)
	require.ErrorIs(t, err, ErrLocked, "the keys are the same")
	require.NoError(t, w.Close(start))
	require.NoError(t, opened(t, o).Close(start))
}

func TestStatsCountWhatWasDone(t *testing.T) {
	o := testOptions(t)
	w := opened(t, o)
	require.NoError(t, w.Append(start, records(0, 4)))
	require.NoError(t, w.Append(start.Add(time.Minute), append(records(2, 5), Record{Clear: Clear{OperationID: "large"}, Secret: make([]byte, maxSecret+1)})))
	require.NoError(t, w.Close(start.Add(time.Minute)))
	require.Error(t, w.Append(start, records(5, 6)))
	text, err := os.ReadFile(filepath.Join(o.Directory, segmentFile(1)))
	require.NoError(t, err)
	assert.Equal(t, Stats{Entries: 5, Duplicates: 2, Dropped: 1, Bytes: int64(len(text)), Failures: 1, Signed: start.Add(time.Minute)}, w.Stats())
}

// A kill may cut off the line of a key that was never used; the next key gets a line of its own.
func TestAKeyThatWasCutOff(t *testing.T) {
	o := testOptions(t)
	require.NoError(t, os.WriteFile(filepath.Join(o.KeyDirectory, keyFile(1)), []byte(`{"id":"whole"}`+"\n"+`{"id":"cut off, and longer than the next line would be, I am sure, beca`+strings.Repeat("x", 500)), 0o600))
	w := opened(t, o)
	require.NoError(t, w.Append(start, records(0, 2)))
	require.NoError(t, w.Close(start))
	assert.Len(t, secrets(t, o), 2)
	n, err := opened(t, o).Destroy(start, Whose{Users: []string{"user-1"}}, "e1", false)
	require.NoError(t, err)
	assert.Equal(t, 1, n)
}
