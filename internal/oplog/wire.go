package oplog

import (
	"errors"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/opslog/opslog/internal/operation"
)

// What waits in a queue is OTLP, as the collector's pdata encodes it. To read it into pdata and from there into rows takes
// three times the memory of reading it into rows at once, which is what the files of this name do. TestWire* and
// FuzzWire hold them to what the way over pdata gives.

var errWire = errors.New("is not OTLP")

// message goes through the fields of an encoded message. It keeps places, not slices: it is moved on so often that the
// garbage collector's note of each pointer that is stored would cost more than the rest.
type message struct {
	data             []byte
	begin, from, end int // of the field, of its content, and of both
	number           protowire.Number
	kind             protowire.Type
	value            uint64 // of a field without a length
	broken           bool
}

// next goes to the next field. It stops at the end, and at what cannot be read; then broken is set.
func (m *message) next() bool {
	if !m.more() || m.broken {
		return false
	}
	m.begin = m.end
	if m.short() {
		return true
	}
	number, kind, n := protowire.ConsumeTag(m.data[m.begin:])
	if n < 0 {
		m.broken = true
		return false
	}
	m.number, m.kind, m.from = number, kind, m.begin+n
	rest := m.data[m.from:]
	switch kind {
	case protowire.BytesType:
		var size uint64
		if size, n = protowire.ConsumeVarint(rest); n < 0 || size > uint64(len(rest)-n) {
			n = -1
			break
		}
		m.from += n
		n = int(size)
	case protowire.VarintType:
		m.value, n = protowire.ConsumeVarint(rest)
	case protowire.Fixed64Type:
		m.value, n = protowire.ConsumeFixed64(rest)
	case protowire.Fixed32Type:
		var v uint32
		v, n = protowire.ConsumeFixed32(rest)
		m.value = uint64(v)
	default:
		n = -1
	}
	if m.broken = n < 0; m.broken {
		return false
	}
	m.end = m.from + n
	return true
}

// short goes to the next field if it is one of nearly all: its number is below 16, and it has a length below 128.
func (m *message) short() bool {
	if m.begin+2 > len(m.data) {
		return false
	}
	tag, size := m.data[m.begin], m.data[m.begin+1]
	end := m.begin + 2 + int(size)
	if tag&7 != byte(protowire.BytesType) || tag < 8 || tag >= 0x80 || size >= 0x80 || end > len(m.data) {
		return false
	}
	m.number, m.kind, m.from, m.end = protowire.Number(tag>>3), protowire.BytesType, m.begin+2, end
	return true
}

// more tells whether something is behind the field.
func (m *message) more() bool { return m.end < len(m.data) }

// bytes is the content of a field that has a length.
func (m *message) bytes() []byte { return m.data[m.from:m.end] }

// field is all of a field.
func (m *message) field() []byte { return m.data[m.begin:m.end] }

func (m *message) err() error {
	if m.broken {
		return errWire
	}
	return nil
}

// each calls f with every occurrence of a field that holds a message.
func each(data []byte, number protowire.Number, f func([]byte) error) error {
	m := message{data: data}
	for m.next() {
		if m.number != number || m.kind != protowire.BytesType {
			continue
		}
		if err := f(m.bytes()); err != nil {
			return err
		}
	}
	return m.err()
}

// CountItems tells how many spans, or log records, encoded OTLP holds. Both have them at the same place.
func CountItems(data []byte) (items int, err error) {
	err = each(data, 1, func(resource []byte) error {
		return each(resource, 2, func(scope []byte) error {
			return each(scope, 2, func([]byte) error { items++; return nil })
		})
	})
	return items, err
}

const (
	// mostTexts and longestText bound the texts that a batch shares: names of attributes, and values that come again.
	mostTexts   = 4096
	longestText = 48
	// mostResources bounds the resources that a batch shares.
	mostResources = 256
)

// wireReader reads values, and shares equal short texts of a batch.
type wireReader struct {
	texts map[string]any // a text by itself
	pairs [][]byte       // room

	resources map[string]operation.Attributes // by how they are encoded
	depth     int
}

func newWireReader() *wireReader {
	return &wireReader{texts: map[string]any{}, resources: map[string]operation.Attributes{}}
}

// boxed is the text as a value.
func (r *wireReader) boxed(b []byte) any {
	if len(b) > longestText {
		return string(b)
	}
	if known, ok := r.texts[string(b)]; ok {
		return known
	}
	text := any(string(b))
	if len(r.texts) < mostTexts {
		r.texts[text.(string)] = text
	}
	return text
}

func (r *wireReader) text(b []byte) string { return r.boxed(b).(string) }

// attributes reads a list of pairs, each an encoded KeyValue.
func (r *wireReader) attributes(pairs [][]byte) (operation.Attributes, error) {
	if len(pairs) == 0 {
		return nil, nil
	}
	out := make(operation.Attributes, len(pairs))
	for _, pair := range pairs {
		key, value, err := r.pair(pair)
		if err != nil {
			return nil, err
		}
		if out[key], err = r.any(value); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// pair takes a KeyValue apart; the value stays encoded.
func (r *wireReader) pair(data []byte) (key string, value []byte, err error) {
	m := message{data: data}
	for m.next() {
		switch {
		case m.kind != protowire.BytesType:
		case m.number == 1:
			key = r.text(m.bytes())
		case m.number == 2:
			value = m.bytes()
		}
	}
	return key, value, m.err()
}

// deepest is how far values may be in each other; pdata has no bound, and what is deeper goes over it.
const deepest = 64

// any reads an AnyValue as attributesOf would: numbers that JSON cannot say become their names.
func (r *wireReader) any(data []byte) (out any, err error) {
	if r.depth++; r.depth > deepest {
		return nil, errWire
	}
	defer func() { r.depth-- }()
	m := message{data: data}
	for m.next() && err == nil {
		switch {
		case m.number == 1 && m.kind == protowire.BytesType:
			out = r.boxed(m.bytes())
		case m.number == 2 && m.kind == protowire.VarintType:
			out = m.value != 0
		case m.number == 3 && m.kind == protowire.VarintType:
			out = int64(m.value)
		case m.number == 4 && m.kind == protowire.Fixed64Type:
			out = finite(math.Float64frombits(m.value))
		case m.number == 5 && m.kind == protowire.BytesType:
			out, err = r.list(m.bytes())
		case m.number == 6 && m.kind == protowire.BytesType:
			out, err = r.mapping(m.bytes())
		case m.number == 7 && m.kind == protowire.BytesType:
			out = append([]byte(nil), m.bytes()...)
		default:
			err = errWire // newer than this
		}
	}
	return out, errors.Join(err, m.err())
}

func (r *wireReader) list(data []byte) (any, error) {
	out := []any{}
	err := each(data, 1, func(value []byte) error {
		v, err := r.any(value)
		out = append(out, v)
		return err
	})
	return out, err
}

func (r *wireReader) mapping(data []byte) (any, error) {
	out := map[string]any{}
	err := each(data, 1, func(pair []byte) error {
		key, value, err := r.pair(pair)
		if err == nil {
			out[key], err = r.any(value)
		}
		return err
	})
	return out, err
}
