package query

import "github.com/opslog/opslog/internal/operation"

// Stage is a step behind the filter: *Aggregate, *Sort, *Limit, *Select, *Where or *Split. A query has at most
// one of each; Where and Split come behind an Aggregate only, Select only without one.
type Stage interface{ stage() }

// Func is an aggregate function.
type Func string

// The aggregate functions. Rate is operations a second, ErrorRate the share of errors from 0 to 1, Uniq the number
// of different values; the percentiles and the rest need an argument.
const (
	Count     Func = "count"
	Rate      Func = "rate"
	ErrorRate Func = "error_rate"
	Avg       Func = "avg"
	Sum       Func = "sum"
	Min       Func = "min"
	Max       Func = "max"
	Uniq      Func = "uniq"
	P50       Func = "p50"
	P75       Func = "p75"
	P90       Func = "p90"
	P95       Func = "p95"
	P99       Func = "p99"
	P999      Func = "p999"
)

// Functions that plans made by programs may use; the language does not have them. They look at the operations that
// have the argument: First and Latest take its text in the one with the lowest and the highest id, Values the
// different texts, sorted, at most MaxValues of them.
const (
	First  Func = "first"
	Latest Func = "latest"
	Values Func = "values"
)

// MaxValues bounds what Values gives.
const MaxValues = 20

// Quantile is what a percentile function asks for, from 0 to 1; ok is false for the others.
func (f Func) Quantile() (q float64, ok bool) {
	q, ok = quantiles[f]
	return q, ok
}

var quantiles = map[Func]float64{P50: 0.5, P75: 0.75, P90: 0.9, P95: 0.95, P99: 0.99, P999: 0.999}

// FieldRef is a field under the name by which the query calls it.
type FieldRef struct {
	Name  string `json:"name"`
	Field Field  `json:"-"`

	at span
}

// Aggregate computes one row for each group.
type Aggregate struct {
	Aggs []Agg   `json:"aggs"`
	By   []Group `json:"by,omitempty"`
}

// Agg is one aggregated column. Arg is nil for Rate and ErrorRate and may be for Count; Count with an argument counts
// the operations that have the field. Name is the column's name.
type Agg struct {
	Func  Func           `json:"func"`
	Arg   *FieldRef      `json:"arg,omitempty"`
	Name  string         `json:"name"`
	Type  operation.Type `json:"-"`               // of the result
	Alias bool           `json:"alias,omitempty"` // Name was given with AS

	at span
}

// Group is one thing to group by: a field, or time in buckets. Width 0 leaves the width to the range of time.
type Group struct {
	Field *FieldRef          `json:"field,omitempty"`
	Time  bool               `json:"time,omitempty"`
	Width operation.Duration `json:"width,omitempty"`
	// Steps groups a duration by its magnitude, in so many buckets for each power of two; the group is the number of
	// its bucket, floor(log2(max(duration, 1)) * Steps). Only plans made by programs have it.
	Steps int `json:"-"`
}

// Columns are the columns of the rows: first the groups, then the aggregates. The Name of a Field is the column's.
func (s *Aggregate) Columns() []Field {
	var out []Field
	for _, g := range s.By {
		out = append(out, g.column())
	}
	for _, a := range s.Aggs {
		out = append(out, Field{Name: a.Name, Type: a.Type})
	}
	return out
}

func (g Group) column() Field {
	if g.Field == nil {
		return Field{Name: TimeColumn, Type: operation.TypeTime}
	}
	f := g.Field.Field
	f.Name, f.Key = g.Field.Name, ""
	if g.Steps > 0 {
		f.Type = operation.TypeInt
	}
	if f.Type == operation.TypeMap {
		f.Type = operation.TypeString
	}
	return f
}

// TimeColumn is the name of the column that a bucket of time makes.
const TimeColumn = "time"

// Sort orders the rows.
type Sort struct {
	Keys []SortKey `json:"keys"`
}

// SortKey is a column of the Aggregate by its name, or, in a query without one, a field.
type SortKey struct {
	Name  string `json:"name"`
	Field *Field `json:"-"`
	Desc  bool   `json:"desc,omitempty"`

	at span
}

// Limit keeps the first rows.
type Limit struct {
	Rows int `json:"rows"`

	at span
}

// Select names the fields to show.
type Select struct {
	Fields []FieldRef `json:"fields"`
}

// Where keeps the rows of an Aggregate for which the filter holds. The names of its fields are those of columns.
type Where struct {
	Filter Expr  `json:"-"`
	Tree   *Node `json:"tree"`
}

// Split sets two values of a field against each other: A and B, or, when both are nil, the two latest.
type Split struct {
	Field FieldRef `json:"field"`
	A     Value    `json:"a,omitempty"`
	B     Value    `json:"b,omitempty"`

	values []Literal
}

func (*Aggregate) stage() {}
func (*Sort) stage()      {}
func (*Limit) stage()     {}
func (*Select) stage()    {}
func (*Where) stage()     {}
func (*Split) stage()     {}
