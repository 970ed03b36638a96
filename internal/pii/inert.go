package pii

// Classes of characters of text in which no detector can strike.
const (
	inertNever uint8 = 0 // may belong to a finding
	inertWord  uint8 = 1 // continues a word
	inertDigit uint8 = 3 // continues a word, where it is one of a few
	inertJoin  uint8 = 4 // stands between words
)

var inertClasses = func() [256]uint8 {
	var c [256]uint8
	for i := range c {
		if isLetter[byte(i)] || byte(i) == '_' {
			c[i] = inertWord
		}
	}
	for i := byte('0'); i <= '9'; i++ {
		c[i] = inertDigit
	}
	c['.'], c[','], c['-'] = inertJoin, inertJoin, inertJoin
	return c
}()

// inert tells at a glance that nothing can be found in text: words of letters and few digits that
// are too short to be encoded, joined by dots or hyphens, none of which begins like
// a vendor's token or a hardware address. Names of hosts, functions, methods and
// systems are so.
func inert(text string) bool {
	digits := 0
	for i := 0; ; i++ {
		start := i
		for i < len(text) && inertClasses[text[i]]&inertWord != 0 {
			digits += int(inertClasses[text[i]] >> 1)
			i++
		}
		n := i - start
		if n >= minEncodedWord || n > 1 && vendors.known(text[start], text[start+1]) {
			return false
		}
		if digits > maxInertDigits {
			return false
		}
		if i == len(text) {
			return true
		}
		if inertClasses[text[i]] != inertJoin || digits > 0 && text[i] != '-' {
			return false
		}
		if text[i] == '-' && (n == 0 || n == 2 && isHex[text[start]] && isHex[text[start+1]]) {
			return false
		}
	}
}

// maxInertDigits are too few for any number that is found without context.
const maxInertDigits = 3

// inertNumber tells numbers that are too short for any detector.
func inertNumber(text string) bool {
	if len(text) >= minAlone {
		return false
	}
	for i := range len(text) {
		if !isDigit[text[i]] && text[i] != '.' {
			return false
		}
	}
	return true
}

// glance tells whether a look at the characters of a value is enough to let it
// pass: what stands under the key is neither hidden nor read in a way of its own.
func glance(text string, d Decision) bool {
	switch d.kind {
	case keyScan, keyIdent, keyLink, keySQL:
	default:
		return false
	}
	switch len(text) {
	case 36:
		if text[8] == '-' {
			return isUUID(text, 0)
		}
	case 55:
		if text[2] == '-' && text[52] == '-' {
			return isTraceparent(text)
		}
	case 16, 32:
		if d.ctx == 0 && isHexID(text) {
			return true
		}
	}
	if len(text) >= 19 && text[4] == '-' && text[10] == 'T' && isTimestamp(text) {
		return true
	}
	return len(text) <= maxInert && (inert(text) || inertNumber(text))
}

// isTraceparent checks for version, trace id, span id and flags, as W3C Trace Context has them.
func isTraceparent(text string) bool {
	return isHex[text[0]] && isHex[text[1]] && isTraceContext(text[:52], 3) && isHex[text[53]] && isHex[text[54]]
}

// isHexID tells ids of 8 and 16 bytes in lower case, which no detector takes for
// something else: they are no number, no text, and begin like no token.
func isHexID(text string) bool {
	letters := uint64(0)
	for i := 0; i+8 <= len(text); i += 8 {
		digit, letter := hexOf8(load8(text, i))
		if digit|letter != high {
			return false
		}
		letters |= letter
		if i == 0 && letter&first6 == first6 {
			return false
		}
	}
	return letters != 0 && !vendors.known(text[0], text[1]) && !printableHex(text)
}

// maxInert is the longest text that a glance is cheaper for than a look into the cache.
const maxInert = 80
