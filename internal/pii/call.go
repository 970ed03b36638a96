package pii

import "strings"

// call looks at the name in front of the bracket at i: of setPassword("x") the
// argument is a secret, of login("user", "x") the second one.
func (w *work) call(t string, i int) int {
	q := quoteAt(t, i+1)
	if w.inSQL {
		return 0
	}
	lo := i
	for lo > w.floor && i-lo < maxKey && isWord[t[lo-1]] {
		lo--
	}
	if lo == i {
		return w.dotted(t, i)
	}
	if q == "" {
		return w.bareLogin(t, lo, i)
	}
	val := quotedValue(t, i+1, q)
	next := span(t, min(len(t), val.hi+len(q)), &isSpace)
	if next >= len(t) || (t[next] != ')' && t[next] != ',') {
		return 0
	}
	if t[next] == ',' && isLogin(t[lo:i]) {
		return w.loginCall(t, span(t, next+1, &isSpace), q)
	}
	return w.setter(t, t[lo:i], t[next] == ')', val)
}

// setter hides what a call gives to the thing that its name tells.
func (w *work) setter(t, name string, only bool, val assigned) int {
	d := w.textKey(name)
	if d.kind != keyHide {
		return 0
	}
	verb := name[:firstWord(name)]
	sets := settingVerbs.has(verb)
	text := t[val.lo:val.hi]
	if readingVerbs.has(verb) || (!sets && (!only || isWords(text))) || (isWords(text) && strings.Contains(text, " ") && d.rule == ruleCredential) || benign(text) {
		return 0
	}
	return w.assigned(t, d, val)
}

var (
	// settingVerbs begin names of calls whose argument is the value itself.
	settingVerbs = newWordList(`set with use change update reset`)
	// readingVerbs begin names of calls whose argument says where the value is.
	readingVerbs = newWordList(`get find load read fetch lookup look delete remove list has require resolve query select describe by`)
)

// firstWord is the length of the first word of a name such as setPassword or set_password.
func firstWord(name string) int {
	for i := 1; i < len(name); i++ {
		if name[i] == '_' || isUpper[name[i]] && !isUpper[name[i-1]] {
			return i
		}
	}
	return len(name)
}

// isLogin knows the names of calls that take a user and a password.
func isLogin(name string) bool {
	for _, end := range []string{"login", "logon", "signin", "sign_in", "authenticate", "basicauth", "basic_auth", "httpbasic", "credentials", "credential", "passwordauthentication"} {
		if hasFold(name, len(name)-len(end), end) {
			return true
		}
	}
	return false
}

// loginCall hides the second of two literals; it begins at i.
func (w *work) loginCall(t string, i int, q string) int {
	if !hasAt(t, i, q) {
		return 0
	}
	val := quotedValue(t, i, q)
	text := t[val.lo:val.hi]
	next := span(t, min(len(t), val.hi+len(q)), &isSpace)
	if next >= len(t) || (t[next] != ')' && t[next] != ',') || benign(text) || isWords(text) && strings.Contains(text, " ") {
		return 0
	}
	return w.hit(ruleCredential, "", val.lo, val.hi)
}

// bareLogin hides the second of two words in Credentials(user,x), as records print
// themselves; the name is t[lo:i].
func (w *work) bareLogin(t string, lo, i int) int {
	comma := span(t, i+1, &isURLSafe)
	if comma == i+1 || comma >= len(t) || t[comma] != ',' || !isLogin(t[lo:i]) {
		return 0
	}
	from := span(t, comma+1, &isBlank)
	end := bareEnd(t, from, keyScan)
	if end >= len(t) || t[end] != ')' || !secretLike(t[from:end], true, false) {
		return 0
	}
	return w.hit(ruleCredential, "", from, end)
}

// dotted reads the pair (password . "x") of Lisp and Scheme at i.
func (w *work) dotted(t string, i int) int {
	hi := span(t, i+1, &isKey)
	if hi == i+1 || !hasAt(t, hi, " . ") {
		return 0
	}
	q := quoteAt(t, hi+3)
	d := w.textKey(t[i+1 : hi])
	if q == "" || d.kind != keyHide {
		return 0
	}
	val := quotedValue(t, hi+3, q)
	if benign(t[val.lo:val.hi]) {
		return 0
	}
	return w.assigned(t, d, val)
}
