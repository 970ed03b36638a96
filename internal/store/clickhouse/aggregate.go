package clickhouse

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// Aggregate computes rows over groups of operations.
func (b *Backend) Aggregate(ctx context.Context, q store.AggregateQuery) (store.Table, error) {
	const doing = "aggregate operations"
	end, err := b.begin(ctx)
	if err != nil {
		return store.Table{}, fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	if q, err = q.Resolved(); err != nil {
		return store.Table{}, fmt.Errorf("%s: %w", doing, err)
	}
	a := aggregation{AggregateQuery: q, where: &where{params: &params{}, search: b.search(), layout: b.layout}}
	sql, err := a.render()
	if err != nil {
		return store.Table{}, fmt.Errorf("%s: %w", doing, err)
	}
	s := statement{sql: sql, params: *a.params, settings: append(readSettings(b.state.able()), limitSettings(q.Limits)...), scan: q.Scan}
	rows, err := selectCells(ctx, b.pool, s, a.cells())
	if err != nil {
		return store.Table{}, b.failed(ctx, doing, err)
	}
	t := store.Table{Columns: q.Columns(), Rows: rows}
	if len(rows) > q.Limit {
		t.Rows, t.More = rows[:q.Limit], true
	}
	return t, nil
}

// limitSettings are what the server may spend on a question.
func limitSettings(l store.Limits) []ch.Setting {
	var out []ch.Setting
	if l.Rows > 0 {
		out = append(out, ch.Setting{Key: "max_rows_to_read", Value: strconv.FormatInt(l.Rows, 10)})
	}
	if l.Memory > 0 {
		out = append(out, ch.Setting{Key: "max_memory_usage", Value: strconv.FormatInt(l.Memory, 10)})
	}
	return out
}

// aggregation renders an aggregate. Its columns are called c0, c1 and so on.
type aggregation struct {
	store.AggregateQuery
	*where
}

func (a *aggregation) render() (string, error) {
	f := fragments{layout: a.layout}
	ranged := inRange("start_time", a.Range, a.params)
	a.operations = ranged
	if a.Filter != nil {
		filter, err := a.expr(a.Filter)
		if err != nil {
			return "", err
		}
		ranged = append(ranged, filter)
	}
	f.Where = all(ranged)
	columns, groups, err := a.columns()
	if err != nil {
		return "", err
	}
	f.Inner, f.Groups = strings.Join(columns, ", "), strings.Join(groups, ", ")
	for i := range columns {
		columns[i] = columnName(i)
	}
	f.Columns = strings.Join(columns, ", ")
	if a.Where != nil {
		having := where{params: a.params, scope: a.columnScope}
		if f.Having, err = having.expr(a.Where); err != nil {
			return "", err
		}
	}
	if f.Order, err = a.order(); err != nil {
		return "", err
	}
	f.Limit = a.params.number(int64(a.Limit) + 1)
	return render("aggregate.sql", f)
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
func (a *aggregation) columnScope(_ *params, f query.Field) (access, error) {
	i, err := a.ColumnOf(f.Name)
	if err != nil {
		return access{}, err
	}
	column := a.AggregateQuery.Aggregate.Columns()[i]
	out := access{kind: column.Type, value: columnName(i), present: "isNotNull(" + columnName(i) + ")"}
	switch column.Type {
	case operation.TypeTime:
		out.value = "fromUnixTimestamp64Nano(assumeNotNull(" + out.value + "), 'UTC')"
	case operation.TypeBool:
		out.value += " != 0"
	case operation.TypeID:
		out.json, out.size = true, len(operation.ID{})
	case operation.TypeString:
		out.value = "assumeNotNull(" + out.value + ")"
	}
	return out, nil
}

// cell reads one column of the rows.
type cell struct {
	data proto.Column
	get  func(row int) any
}

func (a *aggregation) cells() []cell {
	var out []cell
	for _, f := range a.AggregateQuery.Aggregate.Columns() {
		out = append(out, cellOf(f.Type))
	}
	return out
}

func cellOf(t operation.Type) cell {
	switch t {
	case operation.TypeInt:
		return nullable(new(proto.ColInt64), func(n int64) any { return n })
	case operation.TypeTime:
		return nullable(new(proto.ColInt64), func(n int64) any { return operation.Time(n) })
	case operation.TypeDuration:
		return nullable(new(proto.ColInt64), func(n int64) any { return operation.Duration(n) })
	case operation.TypeBool:
		return nullable(new(proto.ColInt64), func(n int64) any { return n != 0 })
	case operation.TypeFloat:
		return nullable(new(proto.ColFloat64), func(n float64) any { return n })
	case operation.TypeList:
		data := new(proto.ColStr).Array()
		return cell{data, func(row int) any { return append([]string{}, data.Row(row)...) }}
	default:
		return nullable(new(proto.ColStr), func(s string) any { return s })
	}
}

func nullable[T any](of proto.ColumnOf[T], convert func(T) any) cell {
	data := proto.NewColNullable(of)
	return cell{data, func(row int) any {
		if v := data.Row(row); v.Set {
			return convert(v.Value)
		}
		return nil
	}}
}

// selectCells runs a query whose columns are c0, c1 and so on.
func selectCells(ctx context.Context, p *pool, s statement, cells []cell) ([][]any, error) {
	var out [][]any
	err := p.do(ctx, func() (ch.Query, error) {
		out = [][]any{}
		results := make(proto.Results, len(cells))
		for i, c := range cells {
			results[i] = proto.ResultColumn{Name: columnName(i), Data: c.data}
		}
		q := ch.Query{Body: s.sql, Parameters: s.params.list, Settings: s.settings, Result: results, OnProgress: s.progress}
		q.OnResult = func(_ context.Context, block proto.Block) error {
			for row := range block.Rows {
				values := make([]any, len(cells))
				for i, c := range cells {
					values[i] = c.get(row)
				}
				out = append(out, values)
			}
			return nil
		}
		return q, nil
	})
	return out, err
}
