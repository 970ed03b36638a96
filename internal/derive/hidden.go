package derive

import "strings"

// What redaction puts in the place of a value comes in three forms: a label such as [EMAIL] or [SECRET:github], a
// keyed token such as em_k1_ and 20 characters of base32, and a mask with stars.

// isLabel tells a label, or a mask that left nothing.
func isLabel(s string) bool {
	return len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' || s != "" && strings.Trim(s, "*") == ""
}

// isToken tells a keyed token.
func isToken(s string) bool {
	const text = 20
	if len(s) < len("em_k1_")+text || s[2] != '_' || s[3] != 'k' {
		return false
	}
	i := strings.LastIndexByte(s, '_')
	return i > 4 && len(s)-i-1 == text && strings.Trim(s[4:i], "0123456789") == "" && strings.Trim(s[i+1:], "abcdefghijklmnopqrstuvwxyz234567") == ""
}
