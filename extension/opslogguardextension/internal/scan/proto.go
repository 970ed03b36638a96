package scan

import "encoding/binary"

// Wire types of protobuf that OTLP uses; groups (3 and 4) are none of them.
const (
	wireVarint = 0
	wire64     = 1
	wireLength = 2
	wire32     = 5
)

// maxTag is the tag of the highest field number there is. pdata cuts longer ones to 32 bits, which would hide a field.
const maxTag = 1<<32 - 1

// Proto looks through a request in protobuf. It goes as deep as the schema, and Limits.Depth values deeper.
func Proto(signal Signal, body []byte, limits *Limits) *Refusal {
	s := protoScan{Limits: limits}
	return s.message(roots[signal], body, 0)
}

type protoScan struct {
	*Limits
	records, elements int
}

// message looks through the fields of one message.
func (s *protoScan) message(kind message, b []byte, depth int) *Refusal {
	var attributes int
	var ids uint8
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		if n <= 0 || tag > maxTag || tag>>3 == 0 {
			return &Refusal{Reason: Malformed}
		}
		value, size := fieldValue(tag&7, b[n:])
		if size < 0 {
			return &Refusal{Reason: Malformed}
		}
		b = b[n+size:]
		if tag&7 != wireLength {
			continue
		}
		to := target(kind, tag>>3)
		if to == attribute {
			attributes++
			if attributes > s.Attributes && kind != keyValueList {
				return &Refusal{Attributes, s.Attributes}
			}
		}
		if kind == span && nonzero(value) {
			ids |= idBit(tag>>3, len(value))
		}
		if refusal := s.field(kind, to, tag>>3, value, depth); refusal != nil {
			return refusal
		}
	}
	if kind == span && ids != bothIDs && !s.ZeroIDs {
		return &Refusal{Reason: ZeroID}
	}
	return nil
}

// field looks into a text or into a message.
func (s *protoScan) field(from, to message, number uint64, value []byte, depth int) *Refusal {
	switch {
	case to == leaf && from == attribute && number == 1:
		return atMost(len(value), s.KeyBytes, KeySize)
	case to == leaf:
		return atMost(len(value), s.ValueBytes, ValueSize)
	case to == anyValue:
		depth++
	case to >= span:
		s.records++
	}
	s.elements++
	switch {
	case depth > s.Depth:
		return &Refusal{Depth, s.Depth}
	case s.records > s.Records:
		return &Refusal{Records, s.Records}
	case s.elements > s.Elements:
		return &Refusal{Elements, s.Elements}
	}
	return s.message(to, value, depth)
}

func atMost(size, limit int, reason Reason) *Refusal {
	if size > limit {
		return &Refusal{reason, limit}
	}
	return nil
}

// fieldValue is what is behind a tag, for strings and messages without their length, and how much it takes; -1 when
// it is cut off or of no type that OTLP has.
func fieldValue(wire uint64, b []byte) ([]byte, int) {
	switch wire {
	case wireVarint:
		if _, n := binary.Uvarint(b); n > 0 {
			return nil, n
		}
	case wire64:
		if len(b) >= 8 {
			return nil, 8
		}
	case wire32:
		if len(b) >= 4 {
			return nil, 4
		}
	case wireLength:
		length, n := binary.Uvarint(b)
		if n > 0 && length <= uint64(len(b)-n) {
			end := n + int(length)
			return b[n:end], end
		}
	}
	return nil, -1
}

// Bits of the ids that a span has.
const (
	traceIDBit = 1
	spanIDBit  = 2
	bothIDs    = traceIDBit | spanIDBit
)

// idBit is the bit of a span's field 1, the trace id of 16 bytes, or 2, the span id of 8.
func idBit(number uint64, size int) uint8 {
	switch {
	case number == 1 && size == 16:
		return traceIDBit
	case number == 2 && size == 8:
		return spanIDBit
	}
	return 0
}

func nonzero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return true
		}
	}
	return false
}
