package clickhouse

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// listed is what a list is made of first. Reading the many columns of a whole operation costs more than finding
// it, so that is done once, for those that are in the list.
type listed struct{ id operation.ID }

var listedFields = []field[listed]{{"operation_id", func(l *listed) any { return &l.id }}}

// Operations lists operations in their order.
func (b *Backend) Operations(ctx context.Context, q store.OperationQuery) ([]*operation.Operation, error) {
	const doing = "list operations"
	end, err := b.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	found, err := newest(ctx, q, func(ctx context.Context, window store.Range, limit int) ([]*listed, error) {
		return b.find(ctx, doing, q, window, limit)
	})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return []*operation.Operation{}, nil
	}
	ops, err := read(ctx, b, doing, "operations.sql", operationFields(q.Detail, q.Sort...), request{found: attach(listedFields, found)})
	slices.SortFunc(ops, store.Order(q.Sort))
	return ops, err
}

// newest finds which records are in the list. Those of a list that is newest first are looked for in one window of time
// after the other.
func newest[T any](ctx context.Context, q store.OperationQuery, find func(ctx context.Context, window store.Range, limit int) ([]*T, error)) ([]*T, error) {
	searching, stop := store.SearchTime(ctx)
	defer stop()
	var found []*T
	for _, window := range windows(q, operation.TimeOf(time.Now())) {
		more, err := find(searching, window, q.Limit-len(found))
		if q.Scan.Ended(ctx, err, window.To) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		if found = append(found, more...); len(found) >= q.Limit {
			break
		}
	}
	return found, nil
}

// pointed are the fields whose indexes find the few rows of a value without looking at all. A user is none of them:
// busy ones are in every granule, and of those the newest are wanted.
var pointed = []string{"trace_id", "operation_id", "session_id", "request_id", "message_id"}

// windows are one where an index answers: looking four times costs more than it saves.
func windows(q store.OperationQuery, now operation.Time) []store.Range {
	if points(q.Filter) {
		return []store.Range{q.Range}
	}
	return store.Windows(q, now)
}

// points tells whether the filter wants a value that an index finds.
func points(filter query.Expr) bool {
	switch e := filter.(type) {
	case query.And:
		return slices.ContainsFunc(e.Terms, points)
	case query.Compare:
		return e.Op == query.Eq && !e.Field.Fold && slices.Contains(pointed, e.Field.Name)
	default:
		return false
	}
}

// find answers the ids of the first operations in the window that the query selects.
func (b *Backend) find(ctx context.Context, doing string, q store.OperationQuery, window store.Range, limit int) ([]*listed, error) {
	r, err := finding(q, window, limit, operationOrder(q), where{search: b.search(), layout: b.layout})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	return read(ctx, b, doing, "operation_ids.sql", listedFields, r)
}

// finding fills the query that finds the first records in the window that the list selects.
func finding(q store.OperationQuery, window store.Range, limit int, sorted ordering, w where) (r request, err error) {
	r = request{limit: limit, limits: q.Limits.Less(q.Scan), scan: q.Scan}
	r.where = inRange("start_time", window, &r.params)
	var behind string
	if r.order, behind, err = sorted.by(&r.params); err != nil {
		return r, err
	}
	if behind != "" {
		r.where = append(r.where, behind)
	}
	if q.Filter != nil {
		w.params, w.operations = &r.params, r.where
		filter, err := w.expr(q.Filter)
		if err != nil {
			return r, err
		}
		r.where = append(r.where, filter)
	}
	return r, nil
}
