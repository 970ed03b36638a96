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
		held, err := s.segments.within(operations.name, r)
		if err != nil {
			return nil, err
		}
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
		return s.segments.judge(seg, err)
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
	return call(ctx, s, "sum up the store", func(ctx context.Context) (out store.Stats, err error) {
		out = store.Stats{Engine: engine, Refused: s.guard.refused.Load()}
		var times span
		if times, out.Operations, err = s.measureAll(ctx, operations.name); err != nil {
			return store.Stats{}, err
		}
		out.Oldest, out.Newest = times.from, times.to
		if _, out.Spans, err = s.measureAll(ctx, spans.name); err != nil {
			return store.Stats{}, err
		}
		if _, out.Logs, err = s.measureAll(ctx, logs.name); err != nil {
			return store.Stats{}, err
		}
		out.Bytes, err = s.dir.bytes()
		return out, err
	})
}

// measureAll sums up the files of a kind.
func (s *embedded) measureAll(ctx context.Context, kind string) (times span, count int64, err error) {
	held, err := s.segments.within(kind, store.Range{})
	if err != nil {
		return span{}, 0, err
	}
	defer release(held)
	for _, seg := range held {
		has, n, err := measure(ctx, s.db, seg)
		if err != nil {
			return span{}, 0, s.segments.judge(seg, err)
		}
		times, count = times.join(has), count+n
	}
	return times, count, nil
}
