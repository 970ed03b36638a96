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
		if end := max(w.keyword(t, i), w.serialized(t, i)); end > 0 {
			return end
		}
	}
	return w.assignAt(t, i, i+1)
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
	if lo == hi {
		return 0
	}
	if lo > w.floor && t[lo-1] == ' ' && copula.has(t[lo:hi]) {
		lo, hi = keyBefore(t, lo, w.floor)
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
	if hi-lo == 3 && fixSecrets[t[lo:hi]] && strings.Contains(t[max(0, lo-maxFIX):lo], "8=FIX") {
		d = Decision{kind: keyHide, rule: ruleCredential}
	}
	if d.kind == keyScan || d.kind == keyIdent || d.kind == keySkip || d.kind == keySQL || d.kind == keyLink || d.kind == keyPostal {
		return w.encodedValue(t, i, v, lo)
	}
	val, ok := readAssigned(t, i, v, d.kind)
	if !ok || benign(t[val.lo:val.hi]) || (t[i] == ':' && isVariable(t, val)) || (val.bracket && t[val.lo-1] == '(' && isWords(t[val.lo:val.hi])) || (!val.quoted && w.isProse(t, i, lo, d, val)) {
		return 0
	}
	return w.assigned(t, d, val)
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

// maxFIX is how far in front of them a message begins.
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
		if d.rule == ruleSession && val.bracket {
			// An object that describes a session: its members are looked at.
			return 0
		}
		if !w.e.hides(d, t[val.lo:val.hi]) || (!val.quoted && (!shaped(d.rule, t[val.lo:val.hi]) || isFile(t[val.lo:val.hi]))) {
			return 0
		}
		if !val.quoted {
			val.hi = groupsEnd(t, val.hi, d.rule)
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

// keyBefore returns the text of a key that ends before i, as in key=, "key":,
// \"key\" :, user[key]=.
func keyBefore(t string, i, floor int) (lo, hi int) {
	for i-3 > floor && hasFold(t, i-3, "%5d") {
		// user%5Bpassword%5D: the part in the last brackets says what it is.
		open := strings.LastIndex(strings.ToLower(t[max(floor, i-maxKey):i-3]), "%5b")
		if open < 0 {
			break
		}
		open += max(floor, i-maxKey)
		if open+3 < i-3 {
			return open + 3, i - 3
		}
		i = open
	}
	for n := 0; i > floor && t[i-1] == ' ' && n < maxAligned; n++ {
		i--
	}
	if i-2 > floor && t[i-1] == ']' && isQuote[t[i-2]] {
		// user["password"]
		i--
	}
	if i > floor && isQuote[t[i-1]] {
		i--
		for i > floor && t[i-1] == '\\' {
			i--
		}
	} else {
		i -= len(quoteBefore(t[floor:i]))
	}
	lo, hi = i, i
	for lo > floor && i-lo < maxKey && (isKey[t[lo-1]] || t[lo-1] >= 0x80) {
		lo--
	}
	if lo > floor && lo < i && t[lo-1] == '\\' && (t[lo] == 'n' || t[lo] == 't' || t[lo] == 'r') {
		lo++
	}
	return lo, hi
}

// maxAligned is how many spaces may stand between a key and its sign in a table.
const maxAligned = 40

var isQuote = charset("\"'`")

// quoteBefore returns the encoded quote that s ends with.
func quoteBefore(s string) string {
	if s == "" || (s[len(s)-1] != ';' && s[len(s)-1] != '2') {
		return ""
	}
	for _, q := range encodedQuotes {
		if strings.HasSuffix(s, q) {
			return q
		}
	}
	return ""
}

// encodedQuotes are quotes as XML, HTML and URLs write them.
var encodedQuotes = []string{"&quot;", "&#34;", "&#39;", "&apos;", "&#x22;", "&#x27;", "%22"}

var isKey = charset("a-zA-Z0-9_.[]\\-")

// copula words may stand between a key and its sign: the password is: x.
var copula = newWordList(`is are was ist war lautet est es è`)

// pairKey decides about a value by the name that stands right before it, in
// lists of pairs: name: DB_PASSWORD, then value: x; key="Password" value="x".
func (w *work) pairKey(t string, lo int, d Decision) Decision {
	before := strings.TrimRight(t[max(w.floor, lo-160):lo], " \t\r\n\"',\\")
	name := len(before)
	for name > 0 && isKey[before[name-1]] {
		name--
	}
	label := strings.TrimRight(before[:name], " \"'\\")
	if !strings.HasSuffix(label, ":") && !strings.HasSuffix(label, "=") {
		return d
	}
	label = strings.ToLower(strings.TrimRight(label[:len(label)-1], " \"'\\"))
	if !strings.HasSuffix(label, "name") && !strings.HasSuffix(label, "key") {
		return d
	}
	return w.textKey(before[name:])
}

// assignKey decides about a key in text, also of two or three words: API key.
func (w *work) assignKey(t string, lo, hi int) Decision {
	key := t[lo:hi]
	d := w.textKey(key)
	if d.kind != keyScan && d.kind != keyIdent {
		return d
	}
	if lo > w.floor && t[lo-1] == '$' && isDigit[key[0]] {
		return w.boundKey(t, lo, hi)
	}
	if key == "default" {
		return w.labelKey(t, lo)
	}
	if pairValues.has(key) {
		return w.pairKey(t, lo, d)
	}
	if urlParameter(t, lo) && (signedURL.has(key) || strings.EqualFold(key, "key") && longSecret(t, hi+1)) {
		return Decision{kind: keyHide, rule: ruleCredential}
	}
	if lo > w.floor && t[lo-1] == ' ' && phraseEnd.has(key) {
		if p := w.e.keys.decide(lastWords(t[max(w.floor, lo-24):hi])); p.kind == keyHide {
			return p
		}
	}
	return d
}

// signedURL lists parameters that are credentials in a URL and ordinary words elsewhere.
var signedURL = newWordList(`sig signature code`)

// longSecret tells a generated key at i from the name of a field: key=price.
func longSecret(t string, i int) bool {
	i = min(i, len(t))
	end := bareEnd(t[:min(len(t), i+maxKey)], i, keyScan)
	return end-i >= 20 && countDigits(t[i:end]) >= 2 && strings.ToLower(t[i:end]) != t[i:end]
}

// phraseEnd lists the words that end a phrase such as "API key" or "card number".
var phraseEnd = newWordList(`passe secreta key keys token number no code id name card birth address secret security`)

// lastWords cuts a text to its last three words.
func lastWords(s string) string {
	spaces := 0
	for i := len(s) - 1; i > 0; i-- {
		if s[i] == ' ' {
			if spaces++; spaces == 3 {
				return s[i+1:]
			}
		} else if !isKey[s[i]] {
			return s[i+1:]
		}
	}
	return s
}

// urlParameter tells whether what starts at i stands behind ? or &.
func urlParameter(t string, i int) bool {
	return i > 0 && (t[i-1] == '?' || t[i-1] == '&' || t[i-1] == ';' || hasAt(t, i-3, "%26") || hasAt(t, i-3, "%3F"))
}

// templated tells %{PASSWORD:field} and ${TOKEN:default} from an assignment, and
// `auth:` in quotes, where the quote behind the sign is the closing one.
func templated(t string, lo, hi, v int) bool {
	if lo >= 2 && t[lo-1] == '{' && (t[lo-2] == '%' || t[lo-2] == '$') {
		return true
	}
	return lo > 0 && v < len(t) && v == hi+1 && t[v] == t[lo-1] && (t[v] == '`' || t[v] == '"' || t[v] == '\'')
}

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
		return s[end] == '(' || s[end] == '[' || s[end] == '{'
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
