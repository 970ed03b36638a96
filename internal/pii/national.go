package pii

import "strings"

// identity is a number that an authority gives to a person, an account or a
// thing: how it is written, how it is checked, and whether a word nearby must
// say what it is because too many other numbers pass the check.
type identity struct {
	name string
	// shapes are the notations, with d for a digit, A for a letter, U for a capital, X
	// for a letter or digit,
	// and any other character for itself. Those behind | in the second field
	// need context.
	shapes, contextShapes string
	check                 func(s []byte) bool
	context               context
	rule                  Rule
}

// shape is one compiled notation.
type shape struct {
	text    string
	label   string
	check   func(s []byte) bool
	context context
	rule    Rule
	word    string
	// head is how many letters and digits come before the first separator.
	head int
}

// maxRun is the longest first run of digits in a notation.
const maxRun = 20

// shapeIndex holds notations by the length of their first run of digits or
// letters, and by how many letters and digits come before the first separator.
type shapeIndex [maxRun + 1][maxRun + 1][]shape

// digitShapes and letterShapes are the notations that begin so.
var digitShapes, letterShapes = compileShapes(identities)

func compileShapes(table []identity) (digits, letters shapeIndex) {
	for _, id := range table {
		for _, text := range fields(id.shapes) {
			addShape(&digits, &letters, shape{text: text, label: id.label(), check: id.check, rule: id.rule, word: id.word()})
		}
		for _, text := range fields(id.contextShapes) {
			addShape(&digits, &letters, shape{text: text, label: id.label(), check: id.check, context: id.context, rule: id.rule, word: id.word()})
		}
	}
	return digits, letters
}

func (id identity) label() string {
	if id.rule != ruleNationalID {
		return ""
	}
	return "[NATIONAL_ID:" + id.name + "]"
}

// word is the name without the country.
func (id identity) word() string {
	return strings.TrimSuffix(id.name[strings.IndexByte(id.name, '.')+1:], "_code")
}

// fields splits notations at | ; they may hold spaces.
func fields(s string) []string {
	var out []string
	for start, i := 0, 0; i <= len(s); i++ {
		if i == len(s) || s[i] == '|' {
			if i > start {
				out = append(out, s[start:i])
			}
			start = i + 1
		}
	}
	return out
}

func addShape(digits, letters *shapeIndex, s shape) {
	first, run := s.text[0], 1
	for run < len(s.text) && s.text[run] == first {
		run++
	}
	s.head = span(s.text, 0, &isAlnum)
	if first == 'd' {
		digits[run][s.head] = append(digits[run][s.head], s)
	} else {
		letters[run][s.head] = append(letters[run][s.head], s)
	}
}

// shaped tries the notations at i. Several may fit: the one that is named in
// front of the number wins, else the first.
func (w *work) shaped(t string, i, run int, index *shapeIndex) int {
	word := span(t, i+run, &isWord) - i
	if word > maxRun {
		return 0
	}
	var best *shape
	bestEnd := 0
	shapes := index[run][word]
	if len(shapes) == 0 {
		return 0
	}
	var next byte
	if i+word < len(t) {
		next = t[i+word]
	}
	for k := range shapes {
		s := &shapes[k]
		if word < len(s.text) && s.text[word] != next && (s.text[word] != ' ' || !mayGroup[next]) {
			continue
		}
		end := w.passes(t, i, s)
		if end == 0 || (best != nil && !named(t, i, s.word)) {
			continue
		}
		best, bestEnd = s, end
		if named(t, i, s.word) {
			break
		}
	}
	if best == nil {
		return 0
	}
	return w.hit(best.rule, best.label, i, bestEnd)
}

// mayGroup are the first bytes of what may separate groups.
var mayGroup = charset(" .%\xc2\xe2\\-")

// passes returns the end of a number that has the shape, the check and the context.
func (w *work) passes(t string, i int, s *shape) int {
	end, n := s.match(t, i, &w.compact)
	if end == 0 || (s.check != nil && !s.check(w.compact[:n])) {
		return 0
	}
	if s.context != 0 && !(w.e.strict && s.check != nil) && !w.near(t, i, end, s.context) {
		return 0
	}
	if s.check == nil && s.context&(ctxID|ctxTax|ctxBank) != 0 && w.key.ctx&s.context == 0 && !named(t, i, s.word) {
		return 0
	}
	return end
}

// named tells whether a number's own name, such as tfn, stands shortly before it.
func named(t string, i int, word string) bool {
	return indexFold(t[max(0, i-nearBefore):i], word) >= 0
}

// match compares text with the notation, and collects letters in upper case and digits.
// People write all letters in one case; what mixes them is hexadecimal or drawn.
func (s *shape) match(t string, i int, compact *[40]byte) (end, n int) {
	k, cases := i, uint8(0)
	for p := 0; p < len(s.text); p++ {
		if k >= len(t) {
			return 0, 0
		}
		c := t[k]
		switch s.text[p] {
		case 'd':
			if !isDigit[c] {
				return 0, 0
			}
		case 'A':
			if !isLetter[c] {
				return 0, 0
			}
		case 'U':
			if !isUpper[c] {
				return 0, 0
			}
		case 'X':
			if !isAlnum[c] {
				return 0, 0
			}
		case ' ':
			gap := groupGap(t, k)
			if gap == 0 || c == '/' || c == '+' {
				return 0, 0
			}
			k += gap
			continue
		default:
			if c != s.text[p] {
				return 0, 0
			}
			k++
			continue
		}
		cases |= wordTraits[c]
		if isLower[c] {
			c &^= 0x20
		}
		compact[n] = c
		n++
		k++
	}
	if cases&(traitLower|traitUpper) == traitLower|traitUpper || k < len(t) && (isWord[t[k]] || (t[k] == '-' && k+1 < len(t) && isWord[t[k+1]])) {
		return 0, 0
	}
	return k, n
}

// lettersFirst tries the notations that begin with letters; the word ends at j.
func (w *work) lettersFirst(t string, i, j int) int {
	run := i
	for run < j && isLetter[t[run]] {
		run++
	}
	if j-i > 3 && isLower[t[i+1]] && isLower[t[j-1]] {
		// A word of prose or code.
		return 0
	}
	n := run - i
	if n == 0 || n > maxRun || w.key.kind == keyIdent {
		return 0
	}
	return w.shaped(t, i, n, &letterShapes)
}
