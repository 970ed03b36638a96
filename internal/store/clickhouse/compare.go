package clickhouse

import (
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// compare renders a comparison that is false where the field is absent, and never NULL.
func (w *where) compare(f query.Field, op query.Op, value query.Value) (string, error) {
	field, err := record(f)
	if err != nil {
		return "", err
	}
	if f.Key != "" {
		return w.compareAttribute(f, op, value)
	}
	switch v := value.(type) {
	case string:
		if field.Type == operation.TypeString {
			condition, err := w.compareText(f.Name, op, v, f.Fold)
			return both("notEmpty("+f.Name+")", condition), err
		}
	case int64:
		return w.ordered(field, operation.TypeInt, op, w.params.number(v))
	case float64:
		return w.ordered(field, operation.TypeFloat, op, w.params.float(v))
	case bool:
		return w.ordered(field, operation.TypeBool, op, w.params.bool(v))
	case operation.Time:
		return w.ordered(field, operation.TypeTime, op, w.params.time(v))
	case operation.Duration:
		return w.ordered(field, operation.TypeDuration, op, w.params.number(int64(v)))
	case operation.ID:
		return w.compareID(field, op, v[:])
	case operation.TraceID:
		return w.compareID(field, op, v[:])
	case operation.SpanID:
		return w.compareID(field, op, v[:])
	}
	return "", fmt.Errorf("render condition: field %s does not compare with a %T", f.Name, value)
}

func (w *where) ordered(field *operation.Field, kind operation.Type, op query.Op, parameter string) (string, error) {
	if field.Type != kind {
		return "", fmt.Errorf("render condition: field %s has another type than its value", field.Name)
	}
	return order(field.Name, op, parameter)
}

func (w *where) compareID(field *operation.Field, op query.Op, id []byte) (string, error) {
	if field.Type != operation.TypeID || idSize(field) != len(id) {
		return "", fmt.Errorf("render condition: field %s has another type than its value", field.Name)
	}
	condition, err := order(field.Name, op, w.params.id(id))
	return both(w.hasID(field), condition), err
}

// order renders the operators that every type has.
func order(expr string, op query.Op, parameter string) (string, error) {
	switch op {
	case query.Eq, query.Ne, query.Gt, query.Ge, query.Lt, query.Le:
		return expr + " " + string(op) + " " + parameter, nil
	default:
		return "", fmt.Errorf("render condition: operator %q does not fit %s", op, expr)
	}
}

func (w *where) compareText(expr string, op query.Op, value string, fold bool) (string, error) {
	switch {
	case op == query.Match || op == query.NotMatch:
		// The server's point matches a line break, that of RE2 by itself does not.
		match := "match(" + expr + ", " + w.params.text("(?-s)"+value) + ")"
		if op == query.NotMatch {
			match = "NOT " + match
		}
		return match, nil
	case fold:
		return w.compareText("lowerUTF8("+expr+")", op, strings.ToLower(value), false)
	case op == query.Contains:
		return "position(" + expr + ", " + w.params.text(value) + ") > 0", nil
	case op == query.StartsWith:
		return "startsWith(" + expr + ", " + w.params.text(value) + ")", nil
	case op == query.Like:
		return expr + " LIKE " + w.params.text(likePattern.Replace(value)), nil
	default:
		return order(expr, op, w.params.text(value))
	}
}

// likePattern turns * and ? into SQL's wildcards, and makes those that were there plain text.
var likePattern = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`, `*`, `%`, `?`, `_`)
