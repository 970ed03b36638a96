package pii

import "strings"

// spokenWords come before a secret in running text, without a sign between:
// "the password is x", "password x" of .netrc, "OTP 123456".
var spokenWords = newWordList(`password passwd passphrase passcode passwort kennwort otp pin`)

// algorithmWords hold letters and digits and are no secrets.
var algorithmWords = wordSet(`sha1 sha256 sha512 md5 base64 oauth2 http2 argon2 argon2id argon2i pbkdf2 scrypt2 utf8 sha3-256 hmac-sha256 bcrypt2a`)

// spoken looks at the word [i, j) in front of a space.
func (w *work) spoken(t string, i, j int) int {
	if t[j] != ' ' || w.inSQL || !spokenWords.has(t[i:j]) {
		return 0
	}
	from, stated := j+1, false
	if end := span(t, from, &isWord); end < len(t) && t[end] == ' ' && copula.has(t[from:end]) {
		from, stated = end+1, true
	}
	end := bareEnd(t, from, keyScan)
	for end > from && (t[end-1] == '.' || t[end-1] == '!' || t[end-1] == '?') {
		end--
	}
	if !secretLike(t[from:end], stated, j-i == 3) {
		return 0
	}
	return w.hit(ruleCredential, "", from, end)
}

// secretLike tells a generated secret from the next word of a sentence: codes
// are digits, passwords mix them with letters.
func secretLike(s string, stated, code bool) bool {
	digits := countDigits(s)
	switch {
	case len(s) < 4 || algorithmWords[strings.ToLower(s)] || benign(s):
		return false
	case code:
		return digits == len(s) && len(s) <= 8 && (stated || len(s) >= 5)
	case stated:
		return digits > 0 && digits < len(s)
	}
	return len(s) >= 8 && digits >= 2 && digits < len(s) && span(s, 0, &isAlnum) == len(s)
}
