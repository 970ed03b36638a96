//go:build cgo && !noduckdb

package embedded

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/opslog/opslog/internal/store"
)

func (s *embedded) Services(ctx context.Context, r store.Range) ([]store.ServiceSummary, error) {
	return call(ctx, s, "sum up services", func(ctx context.Context) ([]store.ServiceSummary, error) {
		held := s.segments.within(operations.name, r)
		defer release(held)
		sums := map[string]store.ServiceSummary{}
		for _, seg := range held {
			if err := s.addServices(ctx, seg, r, sums); err != nil {
				return nil, err
			}
		}
		out := slices.AppendSeq(make([]store.ServiceSummary, 0, len(sums)), maps.Values(sums))
		slices.SortFunc(out, func(a, b store.ServiceSummary) int { return cmp.Compare(a.Name, b.Name) })
		return out, nil
	})
}

// addServices adds what one file knows to the sums.
func (s *embedded) addServices(ctx context.Context, seg *segment, r store.Range, sums map[string]store.ServiceSummary) error {
	where := rangeCondition("start_time", r)
	query := render("services", fields{"Segment": seg.name(), "Where": where.sql.String()})
	rows, err := s.db.QueryContext(ctx, query, where.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var one store.ServiceSummary
		if err := rows.Scan(&one.Name, &one.Operations, &one.Errors, &one.LastSeen); err != nil {
			return err
		}
		sum := sums[one.Name]
		sums[one.Name] = store.ServiceSummary{
			Name: one.Name, Operations: sum.Operations + one.Operations, Errors: sum.Errors + one.Errors, LastSeen: max(sum.LastSeen, one.LastSeen),
		}
	}
	return rows.Err()
}

func (s *embedded) Stats(ctx context.Context) (store.Stats, error) {
	return call(ctx, s, "sum up the store", func(ctx context.Context) (store.Stats, error) {
		out := store.Stats{Engine: engine, Refused: s.guard.refused.Load()}
		var held []*segment
		for _, kind := range []string{operations.name, spans.name, logs.name} {
			held = append(held, s.segments.within(kind, store.Range{})...)
		}
		defer release(held)
		var times span
		for _, seg := range held {
			has, count, err := measure(ctx, s.db, seg)
			if err != nil {
				return store.Stats{}, err
			}
			switch seg.kind {
			case operations.name:
				out.Operations += count
				times = times.join(has)
			case spans.name:
				out.Spans += count
			default:
				out.Logs += count
			}
		}
		out.Oldest, out.Newest = times.from, times.to
		var err error
		out.Bytes, err = s.dir.bytes()
		return out, err
	})
}
