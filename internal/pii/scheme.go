package pii

import (
	"encoding/base64"
	"strings"
)

// scheme looks for the credentials behind an authentication scheme; the word at
// [i, j) may name one.
func (w *work) scheme(t string, i, j int) int {
	if !isScheme(t[i:j]) || (hasFold(t[i:j], 0, "token") && !w.namesSecret(t[max(w.floor, i-24):j])) {
		return 0
	}
	from := behindSpace(t, j)
	if from == 0 || from >= len(t) {
		return 0
	}
	if end := w.prefixed(t, from); end > 0 {
		return end
	}
	end := span(t, from, &isToken)
	for end > from && (t[end-1] == '.' || t[end-1] == ',') {
		end--
	}
	if end == from || benign(t[from:end]) || !credentialLike(t[i:j], t[from:end]) {
		return 0
	}
	return w.hit(ruleAuthScheme, "", from, end)
}

func behindSpace(t string, j int) int {
	switch {
	case j < len(t) && t[j] == ' ':
		return span(t, j, &isSpace)
	case hasAt(t, j, "%20"):
		return j + 3
	}
	return 0
}

// schemeText lists the words of isScheme.
const schemeText = `basic token bearer apikey digest ntlm dpop hawk negotiate sharedkey goog_hmac `

// isScheme knows the schemes of the IANA registry that are in use, and those of vendors.
func isScheme(word string) bool {
	switch len(word) {
	case 5:
		return hasFold(word, 0, "basic") || hasFold(word, 0, "token")
	case 6:
		return hasFold(word, 0, "bearer") || hasFold(word, 0, "apikey") || hasFold(word, 0, "digest")
	case 4:
		return hasFold(word, 0, "ntlm") || hasFold(word, 0, "dpop") || hasFold(word, 0, "hawk")
	case 9:
		return hasFold(word, 0, "negotiate") || hasFold(word, 0, "sharedkey") || hasFold(word, 0, "goog_hmac")
	}
	return false
}

// credentialLike tells a credential from the prose that names the scheme:
// "Bearer token missing", "Basic health check".
func credentialLike(scheme, s string) bool {
	if len(s) < 8 || strings.Contains(strings.TrimRight(s, "="), "=") {
		return false
	}
	if hasFold(scheme, 0, "basic") {
		return isBasicPair(s)
	}
	if hasFold(scheme, 0, "token") {
		return len(s) >= 16 && countDigits(s) > 0 && !plainWord(s)
	}
	// The others are also words: negotiate http/1.1.
	return !plainWord(s) && (len(s) >= 12 || hasFold(scheme, 0, "bearer"))
}

// isBasicPair decodes user:password.
func isBasicPair(s string) bool {
	var buf [384]byte
	s = strings.TrimRight(s, "=")
	s = s[:min(len(s), 508)]
	if len(s)%4 == 1 {
		s = s[:len(s)-1]
	}
	n, err := base64.RawStdEncoding.Decode(buf[:], []byte(s))
	if err != nil {
		n, err = base64.RawURLEncoding.Decode(buf[:], []byte(s))
	}
	return err == nil && strings.IndexByte(string(buf[:n]), ':') >= 0
}

// otherSchemes are names that mean a scheme only at the start of a header.
var otherSchemes = wordSet(`aws4-hmac-sha256 oauth scram-sha-256 scram-sha-1 hoba mutual vapid gnap privatetoken signature aws key
	api-key apitoken jwt session sso-key splunk genie-key bot`)

// authHeader hides an Authorization value and keeps its scheme.
func (w *work) authHeader(t string, i int) {
	i = span(t, i, &isSpace)
	word := span(t, i, &isURLSafe)
	from := behindSpace(t, word)
	if from == 0 || !(isScheme(t[i:word]) || otherSchemes[strings.ToLower(t[i:word])]) {
		from = i
	}
	rest := strings.TrimRight(t[from:], " \t\r\n")
	if !benign(rest) {
		w.hit(ruleAuthScheme, "", from, from+len(rest))
	}
}
