package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is a half-open range of bytes in the query's text.
type span struct{ start, end int }

type tokenKind int

const (
	tokEnd tokenKind = iota
	tokWord
	tokString // text is what stands between the quotes, escapes resolved
	tokUnclosed
	tokOpen
	tokClose
	tokComma
	tokPipe
	tokOp // text is the operator as expr.go writes it
	tokMinus
	tokBad
)

type token struct {
	kind tokenKind
	text string
	span
}

// is tells whether the token is the keyword, which is given in upper case.
func (t token) is(keyword string) bool {
	return t.kind == tokWord && strings.EqualFold(t.text, keyword)
}

func (t token) oneOf(keywords ...string) bool {
	for _, k := range keywords {
		if t.is(k) {
			return true
		}
	}
	return false
}

// operators from the longest to the shortest, each with the way expr.go writes it.
var operators = []struct {
	text string
	op   Op
}{
	{"==", Eq}, {"!=", Ne}, {">=", Ge}, {"<=", Le}, {"=~", Match}, {"!~", NotMatch},
	{"=", Eq}, {":", Eq}, {">", Gt}, {"<", Lt}, {"~", Match},
}

// lexer cuts a text into tokens on demand, because what a character means depends on where it stands: after an
// operator a value runs to the next space, bracket, comma, bar or quote, so that paths, URLs and times need no
// quotes; elsewhere operators end a word as well.
type lexer struct{ src string }

type mode int

const (
	modeName  mode = iota // names, words, keywords and operators
	modeValue             // the right side of an operator
)

// ends tells whether a word stops before r.
func (m mode) ends(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(`)|,"'`, r) || m == modeName && strings.ContainsRune("(=!<>~:&", r)
}

// read gives the token at or behind off.
func (l lexer) read(off int, m mode) token {
	off = l.skip(off)
	if off == len(l.src) {
		return token{kind: tokEnd, span: span{off, off}}
	}
	switch c := l.src[off]; c {
	case '"', '\'':
		return l.quoted(off, c)
	case '(', ')', ',':
		return l.cut(punctuation[c], off, 1)
	case '|':
		if strings.HasPrefix(l.src[off:], "||") {
			return l.cut(tokBad, off, 2)
		}
		return l.cut(tokPipe, off, 1)
	}
	return l.wordOrOperator(off, m)
}

var punctuation = map[byte]tokenKind{'(': tokOpen, ')': tokClose, ',': tokComma}

func (l lexer) wordOrOperator(off int, m mode) token {
	rest := l.src[off:]
	if n := wordLength(rest, m.ends); n > 0 {
		// && is never part of a value: who writes it means AND.
		if and := strings.Index(rest[:n], "&&"); and > 0 {
			n = and
		}
		if rest[0] == '-' && m == modeName {
			return l.cut(tokMinus, off, 1)
		}
		return l.cut(tokWord, off, n)
	}
	for _, o := range operators {
		if strings.HasPrefix(rest, o.text) {
			return token{tokOp, string(o.op), span{off, off + len(o.text)}}
		}
	}
	if strings.HasPrefix(rest, "&&") {
		return l.cut(tokBad, off, 2)
	}
	return l.cut(tokBad, off, 1)
}

func wordLength(s string, ends func(rune) bool) int {
	if n := strings.IndexFunc(s, ends); n >= 0 {
		return n
	}
	return len(s)
}

func (l lexer) cut(kind tokenKind, off, n int) token {
	return token{kind, l.src[off : off+n], span{off, off + n}}
}

// skip passes spaces, and comments: a # at the start of a token, to the end of its line.
func (l lexer) skip(off int) int {
	for off < len(l.src) {
		r, n := utf8.DecodeRuneInString(l.src[off:])
		switch {
		case unicode.IsSpace(r):
			off += n
		case r == '#':
			off += wordLength(l.src[off:], func(r rune) bool { return r == '\n' })
		default:
			return off
		}
	}
	return off
}

// quoted reads a string. Only quotes, the backslash, n, r and t are escapes: a backslash before anything else
// stays, so that regular expressions need no doubling.
func (l lexer) quoted(off int, quote byte) token {
	var text strings.Builder
	for i := off + 1; i < len(l.src); i++ {
		switch c := l.src[i]; {
		case c == quote:
			return token{tokString, text.String(), span{off, i + 1}}
		case c == '\\' && i+1 < len(l.src) && strings.IndexByte(escapes, l.src[i+1]) >= 0:
			i++
			text.WriteByte(escaped[strings.IndexByte(escapes, l.src[i])])
		default:
			text.WriteByte(c)
		}
	}
	return l.cut(tokUnclosed, off, len(strings.TrimRightFunc(l.src[off:], unicode.IsSpace)))
}

const (
	escapes = `"'\nrt`
	escaped = "\"'\\\n\r\t"
)

// quote writes a text so that quoted reads it back.
func quote(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for i := range len(text) {
		c := text[i]
		if at := strings.IndexByte(escaped, c); at >= 0 && c != '\'' {
			out.WriteByte('\\')
			c = escapes[at]
		}
		out.WriteByte(c)
	}
	out.WriteByte('"')
	return out.String()
}
