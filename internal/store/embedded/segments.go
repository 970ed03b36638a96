//go:build cgo && !noduckdb

package embedded

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/opslog/opslog/internal/store"
)

// segments are the attached files of all kinds.
type segments struct {
	dir *directory
	db  *sql.DB

	mu       sync.Mutex // for all; never held while the database works
	all      map[string]*segment
	changing sync.Mutex    // held while a file is made, attached or detached
	broken   chan struct{} // tells that a file needs repair
}

func newSegments(dir *directory, db *sql.DB) *segments {
	return &segments{dir: dir, db: db, all: map[string]*segment{}, broken: make(chan struct{}, 1)}
}

// load attaches all files of the directory.
func (s *segments) load(ctx context.Context) error {
	entries, err := os.ReadDir(s.dir.path)
	if err != nil {
		return fmt.Errorf("read data directory: %w", err)
	}
	for _, e := range entries {
		m := segmentFile.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		date, err := time.Parse("20060102", m[2])
		if err != nil {
			return fmt.Errorf("%w: data file %s carries no date", store.ErrForeign, e.Name())
		}
		if err := s.attach(ctx, newSegment(m[1], day(date.Unix()/86400))); err != nil {
			return err
		}
	}
	return nil
}

// attach opens a file, brings its schema up to date and makes it known.
func (s *segments) attach(ctx context.Context, seg *segment) error {
	if err := attachFile(ctx, s.db, s.dir.file(seg.file()), seg.name(), seg.kind); err != nil {
		return err
	}
	times, _, err := measure(ctx, s.db, seg)
	if err != nil {
		return err
	}
	seg.times = times
	if seg.terms, err = s.readHasTerms(ctx, seg); err != nil {
		return err
	}
	if err := s.loadSlots(ctx, seg); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[seg.name()] = seg
	return nil
}

func attachFile(ctx context.Context, db *sql.DB, path, name, kind string) error {
	if _, err := db.ExecContext(ctx, render("attach", fields{"Path": literal(path), "Segment": name})); err != nil {
		return fmt.Errorf("open data file %s: %w", path, err)
	}
	return migrate(ctx, db, name, kind)
}

// measure reads what times a file holds and how many records.
func measure(ctx context.Context, db *sql.DB, seg *segment) (times span, count int64, err error) {
	column := timeColumns[seg.kind]
	query := render("measure", fields{"Segment": seg.name(), "Table": seg.kind, "Time": column})
	if err := db.QueryRowContext(ctx, query).Scan(&times.from, &times.to, &count); err != nil {
		return span{}, 0, fmt.Errorf("read what times %s holds: %w", seg.name(), err)
	}
	times.some = count > 0
	return times, count, nil
}

// create makes a file under another name first: one that a kill left half made never gets its own.
func create(ctx context.Context, dir *directory, db *sql.DB, file, name, kind string) error {
	if err := dir.remove(newFile); err != nil {
		return err
	}
	if err := attachFile(ctx, db, dir.file(newFile), name, kind); err != nil {
		return err
	}
	for _, query := range []string{"checkpoint", "detach"} {
		if _, err := db.ExecContext(ctx, render(query, fields{"Segment": name})); err != nil {
			return fmt.Errorf("make data file %s: %w", file, err)
		}
	}
	return dir.rename(newFile, file)
}

// home is the segment of a kind and day, made if need be, held for the caller, who releases it.
func (s *segments) home(ctx context.Context, kind string, d day) (*segment, error) {
	seg := newSegment(kind, d)
	if held, err := s.find(seg.name()); held != nil || err != nil {
		return held, err
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	if held, err := s.find(seg.name()); held != nil || err != nil {
		return held, err
	}
	if err := create(ctx, s.dir, s.db, seg.file(), seg.name(), kind); err != nil {
		return nil, err
	}
	if err := s.attach(ctx, seg); err != nil {
		return nil, err
	}
	return s.find(seg.name())
}

// find holds the segment of that name for the caller, who releases it; nil when there is none.
func (s *segments) find(name string) (*segment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seg := s.all[name]
	if seg == nil {
		return nil, nil
	}
	if held, err := seg.use(); !held {
		return nil, err
	}
	return seg, nil
}

// within are the segments of a kind that hold something in the range, oldest first, held for the caller, who
// releases them.
func (s *segments) within(kind string, r store.Range) ([]*segment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*segment
	for _, seg := range s.all {
		if seg.kind != kind || !seg.holds().overlaps(r) {
			continue
		}
		held, err := seg.use()
		if err != nil {
			release(out)
			return nil, err
		}
		if held {
			out = append(out, seg)
		}
	}
	slices.SortFunc(out, func(a, b *segment) int { return cmp.Compare(a.day, b.day) })
	return out, nil
}

func release(held []*segment) {
	for _, seg := range held {
		seg.release()
	}
}

func names(held []*segment) []string {
	out := make([]string, len(held))
	for i, seg := range held {
		out[i] = seg.name()
	}
	return out
}

// drop deletes a file once nobody reads it any more. When ctx ends first, the file stays until the next start.
func (s *segments) drop(ctx context.Context, seg *segment) error {
	alone := seg.leave(goingAway)
	if alone == nil {
		return fmt.Errorf("%w: it is being repaired", store.ErrUnavailable)
	}
	s.mu.Lock()
	delete(s.all, seg.name())
	s.mu.Unlock()
	select {
	case <-alone:
	case <-ctx.Done():
		return ctx.Err()
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	if _, err := s.db.ExecContext(ctx, render("detach", fields{"Segment": seg.name()})); err != nil {
		return fmt.Errorf("detach %s: %w", seg.name(), err)
	}
	return s.dir.remove(seg.file())
}

// known are all segments, oldest first.
func (s *segments) known() []*segment {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*segment
	for _, seg := range s.all {
		out = append(out, seg)
	}
	slices.SortFunc(out, func(a, b *segment) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(b.kind, a.kind)) })
	return out
}

// checkpoint puts what is in the log of a file into the file itself. It waits for writers and makes them wait.
func (s *segments) checkpoint(ctx context.Context, seg *segment) error {
	held, err := s.find(seg.name())
	if held == nil {
		return err
	}
	defer held.release()
	held.wrote(time.Time{})
	if _, err := s.db.ExecContext(ctx, render("checkpoint", fields{"Segment": seg.name()})); err != nil {
		return s.judge(seg, fmt.Errorf("checkpoint %s: %w", seg.name(), err))
	}
	return nil
}

func (s *segments) checkpointAll(ctx context.Context) error {
	var errs []error
	for _, seg := range s.known() {
		errs = append(errs, s.checkpoint(ctx, seg))
	}
	return errors.Join(errs...)
}
