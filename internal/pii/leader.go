package pii

// leader looks at a word whose value stands behind a line of dots, as in
// Password ..... x; the word ends at j.
func (w *work) leader(t string, j int) int {
	dots := span(t, j, &isBlank)
	v := span(t, dots, &isDot)
	n := v - dots
	if n < minLeader || w.inSQL {
		return 0
	}
	colon := hasAt(t, v, ":")
	if colon {
		v++
	}
	v = span(t, v, &isBlank)
	q := quoteAt(t, v)
	v += len(q)
	end := bareEnd(t, v, keyScan)
	lo, hi := keyBefore(t, j, w.floor)
	if v == end || lo == hi || plainWord(t[v:end]) && !colon && q == "" && !isLeaderWord(t, lo, v, end, n) {
		return 0
	}
	d := w.assignKey(t, lo, hi)
	if d.kind != keyHide || benign(t[v:end]) || !w.e.hides(d, t[v:end]) {
		return 0
	}
	return w.hit(d.rule, "", v, end)
}

// isLeaderWord tells a word that somebody took as a password, in a list of settings,
// from how a step of a program went: checking password ..... done.
func isLeaderWord(t string, lo, v, end, dots int) bool {
	return dots >= 2*minLeader && !stateWords[t[v:end]] && endsSentence(t, end) && (lo == 0 || t[lo-1] != ' ' || isUpper[t[lo]])
}

// minLeader is how many dots make a line of them.
const minLeader = 3

var isDot = charset(".")
