package pii

import "strings"

// command walks a command of a key-value store at i that carries a password, and
// reports whether it is one.
func (w *work) command(t string, i int) bool {
	switch {
	case hasFold(t, i, "auth "):
		w.hideRest(t, i+5, ruleCredential)
	case hasFold(t, i, "hello ") && indexFold(t[i:], " auth ") >= 0:
		w.hideRest(t, i+indexFold(t[i:], " auth ")+6, ruleCredential)
	case hasFold(t, i, "config set requirepass "), hasFold(t, i, "config set masterauth "):
		w.hideRest(t, i+len("config set requirepass ")-1, ruleCredential)
	case hasFold(t, i, "acl setuser "):
		w.aclSecrets(t, i)
	default:
		return false
	}
	return true
}

// hideRest hides everything from i on.
func (w *work) hideRest(t string, i int, r Rule) {
	i = span(t, i, &isSpace)
	end := i + len(strings.TrimRight(t[i:], " \t\r\n"))
	if end > i && !benign(t[i:end]) {
		w.hit(r, "", i, end)
	}
}

// aclSecrets hides >password and #hash of ACL SETUSER.
func (w *work) aclSecrets(t string, i int) {
	for i < len(t) {
		end := i
		for end < len(t) && !isSpace[t[end]] {
			end++
		}
		if end > i+1 && (t[i] == '>' || t[i] == '#') && !benign(t[i+1:end]) {
			w.hit(ruleCredential, "", i+1, end)
		}
		i = end + 1
	}
}
