package pii

import (
	"encoding/hex"
	"strings"
)

// minHexText is the shortest hexadecimal text worth decoding. Digests and ids of
// any length are told apart by their first bytes.
const minHexText = 16

// hexText walks text inside the hexadecimal word [i, j), also behind 0x.
func (w *work) hexText(t string, i, j int) int {
	from := i
	if hasFold(t, i, "0x") {
		from = i + 2
	}
	body := t[from:j]
	if len(body) < minHexText || len(body)%2 != 0 || !printableHex(body) || span(t, from, &isHex) != j {
		return 0
	}
	if cap(w.scratch) < len(body)/2 {
		w.scratch = make([]byte, 0, len(body))
	}
	b := w.scratch[:len(body)/2]
	for k := range b {
		b[k] = unhex(body[2*k])<<4 | unhex(body[2*k+1])
	}
	if !readable(b) {
		return 0
	}
	out, changed := w.nested(b, w.key)
	if changed {
		with := hex.EncodeToString([]byte(out))
		if strings.ContainsAny(body, "ABCDEF") {
			with = strings.ToUpper(with)
		}
		w.replace(from, j, with)
	}
	return j
}

// printableHex looks at the first bytes: few digests begin with six letters.
func printableHex(s string) bool {
	for k := 0; k < 12; k += 2 {
		if !isHex[s[k]] || !isHex[s[k+1]] || !isPrintable[unhex(s[k])<<4|unhex(s[k+1])] {
			return false
		}
	}
	return true
}
