package store

import (
	"errors"
	"fmt"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// AggregateQuery computes rows over the operations of the range that pass the filter. Without groups there is one
// row, whatever passes. A group or a value that is missing is nil in a row, and sorts last in both directions; a
// condition on it is false.
//
// Rows have the order of Sort, then of the groups, ascending. Without Sort they go by time where that is a group,
// otherwise by the first aggregate, descending. Counts, sums and rates are exact; percentiles may be 5 % off,
// numbers of different values 3 %.
type AggregateQuery struct {
	Range     Range // needs both ends for Rate, and for buckets of time without a width
	Filter    query.Expr
	Aggregate query.Aggregate
	Where     query.Expr // over the columns of Aggregate; nil keeps all rows
	Sort      []query.SortKey
	Limit     int // 0 is query.MaxRows
	Limits    Limits
	Scan      *Scan
}

// Table is an answer in rows and columns.
type Table struct {
	Columns []Column `json:"columns"`
	// Rows hold, by the type of the column, string (also for ids: hex), int64, float64, bool, operation.Time,
	// operation.Duration, []string or nil.
	Rows [][]any `json:"rows"`
	// More tells that the limit left rows out.
	More bool `json:"more,omitempty"`
}

// Column tells what a column holds. Group is true for what the rows are grouped by.
type Column struct {
	Name  string `json:"name"`
	Type  string `json:"type"`           // string, int, float, bool, time, duration, list
	Unit  string `json:"unit,omitempty"` // ns, 1/s, ratio
	Group bool   `json:"group,omitempty"`
	// Width is that of the buckets of a column of times.
	Width operation.Duration `json:"width,omitempty"`
}

// Resolved gives a query its missing parts, for engines: widths of buckets, a limit, and the order in full.
func (q AggregateQuery) Resolved() (AggregateQuery, error) {
	q.Aggregate.By = append([]query.Group{}, q.Aggregate.By...)
	for i := range q.Aggregate.By {
		g := &q.Aggregate.By[i]
		if g.Time && g.Width == 0 {
			if q.Range.To == 0 {
				return q, errors.New("buckets of time without a width need a range with an end")
			}
			g.Width = BucketWidth(q.Range, autoBuckets)
		}
	}
	for _, a := range q.Aggregate.Aggs {
		if a.Func == query.Rate && q.Range.To <= q.Range.From {
			return q, errors.New("a rate needs a range with both ends")
		}
	}
	if q.Limit == 0 {
		q.Limit = query.MaxRows
	}
	q.Sort = q.order()
	return q, nil
}

// order is the whole order of the rows.
func (q AggregateQuery) order() []query.SortKey {
	out := append([]query.SortKey{}, q.Sort...)
	timed := false
	for _, g := range q.Aggregate.By {
		if g.Time && len(q.Sort) == 0 {
			timed = true
			out = append(out, query.SortKey{Name: query.TimeColumn})
		}
	}
	columns := q.Aggregate.Columns()
	groups := columns[:len(q.Aggregate.By)]
	if len(q.Sort) == 0 && !timed && len(groups) > 0 {
		out = append(out, query.SortKey{Name: columns[len(groups)].Name, Desc: true})
	}
	for _, g := range groups {
		out = append(out, query.SortKey{Name: g.Name})
	}
	return out
}

// Columns describes the columns of the rows.
func (q AggregateQuery) Columns() []Column {
	fields := q.Aggregate.Columns()
	out := make([]Column, len(fields))
	for i, f := range fields {
		out[i] = Column{Name: f.Name, Type: typeNames[f.Type], Unit: unitOf(f.Type)}
		if i < len(q.Aggregate.By) {
			out[i].Group, out[i].Width = true, q.Aggregate.By[i].Width
			continue
		}
		switch q.Aggregate.Aggs[i-len(q.Aggregate.By)].Func {
		case query.Rate:
			out[i].Unit = "1/s"
		case query.ErrorRate:
			out[i].Unit = "ratio"
		}
	}
	return out
}

var typeNames = map[operation.Type]string{
	operation.TypeString: "string", operation.TypeID: "string", operation.TypeInt: "int", operation.TypeFloat: "float", operation.TypeBool: "bool",
	operation.TypeTime: "time", operation.TypeDuration: "duration", operation.TypeList: "list",
}

func unitOf(t operation.Type) string {
	if t == operation.TypeDuration || t == operation.TypeTime {
		return "ns"
	}
	return ""
}

// autoBuckets is how many buckets of time a query gets at most that names no width.
const autoBuckets = 120

// widths of buckets that people read easily. All divide a day, or are whole days.
var widths = []operation.Duration{
	time.Millisecond, 10 * time.Millisecond, 100 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour,
}

// BucketWidth is the smallest readable width that cuts the range into at most n buckets, the first and the last of
// which may lie partly outside.
func BucketWidth(r Range, n int) operation.Duration {
	for _, w := range widths {
		if Buckets(r, w) <= n {
			return w
		}
	}
	week := widths[len(widths)-1]
	for w := week; ; w += week {
		if Buckets(r, w) <= n {
			return w
		}
	}
}

// Buckets is how many buckets of a width the range touches; buckets begin at multiples of the width.
func Buckets(r Range, width operation.Duration) int {
	if r.To <= r.From {
		return 0
	}
	w := operation.Time(width)
	return int((r.To-1)/w - r.From/w + 1)
}

// ColumnOf is the place of a column in the rows.
func (q AggregateQuery) ColumnOf(name string) (int, error) {
	for i, f := range q.Aggregate.Columns() {
		if f.Name == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("the aggregate has no column %q", name)
}
