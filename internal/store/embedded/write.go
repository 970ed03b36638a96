//go:build cgo && !noduckdb

package embedded

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// writer writes one kind of record. It has a connection of its own, and one call at a time uses it.
type writer[T any] struct {
	table    *table[T]
	segments *segments
	now      func() time.Time
	conn     chan *sql.Conn // holds the connection while nobody writes
	row      []driver.Value
}

func newWriter[T any](ctx context.Context, t *table[T], s *segments, now func() time.Time) (*writer[T], error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect the writer of %s: %w", t.name, err)
	}
	w := &writer[T]{table: t, segments: s, now: now, conn: make(chan *sql.Conn, 1), row: make([]driver.Value, len(t.columns))}
	w.conn <- conn
	return w, nil
}

// write stores the records, each day in a transaction of its own: DuckDB lets one write to one file only.
func (w *writer[T]) write(ctx context.Context, records []*T) error {
	select {
	case conn := <-w.conn:
		defer func() { w.conn <- conn }()
		days := map[day]map[key]*T{}
		for _, r := range records {
			w.collect(days, r)
		}
		for _, d := range slices.Sorted(maps.Keys(days)) {
			if err := w.writeDay(ctx, conn, d, days[d]); err != nil {
				return err
			}
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// collect keeps of each record the highest version, the first of equal ones.
func (w *writer[T]) collect(days map[day]map[key]*T, r *T) {
	d, k := dayOf(w.table.home(r)), w.table.key(r)
	if days[d] == nil {
		days[d] = map[key]*T{}
	}
	if had := days[d][k]; had == nil || w.table.version(r) > w.table.version(had) {
		days[d][k] = r
	}
}

func (w *writer[T]) writeDay(ctx context.Context, conn *sql.Conn, d day, records map[key]*T) error {
	seg, err := w.segments.home(ctx, w.table.name, d)
	if err != nil {
		return err
	}
	defer seg.release()
	if err := w.transact(ctx, conn, seg, records); err != nil {
		return w.segments.judge(seg, fmt.Errorf("write to %s: %w", seg.name(), err))
	}
	seg.wrote(w.now())
	return nil
}

func (w *writer[T]) transact(ctx context.Context, conn *sql.Conn, seg *segment, records map[key]*T) error {
	return inTransaction(ctx, conn, func() error { return w.fill(ctx, conn, seg, records) })
}

func inTransaction(ctx context.Context, conn *sql.Conn, change func() error) error {
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := change(); err != nil {
		_, rollback := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, rollback)
	}
	if _, err := conn.ExecContext(context.WithoutCancel(ctx), "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// fill appends what is new and replaces what has a higher version.
func (w *writer[T]) fill(ctx context.Context, conn *sql.Conn, seg *segment, records map[key]*T) error {
	stored, err := w.stored(ctx, conn, seg, records)
	if err != nil {
		return err
	}
	var replaced []key
	for k, version := range stored {
		if r := records[k]; r == nil {
			continue
		} else if w.table.version(r) > version {
			replaced = append(replaced, k)
		} else {
			delete(records, k)
		}
	}
	if len(replaced) > 0 {
		query := render("delete_"+w.table.name, fields{"Segment": seg.name()})
		if _, err := conn.ExecContext(ctx, query, uuids(replaced)); err != nil {
			return fmt.Errorf("remove lower revisions: %w", err)
		}
	}
	return w.append(ctx, conn, seg, slices.SortedFunc(maps.Values(records), w.table.order))
}

func (w *writer[T]) append(ctx context.Context, conn *sql.Conn, seg *segment, records []*T) error {
	if len(records) == 0 {
		return nil
	}
	if err := seg.forget(ctx, conn); err != nil {
		return err
	}
	times := make([]operation.Time, len(records))
	for i, r := range records {
		times[i] = w.table.at(r)
		seg.widen(at(times[i]))
	}
	if err := seg.touch(ctx, conn, times, w.now()); err != nil {
		return err
	}
	return conn.Raw(func(dc any) error {
		appender, err := duckdb.NewAppender(dc.(driver.Conn), seg.name(), "main", w.table.name)
		if err != nil {
			return err
		}
		for _, r := range records {
			for i := range w.table.columns {
				w.row[i] = toDB(w.table.columns[i].ref(r))
			}
			if err := appender.AppendRow(w.row...); err != nil {
				return errors.Join(refusal(err), appender.Close())
			}
		}
		return refusal(appender.CloseWithCancel(ctx))
	})
}

// refusals are the database's complaints about a value. All others are about the database.
var refusals = map[duckdb.ErrorType]string{
	duckdb.ErrorTypeOutOfRange: store.RefusedType, duckdb.ErrorTypeConversion: store.RefusedType,
	duckdb.ErrorTypeMismatchType: store.RefusedType, duckdb.ErrorTypeInvalidInput: store.RefusedType,
	duckdb.ErrorTypeConstraint: store.RefusedConstraint, duckdb.ErrorTypeObjectSize: store.RefusedSize,
}

// refusal marks an error that is about the records.
func refusal(err error) error {
	complaint := (*duckdb.Error)(nil)
	if !errors.As(err, &complaint) || refusals[complaint.Type] == "" {
		return err
	}
	return &store.Refusal{Reason: refusals[complaint.Type], Err: err}
}

// stored finds which records the file has, and in which version.
func (w *writer[T]) stored(ctx context.Context, conn *sql.Conn, seg *segment, records map[key]*T) (map[key]int64, error) {
	from, to, candidates := w.table.candidates(slices.Collect(maps.Keys(records)), w.table.times(records))
	query := render("stored_"+w.table.name, fields{"Segment": seg.name()})
	rows, err := conn.QueryContext(ctx, query, from, to, candidates)
	if err != nil {
		return nil, fmt.Errorf("look for stored records: %w", err)
	}
	defer rows.Close()
	out := map[key]int64{}
	for rows.Next() {
		var id []byte
		var number uint64
		var version int64
		if err := rows.Scan(&id, &number, &version); err != nil {
			return nil, fmt.Errorf("look for stored records: %w", err)
		}
		var k key
		binary.BigEndian.PutUint64(k[copy(k[:], id):], number)
		out[k] = version
	}
	return out, rows.Err()
}

// candidatesByID look at ids only, because a revision may have another time.
func candidatesByID(keys []key, _ span) (from, to, candidates any) {
	slices.SortFunc(keys, func(a, b key) int { return bytes.Compare(a[:], b[:]) })
	return uuid([16]byte(keys[0][:16])), uuid([16]byte(keys[len(keys)-1][:16])), uuids(keys)
}

func candidatesByTime(keys []key, times span) (from, to, candidates any) {
	return int64(times.from), int64(times.to), uuids(keys)
}

func spanCandidates(keys []key, times span) (from, to, candidates any) {
	numbers := make([]uint64, len(keys))
	for i, k := range keys {
		numbers[i] = binary.BigEndian.Uint64(k[16:])
	}
	return int64(times.from), int64(times.to), numbers
}

func uuids(keys []key) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = uuid([16]byte(k[:16]))
	}
	return out
}
