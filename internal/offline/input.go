package offline

import (
	"cmp"
	"slices"

	"github.com/opslog/opslog/internal/explain"
	"github.com/opslog/opslog/internal/operation"
)

// Input is what the file knows about one of its operations.
func (r *Result) Input(op *operation.Operation) explain.Input {
	in := explain.Input{Operation: op, Same: r.same(op)}
	for _, s := range r.Spans {
		if s.TraceID == op.TraceID {
			in.Spans = append(in.Spans, s)
		}
	}
	for _, l := range r.Logs {
		if l.TraceID == op.TraceID {
			in.Logs = append(in.Logs, l)
		}
	}
	for _, o := range r.Operations {
		if o.TraceID == op.TraceID {
			in.Others = append(in.Others, o)
		}
		if command(o) == command(op) {
			in.Attempts = append(in.Attempts, o)
		}
	}
	return in
}

// command is the first attempt of what op tried.
func command(op *operation.Operation) operation.ID {
	if op.RetryOf.IsZero() {
		return op.ID
	}
	return op.RetryOf
}

func (r *Result) same(op *operation.Operation) *explain.Same {
	if op.ErrorFingerprint == "" {
		return nil
	}
	var others []*operation.Operation
	for _, o := range r.Operations {
		if o.ID != op.ID && o.ErrorFingerprint == op.ErrorFingerprint {
			others = append(others, o)
		}
	}
	if len(others) == 0 {
		return nil // a file is no proof that it happened nowhere else
	}
	return explain.SameOf(others, "in this file")
}

// All are the operations, those with errors first, each group by time.
func (r *Result) All() []*operation.Operation {
	out := slices.Clone(r.Operations)
	slices.SortStableFunc(out, func(a, b *operation.Operation) int { return cmp.Compare(fine(a), fine(b)) })
	return out
}

func fine(op *operation.Operation) int {
	if op.Status == operation.StatusError {
		return 0
	}
	return 1
}
