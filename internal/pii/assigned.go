package pii

import "strings"

// assigned is the value behind a key in text.
type assigned struct {
	lo, hi int
	quoted bool
	// bracket values are lists, objects and calls.
	bracket bool
}

// readAssigned finds the value that starts at v, behind a sign at i.
func readAssigned(t string, i, v int, kind keyKind) (assigned, bool) {
	double := false
	if v < len(t) && (t[v] == '>' || t[v] == '=') {
		double = t[v] == '='
		v++
		if hasAt(t, v, "\n") {
			v = dumped(t, v)
		}
	}
	for n := 0; v < len(t) && (t[v] == ' ' || t[v] == '\t') && n < 8; n++ {
		v++
	}
	if v = tagged(t, wrapped(t, v)); v >= len(t) {
		return assigned{}, false
	}
	if lo, hi := blockScalar(t, v); lo > 0 {
		return assigned{lo: lo, hi: hi, quoted: true}, true
	}
	if q := quoteAt(t, v); q == "%22" {
		// Percent-encoded text ends where its parameter ends, whatever it quotes.
		return quotedValue(t[:bareEnd(t, v, keyScan)], v, q), true
	} else if q != "" {
		return quotedValue(t, v, q), true
	}
	if double && t[i] == '=' {
		return assigned{}, false
	}
	if hasAt(t, v, "{{") {
		return assigned{}, false
	}
	if header(kind) && t[v] == '[' && markerEnd(t, v) == 0 {
		v++
	}
	if !header(kind) && (t[v] == '[' || t[v] == '{' || t[v] == '(') && markerEnd(t, v) == 0 {
		return assigned{lo: v + 1, hi: closing(t, v), quoted: true, bracket: true}, true
	}
	return assigned{lo: v, hi: bareEnd(t, v, kind)}, true
}

// dumped goes to the value that PHP's var_dump writes on the line below its key:
// string(7) "value".
func dumped(t string, v int) int {
	k := span(t, v, &isSpace)
	if !hasAt(t, k, "string(") {
		return v
	}
	k = span(t, k+len("string("), &isDigit)
	if !hasAt(t, k, ") ") {
		return v
	}
	return k + 2
}

// blockScalar finds the lines of a YAML value that begins with | or > at v: up
// to a line that is indented less than the first.
func blockScalar(t string, v int) (lo, hi int) {
	if t[v] != '|' && t[v] != '>' {
		return 0, 0
	}
	head := span(t, v+1, &isChomping)
	if head >= len(t) || t[head] != '\n' {
		return 0, 0
	}
	lo = span(t, head+1, &isBlank)
	indent := lo - head - 1
	if indent == 0 {
		return 0, 0
	}
	for hi = lo; ; {
		for hi < len(t) && t[hi] != '\n' {
			hi++
		}
		if next := span(t, min(hi+1, len(t)), &isBlank); hi == len(t) || next-hi-1 < indent {
			return lo, hi
		}
		hi++
	}
}

var (
	isChomping = charset("0-9+\\-")
	isBlank    = charset(" ")
)

// quoteAt returns the quote at v with the backslashes in front of it.
func quoteAt(t string, v int) string {
	k := v
	for k < len(t) && t[k] == '\\' {
		k++
	}
	if k < len(t) && k-v < 16 && (t[k] == '"' || t[k] == '\'' || t[k] == '`') {
		return t[v : k+1]
	}
	if v < len(t) && (t[v] == '&' || t[v] == '%') {
		for _, q := range encodedQuotes {
			if hasAt(t, v, q) {
				return q
			}
		}
	}
	return ""
}

// quotedValue ends at the same quote, one that is not escaped more deeply; at
// the end of the text where there is none.
func quotedValue(t string, v int, q string) assigned {
	lo := v + len(q)
	for k := lo; k < len(t); {
		e := strings.Index(t[k:], q)
		if e < 0 {
			break
		}
		e += k
		if backslashes(t, e, lo)%2 == 0 {
			return assigned{lo: lo, hi: e, quoted: true}
		}
		k = e + len(q)
	}
	return assigned{lo: lo, hi: len(t), quoted: true}
}

func backslashes(t string, i, floor int) int {
	n := 0
	for i > floor && t[i-1] == '\\' {
		i--
		n++
	}
	return n
}

// closing returns where the bracket at v closes, or the end of the line.
func closing(t string, v int) int {
	depth := 0
	for k := v; k < len(t); k++ {
		switch t[k] {
		case '[', '{', '(':
			depth++
		case ']', '}', ')':
			if depth--; depth == 0 {
				return k
			}
		case '\n':
			return k
		}
	}
	return len(t)
}

var (
	bareStop   = charset("\x01 \t\r\n,;&|\"'`<>)}]\\\\")
	listStop   = charset(",\r\n\"'`])}\\\\")
	lineStop   = charset("\r\n]}")
	headerStop = charset("\r\n\"'`]}\\\\")
)

// header tells whether the value behind a key goes on to the end of the line.
func header(kind keyKind) bool { return kind == keyAuth || kind == keyCookie || kind == keyClient }

// bareEnd is where a value without quotes ends. Labels of ours are part of it.
func bareEnd(t string, v int, kind keyKind) int {
	stop := &bareStop
	if header(kind) {
		stop = &headerStop
	}
	switch {
	case kind != keyAuth || hasFold(t, v, "aws4-"):
	case hasFold(t, v, "digest "):
		// Its parameters stand in quotes.
		stop = &lineStop
	default:
		stop = &listStop
	}
	end := v
	for end < len(t) && !stop[t[end]] {
		if t[end] == '[' {
			end = max(end, markerEnd(t, end)-1)
		}
		end++
	}
	return end
}
