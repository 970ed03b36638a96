package oplog

import (
	"math"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/opslog/opslog/internal/operation"
)

// AddEncoded reads encoded OTLP as Add reads what it decodes to. Operations, which are most of it, are read at once;
// a delivery with anything else, or with a record that does not fit, goes over pdata.
func (b *Batch) AddEncoded(deliveries ...[]byte) error {
	r := newWireReader()
	for _, data := range deliveries {
		if err := b.addEncoded(r, data); err != nil {
			return err
		}
	}
	return nil
}

func (b *Batch) addEncoded(r *wireReader, data []byte) error {
	had := len(b.Operations)
	if each(data, 1, func(resource []byte) error { return r.resourceOperations(b, resource) }) == nil {
		return nil
	}
	b.Operations = b.Operations[:had]
	logs, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
	if err == nil {
		b.Add(logs)
	}
	return err
}

func (r *wireReader) resourceOperations(b *Batch, data []byte) error {
	resource, err := r.resource(data)
	if err != nil {
		return err
	}
	return each(data, 2, func(scope []byte) error {
		return each(scope, 2, func(record []byte) error {
			op, err := r.operation(record)
			if err == nil {
				op.Resource = resource
				b.Operations = append(b.Operations, op)
			}
			return err
		})
	})
}

func (r *wireReader) operation(data []byte) (*operation.Operation, error) {
	op := &operation.Operation{}
	var event []byte
	pairs := r.pairs[:0]
	m := message{data: data}
	for m.next() {
		var err error
		switch {
		case m.number == 1 && m.kind == protowire.Fixed64Type:
			op.StartTime = operation.Time(m.value)
		case m.kind != protowire.BytesType:
		case m.number == 6:
			pairs = append(pairs, m.bytes())
		case m.number == 9:
			err = readID(op.TraceID[:], m.bytes())
		case m.number == 10:
			err = readID(op.SpanID[:], m.bytes())
		case m.number == 12:
			event = m.bytes()
		}
		if err != nil {
			return nil, err
		}
	}
	if m.broken || string(event) != EventName {
		return nil, errWire
	}
	err := r.fields(op, pairs)
	clear(pairs)
	r.pairs = pairs
	if err == nil && op.ID.IsZero() {
		err = errWire
	}
	return op, err
}

func (r *wireReader) fields(op *operation.Operation, pairs [][]byte) error {
	for _, pair := range pairs {
		name, value, err := r.pair(pair)
		if err != nil {
			return err
		}
		f := operation.FieldByName(name)
		if f == nil {
			continue
		}
		if err := r.set(f.Ref(op), value); err != nil {
			return err
		}
	}
	return nil
}

// set is get for an encoded value.
func (r *wireReader) set(ref any, data []byte) error {
	v := message{data: data}
	if !v.next() || v.more() {
		return errWire
	}
	switch p := ref.(type) {
	case *string:
		return v.want(1, protowire.BytesType, func() error { *p = r.text(v.bytes()); return nil })
	case *int64:
		return v.integer(p)
	case *time.Duration:
		return v.integer((*int64)(p))
	case *operation.Time:
		return v.integer((*int64)(p))
	case *float64:
		return v.number64(p)
	case *bool:
		return v.want(2, protowire.VarintType, func() error { *p = v.value != 0; return nil })
	case *operation.ID:
		return v.want(1, protowire.BytesType, func() error { return p.UnmarshalText(v.bytes()) })
	case *operation.TraceID:
		return v.want(1, protowire.BytesType, func() error { return p.UnmarshalText(v.bytes()) })
	case *operation.SpanID:
		return v.want(1, protowire.BytesType, func() error { return p.UnmarshalText(v.bytes()) })
	case *operation.Attributes:
		return v.want(6, protowire.BytesType, func() error { return r.setAttributes(p, v.bytes()) })
	default:
		return v.want(5, protowire.BytesType, func() error { return r.setList(ref, v.bytes()) })
	}
}

func (m *message) want(number protowire.Number, kind protowire.Type, read func() error) error {
	if m.number != number || m.kind != kind {
		return errWire
	}
	return read()
}

func (m *message) integer(p *int64) error {
	if m.number != 3 || m.kind != protowire.VarintType {
		return errWire
	}
	*p = int64(m.value)
	return nil
}

func (m *message) number64(p *float64) error {
	var n int64
	if m.integer(&n) == nil {
		*p = float64(n)
		return nil
	}
	return m.want(4, protowire.Fixed64Type, func() error { *p = math.Float64frombits(m.value); return nil })
}

func (r *wireReader) setAttributes(p *operation.Attributes, data []byte) error {
	var pairs [][]byte
	err := each(data, 1, func(pair []byte) error { pairs = append(pairs, pair); return nil })
	if err == nil {
		*p, err = r.attributes(pairs)
	}
	return err
}

func (r *wireReader) setList(ref any, data []byte) error {
	switch p := ref.(type) {
	case *[]operation.Step:
		return setEach(r, data, p, stepRef)
	case *[]operation.Effect:
		return setEach(r, data, p, effectRef)
	case *[]operation.Finding:
		return setEach(r, data, p, findingRef)
	case *[]operation.Link:
		return setEach(r, data, p, linkRef)
	case *[]operation.SpanID:
		return r.setIDs(p, data)
	}
	return errWire
}

func setEach[T any](r *wireReader, data []byte, list *[]T, refOf func(*T, string) any) error {
	out := make([]T, 0, 4)
	err := each(data, 1, func(element []byte) error {
		v := message{data: element}
		if !v.next() || v.number != 6 || v.kind != protowire.BytesType || v.more() {
			return errWire
		}
		out = append(out, *new(T))
		item := &out[len(out)-1]
		return each(v.bytes(), 1, func(pair []byte) error {
			key, value, err := r.pair(pair)
			if err != nil {
				return err
			}
			if ref := refOf(item, key); ref != nil {
				return r.set(ref, value)
			}
			return nil
		})
	})
	*list = out
	return err
}

func (r *wireReader) setIDs(list *[]operation.SpanID, data []byte) error {
	out := []operation.SpanID{}
	err := each(data, 1, func(element []byte) error {
		out = append(out, operation.SpanID{})
		return r.set(&out[len(out)-1], element)
	})
	*list = out
	return err
}
