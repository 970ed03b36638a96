//go:build cgo && !noduckdb

package embedded

import (
	"fmt"
	"sync"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

const nsPerDay = operation.Time(24 * time.Hour)

// day is a UTC day, counted from the epoch.
type day int64

func dayOf(t operation.Time) day { return day(t / nsPerDay) }

func (d day) start() operation.Time { return operation.Time(d) * nsPerDay }
func (d day) String() string        { return d.start().Std().Format("20060102") }

// segment is one file: the records of one kind whose home is one day.
type segment struct {
	kind string
	day  day

	mu      sync.Mutex
	times   span // of the records in it
	state   state
	users   int
	alone   chan struct{} // when the state is not inUse: closed once there are no users
	written time.Time     // when it was last written to and not yet put in order; zero when it is in order
	terms   bool          // the table terms is complete
	slots   slots         // of a file with operations
}

// state of a segment.
type state int

const (
	inUse     state = iota
	inRepair        // the database gave the file up; it is being opened again
	goingAway       // nobody needs it any more
)

func newSegment(kind string, d day) *segment { return &segment{kind: kind, day: d} }

func (s *segment) name() string { return fmt.Sprintf("%s_%v", s.kind, s.day) }
func (s *segment) file() string { return fmt.Sprintf("%s-%v.duckdb", s.kind, s.day) }

// use keeps the file until release; false means that it is going away.
func (s *segment) use() (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch s.state {
	case goingAway:
		return false, nil
	case inRepair:
		return false, fmt.Errorf("%w: data file %s is being repaired", store.ErrUnavailable, s.file())
	default:
		s.users++
		return true, nil
	}
}

func (s *segment) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users--
	if s.state != inUse && s.users == 0 {
		close(s.alone)
	}
}

// leave lets no new user in and answers what is closed once the last one has gone; nil when that state was there
// before.
func (s *segment) leave(to state) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != inUse {
		return nil
	}
	s.state, s.alone = to, make(chan struct{})
	if s.users == 0 {
		close(s.alone)
	}
	return s.alone
}

// toRepair answers what is closed once a broken segment has no users; nil when it is not broken.
func (s *segment) toRepair() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != inRepair {
		return nil
	}
	return s.alone
}

// reopen lets users in again.
func (s *segment) reopen(times span) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state, s.times = inUse, times
}

func (s *segment) holds() span {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.times
}

// spansAround is where the spans of the file's operations are: an operation of a day and more may lack some.
func (s *segment) spansAround() store.Range {
	times := s.holds()
	return store.Range{From: times.from, To: times.to + nsPerDay}
}

// widen tells of records before they are committed, so that no reader leaves the file out.
func (s *segment) widen(by span) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times = s.times.join(by)
}

// wrote notes that the file has something that is only in its log.
func (s *segment) wrote(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written = now
}

// idleSince tells that the file was written to, but not after that time.
func (s *segment) idleSince(t time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state == inUse && !s.written.IsZero() && !s.written.After(t)
}

// span is the times of some records, both ends included.
type span struct {
	from, to operation.Time
	some     bool
}

func at(t operation.Time) span { return span{from: t, to: t, some: true} }

func (s span) join(o span) span {
	switch {
	case !o.some:
		return s
	case !s.some:
		return o
	default:
		return span{from: min(s.from, o.from), to: max(s.to, o.to), some: true}
	}
}

func (s span) overlaps(r store.Range) bool {
	return s.some && s.to >= r.From && (r.To == 0 || s.from < r.To)
}
