//go:build cgo && !noduckdb

package embedded

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// Files of what outlives operations hold more than a day, because there are many days.
const (
	rollupFile   = 7 * nsPerDay
	errorDayFile = 28 * nsPerDay
)

var rollups = table[operation.Rollup]{
	name: "rollups", time: "minute", tie: "rollup_id", columns: flatColumns[operation.Rollup](),
	at:         func(r *operation.Rollup) operation.Time { return r.Minute },
	home:       func(r *operation.Rollup) operation.Time { return r.Minute / rollupFile * rollupFile },
	key:        func(r *operation.Rollup) key { return keyOf(r.ID[:], nil) },
	candidates: candidatesByID,
	version:    func(r *operation.Rollup) int64 { return r.Revision },
	order: func(a, b *operation.Rollup) int {
		return cmp.Or(cmp.Compare(a.Minute, b.Minute), bytes.Compare(a.ID[:], b.ID[:]))
	},
}

var errorDays = table[operation.ErrorDay]{
	name: "error_days", time: "day", tie: "error_day_id", columns: flatColumns[operation.ErrorDay](),
	at:         func(e *operation.ErrorDay) operation.Time { return e.Day },
	home:       func(e *operation.ErrorDay) operation.Time { return e.Day / errorDayFile * errorDayFile },
	key:        func(e *operation.ErrorDay) key { return keyOf(e.ID[:], nil) },
	candidates: candidatesByID,
	version:    func(e *operation.ErrorDay) int64 { return e.Revision },
	order: func(a, b *operation.ErrorDay) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), bytes.Compare(a.ID[:], b.ID[:]))
	},
}

func (s *embedded) WriteRollups(ctx context.Context, records []*operation.Rollup) error {
	return write(ctx, s, s.rollups, records)
}

func (s *embedded) WriteErrorDays(ctx context.Context, records []*operation.ErrorDay) error {
	return write(ctx, s, s.errorDays, records)
}

// rollupName is what makes a sum of roll-ups this one and no other.
type rollupName struct {
	step                                     operation.Time
	service, environment, name, kind, status string
}

func (n *rollupName) refs() []any {
	return []any{(*int64)(&n.step), &n.service, &n.environment, &n.name, &n.kind, &n.status}
}

func (n *rollupName) compare(o *rollupName) int {
	return cmp.Or(cmp.Compare(n.step, o.step), strings.Compare(n.service, o.service), strings.Compare(n.environment, o.environment),
		strings.Compare(n.name, o.name), strings.Compare(n.kind, o.kind), strings.Compare(n.status, o.status))
}

func (s *embedded) Rollups(ctx context.Context, q store.RollupQuery) ([]*operation.Rollup, error) {
	return call(ctx, s, "sum up roll-ups", func(ctx context.Context) ([]*operation.Rollup, error) {
		where := rangeCondition("minute", q.Range)
		where.and("operations > 0")
		sums := map[rollupName]*operation.Rollup{}
		err := s.each(ctx, rollups.name, q.Range, func(seg *segment) error {
			return s.addRollups(ctx, fields{"Segment": seg.name(), "Where": where.sql.String(), "Step": int64(q.Step)}, where.args, sums)
		})
		if err != nil {
			return nil, err
		}
		names := slices.SortedFunc(maps.Keys(sums), func(a, b rollupName) int { return a.compare(&b) })
		out := make([]*operation.Rollup, len(names))
		for i, name := range names {
			out[i] = sums[name]
		}
		return out, nil
	})
}

// addRollups adds what one file knows.
func (s *embedded) addRollups(ctx context.Context, values fields, args []any, sums map[rollupName]*operation.Rollup) error {
	err := s.rows(ctx, render("rollups", values), args, func(rows *sql.Rows) error {
		var n rollupName
		var one operation.Rollup
		if err := rows.Scan(append(n.refs(), &one.Count, &one.Total, &one.Longest)...); err != nil {
			return err
		}
		sum := sums[n]
		if sum == nil {
			sum = &operation.Rollup{Minute: n.step, ServiceName: n.service, Environment: n.environment, Name: n.name, Kind: n.kind, Status: n.status}
			sums[n] = sum
		}
		sum.Count += one.Count
		sum.Total += one.Total
		sum.Longest = max(sum.Longest, one.Longest)
		return nil
	})
	if err != nil {
		return err
	}
	return s.rows(ctx, render("rollup_durations", values), args, func(rows *sql.Rows) error {
		var n rollupName
		var bucket, count int64
		if err := rows.Scan(append(n.refs(), &bucket, &count)...); err != nil {
			return err
		}
		if sum := sums[n]; sum != nil { // else it came between the two queries
			sum.Durations.AddCount(bucket, count)
		}
		return nil
	})
}

func (s *embedded) ErrorDays(ctx context.Context, within store.Range) ([]*operation.ErrorDay, error) {
	return call(ctx, s, "list errors by day", func(ctx context.Context) ([]*operation.ErrorDay, error) {
		where := rangeCondition("day", within)
		where.and("operations > 0")
		columns := errorDays.list(true)
		names := make([]string, len(columns))
		for i, c := range columns {
			names[i] = quoted(c.name)
		}
		out := []*operation.ErrorDay{}
		err := s.each(ctx, errorDays.name, within, func(seg *segment) error {
			text := render("error_days", fields{"Segment": seg.name(), "Where": where.sql.String(), "Columns": strings.Join(names, ", ")})
			return s.rows(ctx, text, where.args, func(rows *sql.Rows) error {
				record, err := scan(rows, columns)
				out = append(out, record)
				return err
			})
		})
		return out, err
	})
}
