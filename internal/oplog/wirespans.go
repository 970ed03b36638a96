package oplog

import (
	"slices"

	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/opslog/opslog/internal/operation"
)

// ReadSpans reads encoded OTLP requests as Spans reads what they decode to.
func ReadSpans(requests ...[]byte) ([]*operation.Span, error) {
	n := 0
	for _, data := range requests {
		items, _ := CountItems(data) // what is wrong shows below
		n += items
	}
	out := make([]*operation.Span, 0, n)
	r := newWireReader()
	for _, data := range requests {
		var err error
		if out, err = r.request(data, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *wireReader) request(data []byte, out []*operation.Span) ([]*operation.Span, error) {
	had := len(out)
	if each(data, 1, func(resource []byte) (err error) { out, err = r.resourceSpans(resource, out); return err }) == nil {
		return out, nil
	}
	traces, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(data) // unusual; it may be readable nevertheless
	if err != nil {
		return nil, err
	}
	return append(out[:had], Spans(traces)...), nil
}

// resource reads what the parts of a resource share: field 1 of them, and there its field 1. Equal ones of a batch
// share a map.
func (r *wireReader) resource(data []byte) (operation.Attributes, error) {
	var whole []byte // pieces of one message put together are one message
	if err := each(data, 1, func(resource []byte) error { whole = join(whole, resource); return nil }); err != nil {
		return nil, err
	}
	if known, ok := r.resources[string(whole)]; ok {
		return known, nil
	}
	var pairs [][]byte
	if err := each(whole, 1, func(pair []byte) error { pairs = append(pairs, pair); return nil }); err != nil {
		return nil, err
	}
	attrs, err := r.attributes(pairs)
	if err == nil && len(r.resources) < mostResources {
		r.resources[string(whole)] = attrs
	}
	return attrs, err
}

// join copies only when there are two.
func join(a, b []byte) []byte {
	if len(a) == 0 {
		return b
	}
	return slices.Concat(a, b)
}

// scopeName is field 1 of a scope, which is field 1.
func (r *wireReader) scopeName(data []byte) (name string, err error) {
	err = each(data, 1, func(scope []byte) error {
		return each(scope, 1, func(text []byte) error { name = r.text(text); return nil })
	})
	return name, err
}

func (r *wireReader) resourceSpans(data []byte, out []*operation.Span) ([]*operation.Span, error) {
	resource, err := r.resource(data)
	if err != nil {
		return out, err
	}
	service := serviceOf(resource)
	err = each(data, 2, func(scope []byte) error {
		name, err := r.scopeName(scope)
		if err != nil {
			return err
		}
		return each(scope, 2, func(encoded []byte) error {
			span, err := r.span(encoded)
			if err != nil {
				return err
			}
			span.Resource, span.ServiceName, span.Scope = resource, service, name
			out = append(out, span)
			return nil
		})
	})
	return out, err
}

func (r *wireReader) span(data []byte) (*operation.Span, error) {
	s := &operation.Span{Kind: operation.SpanUnspecified, Status: operation.StatusUnset}
	var end operation.Time
	pairs := r.pairs[:0]
	m := message{data: data}
	for m.next() {
		switch m.kind {
		case protowire.BytesType:
			if m.number == 9 {
				pairs = append(pairs, m.bytes())
			} else if err := r.spanPart(s, &m); err != nil {
				return nil, err
			}
		default:
			spanNumber(s, &end, &m)
		}
	}
	if m.broken {
		return nil, errWire
	}
	s.Duration = operation.Duration(int64(end) - int64(s.StartTime))
	var err error
	s.Attributes, err = r.attributes(pairs)
	clear(pairs)
	r.pairs = pairs
	return s, err
}

func spanNumber(s *operation.Span, end *operation.Time, m *message) {
	switch {
	case m.number == 6 && m.kind == protowire.VarintType:
		s.Kind = named(spanKinds, ptrace.SpanKind(m.value), operation.SpanUnspecified)
	case m.number == 7 && m.kind == protowire.Fixed64Type:
		s.StartTime = operation.Time(m.value)
	case m.number == 8 && m.kind == protowire.Fixed64Type:
		*end = operation.Time(m.value)
	case m.number == 16 && m.kind == protowire.Fixed32Type:
		s.Flags = uint32(m.value)
	}
}

func (r *wireReader) spanPart(s *operation.Span, m *message) error {
	switch m.number {
	case 1:
		return readID(s.TraceID[:], m.bytes())
	case 2:
		return readID(s.SpanID[:], m.bytes())
	case 3:
		s.TraceState = r.text(m.bytes())
	case 4:
		return readID(s.ParentSpanID[:], m.bytes())
	case 5:
		s.Name = r.text(m.bytes())
	case 11:
		e, err := r.event(m.bytes())
		s.Events = append(s.Events, e)
		return err
	case 13:
		l, err := r.link(m.bytes())
		s.Links = append(s.Links, l)
		return err
	case 15:
		return r.status(s, m.bytes())
	}
	return nil
}

// readID takes an id that is whole or empty.
func readID(dst, src []byte) error {
	if len(src) != 0 && len(src) != len(dst) {
		return errWire
	}
	copy(dst, src)
	return nil
}

func (r *wireReader) status(s *operation.Span, data []byte) error {
	m := message{data: data}
	for m.next() {
		switch {
		case m.number == 2 && m.kind == protowire.BytesType:
			s.StatusMessage = r.text(m.bytes())
		case m.number == 3 && m.kind == protowire.VarintType:
			s.Status = named(spanStatuses, ptrace.StatusCode(m.value), operation.StatusUnset)
		}
	}
	return m.err()
}

func (r *wireReader) event(data []byte) (e operation.Event, err error) {
	var pairs [][]byte
	m := message{data: data}
	for m.next() {
		switch {
		case m.number == 1 && m.kind == protowire.Fixed64Type:
			e.Time = operation.Time(m.value)
		case m.kind != protowire.BytesType:
		case m.number == 2:
			e.Name = r.text(m.bytes())
		case m.number == 3:
			pairs = append(pairs, m.bytes())
		}
	}
	if m.broken {
		return e, errWire
	}
	e.Attributes, err = r.attributes(pairs)
	return e, err
}

func (r *wireReader) link(data []byte) (l operation.Link, err error) {
	var pairs [][]byte
	m := message{data: data}
	for m.next() && err == nil {
		switch {
		case m.kind != protowire.BytesType:
		case m.number == 1:
			err = readID(l.TraceID[:], m.bytes())
		case m.number == 2:
			err = readID(l.SpanID[:], m.bytes())
		case m.number == 4:
			pairs = append(pairs, m.bytes())
		}
	}
	if m.broken || err != nil {
		return l, errWire
	}
	l.Attributes, err = r.attributes(pairs)
	return l, err
}
