//go:build cgo && !noduckdb

package embedded

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

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
