package clickhouse

import (
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// where renders expressions as conditions of WHERE. All values and keys become parameters.
type where struct {
	params     *params
	search     search
	layout     layout
	operations []string // what the operations meet besides
	scope      scope    // of an operation when nil
}

func (w *where) expr(e query.Expr) (string, error) {
	switch e := e.(type) {
	case query.And:
		return w.join(e.Terms, " AND ", "true")
	case query.Or:
		return w.join(e.Terms, " OR ", "false")
	case query.Not:
		term, err := w.expr(e.Term)
		return "NOT " + term, err
	case query.Compare:
		return w.compare(e.Field, e.Op, e.Value)
	case query.In:
		return w.in(e)
	case query.Exists:
		return w.exists(e.Field)
	case query.Text:
		return w.text(e.Words), nil
	case query.Quant:
		return w.quant(e)
	default:
		return "", fmt.Errorf("render condition of type %T: %w", e, store.ErrUnsupported)
	}
}

func (w *where) join(terms []query.Expr, operator, empty string) (string, error) {
	if len(terms) == 0 {
		return empty, nil
	}
	rendered := make([]string, len(terms))
	for i, term := range terms {
		var err error
		if rendered[i], err = w.expr(term); err != nil {
			return "", err
		}
	}
	return "(" + strings.Join(rendered, operator) + ")", nil
}

func (w *where) in(e query.In) (string, error) {
	terms := make([]query.Expr, len(e.Values))
	for i, value := range e.Values {
		terms[i] = query.Compare{Field: e.Field, Op: query.Eq, Value: value}
	}
	return w.join(terms, " OR ", "false")
}

func (w *where) exists(f query.Field) (string, error) {
	a, err := w.find(f)
	switch {
	case err != nil:
		return "", err
	case a.events != "":
		return someEvent(a, func() (string, error) { return w.within(eventScope).exists(f) })
	case a.present == "":
		return "true", nil
	default:
		return a.present, nil
	}
}

// find refuses names that are no field: they would be part of the SQL.
func (w *where) find(f query.Field) (access, error) {
	if w.scope == nil {
		return recordScope(w.params, f)
	}
	return w.scope(w.params, f)
}

// found is a condition on a value that is there.
func (a access) found(condition string) string {
	if a.present == "" {
		return condition
	}
	return both(a.present, condition)
}

// someEvent holds when one of a span's events does.
func someEvent(a access, holds func() (string, error)) (string, error) {
	condition, err := holds()
	return "arrayExists(event -> " + condition + ", JSONExtractArrayRaw(" + a.events + "))", err
}

// both joins two conditions.
func both(a, b string) string { return "(" + a + " AND " + b + ")" }
