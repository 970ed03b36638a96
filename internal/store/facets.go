package store

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// FacetQuery asks for the most frequent values of fields among the operations that pass the filter.
type FacetQuery struct {
	Range  Range
	Filter query.Expr
	Fields []query.FieldRef // none a list, or a map without a key
	Limit  int              // values of each field
	Limits Limits
	Scan   *Scan
}

// Facet are the values of one field, the most frequent first. All counts are exact.
type Facet struct {
	Name    string       `json:"name"`
	Values  []FacetValue `json:"values"`
	Other   int64        `json:"other"`   // operations with other values
	Missing int64        `json:"missing"` // operations without one
}

// FacetValue is how often a value occurs.
type FacetValue struct {
	Value any   `json:"value"`
	Count int64 `json:"count"`
}

// facetsAtOnce bounds how many fields one question counts at the same time.
const facetsAtOnce = 4

// FacetsOf counts each field.
func FacetsOf(ctx context.Context, r Aggregator, q FacetQuery) ([]Facet, error) {
	totals := AggregateQuery{Range: q.Range, Filter: q.Filter, Limits: q.Limits, Scan: q.Scan}
	totals.Aggregate.Aggs = []query.Agg{Call("count", query.Count, "")}
	for i := range q.Fields {
		totals.Aggregate.Aggs = append(totals.Aggregate.Aggs, query.Agg{Func: query.Count, Arg: &q.Fields[i], Name: "f" + strconv.Itoa(i), Type: operation.TypeInt})
	}
	t, err := r.Aggregate(ctx, totals)
	if err != nil {
		return nil, fmt.Errorf("facets: %w", err)
	}
	out, errs := make([]Facet, len(q.Fields)), make([]error, len(q.Fields))
	var wg sync.WaitGroup
	slots := make(chan struct{}, facetsAtOnce)
	for i := range q.Fields {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			out[i], errs[i] = facetOf(ctx, r, q, q.Fields[i], cell[int64](t.Rows[0], 0), cell[int64](t.Rows[0], i+1))
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// facetOf lists the values of one field; having operations of all have one.
func facetOf(ctx context.Context, r Aggregator, q FacetQuery, f query.FieldRef, all, having int64) (Facet, error) {
	facet := Facet{Name: f.Name, Values: []FacetValue{}, Missing: all - having, Other: having}
	if having == 0 {
		return facet, nil
	}
	t, err := r.Aggregate(ctx, AggregateQuery{
		Range: q.Range, Filter: both(q.Filter, query.Exists{Field: f.Field}), Limit: q.Limit, Limits: q.Limits,
		Aggregate: query.Aggregate{Aggs: []query.Agg{Call("count", query.Count, "")}, By: []query.Group{{Field: &f}}},
	})
	if err != nil {
		return facet, fmt.Errorf("facet %s: %w", f.Name, err)
	}
	for _, row := range t.Rows {
		v := FacetValue{row[0], cell[int64](row, 1)}
		facet.Values = append(facet.Values, v)
		facet.Other -= v.Count
	}
	return facet, nil
}

// FieldValues lists the most frequent values of a field that begin with some text, letter case aside; fields that
// are no text take an empty prefix only.
func FieldValues(ctx context.Context, r Aggregator, f query.FieldRef, prefix string, q FacetQuery) ([]FacetValue, error) {
	if prefix != "" {
		field := f.Field
		field.Fold = true
		q.Filter = both(q.Filter, query.Compare{Field: field, Op: query.StartsWith, Value: prefix})
	}
	facet, err := facetOf(ctx, r, q, f, 1, 1)
	return facet.Values, err
}
