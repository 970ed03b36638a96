package pii

import "strings"

const (
	nearBefore = 40
	nearAfter  = 20
)

// near tells whether the key, or a word close to [lo, hi) in the text, gives one
// of the contexts in want. Only candidates that passed their checksum ask.
func (w *work) near(t string, lo, hi int, want context) bool {
	if w.key.ctx&want != 0 {
		return true
	}
	return wordsGive(t[max(0, lo-nearBefore):lo], want) || wordsGive(t[hi:min(len(t), hi+nearAfter)], want)
}

func wordsGive(t string, want context) bool {
	behindID := false
	for i := 0; i < len(t); {
		if !isLetter[t[i]] && t[i] < 0x80 {
			i++
			continue
		}
		j := i
		for j < len(t) && (isLetter[t[j]] || t[j] >= 0x80) {
			j++
		}
		word := t[i:j]
		if wordContext(word)&want != 0 || (behindID && want&ctxID != 0 && idNumber[strings.ToLower(word)]) {
			return true
		}
		behindID = strings.EqualFold(word, "id")
		i = j
	}
	return false
}

// idNumber words make an ID one of a person: ID number, ID card.
var idNumber = wordSet(`number no nr card num`)

// wordContext looks a word up in any case, and cardNumber by its parts.
func wordContext(word string) context {
	var k keyWords
	k.split(word)
	return contextOf(&k)
}
