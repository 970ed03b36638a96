package pii

// phonePlus finds +cc… numbers (ITU-T E.164); digits start at d, behind the plus at i.
func (w *work) phonePlus(t string, i, d int) int {
	if d >= len(t) || !(isDigit[t[d]] || t[d] == '(') || w.key.kind == keyIdent {
		return 0
	}
	if i > w.floor && (isWord[t[i-1]] || t[i-1] == '+') {
		return 0
	}
	var digits [16]byte
	n, end := 0, d
	for k := d; k < len(t) && n < len(digits); {
		switch c := t[k]; {
		case isDigit[c]:
			digits[n] = c
			n++
			k++
			end = k
			continue
		case c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/':
			if k > end+2 {
				k = len(t)
			}
			k++
			continue
		case hasAt(t, k, noBreakSpace) || hasAt(t, k, "%20"):
			k += len(separatorAt(t, k))
			continue
		}
		break
	}
	if end < len(t) && isWord[t[end]] {
		return 0
	}
	return w.phoneNumber(t, i, d, end, digits[:n])
}

// phoneNumber takes as many groups as the country's numbers may have.
func (w *work) phoneNumber(t string, i, d, end int, digits []byte) int {
	low, high := callingLength(digits)
	n := len(digits)
	for n > high && end > d {
		// Too long: give the last group back.
		for end > d && isDigit[t[end-1]] {
			end--
			n--
		}
		for end > d && !isDigit[t[end-1]] {
			end--
		}
	}
	if n < low || n > high || high == 0 {
		return 0
	}
	return w.hit(rulePhone, "", i, end)
}

// callingLength returns how many digits a number with these first digits has,
// country code included; 0 where no country has the code.
func callingLength(d []byte) (low, high int) {
	if len(d) < 8 {
		return 0, 0
	}
	switch d[0] {
	case '0':
		return 0, 0
	case '1':
		if d[1] < '2' || (len(d) > 4 && d[4] < '2') {
			return 0, 0
		}
		return 11, 11
	case '7':
		return 11, 11
	}
	if unassigned[string(d[:3])] || unassigned[string(d[:2])] {
		return 0, 0
	}
	if l, ok := countryLengths[string(d[:2])]; ok {
		return l[0], l[1]
	}
	return 8, 15
}

// countryLengths holds digits with country code, by two-digit code.
var countryLengths = map[string][2]int{
	"20": {10, 12}, "27": {11, 11}, "30": {12, 12}, "31": {11, 12}, "32": {10, 11}, "33": {11, 11}, "34": {11, 11},
	"36": {10, 11}, "39": {8, 13}, "40": {11, 11}, "41": {11, 12}, "43": {8, 15}, "44": {11, 12}, "45": {10, 10},
	"46": {9, 12}, "47": {10, 10}, "48": {11, 11}, "49": {9, 14}, "51": {10, 11}, "52": {12, 13}, "53": {9, 11},
	"54": {12, 13}, "55": {12, 13}, "56": {11, 11}, "57": {11, 12}, "58": {12, 12}, "60": {10, 12}, "61": {11, 11},
	"62": {10, 14}, "63": {11, 12}, "64": {10, 12}, "65": {10, 10}, "66": {10, 11}, "81": {11, 12}, "82": {10, 12},
	"84": {11, 12}, "86": {12, 13}, "90": {12, 12}, "91": {12, 12}, "92": {11, 12}, "93": {11, 11}, "94": {11, 11},
	"95": {9, 12}, "98": {12, 12},
}

// unassigned calling codes (ITU-T E.164 list).
var unassigned = wordSet(`210 214 215 217 219 259 28 83 89 384 388 422 424 425 426 427 428 429 671 684 693 694 695 696 697 698 699
	801 802 803 804 805 806 807 809 851 854 857 858 859 871 872 873 874 875 876 877 879 969 978 990 991 997 999`)

var (
	nanpShape     = []int{3, 3, 4}
	nanpLongShape = []int{1, 3, 3, 4}
)

// phoneGroups finds 415-555-2671 and 1-415-555-2671, also with dots; with spaces
// only in context, for three numbers with spaces are as often measurements.
func (w *work) phoneGroups(t string, g *digitGroups) int {
	var digits []byte
	switch {
	case g.n == 3 && g.fits(nanpShape):
		digits = g.digits[:10]
	case g.n == 4 && g.fits(nanpLongShape) && g.digits[0] == '1':
		digits = g.digits[1:11]
	default:
		return w.phoneNational(t, g)
	}
	lo, hi := g.start[0], g.end[g.n-1]
	if !isNANP(digits) || (lo > w.floor && lo > 0 && (t[lo-1] == '-' || t[lo-1] == '.')) {
		return 0
	}
	if g.sep != "-" && g.sep != "." && g.sep != "\u2011" && !w.near(t, lo, hi, ctxPhone) {
		return 0
	}
	return w.hit(rulePhone, "", lo, hi)
}

// phoneNational finds numbers without country code that a word such as phone
// stands near: 020 7946 0958, 01 99 00 12 34, 4155552671.
func (w *work) phoneNational(t string, g *digitGroups) int {
	national := g.digits[0] == '0' && g.size >= 8 && g.size <= 14
	if !national && (g.size != 10 || !isNANP(g.digits[:10])) {
		return 0
	}
	lo, hi := g.start[0], g.end[g.n-1]
	if !w.near(t, lo, hi, ctxPhone) {
		return 0
	}
	return w.hit(rulePhone, "", lo, hi)
}

// isNANP checks area and exchange codes of the North American plan; area codes
// with 9 in the middle are reserved for its extension.
func isNANP(d []byte) bool {
	return d[0] >= '2' && d[1] != '9' && d[3] >= '2' && !(d[1] == '1' && d[2] == '1') && !(d[4] == '1' && d[5] == '1')
}

// phoneParen finds (415) 555-2671.
func (w *work) phoneParen(t string, i int) int {
	if len(t)-i < 13 || t[i+4] != ')' || w.key.kind == keyIdent || (i > 0 && isWord[t[i-1]]) {
		return 0
	}
	var digits [10]byte
	n, k := 0, i+1
	for k < len(t) && n < 10 {
		switch c := t[k]; {
		case isDigit[c]:
			digits[n] = c
			n++
		case n == 3 && (c == ')' || c == ' ' || c == '-'), n == 6 && (c == '-' || c == ' ' || c == '.'):
		default:
			return 0
		}
		k++
	}
	if n < 10 || !isNANP(digits[:]) || (k < len(t) && isWord[t[k]]) {
		return 0
	}
	return w.hit(rulePhone, "", i, k)
}
