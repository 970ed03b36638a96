package clickhouse

import (
	"fmt"
	"reflect"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// lists are those of a record that a condition may range over.
var lists = map[string]scope{
	query.OverExternal: partScope(reflect.TypeFor[operation.Step]()),
	query.OverEffects:  partScope(reflect.TypeFor[operation.Effect]()),
	query.OverFindings: partScope(reflect.TypeFor[operation.Finding]()),
	query.OverLinks:    partScope(reflect.TypeFor[operation.Link]()),
}

func (w *where) quant(q query.Quant) (string, error) {
	some, every := w.somePart, w.everyPart
	if q.Over == query.OverSpans {
		some, every = w.someSpan, w.everySpan
	} else if lists[q.Over] == nil {
		return "", fmt.Errorf("render condition: an operation has no list %q", q.Over)
	}
	switch q.Kind {
	case query.KindAny:
		return some(q)
	case query.KindAll:
		return every(q)
	case query.KindNone:
		condition, err := some(q)
		return "NOT " + condition, err
	default:
		return "", fmt.Errorf("render condition: no quantifier %q", q.Kind)
	}
}

func (w *where) somePart(q query.Quant) (string, error) {
	term, err := w.within(lists[q.Over]).expr(q.Term)
	return "arrayExists(part -> " + term + ", JSONExtractArrayRaw(" + q.Over + "))", err
}

func (w *where) everyPart(q query.Quant) (string, error) {
	term, err := w.within(lists[q.Over]).expr(q.Term)
	return both("notEmpty("+q.Over+")", "arrayAll(part -> "+term+", JSONExtractArrayRaw("+q.Over+"))"), err
}

// someSpan looks for spans of an operation: those of its trace and service that start while it runs.
func (w *where) someSpan(q query.Quant) (string, error) {
	term, err := w.within(spanScope).expr(q.Term)
	if err != nil {
		return "", err
	}
	return w.withSpan(term)
}

// everySpan holds when there are spans, and none of them fails.
func (w *where) everySpan(q query.Quant) (string, error) {
	some, err := w.withSpan("true")
	if err != nil {
		return "", err
	}
	failing, err := w.someSpan(query.Quant{Term: query.Not{Term: q.Term}})
	return both(some, "NOT "+failing), err
}

func (w *where) withSpan(condition string) (string, error) {
	sql, err := render("with_span.sql", fragments{layout: w.layout, Where: condition, Operations: all(w.operations)})
	return "operation_id IN (" + sql + ")", err
}

// within renders conditions on parts of an operation.
func (w *where) within(s scope) *where {
	return &where{params: w.params, scope: s}
}
