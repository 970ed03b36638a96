// Package store is the seam between opslog and its databases: what may be written and asked, and what the
// answers promise. Each engine lives in a folder of its own and passes the suite in storetest.
package store

import (
	"context"
	"errors"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// Errors that callers decide by. Engines wrap them with what they were doing.
var (
	// ErrNotFound: the store does not hold what was asked for.
	ErrNotFound = errors.New("not found")
	// ErrClosed: the store was closed; nothing was written.
	ErrClosed = errors.New("store is closed")
	// ErrUnavailable: the database cannot be reached or is not ready yet; trying again later makes sense.
	ErrUnavailable = errors.New("store is unavailable")
	// ErrLocked: another process owns the data.
	ErrLocked = errors.New("data is in use by another process")
	// ErrForeign: the place holds data that opslog did not write.
	ErrForeign = errors.New("not an opslog store")
	// ErrUnsupported: the query has a condition that this store cannot answer.
	ErrUnsupported = errors.New("not supported by this store")
	// ErrTooExpensive: answering would take more rows or memory than the question's Limits allow.
	ErrTooExpensive = errors.New("the query is too expensive")
	// ErrSchemaNewer: the data was written by a newer opslog than this one.
	ErrSchemaNewer = errors.New("schema is newer than this opslog")
)

// Writer takes records. A nil error promises that the whole batch is stored durably and will be seen by the
// next read. On an error any part of the batch may be stored, and writing the same batch again is safe: a store
// never shows one record twice. A Writer does not keep or change the slices it is given. It is safe for
// concurrent use, and empty batches are fine. Records whose time lies before what the retention keeps, or days in the
// future, are not stored, and that is no error; Stats counts them as far as the store can tell.
type Writer interface {
	// WriteOperations stores operations, identified by ID. One with a higher revision replaces an earlier one;
	// one with the same or a lower revision than the stored one changes nothing.
	WriteOperations(ctx context.Context, ops []*operation.Operation) error
	// WriteSpans stores spans, identified by trace id and span id.
	WriteSpans(ctx context.Context, spans []*operation.Span) error
	// WriteLogs stores log records, identified by ID.
	WriteLogs(ctx context.Context, logs []*operation.LogRecord) error
	// WriteEdges stores edges of the service graph, identified by ID.
	WriteEdges(ctx context.Context, edges []*operation.Edge) error
	// WriteQuality stores counters of trace quality, identified by ID.
	WriteQuality(ctx context.Context, counters []*operation.Quality) error
}

// Reader answers questions. Results belong to the caller. An answer without rows is an empty slice and no
// error, except where ErrNotFound is named. Cancelling ctx stops the work in the database.
type Reader interface {
	// Operations lists operations in the order that the query asks for, by itself newest first: by start time, then by
	// id, both descending. Of the orders that it is asked for, ties go by id, descending.
	Operations(ctx context.Context, q OperationQuery) ([]*operation.Operation, error)
	// Operation reads one operation whole, or ErrNotFound.
	Operation(ctx context.Context, id operation.ID) (*operation.Operation, error)
	// TraceOperations lists the operations of a trace by start time, then by id, ascending, without the fields
	// marked Detail.
	TraceOperations(ctx context.Context, q TraceQuery) ([]*operation.Operation, error)
	// Spans lists the kept spans of a trace by start time, then by span id, ascending.
	Spans(ctx context.Context, q TraceQuery) ([]*operation.Span, error)
	// ListSpans lists kept spans of all traces in the order that the query asks for, by itself newest first: by start time,
	// then by span id, then by trace id, all descending. Of the orders that it is asked for, ties go by the ids so.
	ListSpans(ctx context.Context, q SpanQuery) ([]*operation.Span, error)
	// Logs lists the log records of a trace by time, then by id, ascending.
	Logs(ctx context.Context, q TraceQuery) ([]*operation.LogRecord, error)
	// Aggregate computes one row for each group of operations; see AggregateQuery.
	Aggregate(ctx context.Context, q AggregateQuery) (Table, error)
	// Services sums up the operations of each service in the range, by name.
	Services(ctx context.Context, r Range) ([]ServiceSummary, error)
	// Edges sums up the edges of a range: one answer for each edge, without ID and Minute, in the order of their names.
	Edges(ctx context.Context, q EdgeQuery) ([]*operation.Edge, error)
	// Quality sums up the counters of trace quality of a range by service, environment, check and subject, in that order.
	Quality(ctx context.Context, q QualityQuery) ([]*QualitySum, error)
	// Stats tells what the store holds.
	Stats(ctx context.Context) (Stats, error)
}

// History keeps sums of operations longer than operations. Writing follows what Writer promises; a higher revision of
// a record replaces a lower one.
type History interface {
	// WriteRollups stores roll-ups, identified by ID.
	WriteRollups(ctx context.Context, rollups []*operation.Rollup) error
	// WriteErrorDays stores sums of errors, identified by ID.
	WriteErrorDays(ctx context.Context, days []*operation.ErrorDay) error
	// Rollups sums up roll-ups by steps of time and by names: one answer for each, in that order, without ID and
	// Revision. Minute is the begin of the step, a multiple of it.
	Rollups(ctx context.Context, q RollupQuery) ([]*operation.Rollup, error)
	// ErrorDays lists the sums of errors of the days that begin in the range, by day, then by ID.
	ErrorDays(ctx context.Context, within Range) ([]*operation.ErrorDay, error)
}

// RollupQuery selects roll-ups.
type RollupQuery struct {
	Range Range
	Step  operation.Duration // a multiple of a minute
}

// Backend is an opened store. Close waits for running calls, or until ctx ends; calls after it answer ErrClosed.
type Backend interface {
	Writer
	Reader
	State
	History
	Close(ctx context.Context) error
}

// Range is a half-open range of time: From is in it, To is not. A zero To has no end.
type Range struct {
	From, To operation.Time
}

// OperationQuery selects operations.
type OperationQuery struct {
	Range  Range
	Filter query.Expr      // nil selects all
	Sort   []query.SortKey // fields, none of them a list or a map without a key; empty is newest first
	After  *Cursor         // continue behind this operation; nil starts at the first
	Limit  int             // at least 1
	Detail bool            // read the fields marked Detail too; otherwise they stay empty, unless Sort names them
	Limits Limits
	Scan   *Scan // when not nil, is told what the search cost and whether a limit ended it
}

// TraceQuery selects what belongs to a trace. Range is where to look; the zero value is everywhere and slower.
type TraceQuery struct {
	TraceID operation.TraceID
	Range   Range
	Limit   int // at least 1
}

// ServiceSummary counts the operations of one service.
type ServiceSummary struct {
	Name       string         `json:"name"`
	Operations int64          `json:"operations"`
	Errors     int64          `json:"errors"`
	LastSeen   operation.Time `json:"last_seen"`
}

// Stats tells what a store holds. Oldest and Newest are start times of operations, 0 when there are none.
type Stats struct {
	Engine     string         `json:"engine"`
	Operations int64          `json:"operations"`
	Spans      int64          `json:"spans"`
	Logs       int64          `json:"logs"`
	Oldest     operation.Time `json:"oldest"`
	Newest     operation.Time `json:"newest"`
	Bytes      int64          `json:"bytes"`   // on disk
	Refused    int64          `json:"refused"` // since the start, by this process: see Writer
}
