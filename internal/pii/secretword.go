package pii

import "strings"

// isSecretWord tells a word that somebody took as a password from one that says
// something about it: the password is sunshine, the password is stale. The word
// ends its sentence, and is not one of those that describe.
func isSecretWord(t string, lo, hi int) bool {
	word := strings.ToLower(t[lo:hi])
	if len(word) < 6 || span(word, 0, &isLower) != len(word) || !sentenceEnds(t, hi) || stateWords[word] || describing[word] {
		return false
	}
	for _, end := range describingEnds {
		if strings.HasSuffix(word, end) {
			return false
		}
	}
	return true
}

// sentenceEnds tells whether no other word of the same sentence follows.
func sentenceEnds(t string, i int) bool {
	for i < len(t) && (t[i] == '.' || t[i] == '!' || t[i] == '\'' || t[i] == '"') {
		i++
	}
	return i == len(t) || t[i] == '\n' || t[i] == '\r' || t[i] == ',' || t[i] == ';' || t[i] == ')' || t[i] == '<' || t[i-1] == '.'
}

// describingEnds are ends of words that describe: expired, missing, readable, sensitive.
var describingEnds = []string{"ed", "ing", "able", "ible", "ive", "ent", "ant", "ory", "ary", "ful", "less", "ous", "ly", "ic", "ical", "en", "ual", "nal", "ial"}

// describing are other words that describe a password or say where it is.
var describing = wordSet(`correct common similar simple complex secure insecure unsafe strong stronger weaker shorter longer
	yours theirs sensitive plain plaintext private public secret present absent useless obsolete unique random default
	identical different equal secure static stale fresh global exactly always enough safely nothing something anything
	somewhere elsewhere nowhere within before after overdue exempt intact legacy longer minimum maximum temporary
	immune vulnerable stolen written hidden broken chosen forgotten known unknown shown given taken alright perfect
	numbers digits letters characters lowercase uppercase alphanumeric numeric false`)
