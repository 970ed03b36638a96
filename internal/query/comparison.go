package query

import (
	"fmt"
	"strings"
)

// comparison reads a field with what is said about it, or a word to search for.
func (p *parser) comparison() (*Node, error) {
	name, err := p.name()
	if err != nil {
		return nil, err
	}
	n := &Node{Field: name.text, at: name.span}
	if t := p.peek(); t.kind == tokOp {
		return p.operator(n)
	}
	if fill := p.keyword(n); fill != nil {
		return n, fill()
	}
	p.want(wantOperator, name.text)
	if f := p.forgotten(name); f != nil {
		return nil, f
	}
	words := literal(name)
	words.Quoted = name.text != p.src[name.start:name.end]
	return &Node{Kind: KindText, Values: []Literal{words}, at: name.span}, nil
}

// name reads a field's name. A key of odd characters stands in quotes behind the dot: attr."odd key". Among the
// conditions on aggregates, a function with its argument is a name as well.
func (p *parser) name() (token, error) {
	t := p.take()
	next := p.peek()
	if next.start != t.end {
		return t, nil
	}
	if next.kind == tokString && strings.HasSuffix(t.text, ".") {
		p.take()
		t.text, t.end = t.text+next.text, next.end
		return t, nil
	}
	if fn, isFunc := functionNamed(t.text); next.kind == tokOpen && isFunc {
		if !p.rows {
			return t, &fault{code: CodeWrongStage, message: fmt.Sprintf("%s(...) computes an aggregate, which stands behind a |", t.text), hint: "for example: | " + t.text + "(duration) by service", at: t.span}
		}
		arg, end, err := p.argument()
		t.text, t.end = string(fn), end
		if arg.kind == tokWord {
			t.text = callName(fn, arg.text)
		}
		return t, err
	}
	return t, nil
}

// operator reads what follows a field as an operator and a value.
func (p *parser) operator(n *Node) (*Node, error) {
	op := p.take()
	n.Kind, n.Op = KindCompare, Op(op.text)
	v, err := p.operand(n.Field, p.src[op.start:op.end])
	if err != nil {
		return nil, err
	}
	if v.Text == "" || v.Quoted || !strings.EqualFold(v.Text, "NULL") {
		n.Values = []Literal{v}
		return n, nil
	}
	if n.Op != Eq && n.Op != Ne {
		return nil, &fault{code: CodeWrongOperator, message: fmt.Sprintf("NULL cannot be compared with %s", op.text), hint: "write IS NULL or IS NOT NULL", at: v.at}
	}
	n.Kind, n.Negated, n.Op = KindExists, n.Op == Eq, ""
	return n, nil
}

// operand reads one value behind what is named.
func (p *parser) operand(field, behind string) (Literal, error) {
	p.want(wantValue, field)
	t := p.takeValue()
	switch {
	case t.kind == tokEnd:
		return Literal{}, p.ended("a value")
	case t.kind == tokString, t.kind == tokWord && !strings.ContainsRune("=<>~!&", rune(t.text[0])):
		return literal(t), nil
	case t.kind == tokUnclosed:
		return Literal{}, p.unexpected(t)
	default:
		return Literal{}, &fault{code: CodeSyntax, message: "expected a value after " + behind, hint: "put odd characters in quotes", at: t.span}
	}
}

// keyword gives the reader of what follows a field as words, or nil when no keyword follows.
func (p *parser) keyword(n *Node) func() error {
	t := p.peek()
	if t.kind != tokWord {
		return nil
	}
	word := strings.ToUpper(t.text)
	if word == "NOT" {
		next := p.read(t.end, modeName)
		if word = strings.ToUpper(next.text); next.kind != tokWord || word == "IS" {
			return nil
		}
		n.Negated = keywords[word] != nil
	}
	read := keywords[word]
	if read == nil {
		return nil
	}
	return func() error {
		if n.Negated {
			p.take()
		}
		return read(p, n, p.take())
	}
}

// keywords read what follows a field and the keyword t into n.
var keywords = map[string]func(p *parser, n *Node, t token) error{
	"IN":         (*parser).in,
	"CONTAINS":   (*parser).oneValue,
	"STARTSWITH": (*parser).oneValue,
	"LIKE":       (*parser).oneValue,
	"EXISTS":     (*parser).exists,
	"IS":         (*parser).isNull,
	"BETWEEN":    (*parser).between,
}

func (p *parser) oneValue(n *Node, t token) error {
	n.Kind, n.Op = KindCompare, Op(strings.ToLower(t.text))
	v, err := p.operand(n.Field, strings.ToUpper(t.text))
	n.Values = []Literal{v}
	return err
}

func (p *parser) exists(n *Node, _ token) error {
	n.Kind = KindExists
	return nil
}

func (p *parser) isNull(n *Node, _ token) error {
	n.Kind, n.Negated = KindExists, true
	if p.want(wantNull, ""); p.peek().is("NOT") {
		p.take()
		p.want(wantNull, "NOT")
		n.Negated = false
	}
	t := p.take()
	if t.is("NULL") {
		return nil
	}
	if t.kind == tokEnd {
		return p.ended("NULL or NOT NULL")
	}
	return &fault{code: CodeSyntax, message: "expected NULL or NOT NULL after IS", hint: "values are compared with =", at: t.span}
}

func (p *parser) between(n *Node, _ token) error {
	n.Kind = KindBetween
	low, err := p.operand(n.Field, "BETWEEN")
	if err != nil {
		return err
	}
	p.want(wantAnd, "")
	switch t := p.take(); {
	case t.kind == tokEnd:
		return p.ended("AND and a second value")
	case !t.is("AND"):
		return &fault{code: CodeSyntax, message: "expected AND after the first value of BETWEEN", hint: fmt.Sprintf("e.g. %s BETWEEN 1s AND 2s", n.Field), at: t.span}
	}
	high, err := p.operand(n.Field, "AND")
	n.Values = []Literal{low, high}
	return err
}

func (p *parser) in(n *Node, _ token) error {
	n.Kind = KindIn
	open := p.take()
	if open.kind == tokEnd {
		return p.ended(`"("`)
	}
	if open.kind != tokOpen {
		return &fault{code: CodeSyntax, message: `expected "(" after IN`, hint: "e.g. method IN (POST, PUT)", at: open.span}
	}
	for {
		v, err := p.operand(n.Field, "IN (")
		if err != nil {
			return err
		}
		n.Values = append(n.Values, v)
		if p.peek().kind != tokComma {
			return p.close(open)
		}
		p.take()
	}
}

// forgotten recognises a field that is followed by a value without an operator.
func (p *parser) forgotten(name token) error {
	next := p.peek()
	if next.kind != tokString && next.kind != tokWord || next.oneOf("AND", "OR", "NOT", "BY") || !isField(name.text, p.over) {
		return nil
	}
	return &fault{
		code:    CodeMissingOperator,
		message: fmt.Sprintf("missing operator between %s and %s", name.text, p.src[next.start:next.end]),
		hint:    fmt.Sprintf("write %s = %s, or put %s in quotes to search for the word", name.text, p.src[next.start:next.end], name.text),
		at:      span{name.start, next.end},
		fix:     &edit{span{name.end, next.start}, " = "},
	}
}
