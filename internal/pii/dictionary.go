package pii

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// dictionary finds words and phrases of the user's, whole and in any case. It is
// a hash set of first words: with 10,000 entries it reads about 800 MB a second
// (BenchmarkDictionary), where Aho-Corasick libraries read 80 to 215 and find
// parts of words as well.
type dictionary struct {
	rule    Rule
	exact   bool
	longest int
	// starts holds what is known about the first two bytes and the lengths of
	// first words, which tells nearly all other words apart.
	starts [1 << 16 / 64]uint64
	// phrases are the words behind a first word, longest first.
	phrases map[string][][]string
}

func newDictionary(cfg Dictionary, rule Rule) *dictionary {
	d := &dictionary{rule: rule, exact: cfg.CaseSensitive, phrases: make(map[string][][]string, len(cfg.Words))}
	for _, entry := range cfg.Words {
		words := wordsOf(entry)
		if len(words) == 0 {
			continue
		}
		for i, w := range words {
			words[i] = d.fold(w)
		}
		first := words[0]
		d.phrases[first] = insertLongest(d.phrases[first], words[1:])
		d.longest = max(d.longest, len(first))
		bit := startBits(first)
		d.starts[bit/64] |= 1 << (bit % 64)
	}
	return d
}

// insertLongest keeps phrases with more words in front.
func insertLongest(list [][]string, words []string) [][]string {
	at := 0
	for at < len(list) && len(list[at]) >= len(words) {
		at++
	}
	list = append(list, nil)
	copy(list[at+1:], list[at:])
	list[at] = words
	return list
}

func startBits(word string) uint16 {
	second := byte(0)
	if len(word) > 1 {
		second = lower(word[1])
	}
	return uint16(lower(word[0])^byte(len(word))<<4)<<8 | uint16(second)
}

func (d *dictionary) fold(word string) string {
	if d.exact {
		return word
	}
	return strings.ToLower(word)
}

// find returns the end of an entry whose first word is t[i:j], or 0.
func (d *dictionary) find(t string, i, j int) int {
	if j-i > d.longest+2 {
		return 0
	}
	ascii := t[i] < 0x80
	if bit := startBits(t[i:j]); ascii && d.starts[bit/64]&(1<<(bit%64)) == 0 {
		return 0
	}
	for _, rest := range d.lookup(t[i:j]) {
		if end := d.follow(t, j, rest); end > 0 {
			return end
		}
	}
	return 0
}

// lookup folds ASCII words without an allocation.
func (d *dictionary) lookup(word string) [][]string {
	var b [maxWordBytes]byte
	if d.exact || len(word) > len(b) {
		return d.phrases[d.fold(word)]
	}
	for i := range len(word) {
		if word[i] >= 0x80 {
			return d.phrases[d.fold(word)]
		}
		b[i] = lower(word[i])
	}
	return d.phrases[string(b[:len(word)])]
}

// follow compares the words behind j and returns where they end.
func (d *dictionary) follow(t string, j int, words []string) int {
	for _, want := range words {
		from := span(t, j, &isPhraseGap)
		to := dictionaryWord(t, from)
		if from == j || to == from || d.fold(t[from:to]) != want {
			return 0
		}
		j = to
	}
	return j
}

var isPhraseGap = charset(" \t\r\n,.'\\-")

// dictionaryWord returns where the word at i ends: letters of any script and digits.
func dictionaryWord(t string, i int) int {
	for i < len(t) {
		if t[i] < 0x80 {
			if !isAlnum[t[i]] {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(t[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return i
		}
		i += n
	}
	return i
}

// wordsOf cuts an entry into its words.
func wordsOf(entry string) []string {
	var out []string
	for i := 0; i < len(entry); {
		j := dictionaryWord(entry, i)
		if j > i {
			out = append(out, entry[i:j])
		}
		_, n := utf8.DecodeRuneInString(entry[j:])
		i = j + n
	}
	return out
}

// applyDictionaries adds what the user's words match.
func (w *work) applyDictionaries(t string) {
	for _, d := range w.e.dictionaries {
		for i := 0; i < len(t); {
			j := dictionaryWord(t, i)
			if j == i {
				_, n := utf8.DecodeRuneInString(t[i:])
				i += n
				continue
			}
			if end := d.find(t, i, j); end > 0 && !insideMarker(t, i, end) {
				w.merge(d.rule, i, end)
				j = end
			}
			i = j
		}
	}
}
