package query

import (
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// FieldEvents is, with a key and within any() and its kin a span's events: their name under the key "name", and
// their attributes under the attributes' keys. It holds what one of the events holds.
const FieldEvents = "events"

// spanName finds what a name means within any(), all() or none().
func spanName(name string) (meaning, *fault) {
	m := meaning{name: name}
	if name == "duration" {
		return m, &fault{
			code: CodeUnsupportedField, message: "duration is the whole operation's",
			hint: "write span.duration", fix: &edit{with: "span.duration"},
		}
	}
	scope, key, _ := strings.Cut(name, ".")
	if scope == "span" && key != "" {
		if f, ok := spanField(key); ok {
			return m.plain(f), nil
		}
		return m.plain(mapField("attributes", key)), nil
	}
	if f, ok := spanField(name); ok {
		return m.plain(f), nil
	}
	if key != "" {
		switch scope {
		case "attr":
			return m.plain(mapField("attributes", key)), nil
		case "resource":
			return m.plain(mapField("resource", key)), nil
		case "event":
			return m.plain(Field{Name: FieldEvents, Type: operation.TypeMap, Key: key}), nil
		}
	}
	if at, known := synonymOf[name]; known {
		return m.keys(at, name), nil
	}
	return recordNameInSpan(m, name)
}

// keys are all names that a span may keep the attribute under, the one that was written first.
func (m meaning) keys(at int, first string) meaning {
	if first != synonyms[at].name {
		m = m.plain(mapField("attributes", first))
	}
	for _, key := range synonyms[at].keys {
		if key != first {
			m = m.plain(mapField("attributes", key))
		}
	}
	return m
}

// spanField is a field that every span has, by its own or by its short name.
func spanField(name string) (Field, bool) {
	if name == "id" {
		return elementField(OverSpans, "span_id"), true
	}
	for _, try := range []string{name, fieldOfShort[name], strings.ReplaceAll(name, ".", "_")} {
		if _, ok := elements[OverSpans][try]; ok && (try != "duration" || name == "duration") {
			return elementField(OverSpans, try), true
		}
	}
	return Field{}, false
}

// recordNameInSpan reads a field of the record as the attributes that it comes from, where it comes from some.
func recordNameInSpan(m meaning, name string) (meaning, *fault) {
	field := fieldOfShort[name]
	if field == "" {
		if f := operation.FieldByName(strings.ReplaceAll(name, ".", "_")); f != nil {
			field = f.Name
		}
	}
	if at, known := fieldOfKey[field]; known {
		return m.keys(at, synonyms[at].keys[0]), nil
	}
	_, isList := listScopes[strings.Split(name, ".")[0]]
	if field != "" || isList || yesNoNames[name] != nil {
		return m, unsupported(name, fmt.Sprintf("%s belongs to the whole operation: write it outside the brackets", name))
	}
	return m, nil
}
