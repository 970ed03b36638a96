package store

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// Cursor is a place in a list of operations: the last one seen. Of a list with an order of its own it carries the
// values that the operation was sorted by, as text.
type Cursor struct {
	StartTime operation.Time
	ID        operation.ID
	Keys      []string `json:",omitempty"`
}

// CursorAt is the place of an operation in a list with this order.
func CursorAt(op *operation.Operation, sort []query.SortKey) Cursor {
	c := Cursor{StartTime: op.StartTime, ID: op.ID}
	for _, key := range sort {
		c.Keys = append(c.Keys, sortText(op, key))
	}
	return c
}

// sortText is the value of a key as text; what is missing is empty.
func sortText(op *operation.Operation, key query.SortKey) string {
	return keyText(operation.FieldByName(key.Field.Name).Ref(op), key.Field.Key)
}

// keyText is what a reference to a field holds, or what is under the key of a map.
func keyText(ref any, key string) string {
	switch p := ref.(type) {
	case *operation.Attributes:
		value, ok := (*p)[key]
		if !ok {
			return ""
		}
		text, _ := appendValue(nil, value)
		return string(text)
	default:
		value := reflect.ValueOf(p).Elem().Interface()
		if d, ok := value.(operation.Duration); ok {
			return strconv.FormatInt(int64(d), 10)
		}
		if t, ok := value.(operation.Time); ok {
			return strconv.FormatInt(int64(t), 10)
		}
		return fmt.Sprint(value)
	}
}

// SortValue is a value that operations are sorted by: an int64, a float64, or a string. Text of attributes that
// says a number sorts as one, before all other text; so it has two values, the number first (infinite for other
// text).
func SortValue(key query.SortKey, text string) ([]any, error) {
	var value any
	var err error
	switch key.Field.Type {
	case operation.TypeInt, operation.TypeTime, operation.TypeDuration:
		value, err = strconv.ParseInt(text, 10, 64)
	case operation.TypeFloat:
		value, err = strconv.ParseFloat(text, 64)
	case operation.TypeBool:
		value, err = strconv.ParseBool(text)
	case operation.TypeMap:
		return []any{numberOf(text), text}, nil
	default:
		value = text
	}
	if err != nil {
		return nil, fmt.Errorf("cursor: %q is no value of %s", text, key.Name)
	}
	if b, ok := value.(bool); ok {
		value = map[bool]int64{true: 1}[b]
	}
	return []any{value}, nil
}

func numberOf(text string) float64 {
	if text == "" || strings.Trim(text, "0123456789.eE+-") != "" {
		return math.Inf(1)
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.Inf(1)
	}
	return n
}

// Order compares operations in the order of a list: by the keys, then by id, descending; without keys, newest first.
func Order(sort []query.SortKey) func(a, b *operation.Operation) int {
	if len(sort) == 0 {
		return func(a, b *operation.Operation) int {
			return cmp.Or(cmp.Compare(b.StartTime, a.StartTime), slices.Compare(b.ID[:], a.ID[:]))
		}
	}
	return func(a, b *operation.Operation) int {
		for _, key := range sort {
			if c := compareBy(key, sortText(a, key), sortText(b, key)); c != 0 {
				return c
			}
		}
		return slices.Compare(b.ID[:], a.ID[:])
	}
}

func compareBy(key query.SortKey, a, b string) int {
	x, _ := SortValue(key, a)
	y, _ := SortValue(key, b)
	for i := range x {
		if c := compareValues(x[i], y[i]); c != 0 {
			if key.Desc {
				return -c
			}
			return c
		}
	}
	return 0
}

func compareValues(a, b any) int {
	switch a := a.(type) {
	case int64:
		return cmp.Compare(a, b.(int64))
	case float64:
		return cmp.Compare(a, b.(float64))
	default:
		return cmp.Compare(a.(string), b.(string))
	}
}
