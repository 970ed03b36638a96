package pii

const (
	maxGroups = 8
	maxDigits = 32
)

// digitGroups is a run of digit groups with one separator between each two, as
// in 4111 1111 1111 1111 or 203.0.113.7.
type digitGroups struct {
	start, end [maxGroups]int
	n          int
	sep        string
	digits     [maxDigits]byte
	size       int
}

// number looks at what starts with a digit.
func (w *work) number(t string, i int) int {
	j := span(t, i, &isDigit)
	if j < len(t) && isWord[t[j]] {
		return w.mixedNumber(t, i, span(t, j, &isWord))
	}
	if j-i > maxDigits {
		return j
	}
	if end := w.digits(t, i, j); end > 0 {
		return end
	}
	return j
}

// mixedNumber looks at words that begin with a digit and hold letters.
func (w *work) mixedNumber(t string, i, j int) int {
	if j-i == 2 && j < len(t) && (t[j] == ':' || t[j] == '-') {
		if end := w.hexGroups(t, i); end > 0 {
			return end
		}
	}
	if j-i <= 4 {
		if end := w.ipv6(t, i); end > 0 {
			return end
		}
	}
	if end := w.prefixed(t, i); end > 0 {
		return end
	}
	if opaque(t, i, j) == 0 && !fraction(t, i) {
		if end := w.numberShapes(t, i, span(t, i, &isDigit)); end > 0 {
			return end
		}
	}
	return w.mixed(t, i, j)
}

// digits looks at a word of digits alone, and at the groups it may begin.
func (w *work) digits(t string, i, j int) int {
	n := j - i
	if n == 8 && isUUID(t, i) {
		return i + 36
	}
	if n == 4 && j < len(t) && t[j] == '-' {
		if end := timestamp(t, i); end > 0 {
			return end
		}
	}
	if n == 2 && j < len(t) && (t[j] == ':' || t[j] == '-') {
		if end := w.hexGroups(t, i); end > 0 {
			return end
		}
	}
	if n >= 8 && n <= 10 && hasAt(t, j, ":AA") {
		if end := w.telegram(t, i, j); end > 0 {
			return end
		}
	}
	if n <= 4 && j < len(t) && t[j] == ':' {
		if end := w.ipv6(t, i); end > 0 {
			return end
		}
	}
	if fraction(t, i) {
		return 0
	}
	if w.key.kind == keyIdent {
		return w.identCard(t, i, j)
	}
	if n < minAlone && separatorAt(t, j) == "" {
		return 0
	}
	g := &w.groups
	g.n, g.size, g.sep = 0, 0, ""
	g.gather(t, i, j)
	if g.n == 1 {
		return w.oneNumber(t, i, j, g)
	}
	return w.grouped(t, g)
}

// identCard finds a card under a key of an id or a count: nothing else is
// written in four groups of four, begins like a card and passes its check.
func (w *work) identCard(t string, i, j int) int {
	if j-i != 4 || separatorAt(t, j) == "" {
		return 0
	}
	g := &w.groups
	g.n, g.size, g.sep = 0, 0, ""
	g.gather(t, i, j)
	if g.fits(cardGroups[0]) && w.isCard(t, g.start[0], g.end[3], g.digits[:16]) {
		return w.hit(ruleCard, "", g.start[0], g.end[3])
	}
	return 0
}

// minAlone is the length of the shortest number that is found without groups.
const minAlone = 6

// fraction tells whether the digits at i are behind a decimal point.
func fraction(t string, i int) bool {
	return i >= 2 && t[i-1] == '.' && isDigit[t[i-2]]
}

// gather collects groups as long as the same separator joins them.
func (g *digitGroups) gather(t string, i, j int) {
	g.add(t, i, j)
	for g.n < maxGroups {
		sep := separatorAt(t, j)
		if sep == "" || (g.sep != "" && sep != g.sep) {
			return
		}
		i = j + len(sep)
		j = span(t, i, &isDigit)
		if j == i || (j < len(t) && isWord[t[j]]) || g.size+j-i > maxDigits {
			return
		}
		g.sep = sep
		g.add(t, i, j)
	}
}

func (g *digitGroups) add(t string, i, j int) {
	g.start[g.n], g.end[g.n] = i, j
	g.n++
	g.size += copy(g.digits[g.size:], t[i:j])
}

const noBreakSpace = "\u00a0"

// separatorAt returns what may stand between groups of digits: also - in its
// typographic forms and the spaces of other typesetting.
func separatorAt(t string, i int) string {
	if i >= len(t) {
		return ""
	}
	switch t[i] {
	case ' ', '-', '.', '/', '+':
		return t[i : i+1]
	case 0xc2:
		if hasAt(t, i, noBreakSpace) {
			return noBreakSpace
		}
	case 0xe2:
		for _, s := range []string{"\u202f", "\u2009", "\u2011", "\u2010", "\u2013"} {
			if hasAt(t, i, s) {
				return s
			}
		}
	case '%':
		if hasAt(t, i, "%20") || hasFold(t, i, "%2d") {
			return t[i : i+3]
		}
	}
	return ""
}

// oneNumber looks at digits that stand alone.
func (w *work) oneNumber(t string, i, j int, g *digitGroups) int {
	d := g.digits[:g.size]
	if j < len(t)-1 && t[j] == '.' && isDigit[t[j+1]] {
		return 0
	}
	if w.isCard(t, i, j, d) {
		return w.hit(ruleCard, "", i, j)
	}
	if end := w.numberShapes(t, i, j); end > 0 {
		return end
	}
	return w.phoneNational(t, g)
}

// numberShapes tries the notations of identity numbers that begin with the digits at i.
func (w *work) numberShapes(t string, i, j int) int {
	if n := j - i; n <= maxRun && w.key.kind != keyIdent {
		return w.shaped(t, i, n, &digitShapes)
	}
	return 0
}

// grouped looks at groups of digits: the longest reading first.
func (w *work) grouped(t string, g *digitGroups) int {
	if g.sep == "." && g.n == 4 {
		if end := w.ipv4(t, g); end > 0 {
			return end
		}
	}
	for _, shape := range cardGroups {
		if g.fits(shape) {
			n := sum(shape)
			lo, hi := g.start[0], g.end[len(shape)-1]
			if w.isCard(t, lo, hi, g.digits[:n]) {
				return w.hit(ruleCard, "", lo, hi)
			}
		}
	}
	if n := g.end[0] - g.start[0]; n >= 14 && w.isCard(t, g.start[0], g.end[0], g.digits[:n]) {
		// An amount or a date follows.
		return w.hit(ruleCard, "", g.start[0], g.end[0])
	}
	if end := w.ssn(t, g); end > 0 {
		return end
	}
	if end := w.numberShapes(t, g.start[0], g.end[0]); end > 0 {
		return end
	}
	return w.phoneGroups(t, g)
}

// fits tells whether the first groups have these lengths.
func (g *digitGroups) fits(shape []int) bool {
	if g.n < len(shape) {
		return false
	}
	for i, n := range shape {
		if g.end[i]-g.start[i] != n {
			return false
		}
	}
	return true
}

func sum(list []int) int {
	total := 0
	for _, n := range list {
		total += n
	}
	return total
}
