package query

import "github.com/opslog/opslog/internal/operation"

// Holds tells whether a where stage's condition holds for a row of an aggregate. value gives the row's value of a
// column by the column's name: of the column's Go type, ids as text, nil when it is missing.
func Holds(e Expr, value func(column string) any) bool {
	switch e := e.(type) {
	case nil:
		return true
	case And:
		for _, t := range e.Terms {
			if !Holds(t, value) {
				return false
			}
		}
		return true
	case Or:
		for _, t := range e.Terms {
			if Holds(t, value) {
				return true
			}
		}
		return false
	case Not:
		return !Holds(e.Term, value)
	case Exists:
		return value(e.Field.Name) != nil
	case Compare:
		return cellHolds(e.Field, e.Op, e.Value, value(e.Field.Name))
	case In:
		for _, v := range e.Values {
			if cellHolds(e.Field, Eq, v, value(e.Field.Name)) {
				return true
			}
		}
	}
	return false
}

func cellHolds(f Field, op Op, want Value, cell any) bool {
	if id, ok := want.(operation.ID); ok {
		want = id.String()
	}
	return cell != nil && comparer(f, op, want)(cell)
}

// Since is the time that a pasted block asked to begin at; ok is false when it asked for none.
func (q *Query) Since(now operation.Time) (from operation.Time, ok bool) {
	if q.From == "" {
		return 0, false
	}
	from, err := ParseTime(q.From, now)
	return from, err == nil
}
