package pii

import "unsafe"

// nested walks a decoded text one level deeper. Beyond the last level nothing
// can be said about a text, so it is replaced.
func (w *work) nested(decoded []byte, d Decision) (string, bool) {
	if w.depth+1 >= len(w.s.levels) {
		w.s.count(ruleLimit)
		return builtin[ruleLimit].label, true
	}
	n := &w.s.levels[w.depth+1]
	if n.run(view(decoded), d) {
		return "", false
	}
	return n.rewrite(), true
}

// view reads bytes as a string without a copy. The level above does not touch
// its scratch memory before the level below is done.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
