package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// LongTerm answers aggregates also of times whose operations are gone, as far as roll-ups tell: counts, rates and
// durations by service, environment, name, kind and status. What is put to it otherwise goes to the operations alone.
type LongTerm struct {
	Backend
	Now operation.Time
}

// fresh is for how long operations are kept at least.
const fresh = operation.Day

// Aggregate takes from the roll-ups what lies before the oldest operation, or all where rows cannot be split by time.
func (l LongTerm) Aggregate(ctx context.Context, q AggregateQuery) (Table, error) {
	if l.Now-q.Range.From <= fresh || q.Range.To == 0 || !condensed(q) {
		return l.Backend.Aggregate(ctx, q)
	}
	q, err := q.Resolved()
	if err != nil {
		return Table{}, err
	}
	cut, sums, err := l.before(ctx, q)
	if err != nil {
		return Table{}, err
	}
	if len(sums) == 0 {
		return l.Backend.Aggregate(ctx, q)
	}
	if q.Scan != nil {
		q.Scan.Rollups = true
	}
	t := Table{Columns: q.Columns(), Rows: rowsOf(q, sums)}
	if cut < q.Range.To {
		later := q
		later.Range.From = cut
		recent, err := l.Backend.Aggregate(ctx, later)
		if err != nil {
			return Table{}, err
		}
		t.Rows, t.More = append(t.Rows, recent.Rows...), recent.More
	}
	q.finish(&t)
	return t, nil
}

// before reads the roll-ups that are needed, none when no operation is missing, and answers up to when they count.
func (l LongTerm) before(ctx context.Context, q AggregateQuery) (cut operation.Time, sums []*operation.Rollup, err error) {
	stats, err := l.Stats(ctx)
	if err != nil || q.Range.From >= stats.Oldest && stats.Oldest != 0 {
		return 0, nil, err
	}
	step, cut := operation.Duration(operation.Day), q.Range.To
	if i := timeGroup(q); i >= 0 {
		step = q.Aggregate.By[i].Width
		if oldest := (stats.Oldest + operation.Time(step) - 1) / operation.Time(step) * operation.Time(step); stats.Oldest != 0 {
			cut = min(cut, oldest)
		}
	}
	gone := Range{From: q.Range.From / operation.Minute * operation.Minute, To: cut}
	if stats.Oldest != 0 { // a young store asks for times before its first operation, and has no sums of them
		some, err := l.Rollups(ctx, RollupQuery{Range: Range{From: gone.From, To: min(cut, stats.Oldest/operation.Minute*operation.Minute)}, Step: operation.Duration(operation.Day)})
		if err != nil || len(some) == 0 {
			return 0, nil, err
		}
	}
	sums, err = l.Rollups(ctx, RollupQuery{Range: gone, Step: step})
	if err != nil {
		return 0, nil, fmt.Errorf("read roll-ups: %w", err)
	}
	fits := query.Compile(q.Filter)
	return cut, slices.DeleteFunc(sums, func(r *operation.Rollup) bool { return !fits(operationOf(r), nil) }), nil
}

// operationOf is an operation such as those that were summed up.
func operationOf(r *operation.Rollup) *operation.Operation {
	return &operation.Operation{ServiceName: r.ServiceName, Environment: r.Environment, Name: r.Name, Kind: r.Kind, Status: r.Status}
}

// summed are the fields by which roll-ups tell operations apart.
var summed = []string{"service_name", "environment", "name", "kind", "status"}

// condensed tells whether roll-ups can answer the query.
func condensed(q AggregateQuery) bool {
	for _, g := range q.Aggregate.By {
		switch {
		case g.Time:
			if g.Width%operation.Duration(operation.Minute) != 0 {
				return false
			}
		case g.Steps > 0:
			if g.Field.Field.Name != "duration" || operation.HistogramSteps%g.Steps != 0 {
				return false
			}
		case !slices.Contains(summed, g.Field.Field.Name):
			return false
		}
	}
	for _, a := range q.Aggregate.Aggs {
		_, quantile := a.Func.Quantile()
		known := slices.Contains([]query.Func{query.Count, query.Rate, query.ErrorRate}, a.Func) && a.Arg == nil ||
			(quantile || slices.Contains([]query.Func{query.Avg, query.Sum, query.Max}, a.Func)) && a.Arg != nil && a.Arg.Field.Name == "duration"
		if !known {
			return false
		}
	}
	return about(q.Filter, summed)
}

// about tells whether a condition is about some fields only.
func about(e query.Expr, names []string) bool {
	all := func(terms []query.Expr) bool {
		return !slices.ContainsFunc(terms, func(t query.Expr) bool { return !about(t, names) })
	}
	switch e := e.(type) {
	case nil:
		return true
	case query.And:
		return all(e.Terms)
	case query.Or:
		return all(e.Terms)
	case query.Not:
		return about(e.Term, names)
	case query.Compare:
		return slices.Contains(names, e.Field.Name)
	case query.In:
		return slices.Contains(names, e.Field.Name)
	case query.Exists:
		return slices.Contains(names, e.Field.Name)
	default:
		return false
	}
}

func timeGroup(q AggregateQuery) int {
	return slices.IndexFunc(q.Aggregate.By, func(g query.Group) bool { return g.Time })
}

// rowsOf groups roll-ups as the query asks for.
func rowsOf(q AggregateQuery, sums []*operation.Rollup) [][]any {
	at, groups, order := map[string]*operation.Rollup{}, map[string][]any{}, []string{}
	add := func(group []any, r *operation.Rollup) {
		key := fmt.Sprintf("%#v", group)
		sum := at[key]
		if sum == nil {
			sum = &operation.Rollup{}
			at[key], groups[key], order = sum, group, append(order, key)
		}
		sum.Count += r.Count
		sum.Total += r.Total
		sum.Longest = max(sum.Longest, r.Longest)
		sum.Durations.Merge(r.Durations)
		if r.Status == operation.StatusError {
			sum.Revision += r.Count // the errors; a sum has no revision
		}
	}
	for _, r := range sums {
		for _, part := range bands(q, r) {
			add(groupOf(q, r, part), part)
		}
	}
	rows := make([][]any, len(order))
	for i, key := range order {
		rows[i] = slices.Concat(groups[key], valuesOf(q, at[key]))
	}
	return rows
}

// bands splits a roll-up by duration where the query groups by it.
func bands(q AggregateQuery, r *operation.Rollup) []*operation.Rollup {
	if !slices.ContainsFunc(q.Aggregate.By, func(g query.Group) bool { return g.Steps > 0 }) {
		return []*operation.Rollup{r}
	}
	out := make([]*operation.Rollup, len(r.Durations))
	for i, b := range r.Durations {
		h := operation.Histogram{b}
		out[i] = &operation.Rollup{Status: r.Status, Count: b.Count, Total: h.Quantile(1) * operation.Duration(b.Count), Longest: h.Quantile(1), Durations: h}
	}
	return out
}

func groupOf(q AggregateQuery, r, part *operation.Rollup) []any {
	group := make([]any, len(q.Aggregate.By))
	op := operationOf(r)
	for i, g := range q.Aggregate.By {
		switch {
		case g.Time:
			group[i] = r.Minute / operation.Time(g.Width) * operation.Time(g.Width)
		case g.Steps > 0:
			group[i] = part.Durations[0].Index / int64(operation.HistogramSteps/g.Steps)
		default:
			if text := *operation.FieldByName(g.Field.Field.Name).Ref(op).(*string); text != "" {
				group[i] = text
			}
		}
	}
	return group
}

func valuesOf(q AggregateQuery, sum *operation.Rollup) []any {
	out := make([]any, len(q.Aggregate.Aggs))
	for i, a := range q.Aggregate.Aggs {
		quantile, _ := a.Func.Quantile()
		switch a.Func {
		case query.Count:
			out[i] = sum.Count
		case query.ErrorRate:
			out[i] = float64(sum.Revision) / float64(sum.Count)
		case query.Rate:
			out[i] = float64(sum.Count) / secondsOf(q)
		case query.Sum:
			out[i] = sum.Total
		case query.Max:
			out[i] = sum.Longest
		case query.Avg:
			out[i] = sum.Total / operation.Duration(sum.Count)
		default:
			out[i] = min(sum.Durations.Quantile(quantile), sum.Longest)
		}
	}
	return out
}

// secondsOf is the time that a rate counts over: of a bucket, else of the range.
func secondsOf(q AggregateQuery) float64 {
	if i := timeGroup(q); i >= 0 {
		return q.Aggregate.By[i].Width.Seconds()
	}
	return time.Duration(q.Range.To - q.Range.From).Seconds()
}

// finish does what comes behind the grouping: condition, order, limit.
func (q AggregateQuery) finish(t *Table) {
	column := func(name string) int {
		return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
	}
	t.Rows = slices.DeleteFunc(t.Rows, func(row []any) bool {
		return !query.Holds(q.Where, func(name string) any {
			if i := column(name); i >= 0 {
				return row[i]
			}
			return nil
		})
	})
	slices.SortStableFunc(t.Rows, func(a, b []any) int {
		for _, key := range q.Sort {
			if i := column(key.Name); i >= 0 {
				if d := compareCells(a[i], b[i], key.Desc); d != 0 {
					return d
				}
			}
		}
		return 0
	})
	if len(t.Rows) > q.Limit {
		t.Rows, t.More = t.Rows[:q.Limit], true
	}
}
