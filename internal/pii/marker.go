package pii

import "strings"

// markerMax is the longest label that replaces a value.
const markerMax = 64

// markerWord is the longest word in capitals of a label; what is longer may be a key in brackets.
const markerWord = 16

// markerEnd returns the end of a label such as [EMAIL] or [SECRET:github] that
// starts at i, or 0. Such text is never scanned: what an earlier pass wrote
// stays as it is.
func markerEnd(t string, i int) int {
	j := i + 1
	for j < len(t) && j-i <= markerWord && (isUpper[t[j]] || t[j] == '_') {
		j++
	}
	if j < i+3 || j >= len(t) {
		return 0
	}
	if t[j] == ':' {
		j++
		for j < len(t) && j-i < markerMax && (isLower[t[j]] || isDigit[t[j]] || t[j] == '_' || t[j] == '.') {
			j++
		}
	}
	if j < len(t) && t[j] == ']' {
		return j + 1
	}
	return 0
}

// benign tells whether a value under a sensitive key says nothing: it is empty,
// a boolean, a placeholder, or hidden already.
func benign(s string) bool {
	s = strings.Trim(s, " \t\r\n")
	if len(s) <= 2 {
		return true
	}
	if len(s) <= 10 && benignWord(s) {
		return true
	}
	return hiddenAlready(s) || placeholder(s)
}

func benignWord(s string) bool {
	var b [10]byte
	for i := 0; i < len(s); i++ {
		b[i] = lower(s[i])
	}
	switch string(b[:len(s)]) {
	case "null", "nil", "none", "true", "false", "undefined", "yes", "n/a", "nan", "<nil>", "(null)", "empty", "unset", "redacted", "<redacted>":
		return true
	}
	return false
}

// hiddenAlready recognises our own labels, tokens and masks, and those of others.
func hiddenAlready(s string) bool {
	switch s[0] {
	case '[':
		return markerEnd(s, 0) == len(s) || hasFold(s, 0, "[redacted") || hasFold(s, 0, "[filtered") || hasFold(s, 0, "[masked")
	case '*', 'x', '0', '.', '-', '+':
		return onlyMask(s)
	case '<':
		return hasFold(s, 0, "<redacted") || hasFold(s, 0, "<masked") || hasFold(s, 0, "<hidden")
	}
	return isHashToken(s) || strings.EqualFold(s, "redacted:redacted")
}

// onlyMask tells whether s is made of mask characters alone.
func onlyMask(s string) bool {
	stars := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '*':
			stars++
		case 'x', 'X', '0', '-', '.', ' ', '+', '@', '_', '/', ':':
		default:
			return false
		}
	}
	return stars > 0 || strings.Trim(s, "xX") == ""
}

// placeholder recognises template and bind variables: ${X}, {{x}}, $1, ?, :name, %s, <token>.
func placeholder(s string) bool {
	switch s[0] {
	case '$':
		return s[1] == '{' || s[1] == '(' || len(s) == span(s, 1, &isDigit) || len(s) == span(s, 1, &isUpperName)
	case '{':
		return s[1] == '{' && strings.HasSuffix(s, "}}")
	case ':', '@':
		return len(s) <= 32 && len(s) == span(s, 1, &isLowerName)
	case '<':
		return s[len(s)-1] == '>' && span(s, 1, &isURLSafe) == len(s)-1
	case '%':
		return s[1] == '(' || s[1] == '{' || (len(s) == 2)
	}
	return false
}

var (
	isUpperName = charset("A-Z0-9_")
	isLowerName = charset("a-z0-9_")
)
