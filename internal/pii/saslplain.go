package pii

import (
	"bytes"
	"encoding/base64"
	"unsafe"
)

// maxSASL is the longest answer that is looked at.
const maxSASL = 256

// saslPlain hides the base64 of an answer of SASL PLAIN (RFC 4616) without an identity
// to act as: a zero byte, the name, a zero byte, the password.
func (w *work) saslPlain(t string, i int) int {
	if t[i] != 'A' {
		return 0
	}
	end := span(t, i, &isBase64Std)
	if end-i < 8 || end-i > maxSASL {
		return 0
	}
	var buf [maxSASL]byte
	body := t[i:end]
	n, err := base64.RawStdEncoding.Decode(buf[:], unsafe.Slice(unsafe.StringData(body), len(body)))
	if err != nil || n < 4 || buf[0] != 0 {
		return 0
	}
	second := bytes.IndexByte(buf[1:n], 0) + 1
	if second < 2 || second == n-1 || !readable(buf[1:second]) || !readable(buf[second+1:n]) || bytes.IndexByte(buf[second+1:n], 0) >= 0 {
		return 0
	}
	return w.hit(ruleCredential, "", i, span(t, end, &isPadding))
}
