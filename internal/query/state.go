package query

import "github.com/opslog/opslog/internal/operation"

// stateField is the name of a field that is kept nowhere: operation.CommandState. Conditions on it become conditions
// on the fields that it is made of.
const stateField = "command_state"

// inState is the condition for each state, the counterpart of operation.CommandState.
var inState = func() map[string]Expr {
	is := func(field string, v Value) Expr { return Compare{recordField(field), Eq, v} }
	dead, failed, complete := is("dead_lettered", true), is("status", operation.StatusError), is("complete", true)
	retried := Or{[]Expr{Compare{recordField("attempt"), Gt, int64(1)}, Exists{recordField("retry_of")}}}
	alive := And{[]Expr{Not{dead}, Not{failed}, complete}}
	return map[string]Expr{
		operation.CommandDeadLettered: dead,
		operation.CommandFailed:       And{[]Expr{failed, Not{dead}}},
		operation.CommandUnknown:      And{[]Expr{Not{complete}, Not{failed}, Not{dead}}},
		operation.CommandRetried:      And{[]Expr{alive, retried}},
		operation.CommandSucceeded:    And{[]Expr{alive, Not{retried}}},
	}
}()

// ofState replaces a condition on the state; false when it is of a kind that a state does not have.
func ofState(e Expr) (Expr, bool) {
	switch e := e.(type) {
	case Not:
		term, ok := ofState(e.Term)
		return Not{term}, ok
	case In:
		terms := make([]Expr, len(e.Values))
		for i, v := range e.Values {
			terms[i] = inState[v.(string)]
		}
		return anyOf(terms), true
	case Compare:
		switch e.Op {
		case Eq:
			return inState[e.Value.(string)], true
		case Ne:
			return Not{inState[e.Value.(string)]}, true
		}
	}
	return e, false
}
