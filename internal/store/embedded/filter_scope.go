//go:build cgo && !noduckdb

package embedded

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// scope finds the field of what a condition is about: of an operation, of a span, or of an element of a list.
type scope func(f query.Field) (access, error)

// access is how SQL gets at a field.
type access struct {
	typ     operation.Type
	value   string // NULL only where present says no; empty for maps and lists
	present string // holds when there is a value; empty when there always is one
	json    bool   // the value comes out of JSON, where ids are text
	number  bool   // an id that is kept as a number

	keys, vals, types string // of a map
	events            string // the JSON of a span's events, when they are asked by key
}

var recordScope scope = func(f query.Field) (access, error) {
	field := operation.FieldByName(f.Name)
	if field == nil {
		return access{}, fmt.Errorf("filter: unknown field %q", f.Name)
	}
	return columnAccess(field.Ref(&operation.Operation{}), "o."+quoted(f.Name)), nil
}

// spansAs finds fields of spans in the table of that alias.
func spansAs(alias string) scope {
	return func(f query.Field) (access, error) {
		for _, column := range spans.columns {
			if column.name != f.Name {
				continue
			}
			a := columnAccess(column.ref(&operation.Span{}), alias+"."+quoted(f.Name))
			if f.Name == query.FieldEvents && f.Key != "" {
				a.events = alias + ".events"
			}
			return a, nil
		}
		return access{}, fmt.Errorf("filter: unknown field %q of a span", f.Name)
	}
}

var (
	spanScope = spansAs("s") // within a condition on operations
	rowScope  = spansAs("o") // of the spans that are listed
)

// columnAccess is for a column that keeps what the reference points to.
func columnAccess(ref any, column string) access {
	a := access{typ: typeOf(ref), value: column}
	switch {
	case a.typ == operation.TypeString:
		a.present = column + " <> ''"
	case a.typ == operation.TypeList:
		a.present, a.value = column+" <> ''", ""
	case a.typ == operation.TypeMap:
		a = access{typ: a.typ, keys: part(column, "keys"), vals: part(column, "vals"), types: part(column, "types")}
		a.present = "len(" + a.keys + ") > 0"
	case a.typ == operation.TypeID && isSpanID(ref):
		a.present, a.number = column+" <> 0", true
	case a.typ == operation.TypeID:
		a.present = column + " <> '00000000-0000-0000-0000-000000000000'"
	}
	return a
}

func part(column, name string) string { return "struct_extract(" + column + ", '" + name + "')" }

func isSpanID(ref any) bool {
	_, ok := ref.(*operation.SpanID)
	return ok
}

func typeOf(ref any) operation.Type {
	switch ref.(type) {
	case *string:
		return operation.TypeString
	case *int64, **int64, *uint32:
		return operation.TypeInt
	case *float64:
		return operation.TypeFloat
	case *bool:
		return operation.TypeBool
	case *operation.Time:
		return operation.TypeTime
	case *operation.Duration:
		return operation.TypeDuration
	case *operation.ID, *operation.TraceID, *operation.SpanID:
		return operation.TypeID
	case *operation.Attributes:
		return operation.TypeMap
	default:
		return operation.TypeList
	}
}

// elementScope is for elements of a list; p is the JSON of one.
func elementScope(t reflect.Type) scope {
	return func(f query.Field) (access, error) {
		for i := range t.NumField() {
			if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name == f.Name {
				return jsonAccess(reflect.New(t.Field(i).Type).Interface(), "json_extract_string(p, '$."+name+"')"), nil
			}
		}
		return access{}, fmt.Errorf("filter: unknown field %q of an element of type %s", f.Name, t.Name())
	}
}

// jsonAccess is for text out of JSON; what is empty there is left out.
func jsonAccess(ref any, text string) access {
	a := access{typ: typeOf(ref), json: true}
	_, pointer := ref.(**int64)
	switch {
	case a.typ == operation.TypeString, a.typ == operation.TypeID:
		a.value = "coalesce(" + text + ", '')"
		a.present = a.value + " <> ''"
	case pointer:
		a.value, a.present = "CAST("+text+" AS BIGINT)", text+" IS NOT NULL"
	case a.typ == operation.TypeMap:
		a = jsonMap("p")
	case a.typ == operation.TypeList:
		a.present = text + " IS NOT NULL"
	default: // numbers: whole ones, in all the lists that there are
		a.value = "coalesce(CAST(" + text + " AS BIGINT), 0)"
	}
	return a
}

// jsonMap is for the flattened attributes in the JSON of a link or an event.
func jsonMap(name string) access {
	a := access{
		typ: operation.TypeMap, json: true,
		keys: "CAST(json_extract(" + name + ", '$.keys') AS VARCHAR[])", vals: "CAST(json_extract(" + name + ", '$.vals') AS VARCHAR[])",
		types: "json_extract_string(" + name + ", '$.types')",
	}
	a.present = "coalesce(len(" + a.keys + ") > 0, FALSE)"
	return a
}
