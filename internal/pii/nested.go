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
	if w.e.keys.hasPaths() {
		n.above = w.fullPath(n.above)
	}
	n.allowed = w.allowed
	if n.run(view(decoded), d) {
		return "", false
	}
	return n.rewrite(), true
}

// fullPath writes the text's own key and the members around the reader.
func (w *work) fullPath(b []byte) []byte {
	b = append(b[:0], w.above...)
	if len(b) > 0 && len(w.path) > 0 {
		b = append(b, '.')
	}
	return append(b, w.path...)
}

// view reads bytes as a string without a copy. The level above does not touch
// its scratch memory before the level below is done.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
