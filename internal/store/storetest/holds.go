package storetest

import (
	"bytes"
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// Holds says in plain Go what an expression means; every store must agree with it.
func Holds(op *operation.Operation, expr query.Expr) bool {
	switch e := expr.(type) {
	case nil:
		return true
	case query.And:
		return !slices.ContainsFunc(e.Terms, func(t query.Expr) bool { return !Holds(op, t) })
	case query.Or:
		return slices.ContainsFunc(e.Terms, func(t query.Expr) bool { return Holds(op, t) })
	case query.Not:
		return !Holds(op, e.Term)
	case query.Compare:
		got, ok := valueOf(op, e.Field)
		return ok && compare(got, e.Op, e.Value, e.Field.Fold)
	case query.In:
		got, ok := valueOf(op, e.Field)
		return ok && slices.ContainsFunc(e.Values, func(v query.Value) bool { return compare(got, query.Eq, v, e.Field.Fold) })
	case query.Exists:
		_, ok := valueOf(op, e.Field)
		return ok
	case query.Text:
		return occurs(op, e.Words)
	default:
		panic(fmt.Sprintf("storetest: expression of type %T", expr))
	}
}

func occurs(op *operation.Operation, words string) bool {
	for _, text := range []string{op.Name, op.Target, op.ErrorType, op.ErrorMessage, op.StatusMessage, op.RequestBody, op.ResponseBody} {
		if strings.Contains(strings.ToLower(text), strings.ToLower(words)) {
			return true
		}
	}
	return false
}

// valueOf is what the operation has in the field, and whether it has it. Values of attributes are text.
func valueOf(op *operation.Operation, field query.Field) (any, bool) {
	ref := reflect.ValueOf(operation.FieldByName(field.Name).Ref(op)).Elem()
	if field.Key != "" {
		keys, values, _ := store.FlattenAttributes(ref.Interface().(operation.Attributes))
		i, ok := slices.BinarySearch(keys, field.Key)
		if !ok {
			return nil, false
		}
		if list, ok := ref.MapIndex(reflect.ValueOf(field.Key)).Interface().([]any); ok {
			return list, true
		}
		return attribute(values[i]), true
	}
	switch ref.Kind() {
	case reflect.String, reflect.Map, reflect.Slice:
		return ref.Interface(), ref.Len() > 0
	case reflect.Array:
		return ref.Interface(), !ref.IsZero()
	default:
		return ref.Interface(), true
	}
}

// attribute is the text of an attribute's value, as FlattenAttributes gives it.
type attribute string

func textOf(value any) attribute {
	_, values, _ := store.FlattenAttributes(operation.Attributes{"": value})
	return attribute(values[0])
}

func compare(got any, op query.Op, want query.Value, fold bool) bool {
	switch g := got.(type) {
	case []any: // holds when one of its elements does
		return slices.ContainsFunc(g, func(item any) bool { return compare(textOf(item), op, want, fold) })
	case attribute:
		return compareAttribute(string(g), op, want, fold)
	case string:
		return compareText(g, op, want.(string), fold)
	case int64:
		return ordered(cmp.Compare(g, want.(int64)), op)
	case float64:
		return ordered(cmp.Compare(g, want.(float64)), op)
	case operation.Time:
		return ordered(cmp.Compare(g, want.(operation.Time)), op)
	case time.Duration:
		return ordered(cmp.Compare(g, want.(operation.Duration)), op)
	case bool:
		return (g == want.(bool)) == (op == query.Eq)
	default:
		return ordered(bytes.Compare(idBytes(g), idBytes(want)), op)
	}
}

// compareAttribute compares text with text, numbers with numeric text only, and booleans with their names.
func compareAttribute(got string, op query.Op, want query.Value, fold bool) bool {
	switch w := want.(type) {
	case float64:
		number, err := strconv.ParseFloat(got, 64)
		return err == nil && ordered(cmp.Compare(number, w), op)
	case bool:
		return compareText(got, op, strconv.FormatBool(w), fold)
	default:
		return compareText(got, op, want.(string), fold)
	}
}

func compareText(got string, op query.Op, want string, fold bool) bool {
	if fold && op != query.Match && op != query.NotMatch {
		got, want = strings.ToLower(got), strings.ToLower(want)
	}
	switch op {
	case query.Match, query.NotMatch:
		return regexp.MustCompile(want).MatchString(got) == (op == query.Match)
	case query.Contains:
		return strings.Contains(got, want)
	case query.StartsWith:
		return strings.HasPrefix(got, want)
	case query.Like:
		pattern := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(want))
		return regexp.MustCompile("(?s)^" + pattern + "$").MatchString(got)
	default:
		return ordered(cmp.Compare(got, want), op)
	}
}

func ordered(order int, op query.Op) bool {
	switch op {
	case query.Eq:
		return order == 0
	case query.Ne:
		return order != 0
	case query.Gt:
		return order > 0
	case query.Ge:
		return order >= 0
	case query.Lt:
		return order < 0
	case query.Le:
		return order <= 0
	default:
		panic(fmt.Sprintf("storetest: operator %q", op))
	}
}

func idBytes(id any) []byte {
	switch v := id.(type) {
	case operation.ID:
		return v[:]
	case operation.TraceID:
		return v[:]
	case operation.SpanID:
		return v[:]
	default:
		panic(fmt.Sprintf("storetest: id of type %T", id))
	}
}
