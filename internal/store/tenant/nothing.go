package tenant

import (
	"context"
	"fmt"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

var errWrite = fmt.Errorf("%w: a tenant writes no records", store.ErrUnsupported)

// Rollups are none: sums outlive operations and do not know tenants. A tenant sees as far back as there are operations.
func (backend) Rollups(context.Context, store.RollupQuery) ([]*operation.Rollup, error) {
	return []*operation.Rollup{}, nil
}

// ErrorDays are none; see Rollups.
func (backend) ErrorDays(context.Context, store.Range) ([]*operation.ErrorDay, error) {
	return []*operation.ErrorDay{}, nil
}

func (backend) WriteOperations(context.Context, []*operation.Operation) error { return errWrite }
func (backend) WriteSpans(context.Context, []*operation.Span) error           { return errWrite }
func (backend) WriteLogs(context.Context, []*operation.LogRecord) error       { return errWrite }
func (backend) WriteEdges(context.Context, []*operation.Edge) error           { return errWrite }
func (backend) WriteQuality(context.Context, []*operation.Quality) error      { return errWrite }
func (backend) WriteRollups(context.Context, []*operation.Rollup) error       { return errWrite }
func (backend) WriteErrorDays(context.Context, []*operation.ErrorDay) error   { return errWrite }
