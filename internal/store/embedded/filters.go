//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// slot is ten minutes of start times. What occurs in a slot is in the table filters, or unknown: then it is read.
//
// Filters are exact in what matters: they leave out only what cannot match, because a write removes those of its slots
// in its own transaction. They are made of what is stored, so a kill loses none that cannot be made again. They hold no
// values: bits of 64-bit hashes, many values to a bit. Still an erasure removes them together with the records, as it
// writes the file anew without filters, and they are made again of what is left.
type slot int32

// slotLength is part of what files hold: never change it.
const slotLength = 10 * minute

func slotOf(t operation.Time) slot     { return slot(t / slotLength) }
func (s slot) start() operation.Time   { return operation.Time(s) * slotLength }
func (s slot) over(now time.Time) bool { return (s + 1).start() <= operation.TimeOf(now) }

// slots are what is known of a file's slots.
type slots struct {
	filtered map[slot]bool      // have their filters, or no operations
	written  map[slot]lastWrite // others
	writes   int                // counts
	removals int                // counts the filters that a write removed
}

type lastWrite struct {
	when time.Time
	nth  int
}

// loadSlots reads which slots have filters, and which hold operations without.
func (s *segments) loadSlots(ctx context.Context, seg *segment) error {
	if seg.kind != operations.name {
		return nil
	}
	loaded := slots{filtered: map[slot]bool{}, written: map[slot]lastWrite{}}
	filtered, err := s.slotsOf(ctx, seg, "filtered_slots")
	if err != nil {
		return err
	}
	filled, err := s.slotsOf(ctx, seg, "filled_slots")
	if err != nil {
		return err
	}
	for _, at := range filtered {
		loaded.filtered[at] = true
	}
	for _, at := range filled {
		if !loaded.filtered[at] {
			loaded.written[at] = lastWrite{}
		}
	}
	seg.mu.Lock()
	defer seg.mu.Unlock()
	loaded.writes, loaded.removals = seg.slots.writes+1, seg.slots.removals+1
	seg.slots = loaded
	return nil
}

func (s *segments) slotsOf(ctx context.Context, seg *segment, query string) ([]slot, error) {
	rows, err := s.db.QueryContext(ctx, render(query, fields{"Segment": seg.name()}))
	if err != nil {
		return nil, fmt.Errorf("read the slots of %s: %w", seg.name(), err)
	}
	defer rows.Close()
	var out []slot
	for rows.Next() {
		var at slot
		if err := rows.Scan(&at); err != nil {
			return nil, fmt.Errorf("read the slots of %s: %w", seg.name(), err)
		}
		out = append(out, at)
	}
	return out, rows.Err()
}

// touch removes the filters of slots before a write changes what they are about.
func (s *segment) touch(ctx context.Context, conn *sql.Conn, times []operation.Time, now time.Time) error {
	if s.kind != operations.name {
		return nil
	}
	stale := s.touched(times, now)
	if len(stale) == 0 {
		return nil
	}
	if _, err := conn.ExecContext(ctx, render("delete_filters", fields{"Segment": s.name()}), stale); err != nil {
		return fmt.Errorf("forget the filters of %s: %w", s.name(), err)
	}
	return nil
}

// touched notes a write, also one that fails afterwards: then the filters are made again. It answers the slots that
// had some.
func (s *segment) touched(times []operation.Time, now time.Time) (stale []int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slots.writes++
	for _, t := range times {
		at := slotOf(t)
		if s.slots.filtered[at] {
			stale = append(stale, int32(at))
			delete(s.slots.filtered, at)
			s.slots.removals++
		}
		s.slots.written[at] = lastWrite{now, s.slots.writes}
	}
	return stale
}

// toFilter are the slots that are over, and that were not written to since the given time.
func (s *segment) toFilter(now, since time.Time) (out []slot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != inUse {
		return nil
	}
	for at, written := range s.slots.written {
		if at.over(now) && !written.when.After(since) {
			out = append(out, at)
		}
	}
	slices.Sort(out)
	return out
}

// edition changes with whatever makes an answer wrong that was narrowed before: filters that a write removed, and
// times that the file did not hold.
type edition struct {
	removals int
	times    span
}

func (s *segment) edition() edition {
	s.mu.Lock()
	defer s.mu.Unlock()
	return edition{s.slots.removals, s.times}
}

func editions(held []*segment) []edition {
	out := make([]edition, len(held))
	for i, seg := range held {
		out[i] = seg.edition()
	}
	return out
}

// writeTo answers the last write to a slot; false when the slot has its filters.
func (s *segment) writeTo(at slot) (lastWrite, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, ok := s.slots.written[at]
	return last, ok
}

// settle notes that a slot has its filters.
func (s *segment) settle(at slot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.slots.written, at)
	s.slots.filtered[at] = true
}
