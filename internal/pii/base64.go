package pii

import (
	"encoding/base64"
	"unicode/utf8"
	"unsafe"
)

// minBase64 is the shortest encoded text worth decoding.
const minBase64 = 24

var (
	isBase64Std = charset("a-zA-Z0-9+/")
	isBase64URL = charset("a-zA-Z0-9_\\-")
)

// base64 walks text inside base64 that starts at i; the word there ends at j.
func (w *work) base64(t string, i, j int) int {
	if !textInside(t, i) {
		return 0
	}
	enc := base64.RawStdEncoding
	end := span(t, i, &isBase64Std)
	if u := span(t, i, &isBase64URL); u > end {
		enc, end = base64.RawURLEncoding, u
	}
	if end-i < minBase64 || end < j {
		return 0
	}
	body := t[i:end]
	if len(body)%4 == 1 {
		body = body[:len(body)-1]
	}
	if cap(w.scratch) < len(body) {
		w.scratch = make([]byte, 0, 2*len(body))
	}
	b := w.scratch[:len(body)]
	n, err := enc.Decode(b, unsafe.Slice(unsafe.StringData(body), len(body)))
	if err != nil || !readable(b[:n]) {
		return 0
	}
	padded := span(t, end, &isPadding)
	out, changed := w.nested(b[:n], w.key)
	if changed {
		if padded > end || (enc == base64.RawStdEncoding && len(t[i:end])%4 == 0) {
			// Without a sign of it, whole groups of the standard alphabet are padded ones.
			enc = enc.WithPadding(base64.StdPadding)
		}
		w.replace(i, padded, enc.EncodeToString([]byte(out)))
	}
	return padded
}

var isPadding = charset("=")

// textInside decodes the first characters, which tells text from identifiers and
// digests at almost no cost.
func textInside(t string, i int) bool {
	for k := i; k+4 <= len(t) && k < i+12; k += 4 {
		v := uint32(base64Value[t[k]])<<18 | uint32(base64Value[t[k+1]])<<12 | uint32(base64Value[t[k+2]])<<6 | uint32(base64Value[t[k+3]])
		if !isPrintable[byte(v>>16)] || !isPrintable[byte(v>>8)] || !isPrintable[byte(v)] {
			return false
		}
	}
	return true
}

var isPrintable = charset(" -~\t\r\n")

var base64Value = func() [256]uint8 {
	var v [256]uint8
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		v[c] = uint8(i)
	}
	v['-'], v['_'] = 62, 63
	return v
}()

// readable tells whether at least nine in ten bytes are text.
func readable(b []byte) bool {
	good := 0
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if (r >= 0x80 && r != utf8.RuneError) || (r < 0x80 && isPrintable[byte(r)]) {
			good += n
		}
		i += n
	}
	return good*10 >= len(b)*9
}
