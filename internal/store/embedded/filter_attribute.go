//go:build cgo && !noduckdb

package embedded

import (
	"fmt"
	"strconv"

	"github.com/opslog/opslog/internal/query"
)

// attribute compares the value under a key with one of the values; of a value that is a list, each element.
func (c *condition) attribute(a access, f query.Field, op query.Op, values []query.Value) error {
	position := "list_position(" + a.keys + ", ?)"
	value := a.vals + "[" + position + "]"

	// 'l' is the letter of lists, kept as JSON. Without the key the position is NULL, and so is what follows.
	c.add("coalesce(CASE WHEN substr("+a.types+", "+position+", 1) = 'l'", f.Key)
	c.add(" THEN len(list_filter(json_extract_string("+value+", '$[*]'), lambda x: ", f.Key)
	if err := c.oneOf("x", "", f, op, values); err != nil {
		return err
	}
	c.add(")) > 0 ELSE ")
	if err := c.oneOf(value, f.Key, f, op, values); err != nil {
		return err
	}
	c.add(" END, FALSE)")
	return nil
}

// oneOf compares SQL that gives an attribute's text with values; key is for the question mark in it, if there is one.
func (c *condition) oneOf(left, key string, f query.Field, op query.Op, values []query.Value) error {
	return c.join(len(values), " OR ", func(i int) error { return c.attributeValue(left, key, f, op, values[i]) })
}

// attributeValue compares text with text, numbers with text that is one, and booleans with their names.
func (c *condition) attributeValue(left, key string, f query.Field, op query.Op, value query.Value) error {
	text, isText := value.(string)
	if b, isBool := value.(bool); isBool {
		text, isText = strconv.FormatBool(b), true
	}
	if isText {
		c.keyOf(key)
		return c.str(left, f, op, text)
	}
	number, isNumber := value.(float64)
	if !isNumber {
		return fmt.Errorf("filter on %s.%s: no comparison with a value of type %T", f.Name, f.Key, value)
	}
	// The cast alone would also take spaces, underscores and infinity.
	c.keyOf(key)
	c.keyOf(key)
	return c.ordered("CASE WHEN trim("+left+", '0123456789.eE+-') = '' THEN TRY_CAST("+left+" AS DOUBLE) END", f, op, "?", number)
}

func (c *condition) keyOf(key string) {
	if key != "" {
		c.args = append(c.args, key)
	}
}

// someEvent holds when one of a span's events, e, does.
func (c *condition) someEvent(a access, holds func() error) error {
	c.add("coalesce(len(list_filter(json_extract(nullif(" + a.events + ", ''), '$[*]'), lambda e: ")
	if err := holds(); err != nil {
		return err
	}
	c.add(")) > 0, FALSE)")
	return nil
}

// event compares the name of an event or one of its attributes.
func (c *condition) event(f query.Field, op query.Op, values []query.Value) error {
	if f.Key == eventName {
		return c.oneOf("json_extract_string(e, '$.name')", "", f, op, values)
	}
	return c.attribute(jsonMap("e"), f, op, values)
}

func (c *condition) eventExists(key string) {
	if key == eventName {
		c.add("TRUE")
		return
	}
	c.add("coalesce(list_contains("+jsonMap("e").keys+", ?), FALSE)", key)
}

// eventName is the key that means the name of an event.
const eventName = "name"
