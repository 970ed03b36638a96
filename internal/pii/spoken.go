package pii

import "strings"

// spokenWords come before a secret in running text, without a sign between:
// "the password is x", "password x" of .netrc, "OTP 123456".
var spokenWords = newWordList(spokenText)

const spokenText = `password passwd passphrase passcode passwort kennwort otp pin tan passe senha wachtwoord haslo parola salasana heslo securestring credential credentials pass pw pwd creds contraseña clave lösenord passord adgangskode `

// shortWords have other meanings as well: pass 3 of 5, pwd /srv.
var shortWords = newWordList(`pass pw pwd creds`)

// afterUser looks at user jdoe pass x; pass is the word [i, j).
func (w *work) afterUser(t string, i, j int) int {
	before := strings.Fields(t[max(w.floor, i-maxKey):i])
	if n := len(before); n < 2 || !userWords.has(before[n-2]) {
		return 0
	}
	end := bareEnd(t, j+1, keyScan)
	if !secretLike(t[j+1:end], true, false) {
		return 0
	}
	return w.hit(ruleCredential, "", j+1, end)
}

var userWords = newWordList(`user username login usr benutzer usuario`)

// sureValue returns where the value begins behind a word such as is, or an arrow, that
// says for sure that one follows; the word before it ends at j.
func sureValue(t string, j int) int {
	from := span(t, j, &isSpace)
	for _, arrow := range []string{"->", "=>", "→", "—", "–"} {
		if hasAt(t, from, arrow) {
			return span(t, from+len(arrow), &isSpace)
		}
	}
	if end := span(t, from, &isWord); from == j+1 && end < len(t) && t[end] == ' ' && copula.has(t[from:end]) {
		return end + 1
	}
	return 0
}

// algorithmWords hold letters and digits and are no secrets.
var algorithmWords = wordSet(`sha1 sha256 sha512 md5 base64 oauth2 http2 argon2 argon2id argon2i pbkdf2 scrypt2 utf8 sha3-256 hmac-sha256 bcrypt2a`)

// spoken looks at the word [i, j) in front of a space.
func (w *work) spoken(t string, i, j int) int {
	if t[j] != ' ' || w.inSQL || !spokenWords.has(t[i:j]) {
		return 0
	}
	if shortWords.has(t[i:j]) && sureValue(t, j) == 0 && !hasFold(t, i, "creds") {
		return w.afterUser(t, i, j)
	}
	code := j-i == 3 && !shortWords.has(t[i:j])
	if end := w.stated(t, j, code); end > 0 {
		return end
	}
	return w.told(t, j, code)
}

// stated hides what is said to be the secret that a word ending at j names; code
// tells that digits alone may be one.
func (w *work) stated(t string, j int, code bool) int {
	if q := quoteAt(t, j+1); q != "" {
		return w.spokenQuoted(t, quotedValue(t, j+1, q))
	}
	from, stated := j+1, false
	if from+2 < len(t) && isDigit[t[from]] && t[from+1] == ' ' {
		// password 7 0822455D0A16: routers tell how it is encrypted.
		from, stated = from+2, true
	} else if end := sureValue(t, j); end > 0 {
		from, stated = end, true
	}
	end := bareEnd(t, from, keyScan)
	for end > from && (t[end-1] == '.' || t[end-1] == '!' || t[end-1] == '?') {
		end--
	}
	if !secretLike(t[from:end], stated, code) && !(!code && hasFold(t, j, " is ") && isSecretWord(t, from, end)) {
		return 0
	}
	return w.hit(ruleCredential, "", from, end)
}

// spokenQuoted hides a value in quotes behind such a word, unless words stand in them.
func (w *work) spokenQuoted(t string, val assigned) int {
	if text := t[val.lo:val.hi]; val.hi == len(t) || benign(text) || isWords(text) {
		return 0
	}
	return w.hit(ruleCredential, "", val.lo, val.hi)
}

// setting looks at `set api_token x`, as tools that keep settings take it; set is
// the word [i, j).
func (w *work) setting(t string, i, j int) int {
	if j-i != 3 {
		return 0
	}
	return w.settingAt(t, j)
}

// settingAt looks at the name and the value behind a word that ends at j.
func (w *work) settingAt(t string, j int) int {
	key := span(t, j+1, &isKey)
	if w.inSQL || key >= len(t) || t[key] != ' ' {
		return 0
	}
	d := w.textKey(t[j+1 : key])
	end := bareEnd(t, key+1, keyScan)
	if d.kind != keyHide || !secretLike(t[key+1:end], true, false) {
		return 0
	}
	return w.hit(d.rule, "", key+1, end)
}

// login looks at PASS x and AUTH PLAIN x of FTP and mail, at the beginning of a
// line or behind the mark of who speaks.
func (w *work) login(t string, i, j int) int {
	if i > 0 && t[i-1] != '\n' && !(i > 1 && t[i-1] == ' ' && (t[i-2] == ':' || t[i-2] == '>')) {
		return 0
	}
	from := j + 1
	if t[i:j] == "AUTH" {
		if !hasFold(t, from, "plain ") && !hasFold(t, from, "login ") {
			return 0
		}
		from += len("plain ")
	}
	end := from
	for end < len(t) && t[end] > ' ' {
		end++
	}
	if (end < len(t) && t[end] == ' ') || !secretLike(t[from:end], true, false) || strings.Contains(t[from:end], "/") && t[i:j] == "PASS" {
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
		return digits > 0 && digits < len(s) || isGenerated(s)
	}
	return len(s) >= 8 && digits >= 2 && digits < len(s) && span(s, 0, &isAlnum) == len(s)
}
