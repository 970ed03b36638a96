package pii

import "strings"

// maxColumns is how many columns of a table are looked at.
const maxColumns = 64

// columns are what the names in the first line of a table say about the cells below.
type columns struct {
	sep byte
	n   int
	// value is the column of values whose names stand in the column before it, or 0.
	value int
	of    [maxColumns]Decision
	named [maxColumns]bool // the name is a word such as password, which plain words follow too
}

// table reads a table whose first line begins at i: names, parted by commas,
// semicolons, tabs, bars or more than one blank, then rows of as many cells. It returns 0 where there is
// none, or no column of it is sensitive.
func (w *work) table(t string, i int) int {
	sep := firstSeparator(t, i)
	if sep == 0 || w.inSQL {
		return 0
	}
	end := lineEnd(t, i)
	c := columns{sep: sep}
	if end == len(t) || !w.header(&c, t[:end], i) {
		return 0
	}
	if sep == '|' && span(t, end, &isRulerOrEnd) <= end+2 {
		return 0
	}
	rows := false
	for end < len(t) && end+1 < len(t) {
		lo := end + 1
		next := lineEnd(t, lo)
		if span(t, lo, &isRuler) < next {
			if c.cells(t[:next], lo) != c.n {
				break
			}
			w.row(&c, t[:next], lo)
			rows = true
		}
		end = next
	}
	if !rows {
		return 0
	}
	return end
}

var isRulerOrEnd = charset("\\-+|:= \t\r\n")

// isRuler are the characters of lines between names and rows.
var isRuler = charset("\\-+|:= \t\r")

// firstSeparator returns what stands behind the first name of a line, or 0.
func firstSeparator(t string, i int) byte {
	i = span(t, i, &isBlank)
	if i < len(t) && t[i] == '|' {
		i = span(t, i+1, &isBlank)
	}
	if i < len(t) && t[i] == '"' {
		i++
	}
	if i >= len(t) || !isLetter[t[i]] {
		return 0
	}
	i = span(t, i, &isKey)
	if i < len(t) && t[i] == '"' {
		i++
	}
	name := i
	if i = span(t, i, &isBlank); i < len(t) && i > name+1 && isLetter[t[i]] {
		return ' '
	}
	if i < len(t) && (t[i] == ',' || t[i] == ';' || t[i] == '\t' || t[i] == '|') {
		return t[i]
	}
	return 0
}

func lineEnd(t string, i int) int {
	if end := strings.IndexByte(t[i:], '\n'); end >= 0 {
		return i + end
	}
	return len(t)
}

// header decides about the names in t[i:], and tells whether one is sensitive.
func (w *work) header(c *columns, t string, i int) bool {
	sensitive, isPair := false, false
	for i <= len(t) {
		lo, hi, next := c.cell(t, i)
		name := t[lo:hi]
		if c.n == maxColumns || (name == "" && c.sep != '|') || (name != "" && !isLetter[name[0]] && name[0] != '_') || !c.isName(name) {
			return false
		}
		if name != "" {
			c.of[c.n] = w.textKey(name)
			c.named[c.n] = spokenWords.has(name)
			if isPair && pairValues.has(name) {
				c.value = c.n
			}
			isPair = pairNames.has(name)
			sensitive = sensitive || c.of[c.n].kind == keyHide || header(c.of[c.n].kind)
		}
		c.n++
		i = next
	}
	return c.value > 0 || sensitive && c.n > 1
}

// isName tells a name from other text; between bars it may have spaces.
func (c *columns) isName(s string) bool {
	end := span(s, 0, &isKey)
	for c.sep == '|' && end < len(s) && s[end] == ' ' {
		end = span(s, end+1, &isKey)
	}
	return end == len(s) && len(s) < maxKey
}

// cell finds the text of the cell that begins at i, without blanks and quotes, and
// where the next one begins.
func (c *columns) cell(t string, i int) (lo, hi, next int) {
	lo = span(t, i, &isBlank)
	if lo < len(t) && t[lo] == '"' {
		if end := closingCell(t, lo+1); end > 0 {
			next = span(t, end+1, &isCellBlank)
			if next == len(t) || t[next] == c.sep {
				return lo + 1, end, next + 1
			}
		}
	}
	hi = len(t)
	if c.sep == ' ' {
		for hi > lo && isCellBlank[t[hi-1]] {
			hi--
		}
		if end := strings.Index(t[lo:hi], "  "); end >= 0 {
			hi = lo + end
			return lo, hi, span(t, hi, &isBlank)
		}
		return lo, hi, len(t) + 1
	}
	if end := strings.IndexByte(t[lo:], c.sep); end >= 0 {
		hi = lo + end
	}
	next = hi + 1
	for hi > lo && isCellBlank[t[hi-1]] {
		hi--
	}
	return lo, hi, next
}

var isCellBlank = charset(" \r")

// closingCell finds the quote that ends a cell, 0 where there is none; a doubled one does not.
func closingCell(t string, i int) int {
	for ; i < len(t); i++ {
		if t[i] != '"' {
			continue
		}
		if i+1 == len(t) || t[i+1] != '"' {
			return i
		}
		i++
	}
	return 0
}

// cells counts those of the line t[i:].
func (c *columns) cells(t string, i int) int {
	n := 0
	for ; i <= len(t); n++ {
		_, _, i = c.cell(t, i)
	}
	return n
}

// row looks at each cell of the line t[i:] under the name of its column.
func (w *work) row(c *columns, t string, i int) {
	var named Decision
	for k := 0; i <= len(t); k++ {
		lo, hi, next := c.cell(t, i)
		d := c.of[k]
		if k > 0 && k == c.value && named.kind != keyScan {
			d = named
		}
		if k+1 == c.value && lo < hi {
			named = w.textKey(t[lo:hi])
		}
		w.cell(t, d, c.named[k], lo, hi)
		i = next
	}
}

func (w *work) cell(t string, d Decision, named bool, lo, hi int) {
	text := t[lo:hi]
	switch {
	case d.kind != keyHide && !header(d.kind):
		w.value(t[:hi], lo, d)
	case lo == hi || benign(text) || (d.rule == ruleCredential && !named && (plainWord(text) || isWords(text) && strings.Contains(text, " "))):
	default:
		w.assigned(t, d, assigned{lo: lo, hi: hi, quoted: true})
	}
}
