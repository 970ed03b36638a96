package query

import (
	"fmt"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// meaning is what a name in a query stands for: a field under one of several places, or a question that is
// answered with yes or no.
type meaning struct {
	name  string // in the catalogue's own spelling
	alts  []alternative
	yesNo func(bool) Expr
	// guessed: the name is none of the catalogue's, and its dot made it an attribute.
	guessed bool
}

// alternative is one place: a field, or a field of the elements of a list, perhaps of one category only.
type alternative struct {
	over, only string
	field      Field
}

func (m meaning) plain(f ...Field) meaning {
	for _, field := range f {
		m.alts = append(m.alts, alternative{field: field})
	}
	return m
}

// lookup finds what a name means for an operation (over is empty) or, within any() and its kin, for a span.
func lookup(name, over string) (meaning, *fault) {
	find := operationName
	switch over {
	case OverSpans:
		find = spanName
	case spanRows:
		find = spanRowName
	}
	if m, f := find(name); m.found() || f != nil {
		return m, f
	}
	if lower := strings.ToLower(name); lower != name && (!strings.Contains(name, ".") || synonymOf[lower] > 0 || fieldOfShort[lower] != "") {
		if m, f := find(lower); m.found() || f != nil {
			return m, f
		}
	}
	if i := strings.IndexByte(name, '.'); i > 0 && i < len(name)-1 {
		return meaning{name: name, guessed: true}.plain(mapField("attributes", name)), nil
	}
	return meaning{}, unknownField(name)
}

func (m meaning) found() bool { return m.alts != nil || m.yesNo != nil }

func operationName(name string) (meaning, *fault) {
	m := meaning{name: name}
	if why := elsewhere[name]; why != "" {
		return m, unsupported(name, why)
	}
	if short := fieldOfShort[name]; short != "" {
		return m.plain(recordField(short)), nil
	}
	if yesNo := yesNoNames[name]; yesNo != nil {
		m.yesNo = yesNo
		return m, nil
	}
	if f := operation.FieldByName(strings.ReplaceAll(name, ".", "_")); f != nil {
		return m.plain(recordField(f.Name)), nil
	}
	if strings.ReplaceAll(name, ".", "_") == stateField {
		return m.plain(Field{Name: stateField, Type: operation.TypeString}), nil
	}
	if at, known := synonymOf[name]; known {
		return m.synonym(at), nil
	}
	return scopedName(name)
}

// yesNoNames are questions that several fields answer together.
var yesNoNames = map[string]func(bool) Expr{
	"command": func(yes bool) Expr {
		op := map[bool]Op{true: Eq, false: Ne}[yes]
		return Compare{recordField("kind"), op, operation.KindCommand}
	},
	"error.new": func(yes bool) Expr {
		if yes {
			return NewError{}
		}
		return Not{NewError{}}
	},
	"cache.hit": func(yes bool) Expr {
		field := map[bool]string{true: "cache_hits", false: "cache_misses"}[yes]
		return Compare{recordField(field), Gt, int64(0)}
	},
}

// synonym is all places where the record keeps what the attribute says.
func (m meaning) synonym(at int) meaning {
	s := &synonyms[at]
	m = m.kept(s)
	if s.list != "" {
		m.alts = append(m.alts, alternative{s.list, s.only, elementField(s.list, s.element)})
	}
	return m
}

// scopedName reads names whose part before the dot says where to look.
func scopedName(name string) (meaning, *fault) {
	m := meaning{name: name}
	for _, h := range headerScopes {
		if key, ok := strings.CutPrefix(name, h.prefix); ok && key != "" {
			return m.plain(mapField(h.field, strings.ToLower(key))), nil
		}
	}
	scope, key, dotted := strings.Cut(name, ".")
	if list, ok := listScopes[scope]; ok {
		return m.element(list.list, key, list.bare)
	}
	if !dotted {
		return m, nil
	}
	switch scope {
	case "span", "attr", "root", "resource", "event", "log":
		if key == "" {
			return m, &fault{code: CodeSyntax, message: name + " needs a key behind the dot", hint: `e.g. ` + name + `user.tier or ` + name + `"odd key"`}
		}
	}
	switch scope {
	case "span":
		if _, ok := elements[OverSpans][key]; ok {
			return m, unsupported(name, fmt.Sprintf("it is a field of single spans: any(%s ...)", name))
		}
		return m.attribute(key), nil
	case "attr", "root":
		return m.attribute(key), nil
	case "resource":
		return m.resource(key), nil
	case "event":
		return m, unsupported(name, fmt.Sprintf("events belong to spans: any(%s ...)", name))
	case "log":
		return m, unsupported(name, "log records are found through the operation's trace")
	}
	return m, nil
}

// element is a field of a list of the record.
func (m meaning) element(list, key, bare string) (meaning, *fault) {
	if key == "" {
		key = bare
	}
	if _, ok := elements[list][key]; !ok {
		return m, &fault{code: CodeUnknownField, message: fmt.Sprintf("unknown field %q", m.name), hint: "an element of " + list + " has " + strings.Join(sortedKeys(elements[list]), ", ")}
	}
	m.alts = []alternative{{over: list, field: elementField(list, key)}}
	return m, nil
}

// attribute is one attribute of the entry span, where the record keeps it.
func (m meaning) attribute(key string) meaning {
	at, known := synonymOf[key]
	switch {
	case !known || key == synonyms[at].name:
		return m.plain(mapField("attributes", key))
	default:
		return m.kept(&synonyms[at])
	}
}

// kept is where the record keeps an attribute of the entry span.
func (m meaning) kept(s *synonym) meaning {
	if s.field != "" {
		return m.plain(recordField(s.field))
	}
	for _, key := range s.attributes() {
		m = m.plain(mapField("attributes", key))
	}
	return m
}

func (m meaning) resource(key string) meaning {
	if at, known := synonymOf[key]; known {
		switch field := synonyms[at].field; field {
		case "service_name", "service_version", "service_namespace", "service_instance_id", "environment", "host_name":
			return m.plain(recordField(field))
		}
	}
	return m.plain(mapField("resource", key))
}

func recordField(name string) Field {
	f := operation.FieldByName(name)
	_, isClosed := closed[name]
	return Field{Name: f.Name, Type: f.Type, Fold: isClosed}
}

func mapField(name, key string) Field {
	return Field{Name: name, Type: operation.TypeMap, Key: key}
}

func elementField(over, name string) Field {
	_, isClosed := closed[over+"."+name]
	return Field{Name: name, Type: elements[over][name], Fold: isClosed}
}

func unsupported(name, why string) *fault {
	return &fault{code: CodeUnsupportedField, message: fmt.Sprintf("%s cannot be asked for here", name), hint: why}
}

func unknownField(name string) *fault {
	f := &fault{code: CodeUnknownField, message: fmt.Sprintf("unknown field %q", name)}
	if like := similar(name, suggestions); like != "" {
		f.hint, f.fix = fmt.Sprintf("did you mean %q?", like), &edit{with: like}
	} else {
		f.hint = fmt.Sprintf("an attribute is written attr.%s", name)
	}
	return f
}
