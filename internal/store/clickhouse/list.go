package clickhouse

import (
	"context"
	"fmt"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// listed is what a list is made of first. Reading the many columns of a whole operation costs more than finding
// it, so that is done once, for those that are in the list.
type listed struct{ id operation.ID }

var listedFields = []field[listed]{{"operation_id", func(l *listed) any { return &l.id }}}

// Operations lists operations, newest first.
func (b *Backend) Operations(ctx context.Context, q store.OperationQuery) ([]*operation.Operation, error) {
	const doing = "list operations"
	end, err := b.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	var found []*listed
	for _, window := range windows(q, operation.TimeOf(time.Now())) {
		more, err := b.find(ctx, doing, q, window, q.Limit-len(found))
		if err != nil {
			return nil, err
		}
		if found = append(found, more...); len(found) >= q.Limit {
			break
		}
	}
	if len(found) == 0 {
		return []*operation.Operation{}, nil
	}
	return read(ctx, b, doing, "operations.sql", operationFields(q.Detail), request{found: found})
}

// find answers the ids of the newest operations in the window that the query selects.
func (b *Backend) find(ctx context.Context, doing string, q store.OperationQuery, window store.Range, limit int) ([]*listed, error) {
	r := request{limit: limit}
	r.where = inRange("start_time", window, &r.params)
	if q.After != nil {
		r.where = append(r.where, after(*q.After, &r.params))
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
