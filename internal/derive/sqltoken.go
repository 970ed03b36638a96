package derive

import "strings"

// tokenKind says what a piece of a statement is.
type tokenKind uint8

const (
	tokenEnd         tokenKind = iota
	tokenWord                  // keyword or identifier
	tokenQuoted                // identifier in quotes
	tokenLiteral               // number, text, blob
	tokenPlaceholder           // ?, $1, :name, @p1, %s, %(name)s
	tokenPunct                 // one other character
)

type token struct {
	kind  tokenKind
	text  string
	space bool // white space or a comment stood before it
}

// sqlScanner cuts a statement into tokens. It knows the quoting of the usual dialects and never fails: what is
// cut off or broken ends as a literal.
type sqlScanner struct {
	src   string
	pos   int
	mysql bool // double quotes hold text, # begins a comment, backslash escapes
	after token
}

func (s *sqlScanner) next() token {
	space := s.skipSpace()
	t := s.scan()
	t.space = space
	s.after = t
	return t
}

// skipSpace passes white space and comments.
func (s *sqlScanner) skipSpace() bool {
	start := s.pos
	for s.pos < len(s.src) {
		rest := s.src[s.pos:]
		switch {
		case rest[0] <= ' ':
			s.pos++
		case strings.HasPrefix(rest, "--") || s.mysql && rest[0] == '#':
			s.skipTo("\n", 0)
		case strings.HasPrefix(rest, "/*"):
			s.skipTo("*/", 2)
		default:
			return s.pos > start
		}
	}
	return s.pos > start
}

// skipTo moves behind the next end, or to the end of the statement.
func (s *sqlScanner) skipTo(end string, from int) {
	i := strings.Index(s.src[s.pos+from:], end)
	if i < 0 {
		s.pos = len(s.src)
		return
	}
	s.pos += from + i + len(end)
}

func (s *sqlScanner) scan() token {
	if s.pos >= len(s.src) {
		return token{}
	}
	c := s.src[s.pos]
	switch {
	case c == '\'':
		return s.quoted('\'', tokenLiteral, s.mysql)
	case c == '"' && s.mysql:
		return s.quoted('"', tokenLiteral, true)
	case c == '"' || c == '`':
		return s.quoted(c, tokenQuoted, false)
	case c == '[':
		return s.bracket()
	case isDigit(c), c == '.' && isDigit(s.peek(1)):
		return s.number()
	case c == '$':
		return s.dollar()
	case c == '?':
		return s.take(1, tokenPlaceholder)
	case c == '%' && s.peek(1) == 's':
		return s.take(2, tokenPlaceholder)
	case c == '%' && s.peek(1) == '(':
		return s.named(')')
	case c == ':' && s.peek(1) == ':':
		return s.take(2, tokenPunct)
	case (c == ':' || c == '@') && (isWordByte(s.peek(1)) || s.peek(1) == '@'):
		s.pos++
		t := s.word()
		return token{kind: tokenPlaceholder, text: t.text}
	case isWordByte(c):
		return s.wordOrPrefixed()
	default:
		return s.take(1, tokenPunct)
	}
}

func (s *sqlScanner) peek(n int) byte {
	if s.pos+n < len(s.src) {
		return s.src[s.pos+n]
	}
	return 0
}

func (s *sqlScanner) take(n int, kind tokenKind) token {
	t := token{kind: kind, text: s.src[s.pos : s.pos+n]}
	s.pos += n
	return t
}

// named takes a placeholder like %(name)s.
func (s *sqlScanner) named(end byte) token {
	i := strings.IndexByte(s.src[s.pos:], end)
	if i < 0 {
		return s.take(1, tokenPunct)
	}
	if s.peek(i+1) == 's' {
		i++
	}
	return s.take(i+1, tokenPlaceholder)
}

// quoted takes text up to the closing quote; a doubled quote stands for itself.
func (s *sqlScanner) quoted(quote byte, kind tokenKind, backslash bool) token {
	start := s.pos
	for s.pos++; s.pos < len(s.src); s.pos++ {
		switch {
		case backslash && s.src[s.pos] == '\\':
			s.pos++
		case s.src[s.pos] != quote:
		case s.peek(1) == quote:
			s.pos++
		default:
			s.pos++
			return token{kind: kind, text: s.src[start:s.pos]}
		}
	}
	s.pos = len(s.src)
	return token{kind: tokenLiteral, text: s.src[start:]}
}

// bracket takes [an identifier] of SQL Server, [REDACTED] text, or a plain bracket. A redacted value is all
// capitals and stands where a value does: behind an operator, a comma or a parenthesis.
func (s *sqlScanner) bracket() token {
	i := strings.IndexByte(s.src[s.pos:], ']')
	if i < 2 {
		return s.take(1, tokenPunct)
	}
	inner := s.src[s.pos+1 : s.pos+i]
	value := s.after.kind == tokenPunct && s.after.text != "." || s.after.kind == tokenWord && lookupWord(s.after.text) != plainWord
	switch {
	case value && strings.ToUpper(inner) == inner && !isDigit(inner[0]) && !strings.ContainsAny(inner, "'\"?$,"):
		return s.take(i+1, tokenLiteral)
	case strings.ContainsAny(inner, "'\"?$,()") || isDigit(inner[0]):
		return s.take(1, tokenPunct)
	default:
		return s.take(i+1, tokenQuoted)
	}
}

func (s *sqlScanner) number() token {
	start := s.pos
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		exponent := (c == '+' || c == '-') && s.src[s.pos-1]|0x20 == 'e' && !strings.HasPrefix(s.src[start:], "0x")
		if !isWordByte(c) && c != '.' && !exponent {
			break
		}
		s.pos++
	}
	return token{kind: tokenLiteral, text: s.src[start:s.pos]}
}

// dollar takes $1, or text in $tag$ ... $tag$.
func (s *sqlScanner) dollar() token {
	if isDigit(s.peek(1)) {
		start := s.pos
		for s.pos++; s.pos < len(s.src) && isDigit(s.src[s.pos]); s.pos++ {
		}
		return token{kind: tokenPlaceholder, text: s.src[start:s.pos]}
	}
	n := 1
	for isWordByte(s.peek(n)) && s.peek(n) != '$' {
		n++
	}
	if s.peek(n) != '$' {
		if n > 1 {
			return s.take(n, tokenPlaceholder)
		}
		return s.take(1, tokenPunct)
	}
	start, tag := s.pos, s.src[s.pos:s.pos+n+1]
	s.skipTo(tag, n+1)
	return token{kind: tokenLiteral, text: s.src[start:s.pos]}
}

func (s *sqlScanner) word() token {
	start := s.pos
	for s.pos < len(s.src) && isWordByte(s.src[s.pos]) {
		s.pos++
	}
	return token{kind: tokenWord, text: s.src[start:s.pos]}
}

// wordOrPrefixed takes a word, or a literal with a letter before its quote: E'..', N'..', X'..', B'..', U&'..'.
func (s *sqlScanner) wordOrPrefixed() token {
	t := s.word()
	if s.peek(0) != '\'' || len(t.text) > 2 {
		return t
	}
	return s.quoted('\'', tokenLiteral, s.mysql || t.text == "E" || t.text == "e")
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWordByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || isDigit(c) || c == '_' || c == '$' || c == '#' || c >= 0x80
}
