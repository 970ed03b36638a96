package pii

import "strings"

// statementBegins are the words that a statement with placeholders begins with.
var statementBegins = []string{"insert ", "update ", "select ", "delete ", "replace ", "merge ", "upsert ", "call ", "exec "}

// lastStatement returns what begins with the last statement of s, or "".
func lastStatement(s string) string {
	folded := strings.ToLower(s)
	at := -1
	for _, verb := range statementBegins {
		for from := len(folded); ; {
			k := strings.LastIndex(folded[:from], verb)
			if k < 0 {
				break
			}
			if k == 0 || !isWord[folded[k-1]] {
				at = max(at, k)
				break
			}
			from = k
		}
	}
	if at < 0 || len(folded) != len(s) {
		return ""
	}
	return s[at:]
}

// placeholders appends those of a statement in order, each with the column that it
// belongs to: by its position among VALUES, else the name in front of it.
func (w *work) placeholders(out []bindMark, s string) []bindMark {
	r := bindReader{w: w, s: s, out: out}
	for i := 0; i < len(s) && len(r.out) < cap(out); {
		i = r.token(i)
	}
	return r.out
}

// bindReader reads a statement for its placeholders.
type bindReader struct {
	w               *work
	s               string
	out             []bindMark
	columns         [maxBound]Decision
	n, position     int
	depth           int
	listing, values bool
	last            Decision
}

func (r *bindReader) token(i int) int {
	switch c := r.s[i]; {
	case isLetter[c] || c == '_':
		end := span(r.s, i, &isSQLName)
		r.name(r.s[i:end])
		return end
	case c == '\'':
		end := literalClose(r.s, i+1, '\'')
		if end < 0 {
			return len(r.s)
		}
		return end + 1
	case c == '?' || hasAt(r.s, i, "%s"):
		end := i + 1
		if c == '%' {
			end++
		}
		r.add(r.s[i:end])
		return end
	case (c == '$' || c == '@' || c == ':') && i+1 < len(r.s) && isWord[r.s[i+1]]:
		end := span(r.s, i+1, &isWord)
		r.add(r.s[i:end])
		return end
	case c == '(':
		if r.depth++; r.depth == 1 {
			r.position = 0
		}
	case c == ')':
		if r.depth--; r.depth <= 0 {
			r.depth, r.listing = 0, false
		}
	case c == ',' && r.depth == 1:
		r.position++
	}
	return i + 1
}

func (r *bindReader) name(name string) {
	switch folded := strings.ToLower(name); folded {
	case "into":
		r.listing, r.n = true, 0
	case "values", "value":
		r.values, r.listing, r.depth = true, false, 0
	case "where", "set", "returning":
		r.values = false
	default:
		if sqlKeywords[folded] {
			return
		}
		r.last = r.w.textKey(name)
		if r.listing && r.depth == 1 && r.position < maxBound {
			r.columns[r.position] = r.last
			r.n = max(r.n, r.position+1)
		}
	}
}

func (r *bindReader) add(name string) {
	d := r.last
	if r.values && r.depth == 1 {
		d = Decision{}
		if r.position < r.n {
			d = r.columns[r.position]
		}
	}
	if name != "?" && name != "%s" {
		for _, p := range r.out {
			if p.name == name {
				return
			}
		}
	}
	r.out = append(r.out, bindMark{name, d})
}
