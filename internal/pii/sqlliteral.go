package pii

import "strings"

// decision is what is known about a literal that is read now.
func (r *sqlReader) decision() Decision {
	if r.values && r.depth == 1 && r.position < r.ncolumns {
		return r.columns[r.position]
	}
	if r.selecting && r.depth == 0 && r.position < r.ncolumns {
		return r.columns[r.position]
	}
	if r.passwordSet && r.operator {
		return Decision{kind: keyHide, rule: ruleCredential}
	}
	return r.column
}

// literal reads a string that starts at i with its text from lo on.
func (r *sqlReader) literal(i, lo int, quote byte) int {
	if !r.operator && !r.values && i >= len(" key ") && hasFold(r.t, i-len(" key "), " key ") {
		// ATTACH DATABASE x AS y KEY 'z'
		r.column = Decision{kind: keyHide, rule: ruleCredential}
	}
	r.gap(i)
	r.loginWord = false
	hi := literalClose(r.t, lo, quote)
	if hi < 0 {
		return r.cutOff(lo)
	}
	r.plain = hi + 1
	if r.w.e.literals == LiteralsAll {
		r.w.add(ruleSQLLiteral, "", i, hi+1)
		return hi + 1
	}
	r.hide(lo, hi)
	r.operator = false
	return hi + 1
}

// bareLogin hides the password of IDENTIFIED BY password; the word is t[i:end].
func (r *sqlReader) bareLogin(i, end int) int {
	r.loginWord = false
	behind := strings.TrimRight(r.t[max(0, i-16):i], " \t\r\n")
	if word := r.t[i:end]; len(behind) < 2 || !strings.EqualFold(behind[len(behind)-2:], "by") || loginOptions[strings.ToLower(word)] {
		login := r.column
		r.name(word, false)
		if loginOptions[strings.ToLower(word)] {
			r.column = login
		}
		return end
	}
	r.gap(i)
	r.plain = end
	if !benign(r.t[i:end]) {
		r.w.hit(ruleCredential, "", i, end)
	}
	r.column = Decision{}
	return end
}

// loginOptions may stand behind IDENTIFIED in place of a password.
var loginOptions = wordSet(`with as by values externally globally password using random require`)

// cutOff ends a statement whose last literal starts at lo and has no end: what it
// would have been is unknown, so nothing of it stays.
func (r *sqlReader) cutOff(lo int) int {
	rest := r.t[lo:]
	switch {
	case r.w.e.hides(r.decision(), rest):
		if !benign(rest) {
			r.w.hit(r.decision().rule, "", lo, len(r.t))
		}
	case !r.certain:
		r.plain = lo
		return lo
	case !benign(rest):
		r.w.add(ruleLimit, "", lo, len(r.t))
	}
	r.plain = len(r.t)
	return len(r.t)
}

// hide looks at the text of a literal.
func (r *sqlReader) hide(lo, hi int) {
	d := r.decision()
	if alias := r.alias(hi + 1); alias.kind == keyHide {
		d = alias
	}
	if !r.w.e.hides(d, r.t[lo:hi]) {
		r.w.inSQL = false
		r.w.value(r.t[:hi], lo, d)
		r.w.inSQL = true
		return
	}
	if !benign(r.t[lo:hi]) {
		r.w.hit(d.rule, "", lo, hi)
	}
}

// alias decides about the name that AS gives to a literal that ends at i.
func (r *sqlReader) alias(i int) Decision {
	name := span(r.t, i, &isSpace)
	if name == i {
		return Decision{}
	}
	if hasFold(r.t, name, "as ") {
		name = span(r.t, name+3, &isSpace)
	}
	for name < len(r.t) && (r.t[name] == '"' || r.t[name] == '`' || r.t[name] == '[') {
		name++
	}
	return r.w.textKey(r.t[name:span(r.t, name, &isSQLName)])
}

// literalClose finds the closing quote; it may be doubled, or escaped by a
// backslash where text and not a delimiter follows.
func literalClose(t string, i int, quote byte) int {
	for ; i < len(t); i++ {
		if t[i] == '\\' && i+2 < len(t) && !literalEnds[t[i+2]] {
			i++
			continue
		}
		if t[i] != quote {
			continue
		}
		if i+1 < len(t) && t[i+1] == quote {
			i++
			continue
		}
		return i
	}
	return -1
}

var literalEnds = charset(" \t\r\n,);")

// number reads a numeric literal.
func (r *sqlReader) number(i int) int {
	end := span(r.t, i, &isSQLNumber)
	if i > 0 && !beforeNumber[r.t[i-1]] {
		// Part of something else, such as a token with hyphens.
		return end
	}
	r.gap(i)
	r.plain = end
	edits := len(r.w.edits)
	d := r.decision()
	switch {
	case r.w.e.literals == LiteralsAll:
		r.w.add(ruleSQLLiteral, "", i, end)
		return end
	case r.w.e.hides(d, r.t[i:end]):
		if !benign(r.t[i:end]) {
			r.w.hit(d.rule, "", i, end)
		}
	default:
		r.w.value(r.t[:end], i, d)
	}
	if len(r.w.edits) > edits {
		with := "0"
		if !r.w.e.keepType {
			with = "'" + applied(r.t, i, end, r.w.edits[edits:]) + "'"
		}
		r.w.edits = append(r.w.edits[:edits], edit{i, end, with})
		r.w.floor = end
	}
	return end
}

var beforeNumber = charset(" \t\r\n(,=<>+*")

var isSQLNumber = charset("0-9a-zA-Z.")
