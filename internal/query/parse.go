package query

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/opslog/opslog/internal/operation"
)

// Limits of a query's text, so that no text can take much memory or stack.
const (
	MaxLength = 16 << 10 // bytes
	MaxDepth  = 64       // of brackets and NOTs within each other
)

// Query is a query understood.
type Query struct {
	Filter Expr    // nil selects all
	Stages []Stage // in order
	// From is the start of the range of time that a pasted block asked for, as "now-1h"; otherwise empty.
	From string
	// Tree is the filter as it was written, nil when there is none.
	Tree *Node
	// Warnings do not keep the query from running.
	Warnings []Problem

	src source
}

// Parse reads a query. Times such as now-1h count from now. A text that is no query gives an *Error.
func Parse(text string, now operation.Time) (*Query, error) { return parse(text, now, "") }

// parse reads a query about operations, or about what is told.
func parse(text string, now operation.Time, over string) (*Query, error) {
	src := source{text: text, query: text}
	p := &parser{lexer: lexer{text}, over: over}
	err := checkText(text)
	if err == nil {
		src = readBlock(text)
		p.lexer.src = src.query
		err = p.parse()
	}
	q := &Query{Tree: p.tree, Stages: p.stages, From: src.from, src: src}
	r := &resolver{now: now, over: over}
	var wrong *fault
	if errors.As(err, &wrong) {
		r.faults = append(r.faults, wrong)
	} else {
		r.resolve(q)
	}
	if len(r.faults) > 0 {
		return nil, &Error{Text: text, Problems: src.problems(r.faults)}
	}
	q.Warnings = src.problems(r.warnings)
	return q, nil
}

func checkText(text string) error {
	if len(text) > MaxLength {
		return &fault{code: CodeTooLarge, message: fmt.Sprintf("the query has %d bytes, at most %d are read", len(text), MaxLength)}
	}
	for i, r := range text {
		if r == utf8.RuneError && !utf8.ValidString(text[i:i+1]) {
			if _, n := utf8.DecodeRuneInString(text[i:]); n == 1 {
				return &fault{code: CodeSyntax, message: "the query is not valid UTF-8 here", at: span{i, i + 1}}
			}
		}
	}
	return nil
}

// parser reads by recursive descent. It looks one token ahead, where a name can stand.
type parser struct {
	lexer
	off    int    // behind the last token taken
	peeked *token // the token at off, when it was looked at
	depth  int
	rows   bool // the conditions are about columns of an aggregate
	tree   *Node
	stages []Stage

	seen  func(token) // told of each token taken, when not nil
	watch bool        // fill wants
	wants []want      // what could stand at the end of the text; see complete.go
	over  string      // OverSpans within any() and its kin, spanRows where each row is a span
}

func (p *parser) peek() token {
	if p.peeked == nil {
		t := p.read(p.off, modeName)
		p.peeked = &t
	}
	return *p.peeked
}

func (p *parser) take() token {
	return p.took(p.peek())
}

func (p *parser) took(t token) token {
	p.off, p.peeked = t.end, nil
	if p.seen != nil {
		p.seen(t)
	}
	return t
}

func (p *parser) takeValue() token {
	return p.took(p.read(p.off, modeValue))
}

func (p *parser) parse() (err error) {
	if p.want(wantCondition, ""); p.startsTerm() || p.peek().kind == tokMinus {
		if p.tree, err = p.or(); err != nil {
			return err
		}
	}
	for p.want(wantPipe, ""); p.peek().kind == tokPipe; p.want(wantPipe, "") {
		p.take()
		stage, err := p.stage()
		if err != nil {
			return err
		}
		p.stages = append(p.stages, stage)
	}
	if t := p.peek(); t.kind != tokEnd {
		return p.unexpected(t)
	}
	return nil
}

func (p *parser) or() (*Node, error) {
	return p.chain(KindOr, p.and, func() bool {
		if !p.peek().is("OR") {
			return false
		}
		p.take()
		return true
	})
}

// and takes conditions with AND between them, or nothing.
func (p *parser) and() (*Node, error) {
	return p.chain(KindAnd, p.not, func() bool {
		if p.peek().is("AND") {
			p.take()
			return true
		}
		return p.startsTerm()
	})
}

func (p *parser) chain(kind Kind, term func() (*Node, error), more func() bool) (*Node, error) {
	var terms []*Node
	for {
		n, err := term()
		if err != nil {
			return nil, err
		}
		terms = append(terms, n)
		if p.want(wantConnective, ""); !more() {
			return join(kind, terms), nil
		}
	}
}

// startsTerm tells whether a condition may begin here.
func (p *parser) startsTerm() bool {
	t := p.peek()
	switch t.kind {
	case tokWord:
		return !t.is("OR")
	case tokString, tokUnclosed, tokOpen, tokMinus:
		return true
	default:
		return false
	}
}

func (p *parser) not() (*Node, error) {
	if t := p.peek(); t.kind != tokMinus && !t.is("NOT") {
		return p.primary()
	}
	return p.nested(func() (*Node, error) {
		p.take()
		term, err := p.not()
		if err != nil {
			return nil, err
		}
		return &Node{Kind: KindNot, Terms: []*Node{term}}, nil
	})
}

// nested reads one level deeper, or fails when that is too deep.
func (p *parser) nested(read func() (*Node, error)) (*Node, error) {
	if p.depth == MaxDepth {
		return nil, &fault{code: CodeTooLarge, message: fmt.Sprintf("brackets and NOTs go deeper than %d levels", MaxDepth), at: p.peek().span}
	}
	p.depth++
	defer func() { p.depth-- }()
	return read()
}

func (p *parser) primary() (*Node, error) {
	p.want(wantCondition, "")
	switch t := p.peek(); t.kind {
	case tokOpen:
		return p.nested(p.bracket)
	case tokString:
		return p.text()
	case tokWord:
		if t.oneOf("AND", "OR") {
			return nil, &fault{code: CodeSyntax, message: "expected a condition before " + strings.ToUpper(t.text), hint: "put the word in quotes to search for it", at: t.span}
		}
		if t.oneOf("any", "all", "none") && strings.HasPrefix(p.src[t.end:], "(") {
			return p.nested(p.quantified)
		}
		return p.comparison()
	case tokEnd:
		return nil, p.ended("a condition")
	default:
		return nil, p.unexpected(t)
	}
}

// bracket reads "(" expr ")".
func (p *parser) bracket() (*Node, error) {
	open := p.take()
	inner, err := p.or()
	if err != nil {
		return nil, err
	}
	return inner, p.close(open)
}

func (p *parser) close(open token) error {
	switch t := p.take(); t.kind {
	case tokClose:
		return nil
	case tokEnd, tokPipe:
		return &fault{code: CodeUnterminated, message: `missing ")"`, hint: "this bracket is never closed", at: open.span}
	case tokWord, tokString:
		return &fault{code: CodeSyntax, message: fmt.Sprintf(`expected ")" before %s`, p.src[t.start:t.end]), hint: "items of a list have commas between them", at: t.span}
	default:
		return p.unexpected(t)
	}
}

// quantified reads "any" "(" expr ")" and its kin.
func (p *parser) quantified() (*Node, error) {
	word, before := p.take(), p.over
	p.over = OverSpans
	defer func() { p.over = before }()
	inner, err := p.bracket()
	if err != nil {
		return nil, err
	}
	return &Node{Kind: Kind(strings.ToLower(word.text)), Terms: []*Node{inner}, at: word.span}, nil
}

func (p *parser) text() (*Node, error) {
	t := p.take()
	if op := p.peek(); op.kind == tokOp && t.kind == tokString {
		return nil, &fault{code: CodeSyntax, message: "a field's name stands without quotes", hint: fmt.Sprintf("an odd name is written attr.%s", quote(t.text)), at: t.span}
	}
	return &Node{Kind: KindText, Values: []Literal{literal(t)}, at: t.span}, nil
}

func literal(t token) Literal { return Literal{t.text, t.kind == tokString, t.span} }

func (p *parser) ended(expected string) error {
	end := len(strings.TrimRight(p.src, "\n\r"))
	return &fault{code: CodeUnexpectedEnd, message: "query ends here, expected " + expected, at: span{end, end}}
}

// unexpected says what is wrong with a token that cannot stand where it stands.
func (p *parser) unexpected(t token) *fault {
	f := &fault{code: CodeSyntax, message: fmt.Sprintf("unexpected %q", t.text), at: t.span}
	switch {
	case t.kind == tokUnclosed:
		f.code, f.message, f.hint = CodeUnterminated, "unterminated string", "add a closing "+t.text[:1]
	case t.kind == tokBad && (t.text == "||" || t.text == "&&"):
		word := map[string]string{"||": "OR", "&&": "AND"}[t.text]
		f.code, f.hint, f.fix = CodeWrongOperator, "use "+word, &edit{t.span, p.spaced(t.span, word)}
	case t.kind == tokBad && t.text == "!":
		f.hint, f.fix = "use NOT", &edit{t.span, "NOT "}
	case t.kind == tokClose:
		f.hint = "no bracket is open here"
	case t.kind == tokOp:
		f.hint = "a comparison is written field, operator, value"
	case t.kind == tokComma:
		f.hint = "conditions are joined by AND and OR"
	case t.kind == tokMinus:
		f.message = `unexpected "-"`
	}
	return f
}

// spaced puts spaces around a word that replaces at, where there are none yet.
func (p *parser) spaced(at span, word string) string {
	if !strings.HasSuffix(p.src[:at.start], " ") {
		word = " " + word
	}
	if !strings.HasPrefix(p.src[at.end:], " ") {
		word += " "
	}
	return word
}
