package pii

// prompted looks at the base64 of a prompt such as Password: at i, which a mail
// server writes behind 334; the client's answer stands in the next line.
func (w *work) prompted(t string, i int) int {
	end := span(t, i, &isPadded64)
	lo := lineEnd(t, end)
	if lo == len(t) {
		return 0
	}
	// The answer is the last word of its line.
	hi := lineEnd(t, lo+1)
	for hi > lo && isSpace[t[hi-1]] {
		hi--
	}
	lo = hi
	for lo > end && isPadded64[t[lo-1]] {
		lo--
	}
	if hi-lo < 4 || (hi-lo)%4 != 0 {
		return 0
	}
	return w.hit(ruleCredential, "", lo, hi)
}

var isPadded64 = charset("a-zA-Z0-9+/=")
