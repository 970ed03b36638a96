// Package tempo speaks the part of Tempo's query API that Grafana uses: a subset of TraceQL, and protobuf answers.
package tempo

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Condition is a TraceQL spanset as text of our query language: about the operation, and about one of its spans.
// Operation is empty when the condition can only be asked of spans, Span when only of the operation.
type Condition struct{ Operation, Span string }

// intrinsics are TraceQL's own names: what they are called of an operation and of a span. An empty name has no
// meaning there.
var intrinsics = map[string][2]string{
	"name": {"name", "span.name"}, "status": {"status", "span.status"}, "duration": {"duration", "span.duration"}, "kind": {"", "span.kind"},
	"statusMessage": {"error_message", "status_message"}, "rootServiceName": {"service", ""}, "rootName": {"name", ""}, "traceDuration": {"trace.duration", ""},
	"span:name": {"name", "span.name"}, "span:status": {"status", "span.status"}, "span:duration": {"duration", "span.duration"}, "span:kind": {"", "span.kind"},
	"trace:rootService": {"service", ""}, "trace:rootName": {"name", ""}, "trace:duration": {"trace.duration", ""},
}

var operators = map[string]string{"=": "=", "!=": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<=", "=~": "~", "!~": "!~"}

var token = regexp.MustCompile(`^(?:\s+|(&&|\|\||=~|!~|!=|>=|<=|[{}()!=<>|]|>>|~)|("(?:[^"\\]|\\.)*"|` + "`[^`]*`" + `)|([A-Za-z0-9_.:/@-]+))`)

// Parse reads one spanset, such as { span.http.status_code >= 500 && resource.service.name = "shop" }. An empty text
// is the empty spanset, which all traces have.
func Parse(text string) (Condition, error) {
	p := &parser{}
	if err := p.lex(text); err != nil {
		return Condition{}, err
	}
	if len(p.tokens) == 0 {
		return Condition{}, nil
	}
	if err := p.want("{"); err != nil {
		return Condition{}, err
	}
	var c Condition
	if p.peek() != "}" {
		var err error
		if c, err = p.or(0); err != nil {
			return Condition{}, err
		}
	}
	if err := p.want("}"); err != nil {
		return Condition{}, err
	}
	if len(p.tokens) > 0 {
		return Condition{}, fmt.Errorf("only one spanset { … } is understood, without pipelines and structural operators; there is more at %q", p.peek())
	}
	return c, nil
}

type parser struct{ tokens []string }

// Bounds of a text, so that none takes much stack.
const maxDepth, maxLength = 50, 8192

func (p *parser) lex(text string) error {
	if len(text) > maxLength {
		return fmt.Errorf("the query has %d bytes, at most %d are read", len(text), maxLength)
	}
	for text != "" {
		m := token.FindStringSubmatch(text)
		if m == nil {
			return fmt.Errorf("cannot be read from %q on", clip(text))
		}
		if t := m[1] + m[2] + m[3]; t != "" {
			p.tokens = append(p.tokens, t)
		}
		text = text[len(m[0]):]
	}
	return nil
}

func (p *parser) peek() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *parser) take() string {
	t := p.peek()
	if t != "" {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *parser) want(t string) error {
	if got := p.take(); got != t {
		return fmt.Errorf("want %s, found %q", t, got)
	}
	return nil
}

func (p *parser) or(depth int) (Condition, error) { return p.row(depth, "||", " OR ", p.and) }
func (p *parser) and(depth int) (Condition, error) {
	return p.row(depth, "&&", " AND ", p.term)
}

// row reads terms with an operator between them.
func (p *parser) row(depth int, operator, ours string, term func(int) (Condition, error)) (Condition, error) {
	c, err := term(depth)
	for err == nil && p.peek() == operator {
		p.take()
		var next Condition
		if next, err = term(depth); err == nil {
			c = Condition{join(c.Operation, ours, next.Operation), join(c.Span, ours, next.Span)}
		}
	}
	return c, err
}

// join joins two conditions; one that has no meaning takes the other one with it.
func join(a, operator, b string) string {
	if a == "" || b == "" {
		return ""
	}
	return a + operator + b
}

func (p *parser) term(depth int) (Condition, error) {
	if depth > maxDepth {
		return Condition{}, fmt.Errorf("more than %d levels of brackets", maxDepth)
	}
	switch p.peek() {
	case "!":
		p.take()
		c, err := p.term(depth + 1)
		return c.within("NOT (", ")"), err
	case "(":
		p.take()
		c, err := p.or(depth + 1)
		if err != nil {
			return c, err
		}
		return c.within("(", ")"), p.want(")")
	default:
		return p.comparison()
	}
}

func (c Condition) within(before, after string) Condition {
	for _, text := range []*string{&c.Operation, &c.Span} {
		if *text != "" {
			*text = before + *text + after
		}
	}
	return c
}

func (p *parser) comparison() (Condition, error) {
	field, operator, value := p.take(), p.take(), p.take()
	ours, known := operators[operator]
	if !known {
		return Condition{}, fmt.Errorf("want a comparison behind %q, found %q", clip(field), clip(operator))
	}
	onOperation, onSpan, err := names(field)
	if err != nil {
		return Condition{}, err
	}
	text, err := constant(field, value)
	if err != nil {
		return Condition{}, err
	}
	side := func(name string) string {
		switch {
		case name == "":
			return ""
		case text == "nil" && ours == "=":
			return name + " IS NULL"
		case text == "nil":
			return name + " IS NOT NULL"
		default:
			return name + " " + ours + " " + text
		}
	}
	c := Condition{side(onOperation), side(onSpan)}
	if strings.HasSuffix(field, "status") && value == "unset" { // of an operation it is ok
		c.Operation = ""
	}
	return c, nil
}

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.:/@-]*$`)

// names are what a field is called of an operation and of a span.
func names(field string) (onOperation, onSpan string, err error) {
	if known, ok := intrinsics[field]; ok {
		return known[0], known[1], nil
	}
	for _, scope := range []string{"span.", "resource.", "event.", "."} {
		name, scoped := strings.CutPrefix(field, scope)
		if !scoped || !plainName.MatchString(name) {
			continue
		}
		if scope == "event." {
			return "", field, nil
		}
		if !strings.Contains(name, ".") { // our language takes a name without a dot for a field
			name = "attr." + name
		}
		return name, name, nil
	}
	return "", "", fmt.Errorf("unknown field %q, want an attribute with its scope, like span.http.route, or one of name, status, kind, duration, rootName, rootServiceName, traceDuration", clip(field))
}

var (
	number   = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	duration = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h)$`)
)

// constant is a value as our language writes it.
func constant(field, value string) (string, error) {
	switch {
	case value == "":
		return "", fmt.Errorf("a value is missing behind %q", clip(field))
	case value[0] == '`':
		return strconv.Quote(strings.Trim(value, "`")), nil
	case value[0] == '"':
		text, err := strconv.Unquote(value)
		if err != nil {
			return "", fmt.Errorf("the text %s cannot be read", clip(value))
		}
		return strconv.Quote(text), nil
	case number.MatchString(value), duration.MatchString(value), value == "true", value == "false", value == "nil":
		return value, nil
	case strings.HasSuffix(field, "status") || strings.HasSuffix(field, "kind"):
		return strconv.Quote(value), nil
	default:
		return "", fmt.Errorf("value %q needs quotes", clip(value))
	}
}

func clip(s string) string {
	const limit = 40
	if len(s) > limit {
		return strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return s
}
