package pii

// escapedText walks words that are written with \uXXXX or \xXX of printable
// ASCII, which no program does without need: the escape is at i, the text goes
// from the beginning of its word to the next space or quote.
func (w *work) escapedText(t string, i int) int {
	if i < w.escaped || escapeWidth(t, i) == 0 {
		return 0
	}
	lo, hi := i, i
	for lo > w.floor && isWord[t[lo-1]] {
		lo--
	}
	w.scratch = append(w.scratch[:0], t[lo:i]...)
	b := w.scratch
	for hi < len(t) && !escapedStop[t[hi]] {
		if n := escapeWidth(t, hi); n > 0 {
			b = append(b, escapeValue(t, hi, n))
			hi += n
			continue
		}
		b = append(b, t[hi])
		hi++
	}
	w.scratch, w.escaped = b, hi
	out, changed := w.nested(b, w.key)
	if !changed {
		return 0
	}
	w.replace(lo, hi, escapeJSON(out))
	return hi
}

var escapedStop = charset(" \t\r\n\"'`")

// escapeWidth is the length of the escape of a printable character at i, or 0.
func escapeWidth(t string, i int) int {
	switch {
	case len(t)-i >= 6 && hasAt(t, i, `\u00`) && printableAt(t, i+4):
		return 6
	case len(t)-i >= 4 && hasAt(t, i, `\x`) && printableAt(t, i+2):
		return 4
	}
	return 0
}

func printableAt(t string, i int) bool {
	return isHex[t[i]] && isHex[t[i+1]] && isPrintable[unhex(t[i])<<4|unhex(t[i+1])]
}

func escapeValue(t string, i, width int) byte {
	return unhex(t[i+width-2])<<4 | unhex(t[i+width-1])
}
