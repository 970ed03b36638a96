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
	d := w.textKey(t[name:end])
	if d.kind == keyScan && shut > end {
		d = w.namedElement(t[end:shut], d)
	}
	if d.kind != keyHide && pairNames.has(lastPart(t[name:end])) {
		if end := w.namedNext(t, shut+1); end > 0 {
			return end
		}
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
				return w.textKey(key)
			}
		}
	}
	return d
}

// namedNext hides the text of the element that follows one whose text at lo is a
// name: <key>password</key><string>x</string>, as property lists and XML-RPC have it.
func (w *work) namedNext(t string, lo int) int {
	hi := span(t, lo, &isKey)
	if hi == lo || !hasAt(t, hi, "</") {
		return 0
	}
	d := w.textKey(t[lo:hi])
	if d.kind != keyHide {
		return 0
	}
	i := behindTag(t, hi)
	for i > 0 && i+1 < len(t) && t[i] == '<' && valueElements.has(lastPart(t[i+1:span(t, i+1, &isTagName)])) {
		i = behindTag(t, i)
	}
	if i == behindTag(t, hi) {
		return 0
	}
	end := i
	for end < len(t) && t[end] != '<' {
		end++
	}
	if i == 0 || end == len(t) || benign(t[i:end]) || !w.e.hides(d, t[i:end]) {
		return 0
	}
	return w.hit(d.rule, "", i, end)
}

// lastPart is the part of a tag's name behind the last hyphen or the like: env-entry-name.
func lastPart(name string) string {
	return name[strings.LastIndexAny(name, "-_.:")+1:]
}

// valueElements hold the value that another element names.
var valueElements = newWordList(`value val content string data integer`)

// behindTag returns where the text behind the tag at i begins, or 0.
func behindTag(t string, i int) int {
	shut := strings.IndexByte(t[i:min(len(t), i+maxKey)], '>')
	if shut < 0 || hasAt(t, i+shut-1, "/>") {
		return 0
	}
	return span(t, i+shut+1, &isSpace)
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
