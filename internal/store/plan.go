package store

import (
	"cmp"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// Plan is what a query of the language asks of a store: a list of operations, the rows of an aggregate, or a
// comparison of two sets of rows. One of them is set.
type Plan struct {
	List      *OperationQuery
	Fields    []query.FieldRef // to show of the list; empty leaves the choice to the caller
	Aggregate *AggregateQuery
	Split     *query.Split // compares what Aggregate computes; see Compare
}

// PlanOf reads the stages of a query. limit is for lists that name none.
func PlanOf(q *query.Query, r Range, limit int) Plan {
	var p Plan
	list := &OperationQuery{Range: r, Filter: q.Filter, Limit: limit}
	rows := &AggregateQuery{Range: r, Filter: q.Filter}
	for _, stage := range q.Stages {
		switch s := stage.(type) {
		case *query.Aggregate:
			rows.Aggregate, p.Aggregate = *s, rows
		case *query.Sort:
			list.Sort, rows.Sort = s.Keys, s.Keys
		case *query.Limit:
			list.Limit, rows.Limit = s.Rows, s.Rows
		case *query.Select:
			p.Fields = s.Fields
		case *query.Where:
			rows.Where = s.Filter
		case *query.Split:
			p.Split = s
		}
	}
	if p.Aggregate == nil {
		p.List = list
		if newestFirst(list.Sort) {
			list.Sort = nil
		}
	}
	return p
}

// newestFirst tells the order that lists have by themselves, which is found faster.
func newestFirst(sort []query.SortKey) bool {
	return len(sort) > 0 && sort[0].Desc && sort[0].Field != nil && sort[0].Field.Name == "start_time"
}

// FieldNamed refers to a field of the record, for plans made by programs. The name must be one of operation.Fields,
// of no list and no map.
func FieldNamed(name string) *query.FieldRef {
	f := operation.FieldByName(name)
	return &query.FieldRef{Name: name, Field: query.Field{Name: f.Name, Type: f.Type}}
}

// Call is an aggregated column, for plans made by programs. An empty field is none.
func Call(name string, fn query.Func, field string) query.Agg {
	a := query.Agg{Func: fn, Name: name, Type: operation.TypeString}
	if field != "" {
		a.Arg = FieldNamed(field)
	}
	_, quantile := fn.Quantile()
	switch {
	case fn == query.Count || fn == query.Uniq:
		a.Type = operation.TypeInt
	case fn == query.Rate || fn == query.ErrorRate:
		a.Type = operation.TypeFloat
	case fn == query.Values:
		a.Type = operation.TypeList
	case fn == query.Sum || fn == query.Min || fn == query.Max:
		a.Type = a.Arg.Field.Type
	case quantile || fn == query.Avg:
		a.Type = operation.TypeFloat
		if a.Arg.Field.Type == operation.TypeDuration {
			a.Type = operation.TypeDuration
		}
	}
	return a
}

// By groups by fields of the record.
func By(fields ...string) []query.Group {
	out := make([]query.Group, len(fields))
	for i, name := range fields {
		out[i].Field = FieldNamed(name)
	}
	return out
}

// both joins conditions of which some may be nil.
func both(terms ...query.Expr) query.Expr {
	var some []query.Expr
	for _, t := range terms {
		if t != nil {
			some = append(some, t)
		}
	}
	switch len(some) {
	case 0:
		return nil
	case 1:
		return some[0]
	default:
		return query.And{Terms: some}
	}
}

// cell is a row's value as T; the zero value when it is missing.
func cell[T any](row []any, i int) T {
	v, _ := row[i].(T)
	return v
}

func atMost(n, limit int) int { return min(cmp.Or(n, limit), limit) }
