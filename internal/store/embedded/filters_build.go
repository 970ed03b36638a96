//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store/embedded/bloom"
)

const (
	// calm is for how long nothing must have been written to a slot before its filters are made.
	calm = 30 * time.Second
	// blockSize is how many operations of a slot share a filter; those of one nanosecond stay together.
	blockSize = 8192
)

// block is a part of a slot with its filter, and the first and last start time in it.
type block struct {
	first, last operation.Time
	parts       [bloom.Parts][]byte
}

// filter makes the filters of a file's slots that are over and calm. It begins none after the given time: repairs must
// not wait long.
func (s *embedded) filter(ctx context.Context, seg *segment, until time.Time) error {
	now := s.now()
	for _, at := range seg.toFilter(now, now.Add(-calm)) {
		if s.now().After(until) {
			return nil
		}
		if err := s.filterSlot(ctx, seg, at); err != nil {
			return s.segments.judge(seg, fmt.Errorf("filter %s: %w", seg.name(), err))
		}
	}
	return nil
}

// filterSlot reads a slot while others write, and keeps its filters unless that slot was written to meanwhile.
func (s *embedded) filterSlot(ctx context.Context, seg *segment, at slot) error {
	held, err := s.segments.find(seg.name())
	if held == nil {
		return err
	}
	defer held.release()
	var before lastWrite
	var waits bool
	// Between two writes: what is written is committed, and the next one has another number.
	if err := s.betweenWrites(ctx, func(*sql.Conn) error { before, waits = held.writeTo(at); return nil }); err != nil || !waits {
		return err
	}
	blocks, err := s.blocksOf(ctx, held, at)
	if err != nil {
		return err
	}
	return s.betweenWrites(ctx, func(conn *sql.Conn) error {
		if last, waits := held.writeTo(at); !waits || last != before {
			return nil
		}
		if err := inTransaction(ctx, conn, func() error { return storeFilters(ctx, conn, held, at, blocks) }); err != nil {
			return err
		}
		held.settle(at)
		held.wrote(s.now())
		return nil
	})
}

func (s *embedded) betweenWrites(ctx context.Context, do func(*sql.Conn) error) error {
	select {
	case conn := <-s.operations.conn:
		defer func() { s.operations.conn <- conn }()
		return do(conn)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *embedded) blocksOf(ctx context.Context, seg *segment, at slot) ([]block, error) {
	text := render("to_filter", fields{"Segment": seg.name(), "Terms": termsSQL(probed)})
	rows, err := s.db.QueryContext(ctx, text, int64(at.start()), int64((at + 1).start()))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []block
	builder, count := &bloom.Builder{}, 0
	for rows.Next() {
		var start int64
		var r row
		if err := rows.Scan(&start, &r.words, &r.attributes, &r.keys, &r.values, &r.types, &r.terms); err != nil {
			return nil, err
		}
		last := len(out) - 1
		if t := operation.Time(start); last < 0 || count >= blockSize && t != out[last].last {
			if last >= 0 {
				out[last].parts = builder.Take()
			}
			out, count = append(out, block{first: t}), 0
			last++
		}
		r.add(builder)
		out[last].last = operation.Time(start)
		count++
	}
	if len(out) > 0 {
		out[len(out)-1].parts = builder.Take()
	}
	return out, rows.Err()
}

func storeFilters(ctx context.Context, conn *sql.Conn, seg *segment, at slot, blocks []block) error {
	if _, err := conn.ExecContext(ctx, render("delete_filters", fields{"Segment": seg.name()}), []int32{int32(at)}); err != nil {
		return err
	}
	return conn.Raw(func(dc any) error {
		appender, err := duckdb.NewAppender(dc.(driver.Conn), seg.name(), "main", "filters")
		if err != nil {
			return err
		}
		for _, b := range blocks {
			for part, bits := range b.parts {
				if err := appender.AppendRow(int32(at), int64(b.first), int64(b.last), uint8(part), bits); err != nil {
					return err
				}
			}
		}
		return appender.CloseWithCancel(ctx)
	})
}
