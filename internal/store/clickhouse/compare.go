package clickhouse

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// compare renders a comparison that is false where the field is absent, and never NULL.
func (w *where) compare(f query.Field, op query.Op, value query.Value) (string, error) {
	a, err := w.find(f)
	switch {
	case err != nil:
		return "", err
	case a.events != "":
		return someEvent(a, func() (string, error) { return w.within(eventScope).compare(f, op, value) })
	case f.Key != "":
		return w.compareAttribute(a, f, op, value)
	}
	condition, err := w.compareField(a, f, op, value)
	return a.found(condition), err
}

func (w *where) compareField(a access, f query.Field, op query.Op, value query.Value) (string, error) {
	kind, parameter := operation.TypeID, ""
	switch v := value.(type) {
	case string:
		if a.kind == operation.TypeString {
			return w.compareText(a.value, op, v, f.Fold)
		}
		kind = operation.TypeString
	case int64:
		kind, parameter = operation.TypeInt, w.params.number(v)
	case float64:
		kind, parameter = operation.TypeFloat, w.params.float(v)
	case bool:
		kind, parameter = operation.TypeBool, w.params.bool(v)
	case operation.Time:
		kind, parameter = operation.TypeTime, w.params.time(v)
	case operation.Duration:
		kind, parameter = operation.TypeDuration, w.params.number(int64(v))
	case operation.ID:
		parameter = w.id(a, v[:])
	case operation.TraceID:
		parameter = w.id(a, v[:])
	case operation.SpanID:
		parameter = w.id(a, v[:])
	}
	if a.kind != kind || parameter == "" {
		return "", fmt.Errorf("render condition: field %s does not compare with a %T", f.Name, value)
	}
	return order(a.value, op, parameter)
}

// id is empty for an id of another size than the field's.
func (w *where) id(a access, id []byte) string {
	switch {
	case len(id) != a.size:
		return ""
	case a.json:
		return w.params.text(hex.EncodeToString(id))
	default:
		return w.params.id(id)
	}
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
