package pii

import "strings"

// match says where in a key a term counts.
type match uint8

const (
	// matchAnywhere: also in front of other words, unless those are benign:
	// password_hash is hidden, password_policy is not.
	matchAnywhere match = iota
	// matchEnd: at the end, or in front of words such as number and value.
	matchEnd
	// matchLast: at the very end.
	matchLast
	// matchExact: everything behind the key's last dot.
	matchExact
)

// term is what a word or phrase in a key means.
type term struct {
	kind  keyKind
	rule  Rule
	match match
}

func (t term) applies(k *keyWords, start, end int) bool {
	if t.kind == keyHide && start > 0 && negated[string(k.words(start-1, start))] {
		return false
	}
	switch t.match {
	case matchExact:
		return start == k.segment && end == k.n
	case matchLast:
		return end == k.n
	case matchEnd:
		return k.tail(end, sameTail, true)
	default:
		return k.tail(end, benignTail, false)
	}
}

// tail tells whether all words from i on are in the set, or all are not.
func (k *keyWords) tail(i int, set map[string]bool, in bool) bool {
	for ; i < k.n; i++ {
		if set[string(k.words(i, i+1))] != in {
			return false
		}
	}
	return true
}

// termGroup is a line of the table: phrases with one meaning.
type termGroup struct {
	term
	phrases string
}

func builtinTerms() map[string]term {
	terms := map[string]term{}
	for _, g := range termGroups {
		addTerms(terms, g)
	}
	return terms
}

func addTerms(terms map[string]term, g termGroup) {
	for phrase := range strings.SplitSeq(g.phrases, ",") {
		terms[strings.ReplaceAll(strings.TrimSpace(phrase), " ", "_")] = g.term
	}
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// negated words in front of a term make the key a question or a number, not the thing.
var negated = wordSet(`is has needs need requires require required allow allows allowed enable enabled disable disabled
	num count max min total uses missing valid invalid without existing`)

// benignTail words behind a term make the key a property of the thing.
var benignTail = wordSet(`count counts enabled disabled required type types method methods status policy policies name names id ids
	expires expiry expiration expired expire changed at template sent verified present version url uri link endpoint length len
	format strategy ttl age lifetime limit limits max min usage used rotated rotation created updated valid validity provider
	issuer issued scope scopes manager service store path dir directory header prefix suffix field label hint title strength
	score attempts attempt retries failures failure errors event page form algorithm alg kind class state flow grant configured
	set exists found missing invalid index bucket budget cost price rate quota size bytes mode source origin reason result
	file files stdin ref refs reference references request requests review namespace selector projection list spec
	specs volume consent domain samesite secure httponly reset needed optional allowed audience audiences env envvar variable alias aliases supported parser validator filter handler middleware
	controller placeholder exception exceptions duration time timestamp date ms seconds total tokens encoding charset language country region ratio percent
	js jsx mjs ts tsx py rb php java cs cpp rs vue html css sql md conf cfg toml`)

// sameTail words behind a personal term do not change what it is.
var sameTail = wordSet(`number numbers no num nr value values hash raw text str string plain enc encrypted digits full primary
	secondary home work private personal mobile old new input param current previous normalized formatted original`)
