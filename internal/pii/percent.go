package pii

import "strings"

// encodedValue walks a form or query value that holds %XX, or + for spaces. The
// sign before it is at i, its key starts at lo.
func (w *work) encodedValue(t string, i, v, lo int) int {
	if t[i] != '=' {
		return 0
	}
	end := v
	percent, plus := false, false
	for end < len(t) && !percent && !bareStop[t[end]] && t[end] != '=' {
		percent = t[end] == '%'
		plus = plus || t[end] == '+'
		end++
	}
	inForm := urlParameter(t, lo) || (end < len(t) && t[end] == '&')
	if !percent && !(plus && inForm) {
		return 0
	}
	return w.percentText(t, v, bareEnd(t, v, keyScan))
}

// percentRun walks encoded text that starts at i outside of any pair.
func (w *work) percentRun(t string, i int) int {
	return w.percentText(t, i, bareEnd(t, i, keyScan))
}

// percentText decodes t[i:end], walks it, and encodes what changed.
func (w *work) percentText(t string, i, end int) int {
	b, encoded, plus := w.scratch[:0], false, false
	for k := i; k < end; k++ {
		switch c := t[k]; {
		case c == '%' && k+2 < end && isHex[t[k+1]] && isHex[t[k+2]]:
			b = append(b, unhex(t[k+1])<<4|unhex(t[k+2]))
			k += 2
			encoded = true
		case c == '+':
			b = append(b, ' ')
			encoded, plus = true, true
		default:
			b = append(b, c)
		}
	}
	w.scratch = b
	if !encoded {
		return 0
	}
	out, changed := w.nested(b, w.key)
	if !changed && plus {
		// A plus may also be one, as in to=+49 30 1234567.
		return 0
	}
	if changed {
		lo, hi, with := narrow(string(b), out)
		w.replace(decodedAt(t, i, lo), decodedAt(t, i, hi), percentEncode(with))
		w.floor = end
	}
	return end
}

// narrow cuts what before and after have in common: before[lo:hi] became with.
func narrow(before, after string) (lo, hi int, with string) {
	for lo < len(before) && lo < len(after) && before[lo] == after[lo] {
		lo++
	}
	hi = len(before)
	end := len(after)
	for hi > lo && end > lo && before[hi-1] == after[end-1] {
		hi--
		end--
	}
	return lo, hi, after[lo:end]
}

// decodedAt is where byte n of the decoded text stands in the encoded one.
func decodedAt(t string, i, n int) int {
	for ; n > 0; n-- {
		if t[i] == '%' && i+2 < len(t) && isHex[t[i+1]] && isHex[t[i+2]] {
			i += 2
		}
		i++
	}
	return i
}

var isUnreserved = charset("a-zA-Z0-9._~:[]*/\\-")

func percentEncode(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s) + len(s)/2)
	for i := 0; i < len(s); i++ {
		if isUnreserved[s[i]] {
			b.WriteByte(s[i])
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[s[i]>>4])
		b.WriteByte(hex[s[i]&15])
	}
	return b.String()
}
