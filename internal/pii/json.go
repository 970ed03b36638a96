package pii

import "strings"

// maxJSONDepth bounds recursion; what is nested deeper is scanned as text.
const maxJSONDepth = 200

// json walks the value that starts at i in t and returns the position behind
// it. Where the text stops being JSON it returns that position and false, and
// the caller scans the rest as text. Space, order, numbers and duplicate keys
// stay as they are: only strings, numbers and hidden values are rewritten.
func (w *work) json(t string, i int, d Decision, depth int) (int, bool) {
	i = span(t, i, &isSpace)
	if i >= len(t) || depth > maxJSONDepth {
		return i, false
	}
	switch t[i] {
	case '{':
		return w.jsonObject(t, i, depth)
	case '[':
		if markerEnd(t, i) > 0 {
			return i, false
		}
		return w.jsonArray(t, i, d, depth)
	}
	if !w.allowed && len(w.path) > 0 {
		return w.jsonInstead(t, i, ruleNotAllowed)
	}
	if w.literalsOnly && depth > 1 && (t[i] == '"' || isDigit[t[i]] || t[i] == '-') {
		return w.jsonInstead(t, i, ruleSQLLiteral)
	}
	switch t[i] {
	case '"':
		return w.jsonString(t, i, d)
	default:
		return w.jsonScalar(t, i, d)
	}
}

func (w *work) jsonArray(t string, i int, d Decision, depth int) (int, bool) {
	var flag Decision
	first := i + 1
	for i++; ; i++ {
		i = span(t, i, &isSpace)
		if i < len(t) && t[i] == ']' {
			return i + 1, true
		}
		element := d
		if flag.kind == keyHide && hasAt(t, i, `"`) {
			element = flag
		}
		if flag = w.flagBefore(t, i); i == first {
			flag = w.nameBefore(t, i, flag)
		}
		end, ok := w.json(t, i, element, depth+1)
		if !ok {
			return end, false
		}
		i = span(t, end, &isSpace)
		if i >= len(t) || (t[i] != ',' && t[i] != ']') {
			return i, false
		}
		if t[i] == ']' {
			return i + 1, true
		}
	}
}

// flagBefore decides about the element behind the one at i, which may be a flag of a
// command line: ["--password", "x"].
func (w *work) flagBefore(t string, i int) Decision {
	if !hasAt(t, i, `"-`) {
		return Decision{}
	}
	end, escaped := stringEnd(t, i)
	if end == 0 || escaped || end-i > maxKey {
		return Decision{}
	}
	return w.textKey(strings.TrimLeft(t[i+1:end-1], "-"))
}

func (w *work) jsonObject(t string, i, depth int) (int, bool) {
	outer := w.pair
	if !w.pairedKey() {
		w.pair = Decision{}
	}
	defer func() { w.pair = outer }()
	for i++; ; i++ {
		i = span(t, i, &isSpace)
		if i < len(t) && t[i] == '}' {
			return i + 1, true
		}
		end, ok := w.jsonMember(t, i, depth)
		if !ok {
			return end, false
		}
		i = span(t, end, &isSpace)
		if i >= len(t) || (t[i] != ',' && t[i] != '}') {
			return i, false
		}
		if t[i] == '}' {
			return i + 1, true
		}
	}
}

// jsonMember walks "key": value.
func (w *work) jsonMember(t string, i, depth int) (int, bool) {
	if i >= len(t) || t[i] != '"' {
		return i, false
	}
	end, escaped := stringEnd(t, i)
	if end == 0 {
		return i + 1, false
	}
	colon := span(t, end, &isSpace)
	if colon >= len(t) || t[colon] != ':' {
		// Not a member: what looked like a key has not been read yet.
		return i + 1, false
	}
	above := len(w.path)
	allowed := w.allowed
	d := w.pushKey(t[i+1:end-1], escaped)
	if escaped || !glance(t[i+1:end-1], Decision{}) {
		w.jsonString(t, i, Decision{})
	}
	w.floor = max(w.floor, end)
	value := span(t, colon+1, &isSpace)
	d = w.paired(t, i+1, end-1, value, d)
	w.allowed = w.allowed || d.Allowed
	end, ok := w.jsonUnder(t, value, d, depth)
	w.path, w.allowed = w.path[:above], allowed
	if !ok && end == value {
		// Nothing could be read behind the colon: the scanner shall see key and colon.
		end = colon
	}
	return end, ok
}

// jsonUnder walks a value under a key: hidden whole where the key says so.
func (w *work) jsonUnder(t string, i int, d Decision, depth int) (int, bool) {
	if i < len(t) && w.e.rules[d.rule].enabled && (t[i] == '{' && d.HidesMap() && !w.pairedKey() || t[i] == '[' && d.HidesList()) {
		end, ok := skipJSON(t, i)
		if w.hideJSON(t, i, end, d) {
			return end, ok
		}
	}
	if i < len(t) && t[i] == '[' && d.kind == keyScan && w.allowed && !w.literalsOnly && w.isBoundList(t, i) {
		if end, ok := skipJSON(t, i); ok && w.boundAt(t, i) == end-1 {
			return end, true
		}
	}
	return w.json(t, i, d, depth+1)
}

// jsonInstead replaces a string or number by the label of a rule.
func (w *work) jsonInstead(t string, i int, r Rule) (int, bool) {
	end := i
	for end < len(t) && !scalarStop[t[end]] {
		end++
	}
	ok := end > i
	if t[i] == '"' {
		if end, _ = stringEnd(t, i); end == 0 {
			end = len(t)
		}
		ok = end > i+1 && t[end-1] == '"'
	}
	if !ok {
		// Broken off: nobody knows where the value ends.
		w.add(r, "", i, len(t))
		return len(t), false
	}
	if label := `"` + builtin[r].label + `"`; t[i:end] != label {
		w.s.count(r)
		w.replace(i, end, label)
	}
	w.floor = max(w.floor, end)
	return end, true
}

// hideJSON replaces an object or array by a string, unless it is empty.
func (w *work) hideJSON(t string, i, end int, d Decision) bool {
	if span(t, i+1, &isSpace) >= end-1 || !plausible(d.rule, t[i:end]) {
		return false
	}
	w.s.found(d.rule, t[i:end])
	if w.e.rules[d.rule].action == ActionRemove {
		w.replace(i, end, "null")
	} else {
		w.replace(i, end, `"`+w.e.rules[d.rule].label+`"`)
	}
	return true
}

// jsonString walks the string that starts at i.
func (w *work) jsonString(t string, i int, d Decision) (int, bool) {
	end, escaped := stringEnd(t, i)
	if end > 0 && glance(t[i+1:end-1], d) {
		w.floor = max(w.floor, end)
		return end, true
	}
	if end == 0 {
		if w.e.hides(d, t[i+1:]) && !benign(t[i+1:]) {
			w.hit(d.rule, "", i+1, len(t))
			return len(t), false
		}
		return i + 1, false
	}
	switch {
	case escaped:
		w.jsonEscaped(t, i+1, end-1, d)
	case w.e.hides(d, t[i+1:end-1]):
		if !benign(t[i+1 : end-1]) {
			w.hit(d.rule, "", i+1, end-1)
		}
	default:
		outer := w.inString
		w.inString = true
		w.value(t[:end-1], i+1, d)
		w.inString = outer
	}
	w.floor = max(w.floor, end)
	return end, true
}

// jsonEscaped decodes a string, walks it one level deeper, and encodes what changed.
func (w *work) jsonEscaped(t string, lo, hi int, d Decision) {
	w.scratch = unescapeJSON(w.scratch[:0], t[lo:hi])
	text := view(w.scratch)
	if w.e.hides(d, text) {
		if with := w.e.replacement(d.rule, "", text); !benign(text) && with != text && !isStandIn(d.rule, text) {
			w.s.found(d.rule, text)
			w.replace(lo, hi, escapeJSON(with))
		}
		return
	}
	if out, changed := w.nested(w.scratch, d); changed {
		w.replace(lo, hi, escapeJSON(out))
	}
}

// jsonScalar walks a number, true, false, null, or a bare word as in JavaScript.
func (w *work) jsonScalar(t string, i int, d Decision) (int, bool) {
	end := i
	for end < len(t) && !scalarStop[t[end]] {
		end++
	}
	if end == i || (end < len(t) && (t[end] == ':' || t[end] == '"')) {
		return i, false
	}
	if d.kind != keyHide && inertNumber(t[i:end]) {
		return end, true
	}
	edits := len(w.edits)
	if w.e.hides(d, t[i:end]) {
		if !benign(t[i:end]) {
			w.hit(d.rule, "", i, end)
		}
	} else {
		w.value(t[:end], i, d)
	}
	if len(w.edits) > edits && !w.inString {
		if w.e.keepType && isDigit[t[end-1]] {
			w.edits = append(w.edits[:edits], edit{i, end, "0"})
			w.floor = end
			return end, true
		}
		// What replaces a number is a string.
		w.edits = append(w.edits[:edits], edit{i, end, `"` + escapeJSON(applied(t, i, end, w.edits[edits:])) + `"`})
		w.floor = end
	}
	return end, true
}

var scalarStop = charset(" \t\r\n,]}:{[\"")

// applied returns t[i:end] with edits.
func applied(t string, i, end int, edits []edit) string {
	var out strings.Builder
	for _, e := range edits {
		out.WriteString(t[i:e.lo])
		out.WriteString(e.with)
		i = e.hi
	}
	out.WriteString(t[i:end])
	return out.String()
}

// pushKey appends a key to the path and decides about it.
func (w *work) pushKey(key string, escaped bool) Decision {
	if len(w.path) > 0 {
		w.path = append(w.path, '.')
	}
	if escaped {
		w.path = unescapeJSON(w.path, key)
	} else {
		w.path = append(w.path, key...)
	}
	d := w.textKey(view(w.path))
	if w.e.keys.hasPaths() {
		w.full = w.fullPath(w.full)
		d = w.e.under(view(w.full), d)
	}
	return d
}

// stringEnd returns the position behind the string that starts at i, or 0, and
// whether it holds escapes.
func stringEnd(t string, i int) (end int, escaped bool) {
	for k := i + 1; k < len(t); k++ {
		switch c := t[k]; {
		case !endsString[c]:
		case c == '"':
			return k + 1, escaped
		default:
			escaped = true
			k++
		}
	}
	return 0, escaped
}

var endsString = charset("\"\\\\")

// skipJSON returns the position behind an object or array; ok is false where
// the text ends before it.
func skipJSON(t string, i int) (end int, ok bool) {
	depth := 0
	for i < len(t) {
		switch t[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1, true
			}
		case '"':
			e, _ := stringEnd(t, i)
			if e == 0 {
				return len(t), false
			}
			i = e
			continue
		}
		i++
	}
	return len(t), false
}
