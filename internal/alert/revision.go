package alert

import "github.com/opslog/opslog/internal/operation"

// revisions keeps an operation from being counted twice: one that is emitted again, because late spans changed it or
// because it was still running before, counts only by what is new in it. Only errors and operations under way are
// remembered, the last 2 x half of them.
type revisions struct {
	half          int
	recent, older map[operation.ID]mark
}

type mark uint8

const (
	markRunning mark = 1 << iota // seen under way, not counted yet
	markError                    // counted as an error
)

const revisionsHalf = 20000

func newRevisions() revisions {
	return revisions{half: revisionsHalf, recent: map[operation.ID]mark{}, older: map[operation.ID]mark{}}
}

// delta tells what of the operation is to be counted: itself, its error.
func (r *revisions) delta(op *operation.Operation) (total, failed bool) {
	isError := op.Status == operation.StatusError
	if op.Revision <= 1 && op.Complete && !isError {
		return true, false
	}
	before, remembered := r.lookup(op.ID)
	if !op.Complete && op.IncompleteReason == operation.IncompleteRunning {
		r.remember(op.ID, before|markRunning)
		return false, false
	}
	total = op.Revision <= 1 && before&markError == 0 || remembered && before&markRunning != 0
	failed = isError && before&markError == 0
	if isError {
		before |= markError
	}
	r.remember(op.ID, before&^markRunning)
	return total, failed
}

func (r *revisions) lookup(id operation.ID) (mark, bool) {
	if m, ok := r.recent[id]; ok {
		return m, true
	}
	m, ok := r.older[id]
	return m, ok
}

func (r *revisions) remember(id operation.ID, m mark) {
	if len(r.recent) >= r.half {
		r.recent, r.older = map[operation.ID]mark{}, r.recent
	}
	r.recent[id] = m
}
