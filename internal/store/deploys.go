package store

import (
	"context"
	"fmt"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// Deploy is a version of a service as its operations show it: first seen within the range, so a version that is
// older than the range is first seen at its begin.
type Deploy struct {
	Service    string             `json:"service"`
	Version    string             `json:"version"`
	FirstSeen  operation.Time     `json:"first_seen"`
	LastSeen   operation.Time     `json:"last_seen"`
	Operations int64              `json:"operations"`
	ErrorRate  float64            `json:"error_rate"`
	P95        operation.Duration `json:"p95"`
}

// DeployQuery selects the operations whose versions are listed.
type DeployQuery struct {
	Range  Range
	Filter query.Expr
	Limits Limits
}

// DeploysOf lists the versions in the range, the newest first.
func DeploysOf(ctx context.Context, r Aggregator, q DeployQuery) ([]Deploy, error) {
	t, err := r.Aggregate(ctx, AggregateQuery{
		Range: q.Range, Limits: q.Limits, Filter: both(q.Filter, query.Exists{Field: FieldNamed("service_version").Field}),
		Aggregate: query.Aggregate{By: By("service_name", "service_version"), Aggs: []query.Agg{
			Call("first", query.Min, "start_time"), Call("last", query.Max, "start_time"), Call("count", query.Count, ""),
			Call("error_rate", query.ErrorRate, ""), Call("p95", query.P95, "duration"),
		}},
		Sort: []query.SortKey{{Name: "first", Desc: true}}, Limit: 1000,
	})
	if err != nil {
		return nil, fmt.Errorf("list deploys: %w", err)
	}
	out := make([]Deploy, len(t.Rows))
	for i, row := range t.Rows {
		out[i] = Deploy{
			Service: cell[string](row, 0), Version: cell[string](row, 1), FirstSeen: cell[operation.Time](row, 2), LastSeen: cell[operation.Time](row, 3),
			Operations: cell[int64](row, 4), ErrorRate: cell[float64](row, 5), P95: cell[operation.Duration](row, 6),
		}
	}
	return out, nil
}
