package alert

import (
	"errors"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// selector compiles a rule's condition; nil takes every operation.
func selector(match string) (query.Matcher, error) {
	if match == "" {
		return nil, nil
	}
	q, err := query.Parse(match, 0)
	if err != nil {
		return nil, err
	}
	if len(q.Stages) > 0 {
		return nil, errors.New("takes conditions only; what stands behind a | belongs into a rule of type query")
	}
	if overSpans(q.Filter) {
		return nil, errors.New("asks about spans; operations are watched before their spans are stored, so use external, effects or findings")
	}
	if query.AsksNew(q.Filter) {
		return nil, errors.New("asks whether an error is new, which takes what is stored to know; a rule of type new_error tells of such errors, one of type query can count them")
	}
	return query.Compile(q.Filter), nil
}

func overSpans(e query.Expr) bool {
	switch e := e.(type) {
	case query.And:
		return anyOverSpans(e.Terms)
	case query.Or:
		return anyOverSpans(e.Terms)
	case query.Not:
		return overSpans(e.Term)
	case query.Quant:
		return e.Over == query.OverSpans
	}
	return false
}

func anyOverSpans(terms []query.Expr) bool {
	for _, t := range terms {
		if overSpans(t) {
			return true
		}
	}
	return false
}

// checkQuery tells what is wrong with the query of a rule of type query.
func checkQuery(text string) error {
	q, err := query.Parse(text, 0)
	if err != nil {
		return err
	}
	for _, s := range q.Stages {
		if _, ok := s.(*query.Aggregate); ok {
			return nil
		}
	}
	return errors.New("has no aggregate; write one behind a |, such as \"status = error | count() by service\"")
}

// callsOut tells whether an operation called something outside itself.
func callsOut(op *operation.Operation) bool {
	return op.DB.Calls+op.HTTP.Calls+op.RPC.Calls+op.Messaging.Calls+op.Cache.Calls > 0
}
