package query

import (
	"reflect"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// partTypes are what a Quant ranges over.
var partTypes = map[string]reflect.Type{
	OverSpans:    reflect.TypeFor[operation.Span](),
	OverExternal: reflect.TypeFor[operation.Step](),
	OverEffects:  reflect.TypeFor[operation.Effect](),
	OverFindings: reflect.TypeFor[operation.Finding](),
	OverLinks:    reflect.TypeFor[operation.Link](),
}

// onField tests the field's value when there is one; an element of a list of values suffices.
func onField(over string, f Field, holds func(any) bool) test {
	ref := reference(over, f.Name)
	if ref == nil {
		return func(subject) bool { return false }
	}
	return func(s subject) bool {
		if events, ok := s.eventsOf(over, f); ok {
			return eventHolds(events, f.Key, holds)
		}
		value, ok := read(ref(s.part), f.Key)
		return ok && holds(value)
	}
}

// reference gives access to a field of the operation or of a part by its JSON name; nil when there is none.
func reference(over, name string) func(part any) any {
	if over == "" {
		f := operation.FieldByName(name)
		if f == nil {
			return nil
		}
		return func(part any) any { return f.Ref(part.(*operation.Operation)) }
	}
	t := partTypes[over]
	for i := range t.NumField() {
		if tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); tag == name {
			return func(part any) any { return reflect.ValueOf(part).Elem().Field(i).Addr().Interface() }
		}
	}
	return nil
}

// read gives the value behind a reference; ok is false when it is missing.
func read(ref any, key string) (value any, ok bool) {
	switch p := ref.(type) {
	case *string:
		return *p, *p != ""
	case *int64:
		return *p, true
	case **int64:
		if *p == nil {
			return nil, false
		}
		return **p, true
	case *float64:
		return *p, true
	case *bool:
		return *p, true
	case *operation.Time:
		return *p, true
	case *operation.Duration:
		return *p, true
	case *operation.ID:
		return *p, !p.IsZero()
	case *operation.TraceID:
		return *p, !p.IsZero()
	case *operation.SpanID:
		return *p, !p.IsZero()
	case *operation.Attributes:
		if key == "" {
			return nil, len(*p) > 0
		}
		value, ok = (*p)[key]
		return value, ok
	default: // a list
		return nil, reflect.ValueOf(ref).Elem().Len() > 0
	}
}

func (s subject) eventsOf(over string, f Field) ([]operation.Event, bool) {
	span, ok := s.part.(*operation.Span)
	if !ok || over != OverSpans || f.Name != FieldEvents || f.Key == "" {
		return nil, false
	}
	return span.Events, true
}

func eventHolds(events []operation.Event, key string, holds func(any) bool) bool {
	for _, e := range events {
		value, ok := e.Attributes[key]
		if key == "name" {
			value, ok = e.Name, true
		}
		if ok && holds(value) {
			return true
		}
	}
	return false
}
