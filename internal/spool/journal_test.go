package spool

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// testClock is a clock that tests move.
type testClock struct{ at time.Time }

func (c *testClock) now() time.Time       { return c.at }
func (c *testClock) pass(d time.Duration) { c.at = c.at.Add(d) }
func newClock() *testClock                { return &testClock{time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)} }

func openTestJournal(t *testing.T, dir string, c *testClock, tr *trouble, clean bool) *Journal {
	t.Helper()
	j, err := openJournal(testLog(dir, 200), 1<<20, time.Minute, c.now, tr, clean)
	require.NoError(t, err)
	t.Cleanup(func() { _ = j.Close() })
	return j
}

func replayed(t *testing.T, j *Journal) (out []string) {
	t.Helper()
	n, err := j.Replay(t.Context(), func(kind byte, data []byte) error {
		out = append(out, fmt.Sprint(kind, string(data)))
		return nil
	})
	require.NoError(t, err)
	require.Len(t, out, n)
	return out
}

func TestJournalGivesBackWhatAKilledProcessHad(t *testing.T) {
	dir, clock := t.TempDir(), newClock()
	j := openTestJournal(t, dir, clock, &trouble{}, false)
	assert.Empty(t, replayed(t, j))
	for i := range 10 {
		require.NoError(t, j.Append(1, []byte(strings.Repeat(fmt.Sprint(i), 50))))
	}
	// no Close: a killed process does not either
	second := openTestJournal(t, dir, clock, &trouble{}, false)
	require.NoError(t, second.Append(2, []byte("new")))
	got := replayed(t, second)
	require.Len(t, got, 10)
	assert.Equal(t, "1"+strings.Repeat("0", 50), got[0])

	third := openTestJournal(t, dir, clock, &trouble{}, false)
	assert.Len(t, replayed(t, third), 11, "killed once more, what was replayed comes again, and what came since")
	clock.pass(2 * time.Minute)
	third.Expire()
	assert.Zero(t, third.Bytes())
}

func TestJournalForgetsAfterAnEndInOrder(t *testing.T) {
	dir, clock := t.TempDir(), newClock()
	j := openTestJournal(t, dir, clock, &trouble{}, false)
	require.NoError(t, j.Append(1, []byte("x")))
	require.NoError(t, j.Close())
	assert.Empty(t, replayed(t, openTestJournal(t, dir, clock, &trouble{}, true)))
}

func TestJournalKeepsByAge(t *testing.T) {
	clock := newClock()
	j := openTestJournal(t, t.TempDir(), clock, &trouble{}, false)
	for range 100 {
		require.NoError(t, j.Append(1, []byte("twenty bytes of data")))
		clock.pass(5 * time.Second)
	}
	assert.GreaterOrEqual(t, j.Bytes(), int64(12*33), "a minute of it")
	assert.LessOrEqual(t, j.Bytes(), int64(18*33), "and little more")
}

func TestJournalKeepsWhileQueuesTakeNothing(t *testing.T) {
	clock, tr := newClock(), &trouble{}
	j := openTestJournal(t, t.TempDir(), clock, tr, false)
	require.NoError(t, j.Append(1, []byte("x")))
	end := tr.begin(clock.now())
	clock.pass(10 * time.Minute)
	j.Expire()
	assert.NotZero(t, j.Bytes(), "somebody still waits with it")
	end(clock.now(), nil)
	clock.pass(30 * time.Second)
	j.Expire()
	assert.NotZero(t, j.Bytes(), "what it held is only now on its way")
	clock.pass(31 * time.Second)
	j.Expire()
	assert.Zero(t, j.Bytes())
}

func TestJournalIsBounded(t *testing.T) {
	clock := newClock()
	j, err := openJournal(testLog(t.TempDir(), 200), 500, time.Minute, clock.now, &trouble{}, false)
	require.NoError(t, err)
	defer func() { _ = j.Close() }()
	require.NoError(t, j.Append(1, make([]byte, 300)))
	require.ErrorIs(t, j.Append(1, make([]byte, 300)), ErrFull)
	clock.pass(2 * time.Minute)
	require.NoError(t, j.Append(1, make([]byte, 300)))
}

func TestReplayThatIsCutOffBeginsAgain(t *testing.T) {
	dir, clock := t.TempDir(), newClock()
	j := openTestJournal(t, dir, clock, &trouble{}, false)
	for i := range 10 {
		require.NoError(t, j.Append(1, []byte(fmt.Sprint(i))))
	}
	second := openTestJournal(t, dir, clock, &trouble{}, false)
	stop := errors.New("stop")
	_, err := second.Replay(t.Context(), func(byte, []byte) error { return stop })
	require.ErrorIs(t, err, stop)
	clock.pass(time.Hour)
	second.Expire()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = second.Replay(ctx, func(byte, []byte) error { return nil })
	require.ErrorIs(t, err, context.Canceled)
	assert.Len(t, replayed(t, openTestJournal(t, dir, clock, &trouble{}, false)), 10)
}

func TestSpoolIsCleanOnlyWhenAllWasHandedOver(t *testing.T) {
	o := Options{Directory: t.TempDir(), MaxBytes: 1 << 20, DeadLetterBytes: 1 << 20, DeadLetterAge: time.Hour}
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	s, err := Open(o)
	require.NoError(t, err)
	assert.False(t, s.clean)
	s.Handing(now)(now, errors.New("the disk is full"))
	require.NoError(t, s.Close(now.Add(time.Second)))
	s, err = Open(o)
	require.NoError(t, err)
	assert.False(t, s.clean)
	require.NoError(t, s.Close(now))
	assert.FileExists(t, filepath.Join(o.Directory, cleanFile))
}

func TestDeadLettersAreBounded(t *testing.T) {
	dir, now := t.TempDir(), newClock()
	d, err := openDeadLetters(dir, 8000, 24*time.Hour)
	require.NoError(t, err)
	defer func() { _ = d.close() }()
	letter := Letter{Record: "span", Reason: "constraint", Error: "no", Data: []byte(`{"name":"` + strings.Repeat("x", 400) + `"}`)}
	for range 100 {
		now.pass(time.Second)
		require.NoError(t, d.Write(now.now(), []Letter{letter}))
	}
	bytes, removed := d.Stats()
	assert.LessOrEqual(t, bytes, int64(8000))
	assert.Positive(t, removed)
	files, err := filepath.Glob(filepath.Join(dir, "*.ndjson"))
	require.NoError(t, err)
	var left int64
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		left += int64(strings.Count(string(text), "\n"))
	}
	assert.EqualValues(t, 100, left+removed, "each letter is there, or counted")
}

// TestAStartThatFailsForgetsNothing ends a process in order that never came to the journal of the killed one before.
func TestAStartThatFailsForgetsNothing(t *testing.T) {
	o := Options{Directory: t.TempDir(), MaxBytes: 1 << 20, DeadLetterBytes: 1 << 20, DeadLetterAge: time.Hour}
	clock := newClock()
	killed, err := Open(o)
	require.NoError(t, err)
	j, err := killed.Journal("traces", time.Minute, clock.now)
	require.NoError(t, err)
	require.NoError(t, j.Append(1, []byte("x")))
	require.NoError(t, killed.lock.Close()) // all that a kill closes
	for range 2 {
		failed, err := Open(o)
		require.NoError(t, err)
		require.NoError(t, failed.Close(clock.now()))
	}
	s, err := Open(o)
	require.NoError(t, err)
	j, err = s.Journal("traces", time.Minute, clock.now)
	require.NoError(t, err)
	assert.Len(t, replayed(t, j), 1)
	require.NoError(t, j.Close())
	require.NoError(t, s.Close(clock.now()))
	s, err = Open(o)
	require.NoError(t, err)
	assert.True(t, s.clean)
	require.NoError(t, s.Close(clock.now()))
}
