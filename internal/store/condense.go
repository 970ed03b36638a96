package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// Condensing is what Condense needs of a store.
type Condensing interface {
	Aggregator
	History
}

// manyRows bounds the rows that are summed up at once.
const manyRows = 200_000

// Condense sums up the operations that began in the range anew, by minute and, of errors, by UTC day, and stores what
// differs from the sums stored before. Both ends are cut to minutes. Where no operation is left at all, the sums stay:
// they are there to outlive the operations. Of two runs over the same minutes the one with the later now counts.
func Condense(ctx context.Context, s Condensing, r Range, now operation.Time) error {
	r = Range{From: r.From / operation.Minute * operation.Minute, To: r.To / operation.Minute * operation.Minute}
	if r.To <= r.From {
		return nil
	}
	if err := condenseMinutes(ctx, s, r, int64(now)); err != nil {
		return fmt.Errorf("sum up minutes: %w", err)
	}
	for day := r.From / operation.Day * operation.Day; day < r.To; day += operation.Day {
		if err := condenseErrors(ctx, s, day, int64(now)); err != nil {
			return fmt.Errorf("sum up errors of %s: %w", day.Std().Format("2006-01-02"), err)
		}
	}
	return nil
}

func condenseMinutes(ctx context.Context, s Condensing, r Range, revision int64) error {
	t, err := s.Aggregate(ctx, AggregateQuery{
		Range: r, Limit: manyRows,
		Aggregate: query.Aggregate{
			By: append([]query.Group{{Time: true, Width: operation.Duration(operation.Minute)}, {Field: FieldNamed("duration"), Steps: operation.HistogramSteps}},
				By("service_name", "environment", "name", "kind", "status")...),
			Aggs: []query.Agg{Call("count", query.Count, ""), Call("total", query.Sum, "duration"), Call("longest", query.Max, "duration")},
		},
	})
	if err != nil || len(t.Rows) == 0 {
		return err
	}
	if middle := (r.From + (r.To-r.From)/2) / operation.Minute * operation.Minute; t.More && middle > r.From {
		if err := condenseMinutes(ctx, s, Range{r.From, middle}, revision); err != nil {
			return err
		}
		return condenseMinutes(ctx, s, Range{middle, r.To}, revision)
	}
	if t.More {
		return fmt.Errorf("%w: a minute has more than %d sums", ErrTooExpensive, manyRows)
	}
	sums := map[operation.ID]*operation.Rollup{}
	for _, row := range t.Rows {
		addRow(sums, row)
	}
	had, err := s.Rollups(ctx, RollupQuery{Range: r, Step: operation.Duration(operation.Minute)})
	if err != nil {
		return err
	}
	var changed []*operation.Rollup
	for _, old := range had {
		old.Identify()
		switch sum := sums[old.ID]; {
		case sum == nil: // later revisions gave the operations other names
			changed = append(changed, &operation.Rollup{ID: old.ID, Minute: old.Minute, ServiceName: old.ServiceName,
				Environment: old.Environment, Name: old.Name, Kind: old.Kind, Status: old.Status})
		case sum.Count == old.Count && sum.Total == old.Total && sum.Longest == old.Longest:
			delete(sums, old.ID)
		}
	}
	for _, sum := range sums {
		changed = append(changed, sum)
	}
	for _, c := range changed {
		c.Revision = revision
	}
	return s.WriteRollups(ctx, changed)
}

// addRow adds the operations of one bucket of durations.
func addRow(sums map[operation.ID]*operation.Rollup, row []any) {
	one := &operation.Rollup{
		Minute: cell[operation.Time](row, 0), ServiceName: cell[string](row, 2), Environment: cell[string](row, 3), Name: cell[string](row, 4),
		Kind: cell[string](row, 5), Status: cell[string](row, 6),
	}
	one.Identify()
	sum := sums[one.ID]
	if sum == nil {
		sum, sums[one.ID] = one, one
	}
	n := cell[int64](row, 7)
	sum.Count += n
	sum.Total += cell[operation.Duration](row, 8)
	sum.Longest = max(sum.Longest, cell[operation.Duration](row, 9))
	sum.Durations.AddCount(cell[int64](row, 1), n)
}

func condenseErrors(ctx context.Context, s Condensing, day operation.Time, revision int64) error {
	within := Range{From: day, To: day + operation.Day}
	t, err := s.Aggregate(ctx, AggregateQuery{
		Range: within, Filter: query.Exists{Field: FieldNamed("error_fingerprint").Field}, Limit: manyRows,
		Aggregate: query.Aggregate{By: By("service_name", "error_fingerprint", "environment"), Aggs: errorAggs()},
	})
	if err != nil || len(t.Rows) == 0 {
		return err
	}
	had, err := s.ErrorDays(ctx, within)
	if err != nil {
		return err
	}
	stored := map[operation.ID]*operation.ErrorDay{}
	for _, old := range had {
		stored[old.ID] = old
	}
	var changed []*operation.ErrorDay
	for _, row := range t.Rows {
		sum := errorDay(day, row)
		old := stored[sum.ID]
		delete(stored, sum.ID)
		if old != nil {
			sum.Revision = old.Revision
		}
		if old == nil || *old != *sum {
			changed = append(changed, sum)
		}
	}
	for _, old := range stored {
		old.Count = 0
		changed = append(changed, old)
	}
	for _, c := range changed {
		c.Revision = revision
	}
	return s.WriteErrorDays(ctx, changed)
}

func errorDay(day operation.Time, row []any) *operation.ErrorDay {
	g := errorGroup(append(append([]any{}, row[:2]...), row[3:]...))
	out := &operation.ErrorDay{
		Day: day, ServiceName: g.Service, Environment: cell[string](row, 2), Fingerprint: g.Fingerprint, Type: g.Type, Message: g.Message,
		FailureClass: g.FailureClass, Count: g.Count, Users: g.Users, Tenants: g.Tenants, FirstSeen: g.FirstSeen, LastSeen: g.LastSeen,
		Names: strings.Join(g.Operations, "\n"), Versions: strings.Join(g.Versions, "\n"),
	}
	out.FirstExample, _ = operation.ParseID(g.FirstExample) // made by the store
	out.LastExample, _ = operation.ParseID(g.LastExample)
	out.Identify()
	return out
}
