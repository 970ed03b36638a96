package derive

import "strings"

// idMark stands in names for what varies from one operation to the next.
const idMark = "{id}"

// maxSegments bounds how much of a path a name keeps.
const maxSegments = 12

// appendPath appends path to b with the segments that identify something replaced by {id}. Parameters of route
// templates ({id}, :id, <id>, *) stay as they are; query and fragment are left out.
func appendPath(b []byte, path string) []byte {
	if i := strings.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	n := 0
	if path == "" || path[0] != '/' {
		b = append(b, '/')
		n = 1
	}
	for ; path != ""; n++ {
		if n == maxSegments {
			return append(b, "..."...)
		}
		segment, rest, found := strings.Cut(path, "/")
		b = appendSegment(b, segment)
		if found {
			b = append(b, '/')
		}
		path = rest
	}
	return b
}

func appendSegment(b []byte, segment string) []byte {
	if !isID(segment) {
		return append(b, segment...)
	}
	b = append(b, idMark...)
	if i := strings.LastIndexByte(segment, '.'); i > 0 && isExtension(segment[i+1:]) {
		b = append(b, segment[i:]...)
	}
	return b
}

func isExtension(s string) bool {
	return len(s) >= 2 && len(s) <= 5 && shapeOf(s).digits <= 1 && shapeOf(s).letters >= 1 && !isHex(s)
}

// templated is name with every word and path segment that identifies something replaced by {id}.
func templated(name string) string {
	if !strings.ContainsAny(name, "0123456789[@%") {
		return name
	}
	return string(appendTemplated(make([]byte, 0, len(name)+8), name))
}

func appendTemplated(b []byte, name string) []byte {
	for name != "" {
		i := strings.IndexAny(name, " /:,;()\t\n")
		if i < 0 {
			i = len(name)
		}
		if isID(name[:i]) {
			b = append(b, idMark...)
		} else {
			b = append(b, name[:i]...)
		}
		if i < len(name) {
			b = append(b, name[i])
			i++
		}
		name = name[i:]
	}
	return b
}

// shape counts what a word is made of.
type shape struct {
	letters, digits, hex, other, turns int // turns: changes between letters and digits
	trailing                           int // digits at the end
}

func shapeOf(s string) shape {
	var sh shape
	var before byte
	for i := range len(s) {
		c := s[i]
		now := byte('o')
		switch {
		case c >= '0' && c <= '9':
			sh.digits++
			sh.hex++
			sh.trailing++
			now = 'd'
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			sh.letters++
			if c|0x20 <= 'f' {
				sh.hex++
			}
			sh.trailing = 0
			now = 'l'
		default:
			sh.other++
			sh.trailing = 0
		}
		if i > 0 && now != before && now != 'o' && before != 'o' {
			sh.turns++
		}
		before = now
	}
	return sh
}

func isHex(s string) bool {
	sh := shapeOf(s)
	return sh.hex == len(s) && (sh.digits > 0 || len(s) >= 16)
}

// isID tells whether a word identifies something rather than names a kind of thing: numbers, UUIDs, hex of eight
// or more digits, redacted values, dates, prefixed ids ("user_123") and long opaque tokens.
func isID(word string) bool {
	switch {
	case word == "" || isParameter(word):
		return false
	case len(word) > 64 || isToken(word) || strings.ContainsAny(word, "@%[]|=&"):
		return true
	}
	if i := strings.LastIndexByte(word, '.'); i > 0 && isExtension(word[i+1:]) {
		word = word[:i]
	}
	sh := shapeOf(word)
	if sh.digits == 0 {
		return sh.letters == sh.hex && sh.hex >= 16 || sh.letters >= 40
	}
	if sh.letters == 0 || isOpaque(word, sh) {
		return true
	}
	return sh.other > 0 && (anyPartID(word) || strings.ToUpper(word) == word) // an article number: KETTLE-1
}

// isParameter tells whether a word already is the parameter of a template.
func isParameter(word string) bool {
	return word[0] == '{' || word[0] == ':' || word[0] == '<' || word[0] == '*' || word[0] == '[' && word[len(word)-1] == ']' && strings.ToLower(word) == word
}

// isOpaque judges a word without separators: hex digits, or letters and digits in a mix that no name has.
func isOpaque(word string, sh shape) bool {
	if sh.other > 0 {
		return false
	}
	n := len(word)
	return sh.hex == n && n >= 8 || n >= 6 && sh.turns >= 4 || n >= 16 || n >= 10 && sh.digits >= 4 && sh.trailing < sh.digits
}

// anyPartID looks at the parts of a word with separators: a number of two digits or more ("order-12"), or a token.
// "v1.2" and "oauth2-callback" are names.
func anyPartID(word string) bool {
	for word != "" {
		i := strings.IndexAny(word, "-_.:~,+$!")
		if i < 0 {
			i = len(word)
		}
		part := word[:i]
		sh := shapeOf(part)
		if sh.letters == 0 && sh.digits >= 2 || sh.digits > 0 && isOpaque(part, sh) || sh.other > 0 && sh.digits > 0 {
			return true
		}
		word = word[min(i+1, len(word)):]
	}
	return false
}
