//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// eraseFile is what a data file is copied into before it takes its place: DuckDB keeps the bytes of deleted rows in
// free blocks.
const eraseFile = "erase.duckdb"

// eraseAlias is its name while it is attached.
const eraseAlias = "erase_copy"

var _ store.Eraser = (*embedded)(nil)

// erased are the kinds that hold data about people; edges and quality counters hold names of services.
var erased = []struct{ kind, tie string }{
	// Operations last: when an erasure is interrupted, they are what the others are found by.
	{spans.name, spans.tie}, {logs.name, logs.tie}, {operations.name, operations.tie},
}

// SubjectTraces looks through all files.
func (s *embedded) SubjectTraces(ctx context.Context, subject store.Subject) ([]operation.TraceID, error) {
	return call(ctx, s, "find what is to be erased", func(ctx context.Context) ([]operation.TraceID, error) {
		seen := map[operation.TraceID]bool{}
		for _, seg := range s.segments.known() {
			if err := s.tracesIn(ctx, seg, subject, seen); err != nil {
				return nil, err
			}
		}
		delete(seen, operation.TraceID{})
		out := make([]operation.TraceID, 0, len(seen))
		for id := range seen {
			out = append(out, id)
		}
		return out, nil
	})
}

func (s *embedded) tracesIn(ctx context.Context, seg *segment, subject store.Subject, into map[operation.TraceID]bool) error {
	c := subjectCondition(seg.kind, subject)
	if c == nil {
		return nil
	}
	held, err := s.segments.find(seg.name())
	if held == nil {
		return err
	}
	defer held.release()
	rows, err := s.db.QueryContext(ctx, render("erase_traces", fields{"Segment": seg.name(), "Table": seg.kind, "Where": c.sql.String()}), c.args...)
	if err != nil {
		return s.segments.judge(seg, err)
	}
	defer rows.Close()
	for rows.Next() {
		var raw any
		var id operation.TraceID
		if err := rows.Scan(&raw); err != nil {
			return err
		}
		if err := idFromDB(id[:], raw); err != nil {
			return err
		}
		into[id] = true
	}
	return rows.Err()
}

// subjectCondition holds for the records of a kind that name the subject; nil for kinds that never do.
func subjectCondition(kind string, subject store.Subject) *condition {
	c := newCondition(nil)
	field := map[string]string{store.SubjectUser: "user_id", store.SubjectTenant: "tenant_id"}[subject.Kind]
	switch {
	case !slices.ContainsFunc(erased, func(e struct{ kind, tie string }) bool { return e.kind == kind }):
		return nil
	case subject.Kind == store.SubjectAny:
		c.add("regexp_matches(CAST(o AS VARCHAR), ?)", subject.Pattern())
	case kind == operations.name:
		c.add("list_contains(CAST(? AS VARCHAR[]), o."+field+")", subject.Values)
	default:
		for i, key := range subject.Keys() {
			if i > 0 {
				c.add(" OR ")
			}
			c.add("coalesce(list_contains(CAST(? AS VARCHAR[]), list_extract(o.attributes.vals, list_position(o.attributes.keys, ?))), false)", subject.Values, key)
		}
	}
	return c
}

// Erase counts, and then writes anew the files that hold something.
func (s *embedded) Erase(ctx context.Context, e store.Erasure) (store.Erased, error) {
	return call(ctx, s, "erase", func(ctx context.Context) (store.Erased, error) {
		s.erasing.Lock()
		defer s.erasing.Unlock()
		var sum store.Erased
		ids, err := s.erasedIDs(ctx, e)
		if err != nil {
			return sum, err
		}
		if sum.ErrorTexts, err = s.eraseErrorTexts(ctx, e, ids); err != nil {
			return sum, err
		}
		counts := map[string]*int64{operations.name: &sum.Operations, spans.name: &sum.Spans, logs.name: &sum.Logs}
		for _, part := range erased {
			for _, seg := range s.segments.known() {
				if seg.kind != part.kind {
					continue
				}
				n, err := s.eraseIn(ctx, seg, part.tie, e)
				if err != nil {
					return sum, err
				}
				*counts[seg.kind] += n
			}
		}
		if e.DryRun {
			return sum, nil
		}
		if _, err := s.eraseErrorTexts(ctx, e, ids); err != nil { // they may have been summed up meanwhile
			return sum, err
		}
		return sum, s.rewriteMeta(ctx)
	})
}

// eraseIn erases from one file and answers how many records. Nothing is written to the kind meanwhile; questions go on
// until the files change places.
func (s *embedded) eraseIn(ctx context.Context, seg *segment, tie string, e store.Erasure) (n int64, err error) {
	return s.rewrite(ctx, seg, "erase_copy", tie, theirs(seg.kind, e), e.DryRun)
}

// theirs holds for the records of a kind that go.
func theirs(kind string, e store.Erasure) *condition {
	c := subjectCondition(kind, e.Subject)
	c.add(" OR o.trace_id IN (SELECT unnest(CAST(CAST(? AS VARCHAR[]) AS UUID[])))", traceTexts(e.Traces))
	return c
}

// rewrite counts the records for which the condition holds, and writes the file anew where there are some.
func (s *embedded) rewrite(ctx context.Context, seg *segment, query, tie string, c *condition, dry bool) (n int64, err error) {
	conn := s.connOf(seg.kind)
	select {
	case held := <-conn:
		defer func() { conn <- held }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	count := render("count", fields{"Segment": seg.name(), "Table": seg.kind, "Where": c.sql.String()})
	held, err := s.segments.find(seg.name())
	if held == nil {
		return 0, err
	}
	if err := s.db.QueryRowContext(ctx, count, c.args...).Scan(&n); err != nil || n == 0 || dry {
		held.release()
		return n, s.segments.judge(seg, err)
	}
	err = s.copyWithout(ctx, seg, query, tie, c)
	held.release()
	if err != nil {
		return 0, fmt.Errorf("write %s anew: %w", seg.file(), err)
	}
	return n, s.segments.exchange(ctx, seg)
}

func traceTexts(ids []operation.TraceID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = uuid(id)
	}
	return out
}

func (s *embedded) connOf(kind string) chan *sql.Conn {
	switch kind {
	case operations.name:
		return s.operations.conn
	case spans.name:
		return s.spans.conn
	case errorDays.name:
		return s.errorDays.conn
	default:
		return s.logs.conn
	}
}

// copyWithout copies what stays, an hour at a time: in order of time, in bounded memory.
func (s *embedded) copyWithout(ctx context.Context, seg *segment, query, tie string, gone *condition) error {
	if err := s.attachCopy(ctx, seg.kind); err != nil {
		return err
	}
	times := seg.holds()
	hour := operation.Time(time.Hour)
	for from := times.from / hour * hour; from <= times.to; from += hour {
		text := render(query, fields{
			"Copy": eraseAlias, "Segment": seg.name(), "Table": seg.kind, "Time": timeColumns[seg.kind], "Tie": tie, "Gone": gone.sql.String(),
			"From": int64(from), "To": int64(from + hour), "Erased": literal(store.ErasedText),
		})
		if _, err := s.db.ExecContext(ctx, text, gone.args...); err != nil {
			return errors.Join(err, s.detachCopy(ctx, false))
		}
	}
	return s.detachCopy(ctx, true)
}

func (s *embedded) attachCopy(ctx context.Context, kind string) error {
	if err := s.dir.remove(eraseFile); err != nil {
		return err
	}
	return attachFile(ctx, s.db, s.dir.file(eraseFile), eraseAlias, kind)
}

// detachCopy ends the copy, and forgets it unless it is whole.
func (s *embedded) detachCopy(ctx context.Context, whole bool) error {
	ctx = context.WithoutCancel(ctx)
	var errs []error
	if whole {
		_, err := s.db.ExecContext(ctx, render("checkpoint", fields{"Segment": eraseAlias}))
		errs = append(errs, err)
	}
	_, err := s.db.ExecContext(ctx, render("detach", fields{"Segment": eraseAlias}))
	if errs = append(errs, err); !whole {
		errs = append(errs, s.dir.remove(eraseFile))
	}
	return errors.Join(errs...)
}

// exchange lets the copy take the place of the file. A kill leaves the one or the other: all of the old one is in its
// file, and its log is gone, before the copy gets its name.
func (s *segments) exchange(ctx context.Context, seg *segment) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	alone := seg.leave(inRepair)
	if alone == nil {
		return fmt.Errorf("%w: data file %s is being repaired", store.ErrUnavailable, seg.file())
	}
	<-alone // questions have a deadline of their own
	ctx = context.WithoutCancel(ctx)
	for _, query := range []string{"checkpoint", "detach"} {
		if _, err := s.db.ExecContext(ctx, render(query, fields{"Segment": seg.name()})); err != nil {
			return fmt.Errorf("exchange %s: %w", seg.file(), err)
		}
	}
	if err := removeLog(s.dir.file(seg.file())); err != nil {
		return err
	}
	if err := s.dir.rename(eraseFile, seg.file()); err != nil {
		return err
	}
	if err := attachFile(ctx, s.db, s.dir.file(seg.file()), seg.name(), seg.kind); err != nil {
		return err
	}
	times, _, err := measure(ctx, s.db, seg)
	if err != nil {
		return err
	}
	if err := s.loadSlots(ctx, seg); err != nil {
		return err
	}
	seg.setTerms(false)
	seg.wrote(time.Time{})
	seg.reopen(times)
	return nil
}

func removeLog(path string) error {
	if err := os.Remove(path + ".wal"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove the log of a data file: %w", err)
	}
	return nil
}

// rewriteMeta copies the state as it stands: earlier versions of its entries are in free blocks and in the log.
func (s *embedded) rewriteMeta(ctx context.Context) error {
	const name = "meta"
	s.metaUse.Lock()
	defer s.metaUse.Unlock()
	if err := s.attachCopy(ctx, name); err != nil {
		return err
	}
	for text := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSpace(render("erase_copy_meta", fields{"Copy": eraseAlias})), ";"), ";") {
		if _, err := s.db.ExecContext(ctx, text); err != nil {
			return errors.Join(fmt.Errorf("write %s anew: %w", metaFile, err), s.detachCopy(ctx, false))
		}
	}
	if err := s.detachCopy(ctx, true); err != nil {
		return fmt.Errorf("write %s anew: %w", metaFile, err)
	}
	ctx = context.WithoutCancel(ctx)
	for _, query := range []string{"checkpoint", "detach"} {
		if _, err := s.db.ExecContext(ctx, render(query, fields{"Segment": name})); err != nil {
			return fmt.Errorf("exchange %s: %w", metaFile, err)
		}
	}
	if err := removeLog(s.dir.file(metaFile)); err != nil {
		return err
	}
	if err := s.dir.rename(eraseFile, metaFile); err != nil {
		return err
	}
	return attachFile(ctx, s.db, s.dir.file(metaFile), name, name)
}
