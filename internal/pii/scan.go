package pii

// class tells what the scanner does at a byte.
type byteClass uint8

const (
	classPlain  byteClass = iota
	classLetter           // starts a word
	classNumber           // starts a number, or a word that begins with a digit
	classSign             // may belong to something
)

var byteClasses = func() [256]byteClass {
	var c [256]byteClass
	for i := range c {
		switch b := byte(i); {
		case isLetter[b] || b == '_':
			c[i] = classLetter
		case isDigit[b]:
			c[i] = classNumber
		}
	}
	for _, b := range []byte("@%\\&=:-+([{<~$/\n") {
		c[b] = classSign
	}
	c[fullWidth[0]] = classSign
	for _, s := range cjkCopulas {
		c[s[0]] = classSign
	}
	return c
}()

// scan reads t[i:] once. It goes from word to word, so that every detector
// starts at a word's beginning; each returns where to go on.
func (w *work) scan(t string, i int) {
	w.floor = max(w.floor, i)
	for i < len(t) {
		switch byteClasses[t[i]] {
		case classPlain:
			i++
		case classLetter:
			i = w.word(t, i)
		case classNumber:
			i = w.number(t, i)
		default:
			i = w.sign(t, i)
		}
	}
}

// fullWidth is the colon of Chinese and Japanese text.
const fullWidth = "："

// sign looks at punctuation that belongs to something sensitive.
func (w *work) sign(t string, i int) int {
	end := 0
	switch t[i] {
	case '@':
		end = w.email(t, i, 1)
	case '%':
		return w.percent(t, i)
	case '\\':
		return w.backslash(t, i)
	case '&':
		end = w.entity(t, i)
	case '=', ':':
		end = w.assign(t, i)
	case '-':
		end = w.dash(t, i)
	case '+':
		end = w.phonePlus(t, i, i+1)
	case '(':
		if end = w.boundAt(t, i); end == 0 {
			end = w.tuple(t, i)
		}
		if end == 0 {
			end = w.call(t, i)
		}
		if end == 0 {
			end = w.phoneParen(t, i)
		}
	case '[':
		if end = markerEnd(t, i); end == 0 {
			if end = w.boundAt(t, i); end == 0 {
				end = w.embeddedJSON(t, i)
			}
		}
		w.floor = max(w.floor, end)
	case '{':
		if end = w.ldapHash(t, i); end == 0 {
			end = w.embeddedJSON(t, i)
		}
		if end == 0 {
			end = w.tuple(t, i)
		}
	case '<':
		if hasAt(t, i, "<<< ") {
			end = w.hereString(t, i)
		} else {
			end = w.tag(t, i)
		}
	case '~':
		end = w.azureSecret(t, i)
	case '$':
		end = w.cryptHash(t, i)
	case '/':
		end = w.slash(t, i)
	case '\n':
		end = w.table(t, i+1)
	case 0xe3, 0xe6, 0xe4, 0xe7, 0xeb, 0xec:
		end = w.cjkStated(t, i)
	case fullWidth[0]:
		if hasAt(t, i, fullWidth) {
			end = max(w.assignAt(t, i, i+len(fullWidth)), i+len(fullWidth))
		}
	}
	return max(end, i+1)
}

// Traits of the characters of a word.
const (
	traitLower uint8 = 1 << iota // also _
	traitUpper
	traitDigit
)

var wordTraits = func() [256]uint8 {
	var traits [256]uint8
	for i := range traits {
		switch b := byte(i); {
		case isLower[b] || b == '_':
			traits[i] = traitLower
		case isUpper[b]:
			traits[i] = traitUpper
		case isDigit[b]:
			traits[i] = traitDigit
		}
	}
	return traits
}()

// word looks at what starts with a letter.
func (w *work) word(t string, i int) int {
	j, seen := i, uint8(0)
	for j < len(t) {
		trait := wordTraits[t[j]]
		if trait == 0 {
			break
		}
		seen |= trait
		j++
	}
	if i+1 < len(t) && vendors.known(t[i], t[i+1]) {
		if end := w.prefixed(t, i); end > 0 {
			return end
		}
	}
	if j+2 < len(t) && t[j] == '.' && t[j+1] == '.' && t[j+2] == '.' {
		if end := w.leader(t, j); end > 0 {
			return end
		}
	}
	if j < len(t) && wordSigns[t[j]] {
		if end := w.wordBefore(t, i, j); end > 0 {
			return end
		}
	}
	if n := j - i; seen&traitDigit == 0 && n < minEncodedWord && seen&traitLower != 0 && (n > 3 || seen == traitLower) && (j == len(t) || !joinsNumber(t, j)) {
		// A word without digits that no number follows.
		return j
	}
	return w.mixed(t, i, j)
}

// minEncodedWord is the shortest first word of base64 that is decoded.
const minEncodedWord = 16

// wordSigns are the characters behind a word that wordBefore looks at.
var wordSigns = charset(" %:|\"\\-")

// joinsNumber tells whether what follows a word may be the rest of a number, a
// UUID or a token.
func joinsNumber(t string, j int) bool {
	c := t[j]
	return c == '-' || c == '%' || c >= 0x80 || ((c == ' ' || c == '.' || c == '/' || c == '+') && j+1 < len(t) && isDigit[t[j+1]])
}

// wordBefore looks at words that the character behind them gives a meaning.
func (w *work) wordBefore(t string, i, j int) int {
	switch t[j] {
	case ' ':
		return w.wordBeforeSpace(t, i, j)
	case '%':
		return w.scheme(t, i, j)
	case '"':
		return w.monitored(t, i, j)
	case '|':
		if j-i == 3 {
			return w.hl7(t, i, j)
		}
	case ':', '-':
		if hasAt(t, i, vcardBegin) {
			return w.vcard(t, j+1+len("VCARD"))
		}
		if j-i == 2 && isHex[t[i]] && isHex[t[i+1]] {
			if end := w.hexGroups(t, i); end > 0 {
				return end
			}
		}
		if t[j] == ':' && j-i <= 4 && span(t, i, &isHex) == j {
			return w.ipv6(t, i)
		}
	}
	return 0
}

// wordBeforeSpace looks at words that what follows them gives a meaning. One look
// into a list tells most of the others.
func (w *work) wordBeforeSpace(t string, i, j int) int {
	if hasAt(t, j, " ...") {
		return w.leader(t, j)
	}
	if !spaceWords.has(t[i:j]) {
		if !w.inSQL && codeWord(t, i, j) {
			return w.stated(t, j, true)
		}
		if !w.inSQL && configWord(t, i, j) {
			return w.stated(t, j, false)
		}
		return 0
	}
	if j-i == 4 && hasFold(t, i, "copy") {
		return w.copyRows(t, i)
	}
	if j-i == 6 && hasFold(t, i, "insert") && hasFold(t, j, " into ") {
		return w.embeddedInsert(t, i)
	}
	if end := max(w.spoken(t, i, j), w.spokenCode(t, i, j)); end > 0 {
		return end
	}
	if end := w.commandWord(t, i, j); end > 0 {
		return end
	}
	if end := w.born(t, i, j); end > 0 {
		return end
	}
	if end := w.scheme(t, i, j); end > 0 {
		return end
	}
	return w.quotedToken(t, i, j)
}

// spaceWords are all that wordBeforeSpace knows.
var spaceWords = newWordList(`insert copy ` + spokenText + codeText + commandText + argumentText + schemeText + bornText)

// mixed looks at words of letters and digits, whichever comes first.
func (w *work) mixed(t string, i, j int) int {
	n := j - i
	if n < 4 {
		if j+1 < len(t) && (t[j] == ' ' || t[j] == '-') && isAlnum[t[j+1]] {
			return max(j, w.lettersFirst(t, i, j))
		}
		return j
	}
	if end := opaque(t, i, j); end > 0 {
		return end
	}
	if end := w.lettersFirst(t, i, j); end > 0 {
		return end
	}
	if isDigit[t[i+2]] && isDigit[t[i+3]] {
		if end := w.iban(t, i); end > 0 {
			return end
		}
	}
	if n >= 26 {
		if end := w.cryptoAddress(t, i, j); end > 0 {
			return end
		}
	}
	if n >= minEncodedWord {
		if end := w.saslPlain(t, i); end > 0 {
			return end
		}
		if end := w.base64(t, i, j); end > 0 {
			return end
		}
		if end := w.hexText(t, i, j); end > 0 {
			return end
		}
		if end := w.random(t, i, j); end > 0 {
			return end
		}
	}
	return j
}

// opaque steps over UUIDs, trace contexts and our own tokens, whose parts look
// like numbers.
func opaque(t string, i, j int) int {
	switch n := j - i; {
	case n == 8 && isUUID(t, i):
		return i + 36
	case n == 32 && isTraceContext(t, i):
		return i + 32 + 1 + 16
	case n >= minToken && n <= maxToken && isHashToken(t[i:j]):
		return j
	}
	return 0
}

// isUUID checks 8-4-4-4-12 hexadecimal digits that end where a word ends.
func isUUID(t string, i int) bool {
	if len(t)-i < 36 || (len(t)-i > 36 && isWord[t[i+36]]) {
		return false
	}
	if t[i+8] != '-' || t[i+13] != '-' || t[i+18] != '-' || t[i+23] != '-' {
		return false
	}
	middle := load4(t, i+9) | load4(t, i+14)<<32
	return areHex(load8(t, i)) && areHex(middle) && areHex(load4(t, i+19)|load4(t, i+24)<<32) && areHex(load8(t, i+28))
}

// isTraceContext checks for a trace id followed by a span id, as in W3C traceparent.
func isTraceContext(t string, i int) bool {
	end := i + 32 + 1 + 16
	return len(t) >= end && t[i+32] == '-' && span(t, i, &isHex) == i+32 && span(t, i+33, &isHex) == end
}
