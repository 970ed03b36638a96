package store

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// Comparison sets the rows of two aggregates against each other, group by group: two versions, two ranges of time.
// Both have the same columns. Their Where, Sort and Limit are those of A, and are about the comparison: a row stays
// when the condition holds on one of the sides; an aggregate sorts by how much it changed.
type Comparison struct {
	A, B         AggregateQuery
	NameA, NameB string
}

// Compare answers a row for each group of either side: the groups, then for each aggregate its value in A, its value
// in B, and the change: B / A - 1, nil where A is missing or zero. Without an order the greatest change of the
// first aggregate comes first.
func Compare(ctx context.Context, r Aggregator, c Comparison) (Table, error) {
	sides := [2]map[string][]any{}
	for i, q := range []AggregateQuery{c.A, c.B} {
		q.Where, q.Sort, q.Limit = nil, nil, query.MaxRows
		t, err := r.Aggregate(ctx, q)
		if err != nil {
			return Table{}, fmt.Errorf("compare: %w", err)
		}
		sides[i] = map[string][]any{}
		for _, row := range t.Rows {
			sides[i][fmt.Sprint(row[:len(q.Aggregate.By)])] = row
		}
	}
	t := Table{Columns: c.columns(), Rows: [][]any{}}
	for key, a := range sides[0] {
		t.Rows = c.join(t.Rows, a, sides[1][key])
	}
	for key, b := range sides[1] {
		if sides[0][key] == nil {
			t.Rows = c.join(t.Rows, nil, b)
		}
	}
	slices.SortFunc(t.Rows, c.order())
	if limit := cmp.Or(c.A.Limit, query.MaxRows); len(t.Rows) > limit {
		t.Rows, t.More = t.Rows[:limit], true
	}
	return t, nil
}

func (c Comparison) columns() []Column {
	var out []Column
	for _, col := range c.A.Columns() {
		if col.Group {
			out = append(out, col)
			continue
		}
		a, b := col, col
		a.Name, b.Name = col.Name+" "+c.NameA, col.Name+" "+c.NameB
		out = append(out, a, b, Column{Name: col.Name + " change", Type: "float", Unit: "ratio"})
	}
	return out
}

// join adds the row of a group, if the condition holds on one of its sides.
func (c Comparison) join(rows [][]any, a, b []any) [][]any {
	if !c.holds(a) && !c.holds(b) {
		return rows
	}
	groups := len(c.A.Aggregate.By)
	row := append([]any{}, a...)
	if a == nil {
		row = append(row, b...)
	}
	row = row[:groups]
	for i := range c.A.Aggregate.Aggs {
		va, vb := at(a, groups+i), at(b, groups+i)
		row = append(row, va, vb, change(va, vb))
	}
	return append(rows, row)
}

func (c Comparison) holds(row []any) bool {
	return row != nil && query.Holds(c.A.Where, func(column string) any {
		i, err := c.A.ColumnOf(column)
		if err != nil {
			return nil
		}
		return row[i]
	})
}

func at(row []any, i int) any {
	if row == nil {
		return nil
	}
	return row[i]
}

func change(a, b any) any {
	x, okA := float(a)
	y, okB := float(b)
	if !okA || !okB || x == 0 {
		return nil
	}
	return y/x - 1
}

func float(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case operation.Duration:
		return float64(v), true
	case operation.Time:
		return float64(v), true
	default:
		return 0, false
	}
}

// order sorts by the columns asked for, those of aggregates by their change, and then by the groups.
func (c Comparison) order() func(a, b []any) int {
	groups := len(c.A.Aggregate.By)
	place := func(name string) int {
		i, err := c.A.ColumnOf(name)
		if err != nil || i < groups {
			return max(i, 0)
		}
		return groups + 3*(i-groups) + 2
	}
	sort := c.A.Sort
	if len(sort) == 0 {
		sort = []query.SortKey{{Name: c.A.Aggregate.Columns()[groups].Name, Desc: true}}
	}
	return func(a, b []any) int {
		for _, key := range sort {
			i := place(key.Name)
			if d := compareCells(a[i], b[i], key.Desc); d != 0 {
				return d
			}
		}
		for i := range groups {
			if d := compareCells(a[i], b[i], false); d != 0 {
				return d
			}
		}
		return 0
	}
}

// compareCells puts what is missing last in both directions.
func compareCells(a, b any, desc bool) int {
	if a == nil || b == nil {
		return cmp.Compare(missing(a), missing(b))
	}
	x, ok := float(a)
	y, _ := float(b)
	d := cmp.Compare(x, y)
	if !ok {
		d = cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
	}
	if desc {
		return -d
	}
	return d
}

func missing(v any) int {
	if v == nil {
		return 1
	}
	return 0
}

// SplitOf makes the comparison of a compare stage. Without values it takes the two of the field that were first seen
// latest, the later one as B.
func SplitOf(ctx context.Context, r Aggregator, q AggregateQuery, s *query.Split) (Comparison, error) {
	a, b := s.A, s.B
	if a == nil && b == nil {
		t, err := r.Aggregate(ctx, AggregateQuery{
			Range: q.Range, Filter: both(q.Filter, query.Exists{Field: s.Field.Field}), Limits: q.Limits, Limit: 2,
			Aggregate: query.Aggregate{By: []query.Group{{Field: &s.Field}}, Aggs: []query.Agg{Call("first", query.Min, "start_time")}},
			Sort:      []query.SortKey{{Name: "first", Desc: true}},
		})
		if err != nil {
			return Comparison{}, fmt.Errorf("compare %s: %w", s.Field.Name, err)
		}
		if len(t.Rows) < 2 {
			return Comparison{}, fmt.Errorf("compare %s: %w: the range has %d values of it, two are needed", s.Field.Name, ErrNotFound, len(t.Rows))
		}
		a, b = t.Rows[1][0], t.Rows[0][0]
	}
	side := func(v query.Value) AggregateQuery {
		one := q
		one.Filter = both(q.Filter, query.Compare{Field: s.Field.Field, Op: query.Eq, Value: v})
		return one
	}
	return Comparison{A: side(a), B: side(b), NameA: text(a), NameB: text(b)}, nil
}

func text(v any) string {
	if f, ok := v.(float64); ok && f == math.Trunc(f) {
		return fmt.Sprintf("%.0f", f)
	}
	return fmt.Sprint(v)
}
