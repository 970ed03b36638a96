package pii

import "strings"

const (
	minRandom = 20
	maxRandom = 100
)

// random finds generic secrets: the word [i, j) is long, mixed and random, and
// the words in front of it name a secret, as in "API key Zk3x…". Digests, UUIDs
// and ids are never taken: they lack capitals or small letters, or another word
// stands in front.
func (w *work) random(t string, i, j int) int {
	if w.key.kind == keyIdent || !w.e.rules[ruleHighEntropy].enabled {
		return 0
	}
	end := span(t, j, &isURLSafe)
	for end > j && t[end-1] == '-' {
		end--
	}
	if end-i < minRandom || end-i > maxRandom || (end < len(t) && (t[end] == '.' && end+1 < len(t) && isWord[t[end+1]] || t[end] == '/' || t[end] == '(')) {
		return 0
	}
	if !w.secretBefore(t, i) || !highEntropy(t[i:end]) {
		return 0
	}
	return w.hit(ruleHighEntropy, "", i, end)
}

// secretBefore tells whether the words before i name a secret: directly, or with
// the strict profile within the bounds of context.
func (w *work) secretBefore(t string, i int) bool {
	from := max(w.floor, i-nearBefore)
	before := strings.TrimRight(t[from:i], " \t\"'`:=")
	if before == "" || len(before) == i-from {
		return false
	}
	if w.namesSecret(before) {
		return true
	}
	if !w.e.strict {
		return false
	}
	for space := strings.LastIndexByte(before, ' '); space > 0; space = strings.LastIndexByte(before, ' ') {
		if before = strings.TrimRight(before[:space], " "); w.namesSecret(before) {
			return true
		}
	}
	return false
}

// namesSecret decides about the last words of a text: "page token" is none.
func (w *work) namesSecret(before string) bool {
	d := w.e.keys.builtin(lastWords(before))
	return d.kind == keyHide && d.rule == ruleCredential
}
