package oplog

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/opslog/opslog/internal/operation"
)

// backward writes OTLP from its end to its beginning, as the collector's own encoder does: the length of a message is
// known when its beginning is written. What encode makes and pdata encodes, it writes in a quarter of the time, byte for
// byte the same; TestPackedIsTheSame holds it to that.
type backward struct {
	buf     []byte
	at      int  // what is before it is free
	inexact bool // a value was written as another one
}

// room makes place for n more bytes.
func (w *backward) room(n int) {
	if w.at >= n {
		return
	}
	grown := make([]byte, 2*len(w.buf)+n+512)
	w.at += len(grown) - len(w.buf)
	copy(grown[w.at:], w.buf[len(w.buf)-(len(grown)-w.at):])
	w.buf = grown
}

// mark is a place to give to close.
func (w *backward) mark() int { return len(w.buf) - w.at }

// close begins a field whose content is everything since the mark.
func (w *backward) close(tag byte, mark int) { w.length(tag, w.mark()-mark) }

func (w *backward) length(tag byte, n int) {
	w.varint(uint64(n))
	w.byte(tag)
}

func (w *backward) byte(b byte) {
	w.room(1)
	w.at--
	w.buf[w.at] = b
}

func (w *backward) varint(v uint64) {
	var text [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(text[:], v)
	w.room(n)
	w.at -= n
	copy(w.buf[w.at:], text[:n])
}

func (w *backward) fixed64(tag byte, v uint64) {
	w.room(9)
	w.at -= 8
	binary.LittleEndian.PutUint64(w.buf[w.at:], v)
	w.byte(tag)
}

func (w *backward) text(tag byte, s string) {
	w.room(len(s))
	w.at -= len(s)
	copy(w.buf[w.at:], s)
	w.length(tag, len(s))
}

func (w *backward) data(tag byte, b []byte) {
	w.bytes(b)
	w.length(tag, len(b))
}

func (w *backward) bytes(b []byte) {
	w.room(len(b))
	w.at -= len(b)
	copy(w.buf[w.at:], b)
}

// Tags of OTLP: the number of the field, and how it is written.
const (
	tagKey, tagValue                      = 0x0a, 0x12
	tagString, tagBool, tagInt, tagDouble = 0x0a, 0x10, 0x18, 0x21
	tagList, tagMap, tagBytes             = 0x2a, 0x32, 0x3a
	tagElement                            = 0x0a // of lists and of maps
)

// record writes an operation as a log record.
func (w *backward) record(op *operation.Operation) {
	severity := plog.SeverityNumberInfo
	if op.Status == operation.StatusError {
		severity = plog.SeverityNumberError
	}
	if op.StartTime != 0 {
		w.fixed64(0x09, uint64(op.StartTime))
	}
	if ended := int64(op.StartTime) + max(int64(op.Duration), 0); ended != 0 {
		w.fixed64(0x59, uint64(ended))
	}
	w.varint(uint64(severity))
	w.byte(0x10)
	w.text(0x1a, severity.String())
	body := w.mark()
	w.text(tagString, Summary(op))
	w.close(0x2a, body)
	w.fields(op)
	w.id(0x4a, op.TraceID[:], op.TraceID.IsZero())
	w.id(0x52, op.SpanID[:], op.SpanID.IsZero())
	w.text(0x62, EventName)
}

func (w *backward) id(tag byte, id []byte, zero bool) {
	if zero {
		id = nil
	}
	w.data(tag, id)
}

func (w *backward) fields(op *operation.Operation) {
	for i := len(carried) - 1; i >= 0; i-- {
		if ref := carried[i].Ref(op); !blank(ref) {
			w.pair(0x32, carried[i].Name, func() { w.value(ref) })
		}
	}
}

// pair writes a KeyValue.
func (w *backward) pair(tag byte, key string, value func()) {
	whole := w.mark()
	if key != "" {
		w.text(tagKey, key)
	}
	begun := w.mark()
	value()
	w.close(tagValue, begun)
	w.close(tag, whole)
}

// value writes what ref points to: put, without pdata.
func (w *backward) value(ref any) {
	switch p := ref.(type) {
	case *string:
		w.text(tagString, *p)
	case *int64:
		w.int(*p)
	case *time.Duration:
		w.int(int64(*p))
	case *operation.Time:
		w.int(int64(*p))
	case *float64:
		w.fixed64(tagDouble, math.Float64bits(*p))
	case *bool:
		w.bool(*p)
	case *operation.ID:
		w.text(tagString, p.String())
	case *operation.TraceID:
		w.text(tagString, p.String())
	case *operation.SpanID:
		w.text(tagString, p.String())
	case *operation.Attributes:
		w.attributes(*p)
	default:
		w.list(ref)
	}
}

func (w *backward) int(n int64) {
	w.varint(uint64(n))
	w.byte(tagInt)
}

func (w *backward) bool(b bool) {
	var n byte
	if b {
		n = 1
	}
	w.byte(n)
	w.byte(tagBool)
}

// attributes writes a map in the order of its keys.
func (w *backward) attributes(attrs map[string]any) {
	whole := w.mark()
	w.keyValues(attrs)
	w.close(tagMap, whole)
}

func (w *backward) keyValues(attrs map[string]any) {
	var room [32]string
	keys := slices.AppendSeq(room[:0], maps.Keys(attrs))
	slices.Sort(keys)
	for _, key := range slices.Backward(keys) {
		w.pair(tagElement, key, func() { w.raw(attrs[key]) })
	}
}

// raw writes a value of operation.Attributes.
func (w *backward) raw(raw any) {
	switch v := raw.(type) {
	case nil:
	case string:
		w.text(tagString, v)
	case int64:
		w.int(v)
	case float64:
		w.inexact = w.inexact || math.IsNaN(v) || math.IsInf(v, 0) // they are read as their names
		w.fixed64(tagDouble, math.Float64bits(v))
	case bool:
		w.bool(v)
	case []byte:
		w.data(tagBytes, v)
	case []any:
		w.elements(len(v), func(i int) { w.raw(v[i]) })
	case map[string]any:
		w.attributes(v)
	default:
		w.other(raw)
	}
}

// other writes what pdata makes of a value of another type.
func (w *backward) other(raw any) {
	w.inexact = true
	v := pcommon.NewValueEmpty()
	if v.FromRaw(raw) != nil {
		w.text(tagString, fmt.Sprint(raw))
		return
	}
	w.raw(v.AsRaw())
}

func (w *backward) elements(n int, element func(i int)) {
	whole := w.mark()
	for i := n - 1; i >= 0; i-- {
		one := w.mark()
		element(i)
		w.close(tagElement, one)
	}
	w.close(tagList, whole)
}

// list writes one of the record's lists: putList, without pdata.
func (w *backward) list(ref any) {
	switch p := ref.(type) {
	case *[]operation.Step:
		w.elements(len(*p), func(i int) { w.element(stepPairs(&(*p)[i])) })
	case *[]operation.Effect:
		w.elements(len(*p), func(i int) { w.effect(&(*p)[i]) })
	case *[]operation.Finding:
		w.elements(len(*p), func(i int) { w.element(findingPairs(&(*p)[i])) })
	case *[]operation.Link:
		w.elements(len(*p), func(i int) { w.element(linkPairs(&(*p)[i])) })
	case *[]operation.SpanID:
		w.elements(len(*p), func(i int) { w.text(tagString, (*p)[i].String()) })
	}
}

// element writes the pairs that are not empty as a map.
func (w *backward) element(pairs []pair) {
	whole := w.mark()
	w.pairs(pairs)
	w.close(tagMap, whole)
}

func (w *backward) pairs(pairs []pair) {
	for _, p := range slices.Backward(pairs) {
		if !blank(p.ref) {
			w.pair(tagElement, p.name, func() { w.value(p.ref) })
		}
	}
}

func (w *backward) effect(e *operation.Effect) {
	whole := w.mark()
	if e.Rows != nil {
		w.pair(tagElement, "rows", func() { w.int(*e.Rows) })
	}
	w.pairs(effectPairs(e))
	w.close(tagMap, whole)
}
