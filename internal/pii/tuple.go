package pii

import "strings"

// tuple looks at a key and its value as two arguments or elements: put("token",
// "x"), define('DB_PASSWORD', 'x'), {password,<<"x">>}. The bracket stands at i.
func (w *work) tuple(t string, i int) int {
	if w.inSQL || w.inString && t[i] == '[' {
		return 0
	}
	lo := i + 1
	q := quoteAt(t, lo)
	if lo += len(q); lo >= len(t) || !isKey[t[lo]] || (q == "" && t[i] != '{') {
		if lo = span(t, lo, &isSpace); lo == i+1 || quoteAt(t, lo) == "" {
			return 0
		}
		q = quoteAt(t, lo)
		lo += len(q)
	}
	hi := span(t, lo, &isKey)
	if hi == lo || hi-lo > maxKey || !hasAt(t, hi, q) {
		return 0
	}
	v := span(t, hi+len(q), &isSpace)
	if v >= len(t) || t[v] != ',' {
		return 0
	}
	return w.second(t, i, lo, hi, span(t, v+1, &isSpace))
}

// second hides the value at v, which a key in t[lo:hi] stands before, where
// nothing else follows in the bracket.
func (w *work) second(t string, i, lo, hi, v int) int {
	if hasAt(t, v, "<<") {
		v += 2
	}
	q := quoteAt(t, v)
	if q == "" {
		return 0
	}
	val := quotedValue(t, v, q)
	end := min(len(t), val.hi+len(q))
	if hasAt(t, end, ">>") {
		end += 2
	}
	end = span(t, end, &isSpace)
	if end >= len(t) || (t[end] != ')' && t[end] != '}' && t[end] != ']') {
		return 0
	}
	d := w.textKey(t[lo:hi])
	text := t[val.lo:val.hi]
	if d.kind != keyHide && !header(d.kind) || benign(text) || (isWords(text) && !hasFold(t, i-6, "define")) {
		return 0
	}
	return w.assigned(t, d, val)
}

// isWords tells a message or a name, as in error("password", "is too short"), from a value.
func isWords(s string) bool {
	return !isGenerated(s) && strings.IndexFunc(s, func(r rune) bool { return r < 0x80 && !isLetter[byte(r)] && !isSentence[byte(r)] }) < 0
}

var isSentence = charset(" .,!?_:'\\-")
