package pii

// Character sets as tables: one load per byte, no branches.
var (
	isDigit  = charset("0-9")
	isLower  = charset("a-z")
	isUpper  = charset("A-Z")
	isLetter = charset("a-zA-Z")
	isAlnum  = charset("a-zA-Z0-9")
	isHex    = charset("0-9a-fA-F")
	// isWord is a character that continues a word; a finding starts and ends where words do.
	isWord = charset("a-zA-Z0-9_")
	// isURLSafe is the alphabet of base64url and of most vendors' tokens.
	isURLSafe = charset("a-zA-Z0-9_\\-")
	// isToken is token68 of RFC 9110, what follows Bearer.
	isToken = charset("a-zA-Z0-9._~+/=\\-")
	isSpace = charset(" \t\r\n")
)

// charset builds a table from a list of characters and ranges, as in a regular
// expression's class; a backslash takes the next character literally.
func charset(spec string) [256]bool {
	var set [256]bool
	for i := 0; i < len(spec); i++ {
		c := spec[i]
		if c == '\\' {
			i++
			c = spec[i]
		} else if i+2 < len(spec) && spec[i+1] == '-' {
			for x := int(c); x <= int(spec[i+2]); x++ {
				set[x] = true
			}
			i += 2
			continue
		}
		set[c] = true
	}
	return set
}

// span returns the end of the run of characters of set that starts at i.
func span(t string, i int, set *[256]bool) int {
	for i < len(t) && set[t[i]] {
		i++
	}
	return i
}

// lower is ASCII lower case of one byte.
func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// hasFold tells whether t continues at i with want, which is lower case ASCII.
func hasFold(t string, i int, want string) bool {
	if i < 0 || len(t)-i < len(want) {
		return false
	}
	for k := range len(want) {
		if lower(t[i+k]) != want[k] {
			return false
		}
	}
	return true
}

// hasAt tells whether t continues at i with want.
func hasAt(t string, i int, want string) bool {
	return i >= 0 && len(t)-i >= len(want) && t[i:i+len(want)] == want
}

func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 0
}

func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if isDigit[s[i]] {
			n++
		}
	}
	return n
}
