package pii

import "strings"

// keyBefore returns the text of a key that ends before i, as in key=, "key":,
// \"key\" :, user[key]=.
func keyBefore(t string, i, floor int) (lo, hi int) {
	for i-3 > floor && hasFold(t, i-3, "%5d") {
		// user%5Bpassword%5D: the part in the last brackets says what it is.
		open := strings.LastIndex(strings.ToLower(t[max(floor, i-maxKey):i-3]), "%5b")
		if open < 0 {
			break
		}
		open += max(floor, i-maxKey)
		if open+3 < i-3 {
			return open + 3, i - 3
		}
		i = open
	}
	for n := 0; i > floor && t[i-1] == ' ' && n < maxAligned; n++ {
		i--
	}
	if i-2 > floor && t[i-1] == ']' && isQuote[t[i-2]] {
		// user["password"]
		i--
	}
	if i > floor && isQuote[t[i-1]] {
		i--
		for i > floor && t[i-1] == '\\' {
			i--
		}
	} else {
		i -= len(quoteBefore(t[floor:i]))
	}
	lo, hi = i, i
	for lo > floor && i-lo < maxKey && (isKey[t[lo-1]] || t[lo-1] >= 0x80) {
		lo--
	}
	if lo > floor && lo < i && t[lo-1] == '\\' && (t[lo] == 'n' || t[lo] == 't' || t[lo] == 'r') {
		lo++
	}
	return lo, hi
}

// maxAligned is how many spaces may stand between a key and its sign in a table.
const maxAligned = 40

var isQuote = charset("\"'`")

// quoteBefore returns the encoded quote that s ends with.
func quoteBefore(s string) string {
	if s == "" || (s[len(s)-1] != ';' && s[len(s)-1] != '2') {
		return ""
	}
	for _, q := range encodedQuotes {
		if strings.HasSuffix(s, q) {
			return q
		}
	}
	return ""
}

// encodedQuotes are quotes as XML, HTML and URLs write them.
var encodedQuotes = []string{"&quot;", "&#34;", "&#39;", "&apos;", "&#x22;", "&#x27;", "%22"}

var isKey = charset("a-zA-Z0-9_.[]\\-")
