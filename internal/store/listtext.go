package store

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"github.com/opslog/opslog/internal/operation"
)

// Steps, effects and findings are in most operations, and encoding/json was half of what it took to write one. What
// these write is the same; TestListTextIsJSON holds them to it.

// appendList writes a list with its elements; an empty one is "".
func appendList[T any](out []byte, list []T, element func(out []byte, item *T) []byte) []byte {
	if len(list) == 0 {
		return out
	}
	out = append(out, '[')
	for i := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = element(out, &list[i])
	}
	return append(out, ']')
}

func appendStep(out []byte, s *operation.Step) []byte {
	out = appendText(out, `{"category":`, s.Category)
	out = appendTextIf(out, `,"system":`, s.System)
	out = appendTextIf(out, `,"target":`, s.Target)
	out = appendText(out, `,"template":`, s.Template)
	out = appendInt(out, `,"count":`, s.Count)
	out = appendIntIf(out, `,"errors":`, s.Errors)
	out = appendInt(out, `,"total":`, int64(s.Total))
	out = appendInt(out, `,"max":`, int64(s.Max))
	out = appendInt(out, `,"first_offset":`, int64(s.FirstOffset))
	return append(out, '}')
}

func appendEffect(out []byte, e *operation.Effect) []byte {
	out = appendText(out, `{"kind":`, e.Kind)
	out = appendText(out, `,"target":`, e.Target)
	out = appendText(out, `,"action":`, e.Action)
	if e.Rows != nil {
		out = appendInt(out, `,"rows":`, *e.Rows)
	}
	out = appendText(out, `,"outcome":`, e.Outcome)
	out = appendInt(out, `,"offset":`, int64(e.Offset))
	return append(appendID(append(out, `,"span_id":`...), e.SpanID), '}')
}

func appendFinding(out []byte, f *operation.Finding) []byte {
	out = appendText(out, `{"kind":`, f.Kind)
	out = appendText(out, `,"severity":`, f.Severity)
	out = appendTextIf(out, `,"confidence":`, f.Confidence)
	out = appendIntIf(out, `,"count":`, f.Count)
	out = appendIntIf(out, `,"saving":`, int64(f.Saving))
	for i, id := range f.SpanIDs {
		if i == 0 {
			out = append(out, `,"span_ids":[`...)
		} else {
			out = append(out, ',')
		}
		out = appendID(out, id)
	}
	if len(f.SpanIDs) > 0 {
		out = append(out, ']')
	}
	return append(appendText(out, `,"evidence":`, f.Evidence), '}')
}

func appendID(out []byte, id operation.SpanID) []byte {
	if id.IsZero() {
		return append(out, `""`...)
	}
	return append(hex.AppendEncode(append(out, '"'), id[:]), '"')
}

func appendInt(out []byte, key string, n int64) []byte {
	return strconv.AppendInt(append(out, key...), n, 10)
}

func appendIntIf(out []byte, key string, n int64) []byte {
	if n == 0 {
		return out
	}
	return appendInt(out, key, n)
}

func appendTextIf(out []byte, key, text string) []byte {
	if text == "" {
		return out
	}
	return appendText(out, key, text)
}

// appendText writes text as it is where JSON allows that.
func appendText(out []byte, key, text string) []byte {
	out = append(out, key...)
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return appendJSON(out, text)
		}
	}
	return append(append(append(out, '"'), text...), '"')
}

func appendJSON(out []byte, text string) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text) // a string always encodes
	return append(out, bytes.TrimSuffix(buf.Bytes(), []byte("\n"))...)
}
