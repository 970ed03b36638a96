package store

import (
	"context"
	"errors"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// Limits bound what one question may cost the database. The zero value bounds nothing; the deadline of the context
// bounds the time.
type Limits struct {
	Rows   int64 // operations that are looked at
	Memory int64 // bytes; the embedded store has one bound for all questions together and takes none here
}

// Scan is what a question cost.
type Scan struct {
	Rows    int64    `json:"rows_scanned"` // operations that were looked at
	Partial *Partial `json:"partial,omitempty"`
	// Rollups says that a part of the answer comes from sums that outlived the operations; see LongTerm.
	Rollups bool `json:"rollups,omitempty"`
}

// Partial says that a limit ended the search: what is older than SearchedFrom was not looked at. A question without
// a Scan fails instead, with ErrTooExpensive or context.DeadlineExceeded.
type Partial struct {
	Reason       string         `json:"reason"` // ReasonTime or ReasonRows
	SearchedFrom operation.Time `json:"searched_from"`
}

// The reasons of a Partial.
const (
	ReasonTime = "time_limit"
	ReasonRows = "row_limit"
)

// Add counts rows; a nil Scan takes no notice.
func (s *Scan) Add(rows int64) {
	if s != nil {
		s.Rows += rows
	}
}

// Ended tells whether a limit ended the search with this error, and notes that everything from that time on was
// looked at. ctx is the caller's own; when it has ended there is nobody left to answer.
func (s *Scan) Ended(ctx context.Context, err error, searched operation.Time) bool {
	if s == nil || err == nil || ctx.Err() != nil {
		return false
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		s.Partial = &Partial{ReasonTime, searched}
	case errors.Is(err, ErrTooExpensive):
		s.Partial = &Partial{ReasonRows, searched}
	default:
		return false
	}
	return true
}

// Less is what is left of the limits after the scan so far.
func (l Limits) Less(s *Scan) Limits {
	if l.Rows > 0 && s != nil {
		l.Rows = max(1, l.Rows-s.Rows)
	}
	return l
}

// SearchTime bounds a search so that a fifth of the time until the deadline remains for answering.
func SearchTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-time.Until(deadline)/5))
}
