package derive

import (
	"encoding/binary"
	"math"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/opslog/opslog/internal/operation"
)

// An operation that waits holds what its record needs as one text without pointers: dozens of small objects for each of
// tens of thousands of operations would be most of what the garbage collector looks at. packer writes it, unpacker
// reads what a packer wrote, in the same order.

// Forms of packed values.
const (
	packedNil = iota
	packedText
	packedNumber
	packedDouble
	packedFalse
	packedTrue
	packedNoBytes // nil, which JSON tells from empty ones
	packedBytes
	packedList
	packedMap
)

type packer struct{ buf []byte }

func (p *packer) count(n int)      { p.buf = binary.AppendUvarint(p.buf, uint64(n)) }
func (p *packer) number(n int64)   { p.buf = binary.AppendVarint(p.buf, n) }
func (p *packer) form(f byte)      { p.buf = append(p.buf, f) }
func (p *packer) bytes(raw []byte) { p.count(len(raw)); p.buf = append(p.buf, raw...) }

func (p *packer) text(s string) {
	p.count(len(s))
	p.buf = append(p.buf, s...)
}

func (p *packer) texts(all ...string) {
	for _, s := range all {
		p.text(s)
	}
}

// raw packs what pcommon.Value.AsRaw answers.
func (p *packer) raw(v pcommon.Value) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		p.form(packedText)
		p.text(v.Str())
	case pcommon.ValueTypeInt:
		p.form(packedNumber)
		p.number(v.Int())
	case pcommon.ValueTypeDouble:
		p.form(packedDouble)
		p.buf = binary.LittleEndian.AppendUint64(p.buf, math.Float64bits(v.Double()))
	case pcommon.ValueTypeBool:
		p.truth(v.Bool())
	case pcommon.ValueTypeBytes:
		p.rawBytes(v.Bytes().AsRaw())
	case pcommon.ValueTypeSlice:
		p.form(packedList)
		p.count(v.Slice().Len())
		for _, item := range v.Slice().All() {
			p.raw(item)
		}
	case pcommon.ValueTypeMap:
		p.form(packedMap)
		p.count(v.Map().Len())
		for key, item := range v.Map().All() {
			p.text(key)
			p.raw(item)
		}
	default:
		p.form(packedNil)
	}
}

func (p *packer) truth(yes bool) {
	if yes {
		p.form(packedTrue)
	} else {
		p.form(packedFalse)
	}
}

func (p *packer) rawBytes(raw []byte) {
	if raw == nil {
		p.form(packedNoBytes)
		return
	}
	p.form(packedBytes)
	p.bytes(raw)
}

// value packs what valueOf answers.
func (p *packer) value(v pcommon.Value) {
	switch v.Type() {
	case pcommon.ValueTypeEmpty:
		p.form(packedText)
		p.text("")
	case pcommon.ValueTypeBytes:
		p.form(packedBytes)
		p.bytes(v.Bytes().AsRaw())
	default:
		p.raw(v)
	}
}

// attributes packs what attributesOf answers.
func (p *packer) attributes(m pcommon.Map) {
	p.count(m.Len())
	for key, v := range m.All() {
		p.text(key)
		p.value(v)
	}
}

// unpacker reads. The texts that it answers are parts of what it reads.
type unpacker struct{ rest string }

func (u *unpacker) count() int { return int(u.varint()) }

func (u *unpacker) number() int64 {
	n := u.varint()
	return int64(n>>1) ^ -int64(n&1)
}

func (u *unpacker) varint() (n uint64) {
	for shift := 0; ; shift += 7 {
		b := u.form()
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
	}
}

func (u *unpacker) form() byte {
	b := u.rest[0]
	u.rest = u.rest[1:]
	return b
}

func (u *unpacker) truth() bool { return u.form() == packedTrue }

func (u *unpacker) take(n int) string {
	s := u.rest[:n]
	u.rest = u.rest[n:]
	return s
}

func (u *unpacker) text() string { return u.take(u.count()) }

func (u *unpacker) texts(all ...*string) {
	for _, s := range all {
		*s = u.text()
	}
}

func (u *unpacker) value() any {
	switch u.form() {
	case packedText:
		return u.text()
	case packedNumber:
		return u.number()
	case packedDouble:
		return math.Float64frombits(binary.LittleEndian.Uint64([]byte(u.take(8))))
	case packedFalse:
		return false
	case packedTrue:
		return true
	case packedNoBytes:
		return []byte(nil)
	case packedBytes:
		return []byte(u.text())
	case packedList:
		return u.list()
	case packedMap:
		return u.items(u.count())
	default:
		return nil
	}
}

func (u *unpacker) list() []any {
	out := make([]any, u.count())
	for i := range out {
		out[i] = u.value()
	}
	return out
}

// items reads a map; of items with the same name the last one holds.
func (u *unpacker) items(n int) map[string]any {
	out := make(map[string]any, n)
	for range n {
		key := u.text()
		out[key] = u.value()
	}
	return out
}

// attributes are nil when there are none.
func (u *unpacker) attributes() operation.Attributes {
	n := u.count()
	if n == 0 {
		return nil
	}
	return u.items(n)
}
