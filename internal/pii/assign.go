package pii

import "strings"

// assign looks at = or : at i: a key in front of it may make what follows a secret.
func (w *work) assign(t string, i int) int {
	if end := w.directive(t, i); end > 0 {
		return end
	}
	if t[i] == ':' {
		if hasAt(t, i, "://") {
			return w.userinfo(t, i+3)
		}
		if i+1 < len(t) && t[i+1] == ':' {
			return i + 2
		}
		if end := w.colon(t, i); end > 0 {
			return end
		}
	}
	if end := w.loginColon(t, i); end > 0 {
		return end
	}
	if end := w.assignAt(t, i, i+1); end > 0 {
		return end
	}
	if i > 0 && boundEnds[t[i-1]] {
		if lo, hi := keyBefore(t, i, w.floor); boundWords.has(t[lo:hi]) {
			return w.boundLine(t, lo, i+1)
		}
	}
	return 0
}

// colon knows other notations with a colon than that of a key and its value: what
// follows it tells which may be meant.
func (w *work) colon(t string, i int) int {
	if i+1 >= len(t) {
		return 0
	}
	var end int
	switch c := t[i+1]; {
	case isLetter[c]:
		end = w.keyword(t, i)
	case isDigit[c] || c == '*':
		if end = w.swiftParty(t, i); end == 0 {
			end = w.pgpass(t, i)
		}
	case c == '\n':
		return w.yamlMembers(t, i)
	case c == ' ':
		return 0
	default:
		end = w.serialized(t, i)
	}
	if end == 0 && w.relays {
		end = w.relayLogin(t, i)
	}
	w.relays = w.relays || t[i-min(i, 1)] == ']'
	return end
}

// keyword looks at :password "x", as Clojure and Lisp write it.
func (w *work) keyword(t string, i int) int {
	if i+1 >= len(t) || !isLetter[t[i+1]] || (i > 0 && isWord[t[i-1]]) || w.inSQL {
		return 0
	}
	end := span(t, i+1, &isKey)
	if end >= len(t) || t[end] != ' ' {
		return 0
	}
	q := quoteAt(t, end+1)
	if q == "" {
		return 0
	}
	val := quotedValue(t, end+1, q)
	d := w.textKey(t[i+1 : end])
	if d.kind != keyHide || benign(t[val.lo:val.hi]) {
		return 0
	}
	return w.assigned(t, d, val)
}

// assignAt is assign for a sign at i that ends before v; it may be encoded.
func (w *work) assignAt(t string, i, v int) int {
	if w.inSQL {
		return 0
	}
	lo, hi := keyBefore(t, i, w.floor)
	if lo == hi && t[i] == '=' && hasAt(t, i-2, " ?") {
		// PASSWORD ?= x of make
		lo, hi = keyBefore(t, i-1, w.floor)
	}
	if lo == hi {
		return 0
	}
	if lo > w.floor && t[lo-1] == ' ' && copula.has(t[lo:hi]) {
		if lo, hi = keyBefore(t, lo, w.floor); lo == hi {
			return 0
		}
	}
	if templated(t, lo, hi, v) {
		return 0
	}
	if hi-lo == 4 && t[i] == '=' && hasFold(t, lo, "name") {
		if end := w.formPart(t, lo, v); end > 0 {
			return end
		}
	}
	d := w.assignKey(t, lo, hi)
	if hi-lo == 3 && fixSecrets[t[lo:hi]] && strings.Contains(t[max(0, lo-maxFIX):min(len(t), hi+maxFIX)], "8=FIX") {
		d = Decision{kind: keyHide, rule: ruleCredential}
	}
	if d.kind == keyScan || d.kind == keyIdent || d.kind == keySkip || d.kind == keySQL || d.kind == keyLink || d.kind == keyPostal {
		return w.encodedValue(t, i, v, lo)
	}
	val, ok := readAssigned(t, i, v, d.kind)
	if ok && t[i] == '%' && !val.quoted {
		// The next parameter of an encoded form.
		if next := indexFold(t[val.lo:val.hi], "%26"); next > 0 {
			val.hi = val.lo + next
		}
	}
	if !ok || benign(t[val.lo:val.hi]) || (t[i] == ':' && isVariable(t, val)) || (val.bracket && t[val.lo-1] == '(' && isWords(t[val.lo:val.hi])) || (!val.quoted && w.isProse(t, i, lo, d, val)) {
		return 0
	}
	return w.assigned(t, d, val)
}

// restOf is where a value without quotes ends that has several words, as names and
// postal addresses do, or in the path of a URL, as ;jsessionid= does.
func restOf(t string, val assigned, r Rule) int {
	switch r {
	case ruleSession:
		if query := strings.IndexByte(t[val.lo:val.hi], '?'); query > 0 {
			return val.lo + query
		}
	case ruleName, ruleAddress:
		return namesEnd(t, val.hi, r == ruleAddress)
	}
	return val.hi
}

// isTypes tells the members of a type, as in Credentials = { username: string }, from values.
func isTypes(s string) bool {
	if countDigits(s) > 0 || !strings.Contains(s, ":") {
		return false
	}
	for member := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ';' || r == ',' }) {
		_, kind, ok := strings.Cut(member, ":")
		if kind = strings.TrimSpace(kind); kind != "" && (!ok || !codeWords[kind]) {
			return false
		}
	}
	return true
}

// isVariable tells the $token of GraphQL and Cypher, as the value of a member.
func isVariable(t string, val assigned) bool {
	if val.quoted || t[val.lo] != '$' || val.hi >= len(t) || (t[val.hi] != ')' && t[val.hi] != ',' && t[val.hi] != '}') {
		return false
	}
	return span(t, val.lo+1, &isLetter) == val.hi
}

// fixSecrets are the tags of a FIX message that hold a password: Password, NewPassword.
var fixSecrets = wordSet(`554 925`)

// maxFIX is how far from them a message begins.
const maxFIX = 512

// assigned hides a value that a sensitive key stands before.
func (w *work) assigned(t string, d Decision, val assigned) int {
	switch d.kind {
	case keyAuth:
		w.authHeader(t[:val.hi], val.lo)
	case keyCookie:
		w.cookies(t[:val.hi], val.lo)
	case keyClient:
		w.clientAddress(t[:val.hi], val.lo, d)
	default:
		if val.bracket && (d.rule == ruleSession || d.open && t[val.lo-1] == '{' || isTypes(t[val.lo:val.hi])) {
			// An object that describes a session or a login: its members are looked at.
			return 0
		}
		if !w.e.hides(d, t[val.lo:val.hi]) || (!val.quoted && (!shaped(d.rule, t[val.lo:val.hi]) || isFile(t[val.lo:val.hi]))) {
			return 0
		}
		if !val.quoted {
			val.hi = groupsEnd(t, val.hi, d.rule)
			val.hi = restOf(t, val, d.rule)
		}
		w.hit(d.rule, "", val.lo, val.hi)
		return w.successor(t, d, val)
	}
	return val.hi
}

// successor hides what a quoted value is to become, as in "old" -> "new".
func (w *work) successor(t string, d Decision, val assigned) int {
	if !val.quoted || !hasAt(t, val.hi+1, " -> ") {
		return val.hi
	}
	next := quoteAt(t, val.hi+5)
	if next == "" {
		return val.hi
	}
	to := quotedValue(t, val.hi+5, next)
	if !benign(t[to.lo:to.hi]) {
		w.hit(d.rule, "", to.lo, to.hi)
	}
	return to.hi
}

// groupsEnd takes the groups that follow a number written with spaces.
func groupsEnd(t string, end int, r Rule) int {
	switch r {
	case rulePhone, ruleCard, ruleBankAccount, ruleUSSSN, ruleNationalID, ruleIBAN:
	default:
		return end
	}
	for end+1 < len(t) && t[end] == ' ' && (isDigit[t[end+1]] || t[end+1] == '(') {
		end = bareEnd(t, end+1, keyScan)
	}
	return end
}

// templated tells %{PASSWORD:field} and ${TOKEN:default} from an assignment, and
// `auth:` in quotes, where the quote behind the sign is the closing one.
func templated(t string, lo, hi, v int) bool {
	if lo >= 2 && t[lo-1] == '{' && (t[lo-2] == '%' || t[lo-2] == '$') {
		return true
	}
	return lo > 0 && v < len(t) && v == hi+1 && t[v] == t[lo-1] && (t[v] == '`' || t[v] == '"' || t[v] == '\'')
}
