package pii

// leader looks at a word whose value stands behind a line of dots, as in
// Password ..... x; the word ends at j.
func (w *work) leader(t string, j int) int {
	dots := span(t, j, &isBlank)
	v := span(t, dots, &isDot)
	if v-dots < minLeader || w.inSQL {
		return 0
	}
	if v < len(t) && t[v] == ':' {
		v++
	}
	v = span(t, v, &isBlank)
	end := bareEnd(t, v, keyScan)
	lo, hi := keyBefore(t, j, w.floor)
	if v == end || lo == hi || plainWord(t[v:end]) && (dots == j && v-j < 2*minLeader || stateWords[t[v:end]] || !endsSentence(t, end)) {
		return 0
	}
	d := w.assignKey(t, lo, hi)
	if d.kind != keyHide || benign(t[v:end]) || !w.e.hides(d, t[v:end]) {
		return 0
	}
	return w.hit(d.rule, "", v, end)
}

// minLeader is how many dots make a line of them.
const minLeader = 3

var isDot = charset(".")
