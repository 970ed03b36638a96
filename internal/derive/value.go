package derive

import (
	"encoding/base64"
	"encoding/json"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/opslog/opslog/internal/operation"
)

// attributesOf copies a map; nil when there is nothing in it.
func attributesOf(m pcommon.Map) operation.Attributes {
	if m.Len() == 0 {
		return nil
	}
	out := make(operation.Attributes, m.Len())
	for key, v := range m.All() {
		out[key] = valueOf(v)
	}
	return out
}

// valueOf copies a value with its type.
func valueOf(v pcommon.Value) any {
	switch v.Type() {
	case pcommon.ValueTypeEmpty:
		return ""
	case pcommon.ValueTypeBytes:
		return append([]byte{}, v.Bytes().AsRaw()...)
	default:
		return v.AsRaw()
	}
}

// textOf is a value as people would read it: text as it is, structures as JSON, bytes as text where they are and
// as base64 where they are not.
func textOf(v pcommon.Value) string {
	switch v.Type() {
	case pcommon.ValueTypeBytes:
		raw := v.Bytes().AsRaw()
		if utf8.Valid(raw) {
			return string(raw)
		}
		return base64.StdEncoding.EncodeToString(raw)
	case pcommon.ValueTypeMap, pcommon.ValueTypeSlice:
		text, err := json.Marshal(v.AsRaw())
		if err != nil { // not a number and infinities are no JSON
			return v.AsString()
		}
		return string(text)
	default:
		return v.AsString()
	}
}

// cut shortens s to at most limit bytes without breaking a character.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
