package pii

import (
	"encoding/base64"
	"strings"
)

// jwt finds JSON web tokens: header and payload are base64url of JSON objects,
// the signature may be empty. Dots may be written %2E.
func (w *work) jwt(t string, i int) int {
	head := span(t, i, &isURLSafe)
	if head-i < 12 || !isJOSEHeader(t[i:head]) {
		return 0
	}
	payload := behindDot(t, head)
	if payload == 0 {
		// A header alone, or cut off behind it.
		return w.hit(ruleJWT, "", i, head)
	}
	end := span(t, payload, &isURLSafe)
	for parts := 0; parts < 3; parts++ {
		next := behindDot(t, end)
		if next == 0 {
			break
		}
		after := span(t, next, &isURLSafe)
		if after == next && parts > 0 {
			// The dot ends a sentence.
			break
		}
		end = after
	}
	return w.hit(ruleJWT, "", i, end)
}

func behindDot(t string, i int) int {
	switch {
	case i < len(t) && t[i] == '.':
		return i + 1
	case hasFold(t, i, "%2e"):
		return i + 3
	}
	return 0
}

// isJOSEHeader decodes the start of a token's header and looks for a member that
// every such header has.
func isJOSEHeader(s string) bool {
	var buf [384]byte
	s = s[:min(len(s), 512)&^3]
	n, err := base64.RawURLEncoding.Decode(buf[:], []byte(s))
	if err != nil {
		return false
	}
	head := string(buf[:n])
	return strings.Contains(head, `"alg"`) || strings.Contains(head, `"typ"`) || strings.Contains(head, `"kid"`) ||
		strings.Contains(head, `"enc"`) || strings.Contains(head, `"x5t"`)
}
