package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// told are the fields by which sums of errors tell them apart.
var told = []string{"service_name", "environment", "error_fingerprint", "error_type", "failure_class", "status"}

// Errors is ErrorsOf, which takes a range that began before the oldest operation from the sums by day. Users and
// tenants are then those of the day that had most of them.
func (l LongTerm) Errors(ctx context.Context, q ErrorQuery) ([]ErrorGroup, error) {
	if l.Now-q.Range.From <= fresh || q.Range.To == 0 || !about(q.Filter, told) {
		return ErrorsOf(ctx, l.Backend, q)
	}
	stats, err := l.Stats(ctx)
	if err != nil {
		return nil, fmt.Errorf("list errors: %w", err)
	}
	if q.Range.From >= stats.Oldest && stats.Oldest != 0 {
		return ErrorsOf(ctx, l.Backend, q)
	}
	days, err := l.ErrorDays(ctx, Range{From: q.Range.From / operation.Day * operation.Day, To: q.Range.To})
	if err != nil {
		return nil, fmt.Errorf("list errors: %w", err)
	}
	if !slices.ContainsFunc(days, func(d *operation.ErrorDay) bool { return d.FirstSeen < stats.Oldest || stats.Oldest == 0 }) {
		return ErrorsOf(ctx, l.Backend, q)
	}
	if q.Scan != nil {
		q.Scan.Rollups = true
	}
	return groupDays(q, days), nil
}

func groupDays(q ErrorQuery, days []*operation.ErrorDay) []ErrorGroup {
	fits := query.Compile(q.Filter)
	at, out := map[[2]string]int{}, []ErrorGroup{}
	for _, d := range days {
		op := &operation.Operation{ServiceName: d.ServiceName, Environment: d.Environment, ErrorFingerprint: d.Fingerprint, ErrorType: d.Type,
			FailureClass: d.FailureClass, Status: operation.StatusError}
		if d.LastSeen < q.Range.From || d.FirstSeen >= q.Range.To || !fits(op, nil) {
			continue
		}
		key := [2]string{d.ServiceName, d.Fingerprint}
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, ErrorGroup{Service: d.ServiceName, Fingerprint: d.Fingerprint, Operations: []string{}, Versions: []string{}, Distribution: newDistribution(q)})
		}
		out[i].add(d)
	}
	SortErrors(out, q.Sort)
	return out[:min(len(out), atMost(q.Limit, 1000))]
}

// add adds a day; days come in their order.
func (g *ErrorGroup) add(d *operation.ErrorDay) {
	if g.Count == 0 || d.FirstSeen < g.FirstSeen {
		g.FirstSeen, g.FirstExample = d.FirstSeen, d.FirstExample.String()
	}
	if d.LastSeen > g.LastSeen {
		g.LastSeen, g.LastExample, g.Type, g.Message, g.FailureClass = d.LastSeen, d.LastExample.String(), d.Type, d.Message, d.FailureClass
	}
	g.Count += d.Count
	g.Users, g.Tenants = max(g.Users, d.Users), max(g.Tenants, d.Tenants)
	g.Operations, g.Versions = joinLines(g.Operations, d.Names), joinLines(g.Versions, d.Versions)
	if s := g.Distribution; s != nil {
		i := (max(d.FirstSeen, s.Start) - s.Start) / operation.Time(s.Width)
		s.Counts[min(int(i), len(s.Counts)-1)] += d.Count
	}
}

// joinLines adds lines that are not there yet.
func joinLines(to []string, lines string) []string {
	for line := range strings.SplitSeq(lines, "\n") {
		if line != "" && len(to) < query.MaxValues && !slices.Contains(to, line) {
			to = append(to, line)
		}
	}
	slices.Sort(to)
	return to
}

// by is what the groups are sorted by.
func (g *ErrorGroup) by(column string) int64 {
	switch column {
	case "users":
		return g.Users
	case "tenants":
		return g.Tenants
	case "first_seen":
		return int64(g.FirstSeen)
	case "last_seen":
		return int64(g.LastSeen)
	default:
		return g.Count
	}
}

// newDistribution is empty; nil when none is asked for.
func newDistribution(q ErrorQuery) *ErrorDistribution {
	if q.Buckets == 0 {
		return nil
	}
	width := BucketWidth(q.Range, atMost(q.Buckets, MaxBuckets))
	return &ErrorDistribution{Width: width, Start: q.Range.From / operation.Time(width) * operation.Time(width), Counts: make([]int64, Buckets(q.Range, width))}
}
