package pii

import "strings"

// formPart looks at name="…" of multipart form data, which ends before v: the
// name is a key for the part's body.
func (w *work) formPart(t string, lo, v int) int {
	if v >= len(t) || t[v] != '"' || !hasFold(t, max(0, lo-2), "; name") {
		return 0
	}
	end := strings.IndexByte(t[v+1:min(len(t), v+1+maxKey)], '"')
	if end < 0 {
		return 0
	}
	end += v + 1
	d := w.textKey(t[v+1 : end])
	if d.kind != keyHide {
		return 0
	}
	line := "\r\n"
	body := strings.Index(t[end:min(len(t), end+512)], line+line)
	if body < 0 {
		line = "\n" // as programs that log requests write it
		body = strings.Index(t[end:min(len(t), end+512)], line+line)
	}
	if body < 0 {
		return 0
	}
	body += end + 2*len(line)
	hi := len(t)
	if k := strings.Index(t[body:], line+"--"); k >= 0 {
		hi = body + k
	}
	if !w.e.hides(d, t[body:hi]) || benign(t[body:hi]) {
		return hi
	}
	w.hit(d.rule, "", body, hi)
	return hi
}
