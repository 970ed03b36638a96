package clickhouse

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// Operation looks where the id says: its start gives the partition, and the id is the key in there.
func (b *Backend) Operation(ctx context.Context, id operation.ID) (*operation.Operation, error) {
	const doing = "read operation"
	end, err := b.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	var r request
	r.where = []string{
		"operation_id = " + r.params.id(id[:]),
		"id_time = toDateTime(" + r.params.number(int64(id.Start())/int64(time.Second)) + ", 'UTC')",
	}
	found, err := read(ctx, b, doing, "operation.sql", operationFields(true), r)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s %s: %w", doing, id, store.ErrNotFound)
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
	r := request{limit: q.Limit}
	r.where = append([]string{"trace_id = " + r.params.id(q.TraceID[:])}, inRange(time, q.Range, &r.params)...)
	return read(ctx, b, doing, file, fields, r)
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

// request is what a query file is filled with.
type request struct {
	params params
	where  []string
	limit  int      // 0 when the file has no limit
	found  attached // what the file's subquery finds
	order  string   // of lists that can have several
	limits store.Limits
	scan   *store.Scan
}

// read runs a query file for records of type T.
func read[T any](ctx context.Context, b *Backend, doing, file string, fields []field[T], r request) ([]*T, error) {
	f := fragments{layout: b.layout, Columns: strings.Join(newSet(fields).names(), ", "), Where: all(r.where), Order: r.order}
	if r.limit > 0 {
		f.Limit = r.params.number(int64(r.limit))
	}
	sql, err := render(file, f)
	if err != nil {
		return nil, err
	}
	q := statement{sql: sql, params: r.params, settings: append(readSettings(b.state.able()), limitSettings(r.limits)...), found: r.found, scan: r.scan}
	out, err := selectRows(ctx, b.pool, q, fields)
	if err != nil {
		return nil, b.failed(ctx, doing, err)
	}
	return out, nil
}
