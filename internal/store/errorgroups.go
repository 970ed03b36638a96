package store

import (
	"context"
	"fmt"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// ErrorQuery groups the errors of a range by service and fingerprint.
type ErrorQuery struct {
	Range   Range // with both ends when Buckets is set
	Filter  query.Expr
	Sort    string // a column: count, users, tenants, first_seen, last_seen; all descending; empty is by count
	Limit   int    // 0 is 100
	Buckets int    // of the distribution over time; 0 makes none
	Limits  Limits
	Scan    *Scan
}

// ErrorGroup is what one error did in the range.
type ErrorGroup struct {
	Service      string             `json:"service"`
	Fingerprint  string             `json:"fingerprint"`
	Type         string             `json:"type,omitempty"` // this and the next of the latest operation
	Message      string             `json:"message,omitempty"`
	FailureClass string             `json:"failure_class,omitempty"`
	Count        int64              `json:"count"`
	Users        int64              `json:"users"`
	Tenants      int64              `json:"tenants"`
	Operations   []string           `json:"operations"` // names, at most query.MaxValues
	Versions     []string           `json:"versions"`
	FirstSeen    operation.Time     `json:"first_seen"` // within the range
	LastSeen     operation.Time     `json:"last_seen"`
	FirstExample string             `json:"first_example"` // operation ids
	LastExample  string             `json:"last_example"`
	Distribution *ErrorDistribution `json:"distribution,omitempty"`
}

// ErrorDistribution is how often an error occurred over time.
type ErrorDistribution struct {
	Width  operation.Duration `json:"bucket_ns"`
	Start  operation.Time     `json:"start"`
	Counts []int64            `json:"counts"`
}

// ErrorsOf lists the groups of errors.
func ErrorsOf(ctx context.Context, r Aggregator, q ErrorQuery) ([]ErrorGroup, error) {
	filter := both(q.Filter, query.Exists{Field: FieldNamed("error_fingerprint").Field})
	sort := query.SortKey{Name: "count", Desc: true}
	if q.Sort != "" {
		sort.Name = q.Sort
	}
	t, err := r.Aggregate(ctx, AggregateQuery{
		Range: q.Range, Filter: filter, Sort: []query.SortKey{sort}, Limit: atMost(q.Limit, 1000), Limits: q.Limits, Scan: q.Scan,
		Aggregate: query.Aggregate{By: By("service_name", "error_fingerprint"), Aggs: errorAggs()},
	})
	if err != nil {
		return nil, fmt.Errorf("list errors: %w", err)
	}
	out := make([]ErrorGroup, len(t.Rows))
	for i, row := range t.Rows {
		out[i] = errorGroup(row)
	}
	if q.Buckets > 0 && len(out) > 0 {
		err = distribute(ctx, r, q, filter, out)
	}
	return out, err
}

// errorAggs are what is told of an error, in the order that errorGroup reads.
func errorAggs() []query.Agg {
	return []query.Agg{
		Call("type", query.Latest, "error_type"), Call("message", query.Latest, "error_message"), Call("class", query.Latest, "failure_class"),
		Call("count", query.Count, ""), Call("users", query.Uniq, "user_id"), Call("tenants", query.Uniq, "tenant_id"),
		Call("operations", query.Values, "name"), Call("versions", query.Values, "service_version"),
		Call("first_seen", query.Min, "start_time"), Call("last_seen", query.Max, "start_time"),
		Call("first_example", query.First, "operation_id"), Call("last_example", query.Latest, "operation_id"),
	}
}

func errorGroup(row []any) ErrorGroup {
	return ErrorGroup{
		Service: cell[string](row, 0), Fingerprint: cell[string](row, 1), Type: cell[string](row, 2), Message: cell[string](row, 3),
		FailureClass: cell[string](row, 4), Count: cell[int64](row, 5), Users: cell[int64](row, 6), Tenants: cell[int64](row, 7),
		Operations: cell[[]string](row, 8), Versions: cell[[]string](row, 9), FirstSeen: cell[operation.Time](row, 10),
		LastSeen: cell[operation.Time](row, 11), FirstExample: cell[string](row, 12), LastExample: cell[string](row, 13),
	}
}

// distribute gives the groups their distributions.
func distribute(ctx context.Context, r Aggregator, q ErrorQuery, filter query.Expr, groups []ErrorGroup) error {
	width := BucketWidth(q.Range, atMost(q.Buckets, MaxBuckets))
	start := q.Range.From / operation.Time(width) * operation.Time(width)
	in := query.In{Field: FieldNamed("error_fingerprint").Field}
	at := map[[2]string]*ErrorDistribution{}
	for i := range groups {
		d := &ErrorDistribution{Width: width, Start: start, Counts: make([]int64, Buckets(q.Range, width))}
		groups[i].Distribution, at[[2]string{groups[i].Service, groups[i].Fingerprint}] = d, d
		in.Values = append(in.Values, groups[i].Fingerprint)
	}
	t, err := r.Aggregate(ctx, AggregateQuery{
		Range: q.Range, Filter: both(filter, in), Limit: len(groups) * MaxBuckets, Limits: q.Limits,
		Aggregate: query.Aggregate{
			Aggs: []query.Agg{Call("count", query.Count, "")},
			By:   append(By("service_name", "error_fingerprint"), query.Group{Time: true, Width: width}),
		},
	})
	if err != nil {
		return fmt.Errorf("distribute errors over time: %w", err)
	}
	for _, row := range t.Rows {
		if d := at[[2]string{cell[string](row, 0), cell[string](row, 1)}]; d != nil {
			d.Counts[(cell[operation.Time](row, 2)-start)/operation.Time(width)] += cell[int64](row, 3)
		}
	}
	return nil
}
