package operation

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
)

// TraceID is a W3C trace id; the zero value means none.
type TraceID [16]byte

// SpanID is a W3C span id; the zero value means none.
type SpanID [8]byte

// ID identifies an operation: the start in milliseconds as 6 big-endian bytes, then the first 10 bytes of
// SHA-256(trace_id, span_id). It is the same for every delivery of the same entry span, sorts by time, and
// tells a store in which range to look. The zero value means none.
type ID [16]byte

// NewID derives the id of the operation that starts with the given entry span. start is in ns since the epoch.
func NewID(start Time, trace TraceID, span SpanID) ID {
	var in [24]byte
	copy(in[:16], trace[:])
	copy(in[16:], span[:])
	sum := sha256.Sum256(in[:])
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(max(start, 0))/uint64(time.Millisecond))
	var id ID
	copy(id[:6], ms[2:])
	copy(id[6:], sum[:10])
	return id
}

// Start is the start time the id carries, cut to the millisecond.
func (id ID) Start() Time {
	var ms [8]byte
	copy(ms[2:], id[:6])
	return Time(binary.BigEndian.Uint64(ms[:]) * uint64(time.Millisecond))
}

func (id ID) IsZero() bool      { return id == ID{} }
func (id TraceID) IsZero() bool { return id == TraceID{} }
func (id SpanID) IsZero() bool  { return id == SpanID{} }

// String is lower-case hex, or "" for the zero value; so is the JSON form.
func (id ID) String() string      { return hexOrEmpty(id[:], id.IsZero()) }
func (id TraceID) String() string { return hexOrEmpty(id[:], id.IsZero()) }
func (id SpanID) String() string  { return hexOrEmpty(id[:], id.IsZero()) }

func (id ID) MarshalText() ([]byte, error)      { return []byte(id.String()), nil }
func (id TraceID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }
func (id SpanID) MarshalText() ([]byte, error)  { return []byte(id.String()), nil }

func (id *ID) UnmarshalText(text []byte) error      { return parseHex(id[:], text, "operation_id") }
func (id *TraceID) UnmarshalText(text []byte) error { return parseHex(id[:], text, "trace_id") }
func (id *SpanID) UnmarshalText(text []byte) error  { return parseHex(id[:], text, "span_id") }

// ParseID reads 32 hex digits.
func ParseID(s string) (ID, error) {
	var id ID
	return id, parseNonEmpty(id.UnmarshalText, s, "operation_id", 32)
}

// ParseTraceID reads 32 hex digits.
func ParseTraceID(s string) (TraceID, error) {
	var id TraceID
	return id, parseNonEmpty(id.UnmarshalText, s, "trace_id", 32)
}

// ParseSpanID reads 16 hex digits.
func ParseSpanID(s string) (SpanID, error) {
	var id SpanID
	return id, parseNonEmpty(id.UnmarshalText, s, "span_id", 16)
}

func parseNonEmpty(parse func([]byte) error, s, what string, digits int) error {
	if s == "" {
		return fmt.Errorf("%s is empty, want %d hex digits", what, digits)
	}
	return parse([]byte(s))
}

func hexOrEmpty(b []byte, zero bool) string {
	if zero {
		return ""
	}
	return hex.EncodeToString(b)
}

// parseHex fills dst from hex text of exactly its length; empty text is the zero value.
func parseHex(dst, text []byte, what string) error {
	clear(dst)
	if len(text) == 0 {
		return nil
	}
	if len(text) != 2*len(dst) {
		return fmt.Errorf("%s %q has %d characters, want %d hex digits", what, clip(text), len(text), 2*len(dst))
	}
	if _, err := hex.Decode(dst, text); err != nil {
		clear(dst)
		return fmt.Errorf("%s %q is not hex, want %d hex digits", what, clip(text), 2*len(dst))
	}
	return nil
}

// clip keeps an error text short when the input is not.
func clip(text []byte) string {
	const limit = 64
	if len(text) > limit {
		return string(text[:limit]) + "…"
	}
	return string(text)
}
