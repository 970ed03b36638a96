package decode

import (
	"reflect"
	"sync"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// These have the fields of pdata's structures of the same names, in their order.
type (
	request struct{ ResourceSpans []unsafe.Pointer }

	span struct {
		TraceState                                                    string
		Name                                                          string
		Attributes                                                    []keyValue
		Events                                                        []unsafe.Pointer
		Links                                                         []unsafe.Pointer
		Status                                                        status
		StartTimeUnixNano                                             uint64
		EndTimeUnixNano                                               uint64
		Flags                                                         uint32
		Kind                                                          int32
		DroppedAttributesCount, DroppedEventsCount, DroppedLinksCount uint32
		TraceId                                                       [16]byte
		SpanId, ParentSpanId                                          [8]byte
	}

	status struct {
		Message string
		Code    int32
	}

	keyValue struct {
		Value       anyValue
		Key         string
		KeyStrindex int32
	}

	anyValue struct{ Value either }

	// text and integer are what either points to.
	text    struct{ StringValue string }
	integer struct{ IntValue int64 }

	// either is any: what it points to, and of which type that is.
	either struct{ kind, data unsafe.Pointer }
)

// layout is what there is to know of pdata's structures.
type layout struct {
	request                         reflect.Type // a pointer
	resource, scope, span, keyValue reflect.Type
	spanList                        reflect.Type
	scopes, spans                   uintptr        // where the lists are in a resource and in a scope
	text, integer                   unsafe.Pointer // the kinds of either
}

var known = sync.OnceValue(learn)

// learn looks at a request with two attributes. It answers nil when that is not what this package knows.
func learn() *layout {
	traces := ptrace.NewTraces()
	attributes := traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty().Attributes()
	attributes.PutStr("text", "a")
	attributes.PutInt("integer", 1)
	sample := own(ptraceotlp.NewExportRequestFromTraces(traces))
	if !sample.IsValid() {
		return nil
	}
	l := &layout{request: sample.Type()}
	var found [3]bool
	l.resource, _, found[0] = list(l.request.Elem(), "ResourceSpans")
	l.scope, l.scopes, found[1] = list(l.resource, "ScopeSpans")
	l.span, l.spans, found[2] = list(l.scope, "Spans")
	if found != [3]bool{true, true, true} || !same(l.request.Elem(), reflect.TypeFor[request]()) || !same(l.span, reflect.TypeFor[span]()) {
		return nil
	}
	l.spanList = reflect.SliceOf(l.span)
	pairs, _ := l.span.FieldByName("Attributes")
	l.keyValue = pairs.Type.Elem()
	for _, t := range []reflect.Type{l.resource, l.scope, l.span, l.keyValue} {
		if _, ok := reflect.New(t).Interface().(interface{ UnmarshalProto([]byte) error }); !ok {
			return nil
		}
	}
	return l.learnValues(sample.UnsafePointer())
}

// own is what a request is in pdata.
func own(request ptraceotlp.ExportRequest) reflect.Value {
	orig := reflect.ValueOf(request).FieldByName("orig")
	if orig.Kind() != reflect.Pointer || orig.Type().Elem().Kind() != reflect.Struct {
		return reflect.Value{}
	}
	return orig
}

// list finds a list of pointers to structures.
func list(in reflect.Type, name string) (of reflect.Type, at uintptr, ok bool) {
	if in == nil {
		return nil, 0, false
	}
	f, ok := in.FieldByName(name)
	if !ok || f.Type.Kind() != reflect.Slice || f.Type.Elem().Kind() != reflect.Pointer || f.Type.Elem().Elem().Kind() != reflect.Struct {
		return nil, 0, false
	}
	return f.Type.Elem().Elem(), f.Offset, true
}

// same tells whether a type of pdata lies in memory as ours does, and has the same names in it.
func same(theirs, ours reflect.Type) bool {
	if ours == reflect.TypeFor[either]() {
		return theirs.Kind() == reflect.Interface && theirs.NumMethod() == 0
	}
	if ours.Kind() == reflect.UnsafePointer {
		return theirs.Kind() == reflect.Pointer
	}
	if theirs.Kind() != ours.Kind() || theirs.Size() != ours.Size() {
		return false
	}
	switch ours.Kind() {
	case reflect.Struct:
		if theirs.NumField() != ours.NumField() {
			return false
		}
		for i := range ours.NumField() {
			a, b := theirs.Field(i), ours.Field(i)
			if a.Name != b.Name || a.Offset != b.Offset || !same(a.Type, b.Type) {
				return false
			}
		}
		return true
	case reflect.Slice, reflect.Array:
		return same(theirs.Elem(), ours.Elem())
	default:
		return true
	}
}

// learnValues reads the kinds from the two attributes.
func (l *layout) learnValues(from unsafe.Pointer) *layout {
	resource := (*request)(from).ResourceSpans[0]
	scope := (*(*[]unsafe.Pointer)(unsafe.Add(resource, l.scopes)))[0]
	one := (*span)((*(*[]unsafe.Pointer)(unsafe.Add(scope, l.spans)))[0])
	for i, ours := range []reflect.Type{reflect.TypeFor[text](), reflect.TypeFor[integer]()} {
		value := reflect.NewAt(l.keyValue, unsafe.Pointer(&one.Attributes[i])).Elem().FieldByName("Value").FieldByName("Value")
		if theirs := value.Elem().Type(); theirs.Kind() != reflect.Pointer || !same(theirs.Elem(), ours) {
			return nil
		}
	}
	l.text, l.integer = one.Attributes[0].Value.Value.kind, one.Attributes[1].Value.Value.kind
	return l
}
