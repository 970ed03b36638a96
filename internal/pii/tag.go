package pii

import (
	"html"
	"strings"
)

// tag reads an XML or HTML start tag at i: its name is a key for the text in it.
func (w *work) tag(t string, i int) int {
	if i+1 >= len(t) || !isLetter[t[i+1]] {
		return 0
	}
	name := i + 1
	end := span(t, name, &isTagName)
	if colon := strings.LastIndexByte(t[name:end], ':'); colon >= 0 {
		name += colon + 1
	}
	shut := end
	if shut < len(t) && isSpace[t[shut]] {
		if k := strings.IndexAny(t[shut:min(len(t), shut+1024)], "<>"); k >= 0 {
			shut += k
		}
	}
	if shut >= len(t) || t[shut] != '>' || t[shut-1] == '/' {
		return 0
	}
	d := w.e.textKey(t[name:end])
	if d.kind == keyScan && shut > end {
		d = w.namedElement(t[end:shut], d)
	}
	if d.kind != keyHide && d.kind != keyAuth && d.kind != keyCookie {
		return w.entityText(t, shut+1)
	}
	w.scan(t[:shut], end)
	return w.element(t, name, end, shut+1, d)
}

// namedElement decides by the attribute that names an element: <property name="db.password">.
func (w *work) namedElement(attributes string, d Decision) Decision {
	for _, name := range []string{` name="`, ` key="`} {
		if _, rest, ok := strings.Cut(attributes, name); ok {
			if key, _, ok := strings.Cut(rest, `"`); ok {
				return w.e.textKey(key)
			}
		}
	}
	return d
}

var isTagName = charset("a-zA-Z0-9_:.\\-")

// maxElement bounds the search for an end tag.
const maxElement = 8 << 10

// element hides the text between a start tag and its end tag.
func (w *work) element(t string, name, nameEnd, lo int, d Decision) int {
	hi := len(t)
	window := t[:min(len(t), lo+maxElement)]
	closing := "/" + t[name:nameEnd] + ">"
	if k := strings.Index(window[lo:], closing); k >= 0 {
		hi = strings.LastIndexByte(t[:lo+k], '<')
	} else if k := strings.Index(window[lo:], ":"+closing[1:]); k >= 0 {
		hi = strings.LastIndexByte(t[:lo+k], '<')
	} else if k := strings.IndexByte(t[lo:], '<'); k >= 0 {
		hi = lo + k
	}
	if hi <= lo || benign(t[lo:hi]) || !w.e.hides(Decision{kind: keyHide, rule: d.rule}, t[lo:hi]) {
		return lo
	}
	return w.hit(d.rule, "", lo, hi)
}

// entityText walks the text of an element that holds entities such as &#34;.
func (w *work) entityText(t string, lo int) int {
	end := lo
	encoded := false
	for end < len(t) && t[end] != '<' {
		encoded = encoded || t[end] == '&'
		end++
	}
	if !encoded {
		return 0
	}
	w.scratch = append(w.scratch[:0], html.UnescapeString(t[lo:end])...)
	if string(w.scratch) == t[lo:end] {
		return 0
	}
	out, changed := w.nested(w.scratch, w.key)
	if changed {
		w.replace(lo, end, html.EscapeString(out))
	}
	return end
}
