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

	mu       sync.Mutex
	times    span // of the records in it
	users    int
	retired  bool
	released chan struct{} // closed when a retired segment has lost its last user
}

func newSegment(kind string, d day) *segment {
	return &segment{kind: kind, day: d, released: make(chan struct{})}
}

func (s *segment) name() string { return fmt.Sprintf("%s_%v", s.kind, s.day) }
func (s *segment) file() string { return fmt.Sprintf("%s-%v.duckdb", s.kind, s.day) }

// use keeps the file until release; false means that it is going away.
func (s *segment) use() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.retired {
		return false
	}
	s.users++
	return true
}

func (s *segment) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users--
	if s.retired && s.users == 0 {
		close(s.released)
	}
}

// retire lets no new user in; released is closed once the last one has gone.
func (s *segment) retire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.retired = true
	if s.users == 0 {
		close(s.released)
	}
}

func (s *segment) holds() span {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.times
}

// widen tells of records before they are committed, so that no reader leaves the file out.
func (s *segment) widen(by span) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times = s.times.join(by)
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
