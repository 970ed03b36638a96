package clickhouse

import (
	"slices"
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// column moves one field of records of type T in and out of a column of the native protocol.
type column[T any] struct {
	name string
	data proto.Column
	text *proto.ColStr                  // texts of any size that are in data; may be nil
	put  func(record *T) error          // appends the field
	get  func(record *T, row int) error // sets the field
}

// field is one field of a record: its column's name, and where it is.
type field[T any] struct {
	name string
	ref  func(record *T) any // a pointer to the field
}

// repetitive are the text columns with few different values, kept as LowCardinality.
var repetitive = []string{
	"incomplete_reason", "service_name", "service_namespace", "service_version", "service_instance_id", "environment", "tenant_key", "host_name",
	"name", "transport", "method", "route", "kind", "kind_evidence", "user_type", "status", "error_type", "error_fingerprint",
	"error_variant", "error_service", "failure_class", "slowest_step_name", "scope", "trace_state", "severity_text", "event_name",
	"source_kind", "source", "source_operation", "target_kind", "target_operation", "system", "check_name",
}

// columns makes new columns for a field: one, or two for a map.
func columns[T any](f field[T]) []column[T] {
	switch f.ref(new(T)).(type) {
	case *string:
		return []column[T]{textColumn(f)}
	case *int64:
		return []column[T]{plain[T, int64](f, new(proto.ColInt64))}
	case *operation.Duration:
		return []column[T]{converted(f, new(proto.ColInt64),
			func(d operation.Duration) int64 { return int64(d) }, func(n int64) operation.Duration { return operation.Duration(n) })}
	case *uint32:
		return []column[T]{plain[T, uint32](f, new(proto.ColUInt32))}
	case *float64:
		return []column[T]{plain[T, float64](f, new(proto.ColFloat64))}
	case *bool:
		return []column[T]{plain[T, bool](f, new(proto.ColBool))}
	case *operation.Time:
		return []column[T]{converted(f, new(proto.ColDateTime64).WithPrecision(proto.PrecisionNano).WithLocation(time.UTC).Raw(),
			func(t operation.Time) proto.DateTime64 { return proto.DateTime64(t) }, func(t proto.DateTime64) operation.Time { return operation.Time(t) })}
	case *operation.ID:
		return []column[T]{converted(f, new(proto.ColFixedStr16),
			func(id operation.ID) [16]byte { return id }, func(id [16]byte) operation.ID { return id })}
	case *operation.TraceID:
		return []column[T]{converted(f, new(proto.ColFixedStr16),
			func(id operation.TraceID) [16]byte { return id }, func(id [16]byte) operation.TraceID { return id })}
	case *operation.SpanID:
		return []column[T]{converted(f, new(proto.ColFixedStr8),
			func(id operation.SpanID) [8]byte { return id }, func(id [8]byte) operation.SpanID { return id })}
	case *operation.Attributes:
		return mapColumns(f)
	case *operation.Histogram:
		return []column[T]{histogramColumn(f)}
	default:
		return []column[T]{listColumn(f)}
	}
}

func textColumn[T any](f field[T]) column[T] {
	if slices.Contains(repetitive, f.name) {
		return plain[T, string](f, newRepetitive())
	}
	data := new(proto.ColStr)
	c := plain[T, string](f, data)
	c.text = data
	return c
}

func newRepetitive() *proto.ColLowCardinality[string] {
	return new(proto.ColStr).LowCardinality()
}

// plain is a column of the same Go type as the field.
func plain[T, V any](f field[T], data proto.ColumnOf[V]) column[T] {
	return converted(f, data, func(v V) V { return v }, func(v V) V { return v })
}

func converted[T, V, C any](f field[T], data proto.ColumnOf[C], to func(V) C, from func(C) V) column[T] {
	return column[T]{
		name: f.name,
		data: data,
		put:  func(r *T) error { data.Append(to(*f.ref(r).(*V))); return nil },
		get:  func(r *T, row int) error { *f.ref(r).(*V) = from(data.Row(row)); return nil },
	}
}

// listColumn keeps a list as JSON text, which is written where the column has its texts.
func listColumn[T any](f field[T]) column[T] {
	data := new(proto.ColStr)
	return column[T]{
		name: f.name,
		data: data,
		text: data,
		put: func(r *T) error {
			start := len(data.Buf)
			buf, err := store.AppendList(data.Buf, f.ref(r))
			data.Buf, data.Pos = buf, append(data.Pos, proto.Position{Start: start, End: len(buf)})
			return err
		},
		get: func(r *T, row int) error { return store.DecodeList(data.Row(row), f.ref(r)) },
	}
}

// mapColumns keep attributes as a map of text with sorted keys, and beside it the types of the values.
func mapColumns[T any](f field[T]) []column[T] {
	keys, values := newRepetitive(), new(proto.ColStr)
	data, types := proto.NewMap(keys, values), newRepetitive()
	flat := flattener{shared: f.name == "resource"}
	put := func(r *T) error {
		if types.Rows() == 0 {
			flat.begin()
		}
		one := flat.of(*f.ref(r).(*operation.Attributes))
		keys.AppendArr(one.Keys)
		appendTexts(values, one.Text, one.Ends)
		data.Offsets.Append(uint64(keys.Rows()))
		types.Append(flat.letters(one.Types))
		return nil
	}
	get := func(r *T, row int) error {
		var k, v []string
		for _, pair := range data.RowKV(row) {
			k, v = append(k, pair.Key), append(v, pair.Value)
		}
		*f.ref(r).(*operation.Attributes) = store.UnflattenAttributes(k, v, types.Row(row))
		return nil
	}
	return []column[T]{
		{name: f.name, data: data, text: values, put: put, get: func(*T, int) error { return nil }},
		{name: f.name + "_types", data: types, put: func(*T) error { return nil }, get: get},
	}
}

// appendTexts are texts one behind the other, and where each of them ends.
func appendTexts(data *proto.ColStr, text []byte, ends []int) {
	first := len(data.Buf)
	start := first
	data.Buf = append(data.Buf, text...)
	for _, end := range ends {
		data.Pos = append(data.Pos, proto.Position{Start: start, End: first + end})
		start = first + end
	}
}

// histogramColumn keeps a histogram as a map, which the server can sum up.
func histogramColumn[T any](f field[T]) column[T] {
	indexes, counts := new(proto.ColInt16), new(proto.ColInt64)
	data := proto.NewMap(indexes, counts)
	return column[T]{
		name: f.name,
		data: data,
		put: func(r *T) error {
			for _, b := range *f.ref(r).(*operation.Histogram) {
				indexes.Append(int16(b.Index))
				counts.Append(b.Count)
			}
			data.Offsets.Append(uint64(indexes.Rows()))
			return nil
		},
		get: func(r *T, row int) error {
			var h operation.Histogram
			for _, pair := range data.RowKV(row) {
				h.AddCount(int64(pair.Key), pair.Value)
			}
			*f.ref(r).(*operation.Histogram) = h
			return nil
		},
	}
}
