package pii

import "strings"

// boundWords come before the values that a statement was executed with.
var boundWords = newWordList(`params param parameters parameter args arguments binds bindings bind bound values`)

// boundEnds are the letters that these words end with.
var boundEnds = charset("smrdSMRD")

// maxLookups is how often a statement is looked for in one text.
const maxLookups = 256

// maxBound is how many placeholders of a statement are looked at.
const maxBound = 64

// bindMark stands in a statement for a value: its name, such as ?, $1 or @p0,
// and what the column that it belongs to says about the value.
type bindMark struct {
	name string
	of   Decision
}

// boundAt looks at a list of values whose bracket stands at i: where a statement
// with as many placeholders went before, each value belongs to a column.
func (w *work) boundAt(t string, i int) int {
	if i == 0 || i < w.floor || !boundBorder[t[i-1]] {
		return 0
	}
	if n := boundNumber(t, i); n > 0 {
		return w.boundValue(t, i, n)
	}
	if !w.isBoundList(t, i) {
		return 0
	}
	return w.boundValues(t, i+1, closing(t, i), i)
}

// boundLine looks at values that go on from v to the end of the line, behind
// Parameters: and the like, whose name begins at lo.
func (w *work) boundLine(t string, lo, v int) int {
	v = span(t, v, &isBlank)
	if v >= len(t) || isNamed[t[v]] {
		return 0
	}
	return w.boundValues(t, v, lineEnd(t, v), lo)
}

// isNamed are the signs of lists, and of values behind their own names.
var isNamed = charset("[({$@:")

var (
	boundBorder = charset(" :=>[")
	boundSigns  = " :=>\"'["
)

func (w *work) isBoundList(t string, i int) bool {
	before := strings.TrimRight(t[max(0, i-maxKey):i], boundSigns)
	if strings.HasSuffix(before, "s]") {
		// [generated in 0.00012s] ('x', 7)
		return true
	}
	lo := len(before)
	for lo > 0 && isLetter[before[lo-1]] {
		lo--
	}
	return boundWords.has(before[lo:])
}

// boundValues gives the values in t[v:end] the columns of the statement that ends before i.
func (w *work) boundValues(t string, v, end, i int) int {
	if w.lookups++; w.lookups > maxLookups {
		return 0
	}
	statement := lastStatement(t[max(0, i-maxStatement):i])
	if statement == "" {
		return 0
	}
	var found [maxBound]bindMark
	columns := w.placeholders(found[:0], statement)
	var values [maxBound]assigned
	n := splitValues(values[:], t, v, end)
	if n == 0 || n != len(columns) {
		return 0
	}
	inSQL := w.inSQL
	w.inSQL = false
	for k, val := range values[:n] {
		w.scan(t[:val.lo], v)
		w.boundValueOf(t, columns[k].of, val)
		v = max(val.hi, w.floor)
	}
	w.scan(t[:end], min(v, end))
	w.inSQL = inSQL
	return max(end, w.floor)
}

func (w *work) boundValueOf(t string, d Decision, val assigned) {
	switch text := t[val.lo:val.hi]; {
	case text == "" || val.lo < w.floor:
	case !w.e.hides(d, text):
		w.value(t[:val.hi], val.lo, d)
	case !benign(text):
		w.hit(d.rule, "", val.lo, val.hi)
	}
}

// splitValues finds the values between commas, without quotes and types: 'x', 7,
// N'x', x(String). It returns how many there are, 0 where they are too many.
func splitValues(out []assigned, t string, i, end int) int {
	n := 0
	for i < end {
		i = span(t[:end], i, &isSpace)
		if i == end || n == len(out) {
			break
		}
		lo := i
		if i+1 < end && isLetter[t[i]] && isQuote[t[i+1]] {
			lo++
		}
		val := assigned{lo: lo, hi: end}
		if q := quoteAt(t, lo); q != "" {
			val = quotedValue(t[:end], lo, q)
			i = min(end, val.hi+len(q))
		}
		comma := strings.IndexByte(t[i:end], ',')
		if comma < 0 {
			comma = end - i
		}
		if !val.quoted {
			val.hi = i + len(strings.TrimRight(t[i:i+comma], " \t\r\n"))
			if open := strings.LastIndexByte(t[val.lo:val.hi], '('); open > 0 && t[val.hi-1] == ')' {
				val.hi = val.lo + open
			}
		}
		out[n] = val
		n++
		i += comma + 1
	}
	if i < end {
		return 0
	}
	return n
}

// boundNumber reads the number of a parameter in front of its value at i, as Hibernate
// writes it: binding parameter (2:VARCHAR) <- [x], binding parameter [2] as [VARCHAR] - [x].
func boundNumber(t string, i int) int {
	if !hasAt(t, i-2, "- ") {
		return 0
	}
	before := t[max(0, i-maxKey):i]
	k := strings.LastIndex(before, "parameter ")
	if k < 0 {
		return 0
	}
	digits := strings.TrimLeft(before[k+len("parameter "):], "([")
	n := 0
	for k := 0; k < len(digits) && k < 2 && isDigit[digits[k]]; k++ {
		n = 10*n + int(digits[k]-'0')
	}
	return n
}

// boundValue hides the value in the brackets at i where the nth placeholder of the
// statement before it belongs to a sensitive column.
func (w *work) boundValue(t string, i, n int) int {
	if w.lookups++; w.lookups > maxLookups {
		return 0
	}
	var found [maxBound]bindMark
	columns := w.placeholders(found[:0], lastStatement(t[max(0, i-maxStatement):i]))
	end := closing(t, i)
	if n > len(columns) || columns[n-1].of.kind != keyHide || end <= i+1 || benign(t[i+1:end]) {
		return 0
	}
	return w.hit(columns[n-1].of.rule, "", i+1, end)
}
