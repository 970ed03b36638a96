package pii

import "strings"

// combo looks behind an address of mail that ends at i for a password, as lists of
// logins have it: jdoe@example.org:x. Ports, paths and words are none.
func (w *work) combo(t string, i int) int {
	if i+4 >= len(t) || t[i] != ':' && t[i] != '|' || t[i+1] == '/' {
		return 0
	}
	end := bareEnd(t, i+1, keyScan)
	s := t[i+1 : end]
	if !secretLike(s, true, false) || isFile(s) || strings.ContainsAny(s, "./") && span(s, 0, &isPathSign) == len(s) {
		return 0
	}
	return w.hit(ruleCredential, "", i+1, end)
}

// isPathSign are the characters of paths and host names.
var isPathSign = charset("a-zA-Z0-9./_\\-")
