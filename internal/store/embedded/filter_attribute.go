//go:build cgo && !noduckdb

package embedded

import (
	"fmt"
	"strconv"

	"github.com/opslog/opslog/internal/query"
)

// attribute compares the value under a key with one of the values, and each element of a value that is a list.
func (c *condition) attribute(f query.Field, op query.Op, values []query.Value) error {
	if f.Key == "" {
		return fmt.Errorf("filter on %s: a map is compared by key, as in %s.key", f.Name, f.Name)
	}
	column := quoted(f.Name)
	vals := "struct_extract(" + column + ", 'vals')"
	types := "struct_extract(" + column + ", 'types')"
	position := "list_position(struct_extract(" + column + ", 'keys'), ?)"

	// 'l' is the letter of lists, kept as JSON. Without the key the position is NULL, and so is what follows.
	c.add("coalesce(CASE WHEN substr("+types+", "+position+", 1) = 'l' THEN len(list_filter(json_extract_string("+vals+"[",
		f.Key)
	c.add(position+"], '$[*]'), lambda x: ", f.Key)
	if err := c.oneOf("x", "", f, op, values); err != nil {
		return err
	}
	c.add(")) > 0 ELSE ")
	if err := c.oneOf(vals+"["+position+"]", f.Key, f, op, values); err != nil {
		return err
	}
	c.add(" END, FALSE)")
	return nil
}

// oneOf compares an SQL expression with values; key is for the question mark in it, if there is one.
func (c *condition) oneOf(left, key string, f query.Field, op query.Op, values []query.Value) error {
	c.add("(")
	for i, value := range values {
		if i > 0 {
			c.add(" OR ")
		}
		if err := c.attributeValue(left, key, f, op, value); err != nil {
			return err
		}
	}
	c.add(")")
	return nil
}

// attributeValue compares text with text, numbers with numeric text only, and booleans with their names.
func (c *condition) attributeValue(left, key string, f query.Field, op query.Op, value query.Value) error {
	if key != "" {
		c.args = append(c.args, key)
	}
	switch v := value.(type) {
	case string:
		return c.str(left, f, op, v)
	case bool:
		return c.str(left, f, op, strconv.FormatBool(v))
	case float64:
		return c.ordered("TRY_CAST("+left+" AS DOUBLE)", f, op, "?", v)
	default:
		return fmt.Errorf("filter on %s.%s: no comparison with a value of type %T", f.Name, f.Key, value)
	}
}
