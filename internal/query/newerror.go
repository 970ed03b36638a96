package query

import "slices"

// AsksNew tells whether a NewError is in the condition.
func AsksNew(e Expr) bool {
	switch e := e.(type) {
	case And:
		return slices.ContainsFunc(e.Terms, AsksNew)
	case Or:
		return slices.ContainsFunc(e.Terms, AsksNew)
	case Not:
		return AsksNew(e.Term)
	case NewError:
		return true
	default:
		return false
	}
}

// KnownNew is the condition with what is known in place of each NewError.
func KnownNew(e, known Expr) Expr {
	each := func(terms []Expr) []Expr {
		out := make([]Expr, len(terms))
		for i, t := range terms {
			out[i] = KnownNew(t, known)
		}
		return out
	}
	switch e := e.(type) {
	case And:
		return And{each(e.Terms)}
	case Or:
		return Or{each(e.Terms)}
	case Not:
		return Not{KnownNew(e.Term, known)}
	case NewError:
		return known
	default:
		return e
	}
}
