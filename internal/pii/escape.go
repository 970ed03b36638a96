package pii

import "strings"

// percent handles %XX in text: an encoded @ or +, or the border of a word.
func (w *work) percent(t string, i int) int {
	if len(t)-i < 3 || !isHex[t[i+1]] || !isHex[t[i+2]] {
		return i + 1
	}
	end := 0
	switch c := unhex(t[i+1])<<4 | unhex(t[i+2]); {
	case c == '%' && w.twice(t, i) > 0:
		return w.floor
	case c == '@':
		end = w.email(t, i, 3)
	case c == '%' && hasAt(t, i, "%2540"):
		end = w.email(t, i, 5)
	case c == '+':
		end = w.phonePlus(t, i, i+3)
	case c>>4 == 0xB:
		end = w.track(t, i)
	case c == '=' || c == ':':
		end = w.assignAt(t, i, i+3)
	case c == '{' || c == '[' && (i == 0 || !isWord[t[i-1]]):
		end = w.percentRun(t, i)
	}
	return max(end, i+3)
}

// twice looks at a run of text that was percent-encoded twice, in which %25 stands
// at i: one encoding is taken off, what is inside is walked, and it is put on again.
func (w *work) twice(t string, i int) int {
	if i < w.twiceTo || i+4 >= len(t) || !isHex[t[i+3]] || !isHex[t[i+4]] {
		return 0
	}
	lo := i
	for lo > w.floor && isPercentRun[t[lo-1]] {
		lo--
	}
	end := span(t, i, &isPercentRun)
	w.twiceTo = end
	w.scratch = append(w.scratch[:0], strings.ReplaceAll(t[lo:end], "%25", "%")...)
	out, changed := w.nested(w.scratch, w.key)
	if !changed {
		return 0
	}
	w.replace(lo, end, strings.ReplaceAll(out, "%", "%25"))
	return end
}

var isPercentRun = charset("a-zA-Z0-9%_.~&=+:/?*!\\-")

// backslash handles \u0040 and steps over other escapes, whose letter does not
// belong to the word behind it.
func (w *work) backslash(t string, i int) int {
	if hasFold(t, i, `\u0040`) || hasFold(t, i, `\u002540`) {
		return max(w.email(t, i, 6), i+6)
	}
	if end := w.escapedText(t, i); end > 0 {
		return end
	}
	if len(t)-i >= 6 && t[i+1] == 'u' && isHex[t[i+2]] && isHex[t[i+3]] && isHex[t[i+4]] && isHex[t[i+5]] {
		return i + 6
	}
	if k := span(t[:min(len(t), i+maxBackslashes)], i, &isBackslash); hasFold(t, k, `users\`) {
		return max(w.homeOwner(t, span(t, k+5, &isBackslash)), k+6)
	}
	if i+1 < len(t) && (t[i+1] == 'n' || t[i+1] == 't' || t[i+1] == 'r' || t[i+1] == '\\') {
		return i + 2
	}
	return i + 1
}

// maxBackslashes is how often a separator of Windows may be escaped.
const maxBackslashes = 16

var isBackslash = charset("\\\\")

// entity handles &#64; and &commat;.
func (w *work) entity(t string, i int) int {
	switch {
	case hasAt(t, i, "&#64;"):
		return w.email(t, i, 5)
	case hasFold(t, i, "&#x40;"):
		return w.email(t, i, 6)
	case hasAt(t, i, "&commat;"):
		return w.email(t, i, 8)
	case hasAt(t, i, "&lt;"):
		return w.escapedTag(t, i+len("&lt;"))
	}
	return 0
}

// escapedTag reads &lt;password&gt;x&lt;/password&gt;; the name begins at i.
func (w *work) escapedTag(t string, i int) int {
	end := span(t, i, &isTagName)
	if end == i || end-i > maxKey || w.inSQL {
		return 0
	}
	name := i + strings.LastIndexByte(t[i:end], ':') + 1
	d := w.textKey(t[name:end])
	shut := strings.Index(t[end:min(len(t), end+maxKey)], "&gt;")
	if d.kind != keyHide || shut < 0 {
		return 0
	}
	lo := end + shut + len("&gt;")
	hi := strings.Index(t[lo:min(len(t), lo+maxElement)], "&lt;/")
	if hi <= 0 || benign(t[lo:lo+hi]) || !w.e.hides(d, t[lo:lo+hi]) {
		return 0
	}
	w.scan(t[:end+shut], end)
	return w.hit(d.rule, "", lo, lo+hi)
}

// atSigns are the ways to write @ that e-mail addresses are found in.
var atSigns = []string{"%40", "%2540", `\u0040`, "&#64;", "&#x40;", "&commat;"}

// decodeAt brings an address to its plain form.
func decodeAt(s string) string {
	for _, at := range atSigns {
		if i := indexFold(s, at); i >= 0 {
			return s[:i] + "@" + s[i+len(at):]
		}
	}
	return s
}

func indexFold(s, lowerNeedle string) int {
	for i := 0; i+len(lowerNeedle) <= len(s); i++ {
		if hasFold(s, i, lowerNeedle) {
			return i
		}
	}
	return -1
}
