package pii

import "slices"

// applyPatterns adds what the user's expressions match. Where a match and
// another finding overlap, both are hidden together; labels and tokens of an
// earlier pass are never matched, which keeps a second pass from changing them.
func (w *work) applyPatterns(t string) {
	for _, p := range w.e.patterns {
		for _, m := range p.re.FindAllStringIndex(t, -1) {
			if !insideMarker(t, m[0], m[1]) {
				w.merge(p.rule, m[0], m[1])
			}
		}
	}
}

// merge inserts an edit in order, swallowing those it overlaps.
func (w *work) merge(r Rule, lo, hi int) {
	first, _ := slices.BinarySearchFunc(w.edits, lo, func(e edit, lo int) int { return e.hi - lo - 1 })
	last := first
	for last < len(w.edits) && w.edits[last].lo < hi {
		lo, hi = min(lo, w.edits[last].lo), max(hi, w.edits[last].hi)
		last++
	}
	match := w.text[lo:hi]
	with := w.e.replacement(r, "", match)
	if with == match {
		return
	}
	w.s.count(r)
	w.edits = slices.Replace(w.edits, first, last, edit{lo, hi, with})
}

// insideMarker tells whether t[lo:hi] touches a label or token of ours.
func insideMarker(t string, lo, hi int) bool {
	for i := max(0, lo-markerMax); i < hi; i++ {
		end := 0
		if t[i] == '[' {
			end = markerEnd(t, i)
		} else if isWord[t[i]] && (i == 0 || !isWord[t[i-1]]) {
			if j := span(t, i, &isWord); isHashToken(t[i:j]) {
				end = j
			}
		}
		if end > lo {
			return true
		}
	}
	return false
}
