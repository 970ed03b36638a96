package pii

// statementWords are verbs that start a statement, with the word that must
// follow for a text to be one: "select your plan" is prose.
var statementWords = []struct{ verb, then string }{
	{"select", " from"}, {"insert", "into"}, {"replace", "into"}, {"upsert", "into"}, {"merge", "into"}, {"update", " set "},
	{"delete", "from"}, {"with", " as ("}, {"create", " user"}, {"create", " role"}, {"create", " login"}, {"create", " secret "}, {"create", " identified by"}, {"create", " credential "},
	{"alter", " user"},
	{"alter", " role"}, {"alter", " login"}, {"set", " password"}, {"grant", " identified"}, {"call", "('"}, {"exec", " @"}, {"exec", " sp_"},
	{"execute", " @"}, {"execute", " sp_"}, {"copy", " from"}, {"attach", " key "}, {"backup", " password "},
}

// sniffLength is how far the second word is looked for.
const sniffLength = 4096

var statementStarts = charset("sirumdwcageb")

// isStatement tells whether the text at i reads like SQL.
func isStatement(t string, i int) bool {
	if !statementStarts[lower(t[i])] {
		return false
	}
	first := lower(t[i])
	for k := range statementWords {
		s := &statementWords[k]
		if s.verb[0] != first || !hasFold(t, i, s.verb) {
			continue
		}
		end := i + len(s.verb)
		if end < len(t) && (isSpace[t[end]] || t[end] == '(') && indexFold(t[end:min(len(t), end+sniffLength)], s.then) >= 0 {
			return true
		}
	}
	return false
}

// verbs are words that only SQL and its dialects have near the beginning.
var verbs = []string{"select", "insert", "update", "delete", "values", "where", "merge", "create", "alter", "call ", "exec", "grant", "with ", "upsert", "replace", "truncate"}

// hasVerb tells whether a statement under a database's key is SQL.
func hasVerb(s string) bool {
	for _, v := range verbs {
		if hasFold(s, 0, v) {
			return true
		}
	}
	s = s[:min(len(s), 256)]
	for _, v := range verbs {
		if indexFold(s, v) >= 0 {
			return true
		}
	}
	return false
}
