package clickhouse

import (
	"context"
	"fmt"
	"slices"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// listedSpanFields are what a list of spans is made of first; see listed.
var listedSpanFields = slices.DeleteFunc(slices.Clone(spanFields), func(f field[operation.Span]) bool {
	return !slices.Contains([]string{"trace_id", "span_id", "start_time"}, f.name)
})

// ListSpans lists spans in their order.
func (b *Backend) ListSpans(ctx context.Context, q store.SpanQuery) ([]*operation.Span, error) {
	const doing = "list spans"
	end, err := b.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	found, err := newest(ctx, q.AsOperations(), func(ctx context.Context, window store.Range, limit int) ([]*operation.Span, error) {
		return b.findSpans(ctx, doing, q, window, limit)
	})
	if err != nil || len(found) == 0 {
		return []*operation.Span{}, err
	}
	spans, err := read(ctx, b, doing, "listed_spans.sql", spanFields, around(found))
	slices.SortFunc(spans, store.SpanOrder(q.Sort))
	return spans, err
}

// findSpans answers the ids and times of the first spans in the window that the query selects.
func (b *Backend) findSpans(ctx context.Context, doing string, q store.SpanQuery, window store.Range, limit int) ([]*operation.Span, error) {
	r, err := finding(q.AsOperations(), window, limit, spanOrder(q), where{scope: spanScope})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	return read(ctx, b, doing, "span_ids.sql", listedSpanFields, r)
}

// around asks for the spans again, in the days that they are of.
func around(found []*operation.Span) request {
	r := request{found: attach(listedSpanFields, found)}
	times := store.Range{From: found[0].StartTime, To: found[0].StartTime + 1}
	for _, s := range found {
		times.From, times.To = min(times.From, s.StartTime), max(times.To, s.StartTime+1)
	}
	r.where = inRange("start_time", times, &r.params)
	return r
}
