//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

func (s *embedded) Aggregate(ctx context.Context, q store.AggregateQuery) (store.Table, error) {
	return call(ctx, s, "aggregate operations", func(ctx context.Context) (store.Table, error) {
		q, err := q.Resolved()
		if err != nil {
			return store.Table{}, err
		}
		held, err := s.segments.within(operations.name, q.Range)
		if err != nil {
			return store.Table{}, err
		}
		defer release(held)
		a := &aggregation{AggregateQuery: q, condition: rangeCondition("start_time", q.Range)}
		if err := s.afford(ctx, held, a.condition, q.Limits, q.Scan); err != nil {
			return store.Table{}, err
		}
		around, err := s.segments.within(spans.name, spansOf(held))
		if err != nil {
			return store.Table{}, err
		}
		defer release(around)
		a.condition.spans = names(around)
		return s.aggregateNarrowed(ctx, a, held)
	})
}

// aggregateNarrowed reads only the parts of the files that may hold what the filter asks for.
func (s *embedded) aggregateNarrowed(ctx context.Context, a *aggregation, held []*segment) (store.Table, error) {
	before := editions(held)
	ranges, known, err := s.segments.narrowAll(ctx, held, probeOf(a.Filter), a.Range)
	if err != nil {
		return store.Table{}, err
	}
	if !known {
		return s.aggregate(ctx, a, held)
	}
	narrowed := *a
	narrowed.condition = a.condition.during(ranges)
	t, err := s.aggregate(ctx, &narrowed, held)
	if err == nil && !slices.Equal(editions(held), before) {
		return s.aggregate(ctx, a, held)
	}
	return t, err
}

// spansOf is where the spans of the operations of several files are.
func spansOf(held []*segment) store.Range {
	var times span
	for _, seg := range held {
		times = times.join(seg.holds())
	}
	return store.Range{From: times.from, To: times.to + nsPerDay}
}

func (s *embedded) aggregate(ctx context.Context, a *aggregation, held []*segment) (store.Table, error) {
	t := store.Table{Columns: a.Columns(), Rows: [][]any{}}
	text, args, err := a.sql(names(held))
	if err != nil {
		return t, err
	}
	rows, err := s.db.QueryContext(ctx, text, args...)
	if err != nil {
		return t, s.segments.judgeAll(held, err)
	}
	defer rows.Close()
	fields := a.AggregateQuery.Aggregate.Columns()
	for rows.Next() {
		row, err := cells(rows, fields)
		if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) > a.Limit {
		t.Rows, t.More = t.Rows[:a.Limit], true
	}
	return t, s.segments.judgeAll(held, rows.Err())
}

// judgeAll is judge for a question to several files.
func (s *segments) judgeAll(held []*segment, err error) error {
	for _, seg := range held {
		if err != nil && strings.Contains(err.Error(), seg.name()) {
			return s.judge(seg, err)
		}
	}
	return err
}

func cells(rows *sql.Rows, fields []query.Field) ([]any, error) {
	values, targets := make([]any, len(fields)), make([]any, len(fields))
	for i := range values {
		targets[i] = &values[i]
	}
	if err := rows.Scan(targets...); err != nil {
		return nil, err
	}
	for i, f := range fields {
		if n, ok := values[i].(int64); ok {
			switch f.Type {
			case operation.TypeTime:
				values[i] = operation.Time(n)
			case operation.TypeDuration:
				values[i] = operation.Duration(n)
			}
		}
		if f.Type == operation.TypeList {
			values[i] = stringsFromDB(values[i])
		}
	}
	return values, nil
}

// aggregation renders an aggregate. Its columns are called c0, c1 and so on. The condition is that on operations.
type aggregation struct {
	store.AggregateQuery
	*condition
}

func (a *aggregation) sql(files []string) (text string, args []any, err error) {
	inner, groups, err := a.columns()
	if err != nil {
		return "", nil, err
	}
	if a.Filter != nil {
		a.condition.add(" AND ")
		if err := a.condition.expr(a.Filter); err != nil {
			return "", nil, err
		}
	}
	having := newCondition(nil)
	if having.scope = a.columnScope; a.Where != nil {
		if err := having.expr(a.Where); err != nil {
			return "", nil, err
		}
	}
	order, err := a.order()
	if err != nil {
		return "", nil, err
	}
	columns := make([]string, len(inner.list))
	for i := range columns {
		columns[i] = columnName(i)
	}
	text = render("aggregate", fields{
		"Columns": strings.Join(columns, ", "), "Inner": strings.Join(inner.list, ", "), "Source": union(files, operations.name),
		"Where": a.condition.sql.String(), "Groups": strings.Join(groups.list, ", "), "Having": having.sql.String(), "Order": order,
	})
	args = slices.Concat(inner.args, a.condition.args, groups.args, having.args, []any{int64(a.Limit) + 1})
	return text, args, nil
}

// nowhere is a database in memory whose tables stay empty: what is asked when no file is in the range.
const nowhere = "memory"

// union is the rows of several files.
func union(files []string, table string) string {
	if len(files) == 0 {
		files = []string{nowhere}
	}
	parts := make([]string, len(files))
	for i, file := range files {
		parts[i] = "SELECT * FROM " + file + "." + table
	}
	return strings.Join(parts, " UNION ALL BY NAME ")
}

func columnName(i int) string { return "c" + strconv.Itoa(i) }

func (a *aggregation) order() (string, error) {
	var keys []string
	for _, key := range a.Sort {
		i, err := a.ColumnOf(key.Name)
		if err != nil {
			return "", err
		}
		direction := " ASC"
		if key.Desc {
			direction = " DESC"
		}
		keys = append(keys, columnName(i)+direction+" NULLS LAST")
	}
	return strings.Join(keys, ", "), nil
}

// columnScope finds the columns of the rows, for conditions on them.
func (a *aggregation) columnScope(f query.Field) (access, error) {
	i, err := a.ColumnOf(f.Name)
	if err != nil {
		return access{}, fmt.Errorf("where: %w", err)
	}
	name := columnName(i)
	out := access{typ: a.AggregateQuery.Aggregate.Columns()[i].Type, value: name, present: name + " IS NOT NULL"}
	out.json = out.typ == operation.TypeID
	return out, nil
}
