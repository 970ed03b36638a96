package clickhouse

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// scope finds the field of what a condition is about: of an operation, of a span, or of a part in JSON.
type scope func(p *params, f query.Field) (access, error)

// access is how SQL gets at a field, or at the value under a key of a map.
type access struct {
	kind    operation.Type
	value   string // for a key, the text that store.FlattenAttributes gives
	present string // holds when there is a value; empty when there always is one
	isList  string // for a key: holds when the value is a list, with its typed JSON as text
	size    int    // of an id, in bytes
	json    bool   // the value comes out of JSON, where ids are text
	indexed bool   // attribute_items has the value
	events  string // the JSON of a span's events, when they are asked by key
}

func recordScope(p *params, f query.Field) (access, error) {
	field := operation.FieldByName(f.Name)
	if field == nil {
		return access{}, fmt.Errorf("render condition: %q is not a field", f.Name)
	}
	a, err := columnAccess(p, f, field.Ref(new(operation.Operation)))
	a.indexed = f.Name == "attributes"
	return a, err
}

func spanScope(p *params, f query.Field) (access, error) {
	if f.Name == query.FieldEvents && f.Key != "" {
		return access{events: query.FieldEvents}, nil
	}
	for _, field := range spanFields {
		if field.name == f.Name {
			return columnAccess(p, f, field.ref(new(operation.Span)))
		}
	}
	return access{}, fmt.Errorf("render condition: %q is not a field of a span", f.Name)
}

// columnAccess is for a column that keeps what the reference points to. Its name is known to be one.
func columnAccess(p *params, f query.Field, ref any) (access, error) {
	a := access{kind: typeOf(ref), value: f.Name}
	switch {
	case f.Key != "" && a.kind != operation.TypeMap:
		return a, fmt.Errorf("render condition: field %s has no keys", f.Name)
	case f.Key != "":
		key := p.text(f.Key)
		a.value = f.Name + "[" + key + "]"
		a.present = "mapContains(" + f.Name + ", " + key + ")"
		a.isList = "substring(" + f.Name + "_types, indexOf(mapKeys(" + f.Name + "), " + key + "), 1) = 'l'"
	case a.kind == operation.TypeID:
		a.size = reflect.TypeOf(ref).Elem().Len()
		a.present = f.Name + " != " + p.id(make([]byte, a.size))
	case a.kind == operation.TypeString || a.kind == operation.TypeList || a.kind == operation.TypeMap:
		a.present = "notEmpty(" + f.Name + ")"
	}
	return a, nil
}

// partScope is for elements of a list in the shape of store.AppendList; part is the JSON of one.
func partScope(t reflect.Type) scope {
	return func(p *params, f query.Field) (access, error) {
		for i := range t.NumField() {
			if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name == f.Name {
				return jsonAccess(p, f, reflect.New(t.Field(i).Type).Interface())
			}
		}
		return access{}, fmt.Errorf("render condition: %q is not a field of a %s", f.Name, strings.ToLower(t.Name()))
	}
}

// jsonAccess is for a member of the part, which JSON leaves out when it is empty. Its name is known to be one.
func jsonAccess(p *params, f query.Field, ref any) (access, error) {
	a := access{kind: typeOf(ref), json: true}
	member := "(part, '" + f.Name + "')"
	_, optional := ref.(**int64)
	switch {
	case f.Key != "" && a.kind != operation.TypeMap:
		return a, fmt.Errorf("render condition: field %s has no keys", f.Name)
	case f.Key != "":
		return jsonKey(p, "part", f.Key), nil
	case a.kind == operation.TypeMap || a.kind == operation.TypeList:
		a.present = "JSONHas" + member
	case a.kind == operation.TypeString || a.kind == operation.TypeID:
		a.value = "JSONExtractString" + member
		a.present = "notEmpty(" + a.value + ")"
		if a.kind == operation.TypeID {
			a.size = reflect.TypeOf(ref).Elem().Len()
		}
	default: // numbers: whole ones, in all the lists that there are
		a.value = "JSONExtractInt" + member
		if optional {
			a.present = "JSONHas" + member
		}
	}
	return a, nil
}

// eventScope is for the events of a span; event is the JSON of one.
func eventScope(p *params, f query.Field) (access, error) {
	if f.Key == "name" {
		return access{kind: operation.TypeMap, value: "JSONExtractString(event, 'name')", isList: "false"}, nil
	}
	return jsonKey(p, "event", f.Key), nil
}

// jsonKey is for an attribute in the typed JSON of a part.
func jsonKey(p *params, part, key string) access {
	name := p.text(key)
	if strings.HasPrefix(key, "$") { // typed JSON puts one more in front of an only key
		name = "if(JSONLength(" + part + ", 'attributes') = 1, " + p.text("$"+key) + ", " + name + ")"
	}
	path := "(" + part + ", 'attributes', " + name + ")"
	raw := "JSONExtractRaw" + path
	return access{kind: operation.TypeMap, value: plainText(raw), present: "JSONHas" + path, isList: "startsWith(" + raw + ", '[')"}
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
