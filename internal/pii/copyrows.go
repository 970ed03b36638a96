package pii

import "strings"

// copyRows reads the rows behind COPY t (a, b) FROM stdin, as dumps of PostgreSQL
// write them, up to the line \. ; the word COPY begins at i. It returns 0 where
// no column is sensitive.
func (w *work) copyRows(t string, i int) int {
	head := i + len(line(t, i))
	open := strings.IndexByte(t[i:head], '(')
	if open < 0 || head == len(t) {
		return 0
	}
	shut := closing(t[:head], i+open)
	if shut == head || indexFold(t[shut:head], "from stdin") < 0 || span(t, i, &isCopyHead) < head {
		return 0
	}
	c := columns{sep: '\t'}
	if options := t[shut:head]; indexFold(options, "csv") >= 0 {
		c.sep = ','
	}
	sensitive := false
	for name := range strings.SplitSeq(t[i+open+1:shut], ",") {
		if c.n == maxColumns {
			return 0
		}
		name = strings.Trim(name, " \"")
		c.of[c.n], c.named[c.n] = w.textKey(name), true
		sensitive = sensitive || c.of[c.n].kind == keyHide
		c.n++
	}
	if !sensitive {
		return 0
	}
	w.scan(t[:head], i+len("copy"))
	end := head
	for end < len(t) && !hasAt(t, end, "\n\\.") {
		lo := end + 1
		end = lineEnd(t, lo)
		if c.cells(t[:end], lo) == c.n {
			w.row(&c, t[:end], lo)
		} else {
			w.scan(t[:end], lo)
		}
	}
	return max(end, w.floor)
}

// isCopyHead are the characters of the statement itself.
var isCopyHead = charset("a-zA-Z0-9_ .,()\"';=")
