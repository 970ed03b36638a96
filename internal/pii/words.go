package pii

import "strings"

// wordList holds words in lower case. Most words that are looked up are none of
// them: their first byte and length tell so.
type wordList struct {
	// lengths has, by the first byte in either case, a bit for each length.
	lengths [256]uint32
	set     map[string]bool
}

func newWordList(words string) *wordList {
	l := &wordList{set: wordSet(words)}
	for w := range l.set {
		first := w[0]
		l.lengths[first] |= 1 << len(w)
		if isLower[first] {
			l.lengths[first&^0x20] |= 1 << len(w)
		}
	}
	return l
}

// has looks a word up in any case.
func (l *wordList) has(word string) bool {
	if word == "" || len(word) > 31 || l.lengths[word[0]]&(1<<len(word)) == 0 {
		return false
	}
	return l.set[strings.ToLower(word)]
}
