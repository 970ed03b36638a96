package pii

import "strings"

// copula words may stand between a key and its sign: the password is: x.
var copula = newWordList(`is are was ist war lautet est es è este jest er je adalah é`)

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
	if lo > w.floor && (t[lo-1] == '$' && isDigit[key[0]] || t[lo-1] == '@') {
		return w.boundKey(t, lo, hi)
	}
	if len(key) <= 5 && key[0] == 'c' && isDigit[key[len(key)-1]] {
		return w.customLabel(t, lo, hi)
	}
	if key == "CN" && lo > w.floor && t[lo-1] == ';' {
		// ATTENDEE;CN=Jane Roe of calendars
		return Decision{kind: keyHide, rule: ruleName}
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

// customLabel decides about cs1 of the Common Event Format by cs1Label.
func (w *work) customLabel(t string, lo, hi int) Decision {
	window := t[max(0, lo-maxFIX):min(len(t), hi+maxFIX)]
	_, name, ok := strings.Cut(window, t[lo:hi]+"Label=")
	if !ok {
		return Decision{}
	}
	name, _, _ = strings.Cut(name, " ")
	return w.textKey(name)
}

// longSecret tells a generated key at i from the name of a field: key=price.
func longSecret(t string, i int) bool {
	i = min(i, len(t))
	end := bareEnd(t[:min(len(t), i+maxKey)], i, keyScan)
	return isGenerated(t[i:end])
}

// isGenerated tells random text from names: it is long, and holds digits or changes
// between capitals and small letters more often than words do.
func isGenerated(s string) bool {
	if len(s) < 20 || strings.ToLower(s) == s {
		return false
	}
	changes := 0
	for i := 1; i < len(s); i++ {
		if isUpper[s[i]] != isUpper[s[i-1]] {
			changes++
		}
	}
	return countDigits(s) >= 2 || 3*changes >= len(s) && span(s, 0, &isURLSafe) == len(s)
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
