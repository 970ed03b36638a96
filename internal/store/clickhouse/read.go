package clickhouse

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// Operations walks windows of time, newest first: most lists end within the last minutes.
func (b *Backend) Operations(ctx context.Context, q store.OperationQuery) ([]*operation.Operation, error) {
	end, err := b.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("list operations: %w", err)
	}
	defer end()
	out := []*operation.Operation{}
	for _, window := range windows(q, operation.TimeOf(time.Now())) {
		page, err := b.listWindow(ctx, q, window, q.Limit-len(out))
		if err != nil {
			return nil, err
		}
		if out = append(out, page...); len(out) >= q.Limit {
			break
		}
	}
	return out, nil
}

func (b *Backend) listWindow(ctx context.Context, q store.OperationQuery, window store.Range, limit int) ([]*operation.Operation, error) {
	var p params
	conditions := inRange("start_time", window, &p)
	if q.After != nil {
		conditions = append(conditions, after(*q.After, &p))
	}
	if q.Filter != nil {
		w := where{params: &p, search: b.search()}
		filter, err := w.expr(q.Filter)
		if err != nil {
			return nil, fmt.Errorf("list operations: %w", err)
		}
		conditions = append(conditions, filter)
	}
	return read(ctx, b, "list operations", "operations.sql", operationFields(q.Detail), conditions, limit, &p)
}

// Operation looks where the id says: its start gives the partition, and the id is the key in there.
func (b *Backend) Operation(ctx context.Context, id operation.ID) (*operation.Operation, error) {
	end, err := b.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("read operation: %w", err)
	}
	defer end()
	var p params
	conditions := []string{
		"operation_id = " + p.id(id[:]),
		"id_time = toDateTime(" + p.number(int64(id.Start())/int64(time.Second)) + ", 'UTC')",
	}
	found, err := read(ctx, b, "read operation", "operation.sql", operationFields(true), conditions, 1, &p)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || id.IsZero() {
		return nil, fmt.Errorf("operation %s: %w", id, store.ErrNotFound)
	}
	return found[0], nil
}

// TraceOperations lists the operations of a trace.
func (b *Backend) TraceOperations(ctx context.Context, q store.TraceQuery) ([]*operation.Operation, error) {
	return readTrace(ctx, b, "list operations of trace", "trace_operations.sql", operationFields(false), "start_time", q)
}

// Spans lists the kept spans of a trace.
func (b *Backend) Spans(ctx context.Context, q store.TraceQuery) ([]*operation.Span, error) {
	return readTrace(ctx, b, "list spans of trace", "spans.sql", spanFields, "start_time", q)
}

// Logs lists the log records of a trace.
func (b *Backend) Logs(ctx context.Context, q store.TraceQuery) ([]*operation.LogRecord, error) {
	return readTrace(ctx, b, "list logs of trace", "logs.sql", logFields, "time", q)
}

func readTrace[T any](ctx context.Context, b *Backend, doing, file string, fields []field[T], time string, q store.TraceQuery) ([]*T, error) {
	end, err := b.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	var p params
	conditions := append([]string{"trace_id = " + p.id(q.TraceID[:])}, inRange(time, q.Range, &p)...)
	return read(ctx, b, doing, file, fields, conditions, q.Limit, &p)
}

func inRange(column string, r store.Range, p *params) []string {
	var conditions []string
	if r.From != 0 {
		conditions = append(conditions, column+" >= "+p.time(r.From))
	}
	if r.To != 0 {
		conditions = append(conditions, column+" < "+p.time(r.To))
	}
	return conditions
}

func after(c store.Cursor, p *params) string {
	return "(start_time, operation_id) < (" + p.time(c.StartTime) + ", " + p.id(c.ID[:]) + ")"
}

// read runs a query file for records of type T.
func read[T any](ctx context.Context, b *Backend, doing, file string, fields []field[T], conditions []string, limit int, p *params) ([]*T, error) {
	sql, err := render(file, fragments{
		layout: b.layout, Columns: strings.Join(newSet(fields).names(), ", "), Where: all(conditions), Limit: p.number(int64(limit)),
	})
	if err != nil {
		return nil, err
	}
	out, err := selectRows(ctx, b.pool, readSettings(b.state.able()), sql, p, fields)
	if err != nil {
		return nil, b.failed(ctx, doing, err)
	}
	return out, nil
}
