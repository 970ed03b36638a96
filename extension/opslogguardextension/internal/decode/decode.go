// Package decode reads OTLP requests with spans into the structures of the collector's pdata, in less than half the time
// and memory that pdata takes itself: its lists of attributes grow by doubling, and every name is a new string.
//
// Go does not let others name those structures. layout.go finds out how they lie in memory, and compares that with what
// this package knows. Where they differ, after an upgrade, Traces declines and pdata reads all of it.
// All that is unusual in a request is read by pdata's own code, too, field by field.
package decode

import (
	"reflect"
	"sync"
	"unsafe"
)

// Traces reads a request into what pdata decodes requests for traces into, if that is empty. It answers false, and has
// changed nothing, when pdata is to do it: into is something else, or the request has a mistake.
func Traces(data []byte, into any) bool {
	l := known()
	if l == nil || reflect.TypeOf(into) != l.request {
		return false
	}
	to := (*request)(reflect.ValueOf(into).UnsafePointer())
	if to == nil || to.ResourceSpans != nil {
		return false
	}
	d := decoders.Get().(*decoder)
	defer decoders.Put(d)
	d.layout = l
	resources, ok := d.request(data)
	if ok {
		to.ResourceSpans = resources
	}
	return ok
}

// decoder has the names that came lately, which come again.
type decoder struct {
	*layout
	names map[string]string
}

var decoders = sync.Pool{New: func() any { return &decoder{names: map[string]string{}} }}

const (
	mostNames   = 4096
	longestName = 64
)

// name shares equal strings.
func (d *decoder) name(b []byte) string {
	if len(b) > longestName {
		return string(b)
	}
	if known, ok := d.names[string(b)]; ok {
		return known
	}
	if len(d.names) >= mostNames {
		clear(d.names)
	}
	name := string(b)
	d.names[name] = name
	return name
}

func (d *decoder) request(data []byte) (resources []unsafe.Pointer, ok bool) {
	for f := (field{}); f.end < len(data); {
		if !f.next(data) || f.number != 1 || f.kind != lengthKind {
			return nil, false
		}
		one := reflect.New(d.resource)
		if !d.resourceSpans(one, f.content(data)) {
			return nil, false
		}
		resources = append(resources, one.UnsafePointer())
	}
	return resources, true
}

func (d *decoder) resourceSpans(to reflect.Value, data []byte) bool {
	scopes := (*[]unsafe.Pointer)(unsafe.Add(to.UnsafePointer(), d.scopes))
	for f := (field{}); f.end < len(data); {
		if !f.next(data) {
			return false
		}
		if f.number != 2 || f.kind != lengthKind {
			if !byPdata(to, f.whole(data)) {
				return false
			}
			continue
		}
		one := reflect.New(d.scope)
		if !d.scopeSpans(one, f.content(data)) {
			return false
		}
		*scopes = append(*scopes, one.UnsafePointer())
	}
	return true
}

func (d *decoder) scopeSpans(to reflect.Value, data []byte) bool {
	n, ok := count(data, 2)
	if !ok {
		return false
	}
	room := reflect.MakeSlice(d.spanList, n, n).UnsafePointer() // all spans in one piece
	spans := make([]unsafe.Pointer, 0, n)
	for f := (field{}); f.end < len(data); {
		f.next(data)
		if f.number != 2 || f.kind != lengthKind {
			if !byPdata(to, f.whole(data)) {
				return false
			}
			continue
		}
		one := (*span)(unsafe.Add(room, uintptr(len(spans))*unsafe.Sizeof(span{})))
		if !d.spanFields(one, f.content(data)) {
			return false
		}
		spans = append(spans, unsafe.Pointer(one))
	}
	if n > 0 {
		*(*[]unsafe.Pointer)(unsafe.Add(to.UnsafePointer(), d.spans)) = spans
	}
	return true
}

func (d *decoder) spanFields(to *span, data []byte) bool {
	n, ok := count(data, 9)
	if !ok {
		return false
	}
	if n > 0 {
		to.Attributes = make([]keyValue, n)
	}
	texts := make([]text, n)
	n = 0
	for f := (field{}); f.end < len(data); {
		f.next(data)
		switch {
		case f.kind == lengthKind && f.number == 9:
			ok = d.attribute(&to.Attributes[n], &texts[n], f.content(data))
			n++
		case f.kind == lengthKind && f.number == 5:
			to.Name = d.name(f.content(data))
		case f.kind == lengthKind && f.number == 1:
			ok = id(to.TraceId[:], f.content(data))
		case f.kind == lengthKind && f.number == 2:
			ok = id(to.SpanId[:], f.content(data))
		case f.kind == lengthKind && f.number == 4:
			ok = id(to.ParentSpanId[:], f.content(data))
		case f.kind == varintKind && f.number == 6:
			to.Kind = int32(f.value)
		case f.kind == fixed64Kind && f.number == 7:
			to.StartTimeUnixNano = f.value
		case f.kind == fixed64Kind && f.number == 8:
			to.EndTimeUnixNano = f.value
		case f.kind == fixed32Kind && f.number == 16:
			to.Flags = uint32(f.value)
		default:
			ok = byPdata(reflect.NewAt(d.span, unsafe.Pointer(to)), f.whole(data))
		}
		if !ok {
			return false
		}
	}
	return true
}

// attribute reads a name with a text or an integer itself.
func (d *decoder) attribute(to *keyValue, room *text, data []byte) bool {
	var f, key, value field
	for f.end < len(data) {
		switch {
		case !f.next(data):
			return false
		case f.number == 1 && f.kind == lengthKind:
			key = f
		case f.number == 2 && f.kind == lengthKind && value.end == 0:
			value = f
		default:
			return byPdata(reflect.NewAt(d.keyValue, unsafe.Pointer(to)), data)
		}
	}
	if !d.value(to, room, value.content(data)) {
		return byPdata(reflect.NewAt(d.keyValue, unsafe.Pointer(to)), data)
	}
	to.Key = d.name(key.content(data))
	return true
}

func (d *decoder) value(to *keyValue, room *text, data []byte) bool {
	var f field
	if !f.next(data) || f.end != len(data) {
		return false
	}
	switch {
	case f.number == 1 && f.kind == lengthKind:
		room.StringValue = string(f.content(data))
		to.Value.Value = either{kind: d.text, data: unsafe.Pointer(room)}
	case f.number == 3 && f.kind == varintKind:
		to.Value.Value = either{kind: d.integer, data: unsafe.Pointer(&integer{int64(f.value)})}
	default:
		return false
	}
	return true
}

func id(to, from []byte) bool {
	if len(from) == 0 {
		clear(to)
		return true
	}
	return copy(to, from) == len(from) && len(from) == len(to)
}

// byPdata lets pdata's own code read fields into a structure of its own.
func byPdata(to reflect.Value, data []byte) bool {
	return to.Interface().(interface{ UnmarshalProto([]byte) error }).UnmarshalProto(data) == nil
}
