package clickhouse

import (
	"strings"
)

// search says what text can be looked up by, and where.
type search struct {
	words      bool // there is an index of words over search_text
	attributes bool // there is an index over attribute_items
	bodies     bool // request and response are searched
}

var (
	searched = []string{"name", "target", "error_type", "error_message", "status_message"}
	bodies   = []string{"request_body", "response_body"}
)

// text is true where the words occur, letter case aside. With an index they are found as whole words, without
// one also as parts.
func (w *where) text(words string) string {
	words = strings.ToLower(words)
	fields := searched
	if w.search.bodies {
		fields = append(fields[:len(fields):len(fields)], bodies...)
	}
	var places []string
	for _, name := range fields {
		places = append(places, "position(lowerUTF8("+name+"), "+w.params.text(words)+") > 0")
	}
	found := "(" + strings.Join(places, " OR ") + ")"
	tokens := strings.FieldsFunc(words, separates)
	if !w.search.words || len(tokens) == 0 {
		return found
	}
	for i, token := range tokens {
		tokens[i] = w.params.text(token)
	}
	return both("hasAllTokens(search_text, ["+strings.Join(tokens, ", ")+"])", found)
}

// separates is how the server's splitByNonAlpha tells words apart: by ASCII that is no letter and no digit.
func separates(r rune) bool {
	return r < 0x80 && !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9')
}
