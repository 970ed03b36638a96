package pii

import "strings"

// configWord tells names of settings that end in a word for a secret, as files of
// settings write them in front of a space: auth_basic_password x.
func configWord(t string, i, j int) bool {
	if j-i == 9 && hasFold(t, i, "community") {
		return hasFold(t, i-len("snmp-server "), "snmp-server ")
	}
	if (j-i == 11) && (hasFold(t, i, "rocommunity") || hasFold(t, i, "rwcommunity")) {
		return true
	}
	switch before := t[max(0, i-maxKey):i]; {
	case j-i == 3 && hasFold(t, i, "key"):
		// radius-server host 10.0.0.1 key x
		return strings.Contains(before, "-server ") && strings.LastIndexByte(before, '\n') < strings.LastIndex(before, "-server ")
	case j-i == 5 && hasFold(t, i, "value"):
		return strings.HasSuffix(before, "password-")
	}
	switch t[j-1] | 0x20 {
	case 'd':
		return j-i > 8 && hasFold(t, j-8, "password") || j-i > 6 && hasFold(t, j-6, "passwd")
	case 's':
		return j-i > 5 && hasFold(t, j-4, "pass") && (t[j-5] == '_' || t[j-5]|0x20 == 'e')
	case 'h':
		return hasFold(t, i, "masterauth") && j-i == 10
	}
	return false
}

// quotedToken hides a generated value in quotes behind token: invalid token "x".
func (w *work) quotedToken(t string, i, j int) int {
	if t[j] != ' ' || w.inSQL || j-i != 5 || !hasFold(t, i, "token") {
		return 0
	}
	from := j + 1 + len(quoteAt(t, j+1))
	if from == j+1 || !longSecret(t, from) {
		return 0
	}
	return w.hit(ruleCredential, "", from, bareEnd(t, from, keyScan))
}

// changeWords may stand between a password and what it becomes: password changed to x.
var changeWords = newWordList(`changed set reset updated rotated switched`)

// maxOwner is how much text may tell whose password it is.
const maxOwner = 48

// told looks behind a word for a secret that ends at j: "password for jdoe is x",
// "password to x", "changed password from x to y".
func (w *work) told(t string, j int, code bool) int {
	if end := w.loginPair(t, j); end > 0 {
		return end
	}
	if end := span(t, j+1, &isLower); changeWords.has(t[j+1 : end]) {
		j = end
	}
	switch {
	case hasFold(t, j, " to "):
		return w.stated(t, j+len(" to"), false)
	case hasFold(t, j, " from "):
		end := w.stated(t, j+len(" from"), false)
		if end > 0 && hasFold(t, end, " to ") {
			return max(end, w.stated(t, end+len(" to"), false))
		}
		return end
	case hasFold(t, j, " for "), hasFold(t, j, " of "):
		rest := t[j:min(len(t), j+maxOwner)]
		if stop := strings.IndexAny(rest, ",;:\n"); stop >= 0 {
			rest = rest[:stop]
		}
		if k := strings.Index(rest, " is "); k >= 0 {
			return w.stated(t, j+k+len(" is"), code)
		}
	}
	return 0
}

// loginColon looks at a login and its password behind login: at i.
func (w *work) loginColon(t string, i int) int {
	if t[i] != ':' || !hasAt(t, i+1, " ") || w.inSQL {
		return 0
	}
	lo, hi := keyBefore(t, i, w.floor)
	if !loginWords.has(t[lo:hi]) {
		return 0
	}
	return w.loginPair(t, i+1)
}

// loginWords come before a login and its password.
var loginWords = newWordList(`login logon logins creds credentials credential account zugang zugangsdaten acceso accès`)

// loginPair looks at the name and the password of a login behind a word that ends at
// j: credentials admin / x.
func (w *work) loginPair(t string, j int) int {
	user := span(t, j+1, &isDotted)
	if user == j+1 || user >= len(t) {
		return 0
	}
	from := user + 1
	if hasAt(t, user, " / ") {
		from = user + len(" / ")
	} else if t[user] != ':' && t[user] != '/' {
		return 0
	}
	end := bareEnd(t, from, keyScan)
	if !secretLike(t[from:end], true, false) || countDigits(t[from:end]) < 2 && from == user+1 {
		return 0
	}
	w.scan(t[:user], j+1)
	return w.hit(ruleCredential, "", from, end)
}
