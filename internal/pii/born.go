package pii

import "strings"

// bornText are words for born that a date follows, with the words that may stand between.
const bornText = `born geboren nacido nacida nato nata født född urodzony urodzona `

var bornOn = newWordList(`on am el il op den dnia`)

// born hides the date behind such a word that ends at j.
func (w *work) born(t string, i, j int) int {
	if !bornWords.has(t[i:j]) || w.inSQL {
		return 0
	}
	v := j + 1
	if end := span(t, v, &isLower); end < len(t) && t[end] == ' ' && bornOn.has(t[v:end]) {
		v = end + 1
	}
	end := span(t, v, &isDateSign)
	for end > v && !isDigit[t[end-1]] {
		end--
	}
	if n := countDigits(t[v:end]); n < 6 || n > 8 || !strings.ContainsAny(t[v:end], "-./") {
		return 0
	}
	return w.hit(ruleBirthDate, "", v, end)
}

var (
	bornWords  = newWordList(bornText)
	isDateSign = charset("0-9./\\-")
)
