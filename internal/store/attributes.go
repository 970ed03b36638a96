package store

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// Letters for the types of attribute values, as kept beside a map of text. They are stored: never change one.
const (
	letterString = 's'
	letterInt    = 'i'
	letterFloat  = 'd'
	letterBool   = 'b'
	letterBytes  = 'y' // base64
	letterList   = 'l' // typed JSON
	letterMap    = 'm' // typed JSON
	letterNil    = 'n'
)

// FlattenAttributes turns attributes into text for databases whose maps hold text only: sorted keys, a text for
// each, and one letter for each that says which type it had. UnflattenAttributes gives the same attributes back,
// types and all. Text stays searchable: strings as they are, numbers in decimal, "true" and "false". A value of
// a type that operation.Attributes does not name becomes its text.
func FlattenAttributes(attrs operation.Attributes) (keys, values []string, types string) {
	if len(attrs) == 0 {
		return nil, nil, ""
	}
	var f Flat
	f.Set(attrs)
	values, text, start := make([]string, len(f.Ends)), string(f.Text), 0
	for i, end := range f.Ends {
		values[i] = text[start:end]
		start = end
	}
	return f.Keys, values, string(f.Types)
}

// Flat is what FlattenAttributes gives, in room that is used again.
type Flat struct {
	Keys  []string
	Text  []byte // the values, one behind the other
	Ends  []int  // where each of them ends
	Types []byte
}

// Set flattens attributes in place of those before.
func (f *Flat) Set(attrs operation.Attributes) {
	f.Keys, f.Text = slices.Grow(f.Keys[:0], len(attrs)), f.Text[:0]
	f.Ends, f.Types = slices.Grow(f.Ends[:0], len(attrs)), slices.Grow(f.Types[:0], len(attrs))
	for key := range attrs {
		f.Keys = append(f.Keys, key)
	}
	slices.Sort(f.Keys)
	for _, key := range f.Keys {
		var letter byte
		f.Text, letter = appendValue(f.Text, attrs[key])
		f.Ends, f.Types = append(f.Ends, len(f.Text)), append(f.Types, letter)
	}
}

// UnflattenAttributes is the opposite of FlattenAttributes. A value that does not fit its letter, or has none,
// stays text: data that was damaged elsewhere is shown rather than hidden.
func UnflattenAttributes(keys, values []string, types string) operation.Attributes {
	if len(keys) == 0 {
		return nil
	}
	attrs := make(operation.Attributes, len(keys))
	for i, key := range keys {
		letter := byte(letterString)
		if i < len(types) {
			letter = types[i]
		}
		value, err := unflatten(values[i], letter)
		if err != nil {
			value = values[i]
		}
		attrs[key] = value
	}
	return attrs
}

func appendValue(out []byte, value any) ([]byte, byte) {
	switch v := value.(type) {
	case string:
		return append(out, v...), letterString
	case int64:
		return strconv.AppendInt(out, v, 10), letterInt
	case float64:
		return strconv.AppendFloat(out, v, 'g', -1, 64), letterFloat
	case bool:
		return strconv.AppendBool(out, v), letterBool
	case []byte:
		return base64.StdEncoding.AppendEncode(out, v), letterBytes
	case []any:
		return appendTypedJSON(out, v), letterList
	case map[string]any:
		return appendTypedJSON(out, v), letterMap
	case nil:
		return out, letterNil
	default:
		return fmt.Append(out, v), letterString
	}
}

func unflatten(text string, letter byte) (any, error) {
	switch letter {
	case letterInt:
		return strconv.ParseInt(text, 10, 64)
	case letterFloat:
		return strconv.ParseFloat(text, 64)
	case letterBool:
		return strconv.ParseBool(text)
	case letterBytes:
		return base64.StdEncoding.DecodeString(text)
	case letterList, letterMap:
		return parseTypedJSON(text)
	case letterNil:
		return nil, nil
	default:
		return text, nil
	}
}

// In typed JSON a float always has a point or an exponent, and what JSON cannot say is an object with one of
// these keys. A real map with a single key that starts with "$" gets one more in front.
const (
	bytesKey = "$bytes"
	floatKey = "$float"
)

func appendTypedJSON(out []byte, value any) []byte {
	buf := bytes.NewBuffer(out)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false) // people search this text
	if err := enc.Encode(toJSON(value)); err != nil {
		panic(fmt.Sprintf("store: attribute value of type %T does not encode: %v", value, err))
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}

func parseTypedJSON(text string) (any, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		return nil, err
	}
	return fromJSON(value)
}

func toJSON(value any) any {
	switch v := value.(type) {
	case float64:
		return floatToJSON(v)
	case []byte:
		return map[string]any{bytesKey: base64.StdEncoding.EncodeToString(v)}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = toJSON(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			if len(v) == 1 && strings.HasPrefix(key, "$") {
				key = "$" + key
			}
			out[key] = toJSON(item)
		}
		return out
	case string, int64, bool, nil:
		return v
	default:
		return fmt.Sprint(v)
	}
}

func floatToJSON(f float64) any {
	text := strconv.FormatFloat(f, 'g', -1, 64)
	switch {
	case strings.ContainsAny(text, "NI"): // NaN, +Inf, -Inf
		return map[string]any{floatKey: text}
	case strings.ContainsAny(text, ".e"):
		return json.Number(text)
	default:
		return json.Number(text + ".0")
	}
}

func fromJSON(value any) (any, error) {
	switch v := value.(type) {
	case json.Number:
		if strings.ContainsAny(string(v), ".eE") {
			return v.Float64()
		}
		return v.Int64()
	case []any:
		for i := range v {
			item, err := fromJSON(v[i])
			if err != nil {
				return nil, err
			}
			v[i] = item
		}
		return v, nil
	case map[string]any:
		return mapFromJSON(v)
	default:
		return v, nil
	}
}

func mapFromJSON(m map[string]any) (any, error) {
	if text, ok := m[bytesKey].(string); ok && len(m) == 1 {
		return base64.StdEncoding.DecodeString(text)
	}
	if text, ok := m[floatKey].(string); ok && len(m) == 1 {
		return strconv.ParseFloat(text, 64)
	}
	out := make(map[string]any, len(m))
	for key, item := range m {
		value, err := fromJSON(item)
		if err != nil {
			return nil, err
		}
		if len(m) == 1 && strings.HasPrefix(key, "$$") {
			key = key[1:]
		}
		out[key] = value
	}
	return out, nil
}
