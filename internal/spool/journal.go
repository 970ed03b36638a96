package spool

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Journal keeps what was acknowledged for a while, so that a process that was killed can be given again what it held
// in memory. It does not know what became of an entry: entries go by age. What reads the journal again must be
// idempotent. A Journal is safe for concurrent use.
type Journal struct {
	now      func() time.Time
	keep     time.Duration
	maxBytes int64
	trouble  *trouble
	replayed func() // called when what former lives left has been passed on
	name     string
	closed   func() // called by Close

	mu        sync.Mutex
	log       *log
	old       int  // segments of former lives, at the beginning of the log
	replaying bool // former lives are not replayed yet
	buf       []byte
}

// openJournal finds what former lives left. After an end in order there is nothing to replay.
func openJournal(o logOptions, maxBytes int64, keep time.Duration, now func() time.Time, t *trouble, clean bool) (*Journal, error) {
	l, err := openLog(o, func(*segment, int64, []byte) {})
	if err != nil {
		return nil, fmt.Errorf("open a journal: %w", err)
	}
	j := &Journal{now: now, keep: keep, maxBytes: maxBytes, trouble: t, replayed: func() {}, closed: func() {}, log: l, old: len(l.segments)}
	if clean {
		for ; j.old > 0; j.old-- {
			if err := l.removeOldest(); err != nil {
				return nil, fmt.Errorf("open a journal: %w", err)
			}
		}
	}
	j.replaying = j.old > 0
	return j, nil
}

// Append keeps an entry. When it returns nil, the entry survives a kill. ErrFull means that too much came in the time
// that entries are kept.
func (j *Journal) Append(kind byte, data []byte) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := j.now()
	j.expire(now)
	if j.log.bytes()+int64(len(data)) > j.maxBytes {
		return fmt.Errorf("%w: the journal holds %d bytes of the last %v", ErrFull, j.log.bytes(), j.keep)
	}
	if w := j.log.writing; w != nil && now.Sub(w.begun) > j.keep/4 {
		j.log.writing = nil // a file goes as a whole, so it must not span much of the time
	}
	j.buf = append(append(j.buf[:0], kind), data...)
	s, _, err := j.log.append(j.buf)
	if err != nil {
		return err
	}
	if s.begun.IsZero() {
		s.begun = now
	}
	s.last = now
	return nil
}

// Expire deletes what is old enough. Append does so too; this is for times in which nothing comes.
func (j *Journal) Expire() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.expire(j.now())
}

func (j *Journal) expire(now time.Time) {
	for len(j.log.segments) > 0 {
		s := j.log.segments[0]
		if j.old > 0 && j.replaying {
			return
		}
		limit := now.Add(-j.keep)
		if s.last.After(limit) || j.trouble.since(limit, now) {
			return
		}
		j.old = max(0, j.old-1)
		if j.log.removeOldest() != nil {
			return
		}
	}
}

// Replay gives what former lives left to f, in order. It stays in the journal for as long as if it had come now. An
// error of f, or the end of ctx, ends the replay; the next life begins it again.
func (j *Journal) Replay(ctx context.Context, f func(kind byte, data []byte) error) (entries int, err error) {
	j.mu.Lock()
	old := j.log.segments[:j.old:j.old]
	j.mu.Unlock()
	for _, s := range old {
		n, err := replaySegment(ctx, s, f)
		entries += n
		if err != nil {
			return entries, err
		}
	}
	j.mu.Lock()
	for _, s := range old {
		s.last = j.now()
	}
	j.replaying = false
	j.mu.Unlock()
	j.replayed()
	return entries, nil
}

func replaySegment(ctx context.Context, s *segment, f func(byte, []byte) error) (entries int, err error) {
	data := make([]byte, s.size)
	if _, err := s.file.ReadAt(data, 0); err != nil && s.size > 0 {
		return 0, fmt.Errorf("read a journal: %w", err)
	}
	scan(data, func(_ int64, payload []byte) {
		if err == nil && len(payload) > 0 {
			if err = ctx.Err(); err == nil {
				err = f(payload[0], payload[1:])
			}
			entries++
		}
	})
	return entries, err
}

// Bytes is what the journal holds on disk.
func (j *Journal) Bytes() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.log.bytes()
}

// Close lets go of the files.
func (j *Journal) Close() error {
	j.closed()
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.log.close()
}
