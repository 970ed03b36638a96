//go:build cgo && !noduckdb

package embedded

import (
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// toDB is the database's value of what a reference to a field holds, as the appender takes it.
func toDB(ref any) driver.Value {
	switch p := ref.(type) {
	case *string:
		return clean(*p)
	case *int64:
		return *p
	case *uint32:
		return int64(*p)
	case *float64:
		return *p
	case *bool:
		return *p
	case *operation.Time:
		return int64(*p)
	case *operation.Duration:
		return int64(*p)
	case *operation.ID:
		return duckdb.UUID(*p)
	case *operation.TraceID:
		return duckdb.UUID(*p)
	case *operation.SpanID:
		return binary.BigEndian.Uint64(p[:])
	case *operation.Attributes:
		return mapToDB(*p)
	case *operation.Histogram:
		return histogramToDB(*p)
	default:
		return listToDB(ref)
	}
}

// fromDB puts a value of the database where the reference points.
func fromDB(ref, value any) error {
	var ok bool
	switch p := ref.(type) {
	case *string:
		*p, ok = value.(string)
	case *int64:
		*p, ok = value.(int64)
	case *uint32:
		var n int64
		n, ok = value.(int64)
		*p = uint32(n)
	case *float64:
		*p, ok = value.(float64)
	case *bool:
		*p, ok = value.(bool)
	case *operation.Time:
		var n int64
		n, ok = value.(int64)
		*p = operation.Time(n)
	case *operation.Duration:
		var n int64
		n, ok = value.(int64)
		*p = operation.Duration(n)
	default:
		return nestedFromDB(ref, value)
	}
	return expect(ok, ref, value)
}

func nestedFromDB(ref, value any) error {
	switch p := ref.(type) {
	case *operation.ID:
		return idFromDB(p[:], value)
	case *operation.TraceID:
		return idFromDB(p[:], value)
	case *operation.SpanID:
		n, ok := value.(uint64)
		binary.BigEndian.PutUint64(p[:], n)
		return expect(ok, ref, value)
	case *operation.Attributes:
		m, ok := value.(map[string]any)
		*p = mapFromDB(m)
		return expect(ok, ref, value)
	default:
		text, ok := value.(string)
		if !ok {
			return expect(ok, ref, value)
		}
		return listFromDB(ref, text)
	}
}

func expect(ok bool, ref, value any) error {
	if !ok {
		return fmt.Errorf("database answered %T where %T is kept", value, ref)
	}
	return nil
}

func idFromDB(id []byte, value any) error {
	b, ok := value.([]byte)
	if !ok || copy(id, b) != len(id) {
		return fmt.Errorf("database answered %T where an id is kept", value)
	}
	return nil
}

// clean replaces what is not UTF-8, which the database would refuse together with the whole batch.
func clean(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

func cleanAll(list []string) []string {
	for i := range list {
		list[i] = clean(list[i])
	}
	return list
}

func mapToDB(attrs operation.Attributes) map[string]any {
	keys, values, types := store.FlattenAttributes(attrs)
	return map[string]any{"keys": cleanAll(keys), "vals": cleanAll(values), "types": types}
}

func mapFromDB(m map[string]any) operation.Attributes {
	types, _ := m["types"].(string)
	return store.UnflattenAttributes(stringsFromDB(m["keys"]), stringsFromDB(m["vals"]), types)
}

func stringsFromDB(value any) []string {
	list, _ := value.([]any)
	out := make([]string, len(list))
	for i := range list {
		out[i], _ = list[i].(string)
	}
	return out
}

// uuid is an id of 16 bytes as a parameter of a query; compare with it as CAST(? AS UUID).
func uuid(id [16]byte) string {
	u := duckdb.UUID(id)
	return u.String()
}

// spanNumber is a span id as a parameter of a query; compare with it as CAST(? AS UBIGINT).
func spanNumber(id operation.SpanID) string {
	return strconv.FormatUint(binary.BigEndian.Uint64(id[:]), 10)
}
