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
	if hi-lo < 4 || lo-end > maxSpeaker || span(t, end, &isSpeaker) < lo {
		return 0
	}
	return w.hit(ruleCredential, "", lo, hi)
}

// isSpeaker are the characters of the mark of who speaks in a transcript, of which
// there are at most maxSpeaker.
var isSpeaker = charset("a-zA-Z \t\r\n:<>[]\\-")

const maxSpeaker = 24

var isPadded64 = charset("a-zA-Z0-9+/=")
