package pii

import "strings"

// isProse tells "invalid token: unexpected end" and "token := read(input)" from
// "token: s3cret".
func (w *work) isProse(t string, i, lo int, d Decision, val assigned) bool {
	value := t[val.lo:val.hi]
	if val.lo < i+2 {
		return t[i] == ':' && scopeWords[value]
	}
	word := value
	if space := strings.IndexByte(value, ' '); space > 0 {
		word = value[:space]
	}
	if isCode(strings.TrimLeft(word, "&*!")) || isStatus(t, val) {
		return true
	}
	if key := strings.TrimRight(t[lo:i], " \"'"); t[i] == '=' && plainWord(word) && hasFold(key, len(key)-len(word), strings.ToLower(word)) {
		// A name assigned to a name: self.token = token.
		return true
	}
	if t[i] == '=' || t[i+1] == '=' {
		return false
	}
	if d.open && strings.IndexByte(value, '=') > 0 {
		// auth: provider=oidc
		return true
	}
	if d.rule == ruleName && isUpper[value[0]] && !stateWords[strings.ToLower(word)] && isJoined(t[lo:i]) {
		return false
	}
	if stateWords[strings.ToLower(strings.TrimRight(word, ".,!"))] {
		return true
	}
	if !plainWord(word) {
		return false
	}
	if header(d.kind) {
		return len(word) < len(value) && !isScheme(word)
	}
	if spokenWords.has(strings.TrimRight(t[lo:i], " ")) && endsSentence(t, val.hi) {
		// login with password: sunshine
		return false
	}
	if lo > 1 && t[lo-1] == ' ' && (isLetter[t[lo-2]] || t[lo-2] == ':') {
		return true
	}
	return sentenceGoesOn(t, val.hi)
}

// isJoined tells a key of several words that are written as one: fullName, full_name.
func isJoined(key string) bool {
	key = strings.TrimRight(key, " \"'")
	return strings.ContainsAny(key, "_-.") || !strings.Contains(key, " ") && key[1:] != strings.ToLower(key[1:])
}

// isStatus tells a status code in front of its words: 401 Unauthorized.
func isStatus(t string, val assigned) bool {
	return val.hi-val.lo == 3 && countDigits(t[val.lo:val.hi]) == 3 && val.hi+1 < len(t) && t[val.hi] == ' ' && isUpper[t[val.hi+1]]
}

// isCode tells source code and SQL, as stack traces and errors quote them, from
// a value: read(input), map[string]string{, await x, process.env.TOKEN, s.token.
func isCode(s string) bool {
	end := span(s, 0, &isSQLName)
	if end == 0 || isDigit[s[0]] {
		return false
	}
	if end < len(s) {
		if s[0] == '$' && s[end:] == "-" {
			// $request->input
			return true
		}
		return s[end] == '(' || s[end] == '[' || s[end] == '{' || hasAt(s, end, "::")
	}
	return codeWords[s] || isMember(s)
}

// scopeWords are what a scope allows: token:read.
var scopeWords = wordSet(`read write list create update delete manage admin reset view edit full all`)

// stateWords say something about a secret and are none: "Password: required".
var stateWords = wordSet(`required missing invalid empty optional mandatory incorrect wrong expired revoked denied rejected accepted
	unchanged changed unset hidden forbidden unknown undefined unavailable failed mismatch disabled enabled ok off ldap
	oauth oauth2 saml kerberos ntlm locked reset updated removed created deleted verified valid matched encrypted plaintext present
	absent needed ignored skipped supported unsupported rotated weak strong`)

var codeWords = wordSet(`await new async function typeof require lambda func self this string str int integer number boolean bool bytes
	object any varchar uuid optional`)

// isMember tells names joined by dots.
func isMember(s string) bool {
	dots := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.' && i > 0 && i+1 < len(s) && s[i-1] != '.':
			dots++
		case !isLetter[c] && c != '_':
			return false
		}
	}
	return dots > 0
}

// endsSentence tells whether a part of a sentence ends at i.
func endsSentence(t string, i int) bool {
	return i == len(t) || t[i] == '\n' || t[i] == '"' || t[i] == '\r' || t[i] == ',' || t[i] == ';'
}

// sentenceGoesOn tells whether another word follows that is no key itself.
func sentenceGoesOn(t string, i int) bool {
	if i+1 >= len(t) || t[i] != ' ' || !isLetter[t[i+1]] {
		return false
	}
	end := span(t, i+1, &isKey)
	return end == len(t) || (t[end] != ':' && t[end] != '=')
}
