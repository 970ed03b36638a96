package pii

import "strings"

// walk chooses how t[i:] is read: by its key, then by its first characters.
func (w *work) walk(t string, i int, d Decision) {
	switch d.kind {
	case keyAuth:
		w.authHeader(t, i)
		return
	case keyCookie:
		w.cookies(t, i)
		return
	case keyClient:
		w.clientAddress(t, i, d)
		// What stands in front of an address is read in the next round.
		i = max(i, w.floor)
	case keyPostal:
		if isPostal(t[i:]) && w.hit(ruleAddress, "", i, len(t)) > 0 {
			return
		}
	case keySQL:
		w.statement(t, i)
		return
	}
	w.sniff(t, i)
}

// sniff recognises structure by its first characters.
func (w *work) sniff(t string, i int) {
	start := span(t, i, &isSpace)
	if start == len(t) {
		return
	}
	switch c := t[start]; {
	case c == '{' || c == '[':
		w.jsonText(t, i, start)
	case isLetter[c] && isStatement(t, start):
		w.sql(t, i, false)
	default:
		w.scan(t, max(i, w.table(t, start)))
	}
}

// statement walks what stands under db.query.text and the like: SQL, a command
// of a key-value store, or a document.
func (w *work) statement(t string, i int) {
	start := span(t, i, &isSpace)
	switch {
	case start == len(t) || w.command(t, start) || w.redis(t, start):
	case t[start] == '{' || t[start] == '[':
		w.literalsOnly = w.e.literals == LiteralsAll
		w.jsonText(t, i, start)
		w.literalsOnly = false
	case hasVerb(t[start:]):
		w.sql(t, i, true)
	case w.e.literals == LiteralsAll && !glance(t[start:], Decision{}):
		w.allLiterals(t, i)
	default:
		w.scan(t, i)
	}
}

// isPostal tells a postal address from that of a machine: words and a number.
func isPostal(s string) bool {
	return strings.Contains(s, " ") && countDigits(s) > 0 && len(s) > 8 && !strings.Contains(s, "://")
}

// jsonText walks JSON, also several values after each other, and scans what
// stops being JSON.
func (w *work) jsonText(t string, from, i int) {
	for i < len(t) && (t[i] == '{' || t[i] == '[') {
		if t[i] == '[' && markerEnd(t, i) > 0 {
			break
		}
		end, ok := w.json(t, i, w.key, 0)
		from = end
		if !ok && w.literalsOnly {
			// A document as the shell writes it, with names that have no quotes.
			w.allLiterals(t, max(from, w.floor))
			return
		}
		if !ok {
			if k := span(t, i+1, &isSpace); k < len(t) && t[i] == '{' && t[k] != '"' {
				// Not JSON at all: the bracket belongs to something else.
				from = i
			}
			break
		}
		i = span(t, end, &isSpace)
	}
	w.scan(t, max(from, w.floor))
}

// subscript tells ["name"] = from a list.
func subscript(t string, i int) bool {
	if !hasAt(t, i, `["`) {
		return false
	}
	end, _ := stringEnd(t, i+1)
	if end == 0 || !hasAt(t, end, "]") {
		return false
	}
	sign := span(t, end+1, &isBlank)
	return sign < len(t) && t[sign] == '='
}

// embeddedJSON walks JSON that starts at i inside other text, and returns how
// far it goes.
func (w *work) embeddedJSON(t string, i int) int {
	k := span(t, i+1, &isSpace)
	if k >= len(t) || (t[k] != '"' && (t[i] != '[' || (t[k] != '{' && t[k] != '['))) || subscript(t, i) {
		return 0
	}
	end, _ := w.json(t, i, w.key, 0)
	return max(end, w.floor)
}
