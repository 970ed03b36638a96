package storetest

import (
	"fmt"
	"reflect"

	"github.com/opslog/opslog/internal/operation"
)

// Full makes an operation that has something in every field, now and when fields are added.
func (g *Generator) Full() *operation.Operation {
	return g.filled(func() bool { return true })
}

// Sparse makes an operation that has something in about three of four fields.
func (g *Generator) Sparse() *operation.Operation {
	return g.filled(func() bool { return g.rnd.IntN(4) > 0 })
}

func (g *Generator) filled(wanted func() bool) *operation.Operation {
	op := &operation.Operation{}
	for _, f := range operation.Fields() {
		if !wanted() {
			continue
		}
		value := reflect.ValueOf(f.Ref(op)).Elem()
		if values, ok := closed[f.Name]; ok {
			value.SetString(values[g.rnd.IntN(len(values))])
			continue
		}
		g.fill(value)
	}
	op.StartTime, op.Revision = g.at(), 1+g.rnd.Int64N(3)
	g.identify(op)
	return op
}

// Span makes a span that has something in every field.
func (g *Generator) Span() *operation.Span {
	s := &operation.Span{}
	g.fill(reflect.ValueOf(s).Elem())
	s.Kind, s.Status = operation.SpanServer, operation.StatusUnset
	return s
}

// Log makes a log record that has something in every field.
func (g *Generator) Log() *operation.LogRecord {
	l := &operation.LogRecord{}
	g.fill(reflect.ValueOf(l).Elem())
	l.ID = operation.NewID(l.Time, l.TraceID, l.SpanID)
	return l
}

// fill puts something into a value of any type that the records are made of.
func (g *Generator) fill(v reflect.Value) {
	switch v.Interface().(type) {
	case operation.Attributes:
		v.Set(reflect.ValueOf(g.attributes()))
		return
	case operation.Time:
		v.SetInt(int64(g.at()))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(g.text())
	case reflect.Int64:
		v.SetInt(g.rnd.Int64N(1 << 53))
	case reflect.Uint32:
		v.SetUint(uint64(g.rnd.Uint32()))
	case reflect.Float64:
		v.SetFloat(g.rnd.Float64())
	case reflect.Bool:
		v.SetBool(true)
	default:
		g.fillNested(v)
	}
}

func (g *Generator) fillNested(v reflect.Value) {
	switch v.Kind() {
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).SetUint(1 + g.rnd.Uint64N(255))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			g.fill(v.Index(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		g.fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			g.fill(v.Field(i))
		}
	default:
		panic(fmt.Sprintf("storetest: a record has a value of type %v", v.Type()))
	}
}

func (g *Generator) text() string {
	return fmt.Sprintf("%s %d", hostile[g.rnd.IntN(len(hostile))], g.rnd.IntN(5))
}

// attributes have every type that OTLP can say, nested too, and a key of hostile text.
func (g *Generator) attributes() operation.Attributes {
	return operation.Attributes{
		"text": g.text(), "empty": "", "int": g.rnd.Int64N(100), "big": int64(1<<62 + 1), "float": g.rnd.Float64() * 10, "whole": 3.0,
		"yes": true, "no": false, "bytes": []byte{0, 1, 254, 255}, "list": []any{"a", int64(1), 2.0, true, []any{int64(5)}},
		"map": map[string]any{"inner": map[string]any{"n": int64(7), "s": g.text()}}, hostile[g.rnd.IntN(len(hostile))]: g.text(),
	}
}
