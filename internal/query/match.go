package query

import (
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// Matcher tells whether a condition holds for an operation with the spans that are kept of it. It is safe for
// concurrent use.
type Matcher func(op *operation.Operation, spans []*operation.Span) bool

// Matches tells whether the condition holds. It is the reference for what conditions mean: stores answer the same.
func Matches(e Expr, op *operation.Operation, spans ...*operation.Span) bool {
	return Compile(e)(op, spans)
}

// Compile prepares a condition for many operations. A nil condition holds for all.
func Compile(e Expr) Matcher {
	if e == nil {
		return func(*operation.Operation, []*operation.Span) bool { return true }
	}
	test := compile(e, "")
	return func(op *operation.Operation, spans []*operation.Span) bool { return test(subject{op, op, spans}) }
}

// subject is what a condition is tested on: the operation or a part of it.
type subject struct {
	part  any // *operation.Operation, *Span, *Step, *Effect, *Finding or *Link
	op    *operation.Operation
	spans []*operation.Span
}

type test func(subject) bool

// compile makes a test of a condition on an operation (over is empty) or on parts of one.
func compile(e Expr, over string) test {
	switch e := e.(type) {
	case And:
		return every(compileAll(e.Terms, over), false)
	case Or:
		return every(compileAll(e.Terms, over), true)
	case Not:
		term := compile(e.Term, over)
		return func(s subject) bool { return !term(s) }
	case Compare:
		return onField(over, e.Field, comparer(e.Field, e.Op, e.Value))
	case In:
		return compileIn(over, e)
	case Exists:
		return onField(over, e.Field, func(any) bool { return true })
	case Text:
		return compileText(e)
	case Quant:
		return compileQuant(e)
	default:
		return func(subject) bool { return false }
	}
}

func compileAll(terms []Expr, over string) []test {
	tests := make([]test, len(terms))
	for i, t := range terms {
		tests[i] = compile(t, over)
	}
	return tests
}

// every stops at the first test that answers stop, with that answer.
func every(tests []test, stop bool) test {
	return func(s subject) bool {
		for _, t := range tests {
			if t(s) == stop {
				return stop
			}
		}
		return !stop
	}
}

func compileIn(over string, e In) test {
	holds := make([]func(any) bool, len(e.Values))
	for i, v := range e.Values {
		holds[i] = comparer(e.Field, Eq, v)
	}
	return onField(over, e.Field, func(value any) bool {
		for _, h := range holds {
			if h(value) {
				return true
			}
		}
		return false
	})
}

func compileText(e Text) test {
	words := strings.ToLower(e.Words)
	return func(s subject) bool {
		op := s.op
		for _, text := range []string{op.Name, op.Target, op.ErrorType, op.ErrorMessage, op.StatusMessage, op.RequestBody, op.ResponseBody} {
			if strings.Contains(strings.ToLower(text), words) {
				return true
			}
		}
		return false
	}
}

func compileQuant(e Quant) test {
	term := compile(e.Term, e.Over)
	return func(s subject) bool {
		parts, holding := 0, 0
		s.each(e.Over, func(part any) {
			parts++
			if term(subject{part: part, op: s.op}) {
				holding++
			}
		})
		switch e.Kind {
		case KindAny:
			return holding > 0
		case KindAll:
			return parts > 0 && holding == parts
		default:
			return holding == 0
		}
	}
}

// each visits the parts of the operation.
func (s subject) each(over string, visit func(part any)) {
	switch over {
	case OverSpans:
		for _, span := range s.spans {
			visit(span)
		}
	case OverExternal:
		visitAll(s.op.External, visit)
	case OverEffects:
		visitAll(s.op.Effects, visit)
	case OverFindings:
		visitAll(s.op.Findings, visit)
	case OverLinks:
		visitAll(s.op.Links, visit)
	}
}

func visitAll[T any](parts []T, visit func(any)) {
	for i := range parts {
		visit(&parts[i])
	}
}
