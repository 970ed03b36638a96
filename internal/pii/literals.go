package pii

// allLiterals replaces every literal in t[i:] by ?: text in quotes and numbers. It is
// for statements of no known grammar, such as those of the MongoDB shell, Cypher or
// Gremlin. Names in front of a colon stay, in quotes or not; an open quote goes to the end.
func (w *work) allLiterals(t string, i int) {
	plain := i
	replace := func(lo, hi int) {
		w.scan(t[:lo], plain)
		if lo >= w.floor {
			w.add(ruleSQLLiteral, "", lo, hi)
		}
		plain = hi
	}
	for i < len(t) {
		next := i + 1
		switch c := t[i]; {
		case c == '"' || c == '\'':
			next = quotedEnd(t, i)
			if k := span(t, next, &isSpace); k >= len(t) || t[k] != ':' {
				replace(i, next)
			}
		case c == '/' && beginsRegex(t, i):
			if next = quotedEnd(t, i); next < len(t) {
				next = span(t, next, &isLetter)
			}
			replace(i, next)
		case isDigit[c]:
			next = span(t, i, &isSQLNumber)
			replace(i, next)
		case isLetter[c] || c == '_' || c == '$' || c >= 0x80:
			next = nameEnd(t, i)
		case c == '[' && markerEnd(t, i) > 0:
			next = markerEnd(t, i)
		}
		i = next
	}
	w.scan(t, plain)
}

// quotedEnd returns the position behind the text in quotes, or between slashes, at i.
func quotedEnd(t string, i int) int {
	for k := i + 1; k < len(t); k++ {
		switch t[k] {
		case '\\':
			k++
		case t[i]:
			return k + 1
		}
	}
	return len(t)
}

// beginsRegex tells a regular expression from a division and a path.
func beginsRegex(t string, i int) bool {
	k := i
	for k > 0 && isSpace[t[k-1]] {
		k--
	}
	return k > 0 && (t[k-1] == ':' || t[k-1] == '(' || t[k-1] == ',' || t[k-1] == '[') && !hasAt(t, i, "//")
}

// nameEnd returns the position behind a name, which may hold digits.
func nameEnd(t string, i int) int {
	for i < len(t) && (isSQLName[t[i]] || t[i] >= 0x80) {
		i++
	}
	return i
}
