package pii

// issuer is a range of card numbers by their first digits (ISO/IEC 7812; the
// networks' published ranges) and the lengths in use.
type issuer struct {
	low, high int // as six digits
	lengths   uint32
}

func lengths(list ...int) uint32 {
	var set uint32
	for _, n := range list {
		set |= 1 << n
	}
	return set
}

var issuers = []issuer{
	{400000, 499999, lengths(13, 16, 19)},                     // Visa
	{510000, 559999, lengths(16)},                             // Mastercard
	{222100, 272099, lengths(16)},                             // Mastercard
	{340000, 349999, lengths(15)},                             // American Express
	{370000, 379999, lengths(15)},                             // American Express
	{300000, 305999, lengths(14, 16, 17, 18, 19)},             // Diners
	{309500, 309599, lengths(14, 16)},                         // Diners
	{360000, 369999, lengths(14, 16, 17, 18, 19)},             // Diners
	{380000, 399999, lengths(14, 16, 17, 18, 19)},             // Diners
	{601100, 601199, lengths(16, 19)},                         // Discover
	{644000, 659999, lengths(16, 19)},                         // Discover
	{622126, 622925, lengths(16, 17, 18, 19)},                 // UnionPay, Discover
	{620000, 629999, lengths(16, 17, 18, 19)},                 // UnionPay
	{810000, 829999, lengths(16, 17, 18, 19)},                 // UnionPay, RuPay
	{352800, 358999, lengths(16, 17, 18, 19)},                 // JCB
	{500000, 509999, lengths(12, 13, 14, 15, 16, 17, 18, 19)}, // Maestro, Elo, RuPay
	{560000, 589999, lengths(12, 13, 14, 15, 16, 17, 18, 19)}, // Maestro
	{600000, 600999, lengths(16)},                             // RuPay, Hipercard
	{606282, 606282, lengths(16)},                             // Hipercard
	{607000, 608999, lengths(16)},                             // RuPay
	{630000, 639999, lengths(12, 13, 14, 15, 16, 17, 18, 19)}, // Maestro, InstaPayment
	{670000, 679999, lengths(12, 13, 14, 15, 16, 17, 18, 19)}, // Maestro
	{220000, 220499, lengths(16, 17, 18, 19)},                 // Mir
	{979200, 979289, lengths(16)},                             // Troy
	{860000, 860099, lengths(16)},                             // UzCard
	{636200, 636399, lengths(16)},                             // Elo
}

const (
	minCard = 12
	maxCard = 19
)

// isCard checks issuer, length and Luhn. Lengths other than 14 to 16 are so
// common for other numbers that they need a word nearby.
func (w *work) isCard(t string, lo, hi int, digits []byte) bool {
	n := len(digits)
	if n < minCard || n > maxCard || !known(digits) || !luhn(digits) || sameDigit(digits) {
		return false
	}
	return (n >= 14 && n <= 16) || w.e.strict || w.near(t, lo, hi, ctxPayment)
}

// track finds the first track of a magnetic stripe (ISO/IEC 7813): %B, the number, ^,
// the holder and the rest up to a question mark.
func (w *work) track(t string, i int) int {
	if !hasAt(t, i, "%B") {
		return 0
	}
	end := span(t, i+2, &isDigit)
	if n := end - i - 2; n < minCard || n > maxCard || !hasAt(t, end, "^") || !luhn([]byte(t[i+2:end])) {
		return 0
	}
	for end < len(t) && t[end] != '?' && t[end] >= ' ' && t[end] != '"' {
		end++
	}
	return w.hit(ruleCard, "", i+2, end)
}

func known(digits []byte) bool {
	iin := 0
	for _, d := range digits[:6] {
		iin = iin*10 + int(d-'0')
	}
	for _, r := range issuers {
		if iin >= r.low && iin <= r.high && r.lengths&(1<<len(digits)) != 0 {
			return true
		}
	}
	return false
}

func sameDigit(digits []byte) bool {
	for _, d := range digits[6:] {
		if d != digits[6] {
			return false
		}
	}
	return digits[0] == digits[6]
}

// cardGroups are the ways cards are printed in groups.
var cardGroups = [][]int{{4, 4, 4, 4}, {4, 6, 5}, {4, 6, 4}, {4, 4, 4, 4, 3}, {4, 4, 4, 3}, {6, 13}, {4, 4, 5}, {8, 8}, {4, 4, 4, 2}, {4, 4, 4, 4, 2}}
