package store

import "errors"

// ErrRefused says that the store will never take these records as they are. Nothing of the call was lost: it may be repeated
// with fewer records, to find those that are refused.
var ErrRefused = errors.New("refused by the store")

// Reasons of a refusal.
const (
	RefusedConstraint = "constraint" // a rule of the table
	RefusedEncoding   = "encoding"   // it cannot be written in the database's form
	RefusedSize       = "size"       // too large
	RefusedType       = "type"       // a value that the column does not take
	RefusedOther      = "other"
)

// Refusal is an error that is ErrRefused and has a reason.
type Refusal struct {
	Reason string
	Err    error
}

func (r *Refusal) Error() string        { return r.Err.Error() }
func (r *Refusal) Unwrap() error        { return r.Err }
func (r *Refusal) Is(target error) bool { return target == ErrRefused }

// RefusalReason is the reason in err.
func RefusalReason(err error) string {
	if r := (*Refusal)(nil); errors.As(err, &r) {
		return r.Reason
	}
	return RefusedOther
}
