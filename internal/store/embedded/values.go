//go:build cgo && !noduckdb

package embedded

import (
	"bytes"
	"database/sql/driver"
	"encoding/binary"
	"encoding/json"
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
	default:
		return listToDB(ref)
	}
}

// fromDB puts a value of the database where the reference points.
func fromDB(ref, value any) error {
	ok := true
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

// Lists whose elements have attributes are written with the attributes flattened, because plain JSON forgets types.
type (
	linkRow struct {
		TraceID operation.TraceID `json:"trace_id"`
		SpanID  operation.SpanID  `json:"span_id"`
		flatMap
	}
	eventRow struct {
		Time operation.Time `json:"time"`
		Name string         `json:"name"`
		flatMap
	}
	flatMap struct {
		Keys  []string `json:"keys,omitempty"`
		Vals  []string `json:"vals,omitempty"`
		Types string   `json:"types,omitempty"`
	}
)

func flat(attrs operation.Attributes) flatMap {
	keys, values, types := store.FlattenAttributes(attrs)
	return flatMap{Keys: keys, Vals: values, Types: types}
}

func (m flatMap) attributes() operation.Attributes {
	return store.UnflattenAttributes(m.Keys, m.Vals, m.Types)
}

// listToDB is JSON, or "" for an empty list.
func listToDB(ref any) string {
	switch p := ref.(type) {
	case *[]operation.Step:
		return toJSON(*p)
	case *[]operation.Effect:
		return toJSON(*p)
	case *[]operation.Finding:
		return toJSON(*p)
	case *[]operation.Link:
		rows := make([]linkRow, len(*p))
		for i, l := range *p {
			rows[i] = linkRow{TraceID: l.TraceID, SpanID: l.SpanID, flatMap: flat(l.Attributes)}
		}
		return toJSON(rows)
	case *[]operation.Event:
		rows := make([]eventRow, len(*p))
		for i, e := range *p {
			rows[i] = eventRow{Time: e.Time, Name: e.Name, flatMap: flat(e.Attributes)}
		}
		return toJSON(rows)
	default:
		panic(fmt.Sprintf("embedded: no column for a field of type %T", ref))
	}
}

func toJSON[T any](list []T) string {
	if len(list) == 0 {
		return ""
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false) // the text is searched
	if err := enc.Encode(list); err != nil {
		panic(fmt.Sprintf("embedded: list of %T does not encode: %v", list, err))
	}
	return strings.TrimSuffix(buf.String(), "\n")
}

func listFromDB(ref any, text string) error {
	if text == "" {
		return nil
	}
	switch p := ref.(type) {
	case *[]operation.Link:
		var rows []linkRow
		if err := json.Unmarshal([]byte(text), &rows); err != nil {
			return fmt.Errorf("decode links: %w", err)
		}
		for _, r := range rows {
			*p = append(*p, operation.Link{TraceID: r.TraceID, SpanID: r.SpanID, Attributes: r.attributes()})
		}
		return nil
	case *[]operation.Event:
		var rows []eventRow
		if err := json.Unmarshal([]byte(text), &rows); err != nil {
			return fmt.Errorf("decode events: %w", err)
		}
		for _, r := range rows {
			*p = append(*p, operation.Event{Time: r.Time, Name: r.Name, Attributes: r.attributes()})
		}
		return nil
	default:
		if err := json.Unmarshal([]byte(text), ref); err != nil {
			return fmt.Errorf("decode %T: %w", ref, err)
		}
		return nil
	}
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
