//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"fmt"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

func (s *embedded) Operations(ctx context.Context, q store.OperationQuery) ([]*operation.Operation, error) {
	c, err := listCondition(q, nil)
	if err != nil {
		return nil, err
	}
	keys, err := sortKeys(q)
	if err != nil {
		return nil, err
	}
	l := list[operation.Operation]{table: &operations, where: c, limit: q.Limit, detail: q.Detail, newest: true, keys: keys, asked: &q, compare: store.Order(q.Sort), term: termOf(q.Filter), probe: probeOf(q.Filter)}
	if c.asksSpans {
		l.withSpans = func(spans []string) (*condition, error) { return listCondition(q, spans) }
	}
	return call(ctx, s, "list operations", func(ctx context.Context) ([]*operation.Operation, error) {
		return l.read(ctx, s, q.Range)
	})
}

// listCondition is the range, the cursor and the filter; the time stands first and alone, so that scans can use it.
func listCondition(q store.OperationQuery, spans []string) (*condition, error) {
	c := rangeCondition("start_time", q.Range)
	c.spans = spans
	keys, err := sortKeys(q)
	if err != nil {
		return nil, err
	}
	if a := q.After; a != nil && keys != nil {
		c.behind(keys)
	} else if a != nil {
		c.and("start_time <= ?", int64(a.StartTime))
		c.and("(start_time < ? OR operation_id < CAST(? AS UUID))", int64(a.StartTime), uuid(a.ID))
	}
	if q.Filter != nil {
		c.add(" AND ")
		if err := c.expr(q.Filter); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// ListSpans asks as Operations does. A trace is looked up where it is; other conditions are tried on all spans.
func (s *embedded) ListSpans(ctx context.Context, q store.SpanQuery) ([]*operation.Span, error) {
	c, keys, err := spanCondition(q)
	if err != nil {
		return nil, err
	}
	asked := q.AsOperations()
	l := list[operation.Span]{
		table: &spans, where: c, limit: q.Limit, detail: true, newest: true, keys: keys, asked: &asked, compare: store.SpanOrder(q.Sort), term: termOf(q.Filter),
	}
	return call(ctx, s, "list spans", func(ctx context.Context) ([]*operation.Span, error) {
		return l.read(ctx, s, q.Range)
	})
}

// spanCondition is listCondition for spans, with the keys that they are sorted by.
func spanCondition(q store.SpanQuery) (*condition, []sortKey, error) {
	c := rangeCondition("start_time", q.Range)
	c.scope = rowScope
	keys, err := spanKeys(q)
	if err != nil {
		return nil, nil, err
	}
	if q.After != nil {
		if len(q.Sort) == 0 {
			c.and("start_time <= ?", int64(q.After.StartTime))
		}
		c.behind(keys)
	}
	if q.Filter != nil {
		c.add(" AND ")
		if err := c.expr(q.Filter); err != nil {
			return nil, nil, err
		}
	}
	return c, keys, nil
}

func rangeCondition(column string, r store.Range) *condition {
	c := newCondition(nil)
	c.add(column+" >= ?", int64(r.From))
	if r.To != 0 {
		c.and(column+" < ?", int64(r.To))
	}
	return c
}

func (s *embedded) Operation(ctx context.Context, id operation.ID) (*operation.Operation, error) {
	return call(ctx, s, "read operation "+id.String(), func(ctx context.Context) (*operation.Operation, error) {
		home := &segment{kind: operations.name, day: dayOf(id.Start())}
		seg, err := s.segments.find(home.name())
		if err != nil {
			return nil, err
		}
		if seg == nil {
			return nil, store.ErrNotFound
		}
		defer seg.release()
		where := newCondition(nil)
		where.add("operation_id = CAST(? AS UUID)", uuid(id))
		l := list[operation.Operation]{table: &operations, where: where, limit: 1, detail: true}
		found, err := l.readSegment(ctx, s, seg)
		if err == nil && len(found) == 0 {
			return nil, store.ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		return found[0], nil
	})
}

func (s *embedded) TraceOperations(ctx context.Context, q store.TraceQuery) ([]*operation.Operation, error) {
	return trace(ctx, s, &operations, q, false)
}

func (s *embedded) Spans(ctx context.Context, q store.TraceQuery) ([]*operation.Span, error) {
	return trace(ctx, s, &spans, q, true)
}

func (s *embedded) Logs(ctx context.Context, q store.TraceQuery) ([]*operation.LogRecord, error) {
	return trace(ctx, s, &logs, q, true)
}

func trace[T any](ctx context.Context, s *embedded, t *table[T], q store.TraceQuery, detail bool) ([]*T, error) {
	return call(ctx, s, "read "+t.name+" of trace "+q.TraceID.String(), func(ctx context.Context) ([]*T, error) {
		where := rangeCondition(t.time, q.Range)
		where.and("trace_id = CAST(? AS UUID)", uuid(q.TraceID))
		l := list[T]{table: t, where: where, limit: q.Limit, detail: detail, term: "trace_id=" + uuid(q.TraceID)}
		return l.read(ctx, s, q.Range)
	})
}

// call runs a reading call between gate and explanation.
func call[T any](ctx context.Context, s *embedded, doing string, do func(context.Context) (T, error)) (T, error) {
	var none T
	ctx, leave, err := s.gate.enter(ctx)
	if err != nil {
		return none, fmt.Errorf("%s: %w", doing, err)
	}
	defer leave()
	out, err := do(ctx)
	if err != nil {
		return none, explain(ctx, doing, err)
	}
	return out, nil
}
