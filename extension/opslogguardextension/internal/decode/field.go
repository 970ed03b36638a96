package decode

import "encoding/binary"

// How a field's content is encoded in protobuf, as far as OTLP has it.
const (
	varintKind  = 0
	fixed64Kind = 1
	lengthKind  = 2
	fixed32Kind = 5
)

// field goes through the fields of an encoded message.
type field struct {
	number uint64
	value  uint64 // if it has no length
	begin  int    // of the field in the message
	from   int    // of its content
	end    int
	kind   byte
}

// whole is the field with what says which one it is.
func (f *field) whole(data []byte) []byte { return data[f.begin:f.end] }

func (f *field) content(data []byte) []byte { return data[f.from:f.end] }

// next goes to the next field. It answers false when there is none that can be read.
func (f *field) next(data []byte) bool {
	f.begin = f.end
	tag, at := varint(data, f.end)
	if at < 0 {
		return false
	}
	f.number, f.kind, f.from = tag>>3, byte(tag&7), at
	switch f.kind {
	case lengthKind:
		length, at := varint(data, at)
		if at < 0 || length > uint64(len(data)-at) {
			return false
		}
		f.from, f.end = at, at+int(length)
	case varintKind:
		f.value, f.end = varint(data, at)
	case fixed64Kind:
		if at+8 > len(data) {
			return false
		}
		f.value, f.end = binary.LittleEndian.Uint64(data[at:]), at+8
	case fixed32Kind:
		if at+4 > len(data) {
			return false
		}
		f.value, f.end = uint64(binary.LittleEndian.Uint32(data[at:])), at+4
	default:
		return false
	}
	return f.end >= 0 && f.number > 0 && f.number <= 1<<29-1
}

// varint reads a number at a place, and answers the place behind it; -1 when there is none.
func varint(data []byte, at int) (value uint64, next int) {
	if at < len(data) && data[at] < 0x80 {
		return uint64(data[at]), at + 1
	}
	value, n := binary.Uvarint(data[min(at, len(data)):])
	if n <= 0 {
		return 0, -1
	}
	return value, at + n
}

// count tells how many fields with a length have a number, and whether all fields can be read.
func count(data []byte, number uint64) (n int, ok bool) {
	for f := (field{}); f.end < len(data); {
		if !f.next(data) {
			return 0, false
		}
		if f.number == number && f.kind == lengthKind {
			n++
		}
	}
	return n, true
}
