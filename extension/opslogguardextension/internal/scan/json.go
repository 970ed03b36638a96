package scan

import "bytes"

const (
	// jsonBase is how deep OTLP nests around a value: request, resource, scope, metric, data, point, exemplar,
	// attribute, with an array around each.
	jsonBase = 20
	// jsonPerValue is how deep a value in a value is: {"kvlistValue": {"values": [{"value": ...}]}}.
	jsonPerValue = 4
	// MaxDepth is the highest Limits.Depth that the scan of JSON has room for.
	MaxDepth = 64
)

// role is what the name of a field says about what is in it.
type role uint8

const (
	other role = iota
	attributeList
	spanList
	recordList
	keyText
	traceID
	spanID
)

// roles has both spellings that pdata reads.
func roleOf(name []byte) role {
	switch string(name) { // does not allocate
	case "attributes", "filteredAttributes", "filtered_attributes", "metadata":
		return attributeList
	case "spans":
		return spanList
	case "logRecords", "log_records", "dataPoints", "data_points":
		return recordList
	case "key":
		return keyText
	case "traceId", "trace_id":
		return traceID
	case "spanId", "span_id":
		return spanID
	}
	return other
}

// frame is an object or array that is open.
type frame struct {
	array    bool
	wantName bool  // an object, before a field's name
	span     bool  // an object of a list of spans
	role     role  // of the field that holds it
	field    role  // of the field that is being read
	ids      uint8 // of a span
	count    int   // of an array's elements
}

type jsonScan struct {
	*Limits
	stack             [jsonBase + jsonPerValue*MaxDepth + 1]frame
	open              int
	records, elements int
}

// JSON looks through a request in JSON: one pass over the bytes, no recursion. The signal need not be known.
// What is not JSON at all may pass: decoding it fails at the place up to which it was looked through.
func JSON(body []byte, limits *Limits) *Refusal {
	s := jsonScan{Limits: limits}
	for i := 0; i < len(body); i++ {
		var refusal *Refusal
		switch c := body[i]; c {
		case '{', '[':
			refusal = s.push(c == '[')
		case '}', ']':
			refusal = s.pop(c == ']')
		case ',':
			refusal = s.next()
		case ':':
			s.top().wantName = false
		case '"':
			end := stringEnd(body, i+1)
			if end < 0 {
				return &Refusal{Reason: Malformed}
			}
			refusal = s.text(body[i+1 : end])
			i = end
		}
		if refusal != nil {
			return refusal
		}
	}
	if s.open != 0 {
		return &Refusal{Reason: Malformed}
	}
	return nil
}

// stringEnd is where the string that begins at i has its closing quote; -1 when it has none.
func stringEnd(b []byte, i int) int {
	for {
		quote := bytes.IndexByte(b[i:], '"')
		if quote < 0 {
			return -1
		}
		escape := bytes.IndexByte(b[i:i+quote], '\\')
		if escape < 0 {
			return i + quote
		}
		i += escape + 2
		if i > len(b) {
			return -1
		}
	}
}

func (s *jsonScan) top() *frame { return &s.stack[s.open] }

func (s *jsonScan) push(array bool) *Refusal {
	parent := *s.top()
	if s.open >= jsonBase+jsonPerValue*min(s.Depth, MaxDepth) {
		return &Refusal{Depth, s.Depth}
	}
	s.open++
	f := s.top()
	*f = frame{array: array, wantName: !array, role: parent.field}
	if parent.array {
		f.role = other
		f.span = parent.role == spanList
	}
	if array {
		return s.element(f)
	}
	if !parent.array {
		s.elements++
	}
	return atMost(s.elements, s.Elements, Elements)
}

func (s *jsonScan) pop(array bool) *Refusal {
	f := s.top()
	if s.open == 0 || f.array != array {
		return &Refusal{Reason: Malformed}
	}
	if f.span && f.ids != bothIDs && !s.ZeroIDs {
		return &Refusal{Reason: ZeroID}
	}
	s.open--
	return nil
}

// next is behind a comma: a field or an element begins.
func (s *jsonScan) next() *Refusal {
	f := s.top()
	if !f.array {
		f.wantName = true
		return nil
	}
	return s.element(f)
}

// element counts one element of an array; that of an empty array too.
func (s *jsonScan) element(f *frame) *Refusal {
	f.count++
	s.elements++
	if f.role == spanList || f.role == recordList {
		s.records++
	}
	switch {
	case f.role == attributeList && f.count > s.Attributes:
		return &Refusal{Attributes, s.Attributes}
	case s.records > s.Records:
		return &Refusal{Records, s.Records}
	}
	return atMost(s.elements, s.Elements, Elements)
}

// text is a string: the name of a field or a value.
func (s *jsonScan) text(value []byte) *Refusal {
	f := s.top()
	if f.wantName {
		if bytes.IndexByte(value, '\\') >= 0 { // no field of OTLP needs one; it would hide which field it is
			return &Refusal{Reason: Malformed}
		}
		f.field = roleOf(value)
		return nil
	}
	if f.array {
		return atMost(len(value), s.ValueBytes, ValueSize)
	}
	switch f.field {
	case keyText:
		return atMost(len(value), s.KeyBytes, KeySize)
	case traceID:
		f.setID(value, 32, traceIDBit)
	case spanID:
		f.setID(value, 16, spanIDBit)
	}
	return atMost(len(value), s.ValueBytes, ValueSize)
}

// setID notes an id that is not all zeros.
func (f *frame) setID(value []byte, digits int, bit uint8) {
	if len(value) == digits && len(bytes.Trim(value, "0")) > 0 {
		f.ids |= bit
	}
}
