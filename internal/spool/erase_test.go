package spool

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const canary = "canary-1"

func filesWithCanary(t *testing.T, dir string) (out []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(canary)) {
			out = append(out, path)
		}
		return err
	}))
	return out
}

func wipe(value []byte) ([]byte, error) { return bytes.ReplaceAll(value, []byte(canary), nil), nil }

var canaryEraser = Eraser{
	Queue:   func(_, _ string, value []byte) ([]byte, error) { return wipe(value) },
	Journal: func(_ string, data []byte) ([]byte, error) { return wipe(data) },
	Letter:  func(l Letter) bool { return !bytes.Contains(l.Data, []byte(canary)) },
	Raw:     func(text []byte) bool { return bytes.Contains(text, []byte(canary)) },
}

// Erasing leaves nothing in any file of the spool: not in values that were sent, replaced or handed in.
func TestErase(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	o := Options{Directory: dir, MaxBytes: 1 << 20, DeadLetterBytes: 1 << 20, DeadLetterAge: time.Hour}
	s, err := Open(o)
	require.NoError(t, err)
	queue, err := s.Queue("q")
	require.NoError(t, err)
	require.NoError(t, queue.Batch(set("sent", canary), set("waits", "a "+canary+" b"), set("other", "stays"), set("replaced", canary)))
	require.NoError(t, queue.Batch(del("sent"), set("replaced", "new")))
	journal, err := s.Journal("j", time.Minute, func() time.Time { return now })
	require.NoError(t, err)
	require.NoError(t, journal.Append(7, []byte("first "+canary)))
	require.NoError(t, journal.Append(7, []byte("second")))
	letter := func(text string) Letter { return Letter{Time: now, Record: "span", Data: []byte(`"` + text + `"`)} }
	require.NoError(t, s.DeadLetters().Write(now, []Letter{letter(canary), letter("stays")}))
	handed := filepath.Join(dir, replayDir)
	require.NoError(t, os.MkdirAll(handed, 0o700))
	text, err := encodeLetter(&Letter{Record: "span", Data: []byte(`"` + canary + `"`)})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(handed, "x"+letterSuffix), append(text, `{"record":"span","data":"`+canary...), 0o600), "the second is cut off")
	require.NoError(t, os.WriteFile(filepath.Join(handed, "y"+letterSuffix+".unreadable"), []byte("?"+canary), 0o600))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "quarantine"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "quarantine", "z"), []byte(canary), 0o600))
	require.Len(t, filesWithCanary(t, dir), 6)

	sum, err := s.Erase(canaryEraser)
	require.NoError(t, err)
	assert.Equal(t, EraseSum{Queue: 1, Journal: 1, DeadLetters: 3, Damaged: 1}, sum)
	assert.Empty(t, filesWithCanary(t, dir))
	assert.Equal(t, map[string]string{"waits": "a  b", "other": "stays", "replaced": "new"}, contents(t, queue))

	require.NoError(t, queue.Batch(set("later", "1")))
	require.NoError(t, journal.Append(7, []byte("third")))
	require.NoError(t, s.DeadLetters().Write(now, []Letter{letter("later")}))
	again, err := s.Queue("q") // as the next process finds it
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"waits": "a  b", "other": "stays", "replaced": "new", "later": "1"}, contents(t, again))
	var entries []string
	require.NoError(t, queue.Close())
	require.NoError(t, again.Close())
	require.NoError(t, journal.Close())
	l, err := openLog(journal.log.options, func(_ *segment, _ int64, payload []byte) { entries = append(entries, string(payload)) })
	require.NoError(t, err)
	require.NoError(t, l.close())
	assert.Equal(t, []string{"\x07first ", "\x07second", "\x07third"}, entries)
	assert.Empty(t, s.tables)
	assert.Empty(t, s.journals)
	files, err := LetterFiles(dir)
	require.NoError(t, err)
	letters, err := Summarize(files)
	require.NoError(t, err)
	assert.Equal(t, 2, letters.Total())
	require.NoError(t, s.Close(now))
}

// What is being replayed is not changed under the reader's hands.
func TestEraseWaitsForTheReplay(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	o := Options{Directory: dir, MaxBytes: 1 << 20, DeadLetterBytes: 1 << 20, DeadLetterAge: time.Hour}
	s, err := Open(o)
	require.NoError(t, err)
	clock := func() time.Time { return now }
	j, err := s.Journal("j", time.Minute, clock)
	require.NoError(t, err)
	require.NoError(t, j.Append(1, []byte(strings.Repeat(canary, 3))))
	require.NoError(t, j.Close())
	require.NoError(t, s.lock.Close())
	s, err = Open(o) // after a kill
	require.NoError(t, err)
	j, err = s.Journal("j", time.Minute, clock)
	require.NoError(t, err)
	_, err = s.Erase(canaryEraser)
	require.ErrorIs(t, err, errReplaying)
	_, err = j.Replay(t.Context(), func(byte, []byte) error { return nil })
	require.NoError(t, err)
	_, err = s.Erase(canaryEraser)
	require.NoError(t, err)
	assert.Empty(t, filesWithCanary(t, dir))
	require.NoError(t, s.Close(now))
}

// What no component has opened is looked through too, and stays what it was: a journal is replayed all the same.
func TestEraseOfWhatIsNotOpen(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	o := Options{Directory: dir, MaxBytes: 1 << 20, DeadLetterBytes: 1 << 20, DeadLetterAge: time.Hour}
	clock := func() time.Time { return now }
	s, err := Open(o)
	require.NoError(t, err)
	queue, err := s.Queue("exporter_gone_traces")
	require.NoError(t, err)
	require.NoError(t, queue.Batch(set("0", canary), set("1", "stays"), set("2", "all "+canary)))
	require.NoError(t, queue.Close())
	journal, err := s.Journal("j", time.Minute, clock)
	require.NoError(t, err)
	require.NoError(t, journal.Append(3, []byte("an "+canary)))
	require.NoError(t, journal.Append(3, []byte("another")))
	require.NoError(t, journal.Close())
	half := filepath.Join(dir, "journal", "j", "0000000000000001.log.new")
	require.NoError(t, os.WriteFile(half, []byte(canary), 0o600))
	cut := filepath.Join(dir, "journal", "j", "0000000000000001.log")
	text, err := os.ReadFile(cut)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(cut, append(text, "ospl"+canary...), 0o600))
	require.NoError(t, s.lock.Close())

	s, err = Open(o) // after a kill
	require.NoError(t, err)
	var asked []string
	e := canaryEraser
	e.Queue = func(queue, key string, value []byte) ([]byte, error) {
		asked = append(asked, queue+" "+key)
		if key == "2" {
			return nil, nil
		}
		return wipe(value)
	}
	sum, err := s.Erase(e)
	require.NoError(t, err)
	assert.Equal(t, EraseSum{Queue: 2, Journal: 1, Damaged: 1}, sum)
	assert.ElementsMatch(t, []string{"exporter_gone_traces 0", "exporter_gone_traces 1", "exporter_gone_traces 2"}, asked)
	assert.Empty(t, filesWithCanary(t, dir))

	queue, err = s.Queue("exporter_gone_traces")
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"0": "", "1": "stays"}, contents(t, queue))
	journal, err = s.Journal("j", time.Minute, clock)
	require.NoError(t, err)
	var replayed []string
	n, err := journal.Replay(t.Context(), func(_ byte, data []byte) error {
		replayed = append(replayed, string(data))
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, 2, n)
	assert.Equal(t, []string{"an ", "another"}, replayed)
	require.NoError(t, queue.Close())
	require.NoError(t, journal.Close())
	require.NoError(t, s.Close(now))
}
