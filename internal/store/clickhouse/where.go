package clickhouse

import (
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// where renders expressions as conditions of WHERE. All values and keys become parameters.
type where struct {
	params *params
	search search
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
	field, err := record(f)
	if err != nil {
		return "", err
	}
	if f.Key != "" {
		return w.hasKey(f), nil
	}
	switch field.Type {
	case operation.TypeString, operation.TypeList, operation.TypeMap:
		return "notEmpty(" + field.Name + ")", nil
	case operation.TypeID:
		return w.hasID(field), nil
	default:
		return "true", nil
	}
}

// record finds the record's field, and refuses names that are none: they would be part of the SQL.
func record(f query.Field) (*operation.Field, error) {
	field := operation.FieldByName(f.Name)
	switch {
	case field == nil:
		return nil, fmt.Errorf("render condition: %q is not a field", f.Name)
	case f.Key != "" && field.Type != operation.TypeMap:
		return nil, fmt.Errorf("render condition: field %s has no keys", f.Name)
	default:
		return field, nil
	}
}

func (w *where) hasKey(f query.Field) string {
	return "mapContains(" + f.Name + ", " + w.params.text(f.Key) + ")"
}

func (w *where) hasID(field *operation.Field) string {
	return field.Name + " != " + w.params.id(make([]byte, idSize(field)))
}

func idSize(field *operation.Field) int {
	if _, ok := field.Ref(new(operation.Operation)).(*operation.SpanID); ok {
		return len(operation.SpanID{})
	}
	return len(operation.ID{})
}

// both joins two conditions.
func both(a, b string) string { return "(" + a + " AND " + b + ")" }
