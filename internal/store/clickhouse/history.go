package clickhouse

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

var rollupTable = &table[operation.Rollup]{
	name:   "rollups",
	fields: flatFields[operation.Rollup](),
	day:    func(r *operation.Rollup) int64 { return dayOf(r.Minute) },
	identity: func(r *operation.Rollup, buf []byte) []byte {
		return binary.BigEndian.AppendUint64(append(buf, r.ID[:]...), uint64(r.Revision))
	},
	order: func(a, b *operation.Rollup) int {
		return cmp.Or(bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(b.Revision, a.Revision))
	},
	same: func(a, b *operation.Rollup) bool { return a.ID == b.ID },
}

var errorDayTable = &table[operation.ErrorDay]{
	name:   "error_days",
	fields: flatFields[operation.ErrorDay](),
	day:    func(e *operation.ErrorDay) int64 { return dayOf(e.Day) },
	identity: func(e *operation.ErrorDay, buf []byte) []byte {
		return binary.BigEndian.AppendUint64(append(buf, e.ID[:]...), uint64(e.Revision))
	},
	order: func(a, b *operation.ErrorDay) int {
		return cmp.Or(bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(b.Revision, a.Revision))
	},
	same: func(a, b *operation.ErrorDay) bool { return a.ID == b.ID },
}

// rollupSumFields are what rollups.sql answers: all but what identifies a record.
var rollupSumFields = func() []field[operation.Rollup] {
	var out []field[operation.Rollup]
	for _, f := range rollupTable.fields {
		if f.name != "rollup_id" && f.name != "revision" {
			out = append(out, f)
		}
	}
	return out
}()

// WriteRollups stores roll-ups.
func (b *Backend) WriteRollups(ctx context.Context, rollups []*operation.Rollup) error {
	return write(ctx, b, rollupTable, rollups)
}

// WriteErrorDays stores sums of errors.
func (b *Backend) WriteErrorDays(ctx context.Context, days []*operation.ErrorDay) error {
	return write(ctx, b, errorDayTable, days)
}

// Rollups sums up the roll-ups of the range by time and names.
func (b *Backend) Rollups(ctx context.Context, q store.RollupQuery) ([]*operation.Rollup, error) {
	const doing = "sum up roll-ups"
	end, err := b.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	var p params
	step := p.number(int64(q.Step / time.Nanosecond))
	f := fragments{
		layout: b.layout, Where: all(append(inRange("r.minute", q.Range, &p), "r.operations > 0")),
		Inner: "fromUnixTimestamp64Nano(intDiv(toUnixTimestamp64Nano(r.minute), " + step + ") * " + step + ", 'UTC')",
	}
	sql, err := render("rollups.sql", f)
	if err != nil {
		return nil, err
	}
	out, err := selectRows(ctx, b.pool, statement{sql: sql, params: p, settings: readSettings(b.state.able())}, rollupSumFields)
	if err != nil {
		return nil, b.failed(ctx, doing, err)
	}
	return out, nil
}

// ErrorDays lists the sums of errors in the range.
func (b *Backend) ErrorDays(ctx context.Context, within store.Range) ([]*operation.ErrorDay, error) {
	const doing = "list errors by day"
	end, err := b.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	var r request
	r.where = append(inRange("day", within, &r.params), "operations > 0")
	return read(ctx, b, doing, "error_days.sql", errorDayTable.fields, r)
}
