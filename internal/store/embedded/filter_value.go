//go:build cgo && !noduckdb

package embedded

import (
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// value compares a field with one value of the field's type.
func (c *condition) value(a access, f query.Field, op query.Op, value query.Value) error {
	switch v := value.(type) {
	case string:
		if a.typ == operation.TypeString {
			return c.str(a.value, f, op, v)
		}
	case bool:
		if a.typ == operation.TypeBool && equality(op) {
			return c.ordered(a.value, f, op, "?", v)
		}
	case operation.ID:
		return c.id(a, f, op, "CAST(? AS UUID)", uuid(v), v.String())
	case operation.TraceID:
		return c.id(a, f, op, "CAST(? AS UUID)", uuid(v), v.String())
	case operation.SpanID:
		return c.id(a, f, op, "CAST(? AS UBIGINT)", spanNumber(v), v.String())
	default:
		if typ, number := numberOf(value); number != nil && a.typ == typ {
			return c.ordered(a.value, f, op, "?", number)
		}
	}
	return fmt.Errorf("filter on %s: operator %q does not fit a value of type %T", f.Name, op, value)
}

// numberOf is the value as the database keeps it, and the type of the fields that it fits.
func numberOf(value query.Value) (operation.Type, any) {
	switch v := value.(type) {
	case int64:
		return operation.TypeInt, v
	case float64:
		return operation.TypeFloat, v
	case operation.Time:
		return operation.TypeTime, int64(v)
	case operation.Duration:
		return operation.TypeDuration, int64(v)
	default:
		return 0, nil
	}
}

func equality(op query.Op) bool { return op == query.Eq || op == query.Ne }

// id compares an id in a column of its own with its bytes, and one in JSON with its text.
func (c *condition) id(a access, f query.Field, op query.Op, right string, number, text any) error {
	if a.typ != operation.TypeID || !equality(op) {
		return fmt.Errorf("filter on %s: operator %q does not fit an id", f.Name, op)
	}
	if a.json {
		return c.ordered(a.value, f, op, "?", text)
	}
	return c.ordered(a.value, f, op, right, number)
}

var orderings = map[query.Op]string{query.Eq: "=", query.Ne: "<>", query.Gt: ">", query.Ge: ">=", query.Lt: "<", query.Le: "<="}

func (c *condition) ordered(left string, f query.Field, op query.Op, right string, value any) error {
	sign := orderings[op]
	if sign == "" {
		return fmt.Errorf("filter on %s: operator %q does not fit a value of type %T", f.Name, op, value)
	}
	c.add(left+" "+sign+" "+right, value)
	return nil
}

// str compares text. LIKE's own signs in the value are escaped by a backslash.
func (c *condition) str(left string, f query.Field, op query.Op, value string) error {
	switch op {
	case query.Match:
		c.add("regexp_matches("+left+", ?)", value)
		return nil
	case query.NotMatch:
		c.add("NOT regexp_matches("+left+", ?)", value)
		return nil
	}
	right := "?"
	if f.Fold {
		left, right = "lower("+left+")", "lower(?)"
	}
	switch op {
	case query.Eq, query.Ne:
		return c.ordered(left, f, op, right, value)
	case query.Contains:
		c.add("contains("+left+", "+right+")", value)
	case query.StartsWith:
		c.add("starts_with("+left+", "+right+")", value)
	case query.Like:
		c.add(left+" LIKE "+right+` ESCAPE '\'`, likePattern.Replace(value))
	default:
		return fmt.Errorf("filter on %s: operator %q does not fit text", f.Name, op)
	}
	return nil
}

var likePattern = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`, `*`, `%`, `?`, `_`)
