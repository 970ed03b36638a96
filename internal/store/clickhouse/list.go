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
	found, err := b.newest(ctx, doing, q)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return []*operation.Operation{}, nil
	}
	ops, err := read(ctx, b, doing, "operations.sql", operationFields(q.Detail, q.Sort...), request{found: found})
	slices.SortFunc(ops, store.Order(q.Sort))
	return ops, err
}

// newest finds which operations are in the list. Those of a list that is newest first are looked for in one window
// of time after the other.
func (b *Backend) newest(ctx context.Context, doing string, q store.OperationQuery) ([]*listed, error) {
	searching, stop := store.SearchTime(ctx)
	defer stop()
	var found []*listed
	for _, window := range windows(q, operation.TimeOf(time.Now())) {
		more, err := b.find(searching, doing, q, window, q.Limit-len(found))
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
	r := request{limit: limit, limits: q.Limits.Less(q.Scan), scan: q.Scan}
	r.where = inRange("start_time", window, &r.params)
	order, behind, err := orderBy(q, &r.params)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	if r.order = order; behind != "" {
		r.where = append(r.where, behind)
	}
	if q.Filter != nil {
		w := where{params: &r.params, search: b.search(), layout: b.layout, operations: r.where}
		filter, err := w.expr(q.Filter)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", doing, err)
		}
		r.where = append(r.where, filter)
	}
	return read(ctx, b, doing, "operation_ids.sql", listedFields, r)
}

func after(c store.Cursor, p *params) string {
	return "(start_time, operation_id) < (" + p.time(c.StartTime) + ", " + p.id(c.ID[:]) + ")"
}
