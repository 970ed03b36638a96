package operation

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"
	"unsafe"
)

// Type says what a field holds.
type Type int

// The types of fields. TypeID fields are *ID, *TraceID or *SpanID; TypeList fields are pointers to slices of
// Step, Effect, Finding or Link, and travel as JSON where a place knows no structure.
const (
	TypeString Type = iota
	TypeInt
	TypeFloat
	TypeBool
	TypeTime
	TypeDuration
	TypeID
	TypeMap
	TypeList
)

// Field is one field of Operation under its one name.
type Field struct {
	Name   string
	Type   Type
	Detail bool // large or rarely looked at: lists of operations leave it out
	offset uintptr
	at     func(unsafe.Pointer) any
}

// Ref points to the field inside op: *string, *int64, *float64, *bool, *Time, *Duration, *ID, *TraceID, *SpanID,
// *Attributes, *[]Step, *[]Effect, *[]Finding or *[]Link.
//
// It is asked for every field of every record that travels, and reflection took half of that way.
func (f *Field) Ref(op *Operation) any { return f.at(unsafe.Add(unsafe.Pointer(op), f.offset)) }

// refs make the pointer of a field's type.
var refs = map[reflect.Type]func(unsafe.Pointer) any{
	reflect.TypeFor[string]():     ref[string],
	reflect.TypeFor[int64]():      ref[int64],
	reflect.TypeFor[float64]():    ref[float64],
	reflect.TypeFor[bool]():       ref[bool],
	reflect.TypeFor[Time]():       ref[Time],
	reflect.TypeFor[Duration]():   ref[Duration],
	reflect.TypeFor[ID]():         ref[ID],
	reflect.TypeFor[TraceID]():    ref[TraceID],
	reflect.TypeFor[SpanID]():     ref[SpanID],
	reflect.TypeFor[Attributes](): ref[Attributes],
	reflect.TypeFor[[]Step]():     ref[[]Step],
	reflect.TypeFor[[]Effect]():   ref[[]Effect],
	reflect.TypeFor[[]Finding]():  ref[[]Finding],
	reflect.TypeFor[[]Link]():     ref[[]Link],
}

func ref[T any](p unsafe.Pointer) any { return (*T)(p) }

var (
	fields  = collect(reflect.TypeFor[Operation](), "", 0)
	byName  = index(fields)
	typeMap = map[reflect.Type]Type{
		reflect.TypeFor[ID]():         TypeID,
		reflect.TypeFor[TraceID]():    TypeID,
		reflect.TypeFor[SpanID]():     TypeID,
		reflect.TypeFor[Time]():       TypeTime,
		reflect.TypeFor[Duration]():   TypeDuration,
		reflect.TypeFor[Attributes](): TypeMap,
	}
)

// Fields are all fields, in the order of the struct. The slice must not be changed.
func Fields() []Field { return fields }

// FieldByName finds a field by its name, or answers nil.
func FieldByName(name string) *Field { return byName[name] }

func collect(t reflect.Type, prefix string, offset uintptr) []Field {
	var out []Field
	for i := range t.NumField() {
		sf := t.Field(i)
		if p, ok := sf.Tag.Lookup("prefix"); ok {
			out = append(out, collect(sf.Type, prefix+p, offset+sf.Offset)...)
			continue
		}
		out = append(out, Field{Name: prefix + sf.Tag.Get("json"), Type: typeOf(sf.Type), Detail: sf.Tag.Get("detail") != "",
			offset: offset + sf.Offset, at: refs[sf.Type]})
	}
	return out
}

func typeOf(t reflect.Type) Type {
	if known, ok := typeMap[t]; ok {
		return known
	}
	switch t.Kind() {
	case reflect.String:
		return TypeString
	case reflect.Int64:
		return TypeInt
	case reflect.Float64:
		return TypeFloat
	case reflect.Bool:
		return TypeBool
	case reflect.Slice:
		return TypeList
	default:
		panic(fmt.Sprintf("operation: field of type %v has no place in the record", t))
	}
}

func index(all []Field) map[string]*Field {
	m := make(map[string]*Field, len(all))
	for i := range all {
		m[all[i].Name] = &all[i]
	}
	return m
}

// MarshalJSON writes the fields flat under their names: numbers and booleans always, everything else when it
// is not empty.
func (op *Operation) MarshalJSON() ([]byte, error) {
	buf := append(make([]byte, 0, 2048), '{')
	for i := range fields {
		f := &fields[i]
		ref := f.Ref(op)
		if empty(ref) {
			continue
		}
		value, err := json.Marshal(ref)
		if err != nil {
			return nil, fmt.Errorf("encode field %s: %w", f.Name, err)
		}
		if len(buf) > 1 {
			buf = append(buf, ',')
		}
		buf = append(buf, '"')
		buf = append(buf, f.Name...)
		buf = append(buf, '"', ':')
		buf = append(buf, value...)
	}
	return append(buf, '}'), nil
}

// UnmarshalJSON reads what MarshalJSON writes; names that are no field are ignored, so that an older client
// can read a newer server.
func (op *Operation) UnmarshalJSON(data []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return fmt.Errorf("decode operation: %w", err)
	}
	*op = Operation{}
	for name, value := range raw {
		f := byName[name]
		if f == nil {
			continue
		}
		if err := json.Unmarshal(value, f.Ref(op)); err != nil {
			return fmt.Errorf("decode field %s: %w", name, err)
		}
	}
	return nil
}

// empty tells whether a reference from Ref holds nothing worth writing.
func empty(ref any) bool {
	switch p := ref.(type) {
	case *string:
		return *p == ""
	case *ID:
		return p.IsZero()
	case *TraceID:
		return p.IsZero()
	case *SpanID:
		return p.IsZero()
	case *Attributes:
		return len(*p) == 0
	case *[]Step:
		return len(*p) == 0
	case *[]Effect:
		return len(*p) == 0
	case *[]Finding:
		return len(*p) == 0
	case *[]Link:
		return len(*p) == 0
	case *int64, *float64, *bool, *Time, *time.Duration:
		return false
	default:
		panic(fmt.Sprintf("operation: reference of type %T", ref))
	}
}
