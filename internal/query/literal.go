package query

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// value reads a literal as what the field holds. Attributes hold anything, so there the literal decides, except
// where an order is asked for.
func (c condition) value(lit Literal, order bool) (Value, *fault) {
	v, f := c.read(lit, order)
	if f != nil {
		if f.code == "" {
			f.code = CodeWrongValue
		}
		f.at = lit.at
		if f.fix != nil {
			f.fix.at = lit.at
		}
	}
	return v, f
}

func (c condition) read(lit Literal, order bool) (Value, *fault) {
	if !lit.Quoted && strings.EqualFold(lit.Text, "NULL") {
		return nil, &fault{message: "NULL is no value here", hint: "write IS NULL"}
	}
	switch c.field.Type {
	case operation.TypeInt:
		return c.whole(lit.Text)
	case operation.TypeFloat:
		return c.number(lit.Text)
	case operation.TypeBool:
		return wrap(boolValue(c.name, lit))
	case operation.TypeTime:
		t, err := ParseTime(lit.Text, c.now)
		return t, because(err)
	case operation.TypeDuration:
		return c.duration(lit.Text)
	case operation.TypeID:
		return c.id(lit.Text)
	case operation.TypeMap:
		return c.attribute(lit, order)
	default:
		return c.word(lit.Text)
	}
}

func because(err error) *fault {
	if err == nil {
		return nil
	}
	return &fault{message: err.Error()}
}

func wrap[T any](v T, f *fault) (Value, *fault) { return v, f }

func (c condition) whole(s string) (Value, *fault) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, nil
	}
	if n, ok := parseSize(s); ok && strings.HasSuffix(c.field.Name, "_size") && n < math.MaxInt64 {
		return int64(n), nil
	}
	f := &fault{message: fmt.Sprintf("%s is a whole number, not %q", c.name, s)}
	if c.field.Name == "status_code" && len(s) == 3 && strings.EqualFold(s[1:], "xx") {
		f.hint = fmt.Sprintf("write %s BETWEEN %c00 AND %c99", c.name, s[0], s[0])
	}
	return nil, f
}

func (c condition) number(s string) (Value, *fault) {
	if n, ok := parseNumber(s); ok {
		return n, nil
	}
	return nil, &fault{message: fmt.Sprintf("%s is a number, not %q", c.name, s)}
}

func boolValue(name string, lit Literal) (bool, *fault) {
	switch strings.ToLower(lit.Text) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, &fault{code: CodeWrongValue, message: fmt.Sprintf("%s is true or false, not %q", name, lit.Text)}
}

func (c condition) duration(s string) (Value, *fault) {
	if _, plain := parseNumber(s); plain && strings.Trim(s, "-0.") != "" {
		return nil, &fault{message: c.name + " needs a unit", hint: fmt.Sprintf("write %sms or %ss", s, s)}
	}
	d, err := parseDuration(s)
	return d, because(err)
}

func (c condition) id(s string) (Value, *fault) {
	switch c.field.Name {
	case "trace_id":
		id, err := operation.ParseTraceID(s)
		return id, because(err)
	case "span_id", "parent_span_id", "error_span_id", "slowest_step_span_id":
		id, err := operation.ParseSpanID(s)
		return id, because(err)
	default:
		id, err := operation.ParseID(s)
		return id, because(err)
	}
}

func (c condition) attribute(lit Literal, order bool) (Value, *fault) {
	n, isNumber := parseNumber(lit.Text)
	if order && !isNumber {
		n, isNumber = parseSize(lit.Text)
	}
	switch {
	case isNumber && (order || !lit.Quoted):
		return n, nil
	case order:
		return nil, &fault{message: fmt.Sprintf("%s can only be compared in order with a number, not %q", c.name, lit.Text), hint: "numbers of attributes have no unit of time"}
	case !lit.Quoted && (strings.EqualFold(lit.Text, "true") || strings.EqualFold(lit.Text, "false")):
		return strings.EqualFold(lit.Text, "true"), nil
	}
	return lit.Text, nil
}

// word is text, for a field with a closed list of values one of them.
func (c condition) word(s string) (Value, *fault) {
	list, key := closed[c.field.Name], c.field.Name
	if c.over != "" {
		key = c.over + "." + key
		list = closed[key]
	}
	if list == nil {
		return s, nil
	}
	lower := strings.ToLower(s)
	if lower == operation.StatusUnset && c.field.Name == "status" {
		lower = operation.StatusOK
	}
	if slices.Contains(list, lower) {
		return lower, nil
	}
	f := &fault{message: fmt.Sprintf("%s is one of %s, not %q", c.name, strings.Join(list, ", "), s)}
	if like := similar(lower, list); like != "" {
		f.hint, f.fix = fmt.Sprintf("did you mean %q?", like), &edit{with: like}
	} else if key == "kind" && slices.Contains(closed["transport"], lower) {
		f.hint = "write transport = " + lower
	}
	return nil, f
}
