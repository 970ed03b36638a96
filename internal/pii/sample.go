package pii

import (
	"strconv"
	"strings"
)

// Sample describes one finding without any of its characters.
type Sample struct {
	Rule   string
	Place  Place
	Length int
	// Shape tells of which groups the value consists, such as `4*4 digits, luhn`.
	Shape string
}

// WantSample asks for the shape of the next finding.
func (s *Session) WantSample() { s.sampling = true }

// Sample returns the shape that was asked for; ok is false where nothing was found.
func (s *Session) Sample() (Sample, bool) { return s.sample, s.sample.Rule != "" }

// maxShape is how many groups a shape tells before it ends with an ellipsis.
const maxShape = 6

// shapeOf describes groups of digits and letters. Of secrets it tells the kinds
// of characters only, for the groups of a password say too much of it.
func shapeOf(r Rule, s string) string {
	if r < builtinRules && builtin[r].class == classSecret {
		return kindsOf(s)
	}
	var out []string
	for i := 0; i < len(s); {
		kind, set := "others", (*[256]bool)(nil)
		switch {
		case isDigit[s[i]]:
			kind, set = "digits", &isDigit
		case isLetter[s[i]] || s[i] >= 0x80:
			kind, set = "letters", &isWideLetter
		}
		if set == nil {
			i++
			continue
		}
		j := span(s, i, set)
		out = addGroup(out, strconv.Itoa(j-i)+" "+kind)
		i = j
	}
	if len(out) > maxShape {
		out = append(out[:maxShape], "…")
	}
	return strings.Join(append(out, checkOf(r)...), ", ")
}

var isWideLetter = withHighBytes(charset("a-zA-Z"))

// addGroup joins equal groups: 4 digits three times is 3*4 digits.
func addGroup(out []string, group string) []string {
	if n := len(out); n > 0 {
		times, last, many := strings.Cut(out[n-1], "*")
		if !many {
			times, last = "1", out[n-1]
		}
		if last == group {
			count, err := strconv.Atoi(times)
			if err == nil {
				out[n-1] = strconv.Itoa(count+1) + "*" + group
				return out
			}
		}
	}
	return append(out, group)
}

// checkOf names what proved a finding of the rule.
func checkOf(r Rule) []string {
	switch r {
	case ruleCard:
		return []string{"luhn"}
	case ruleIBAN:
		return []string{"mod97"}
	}
	return nil
}

func kindsOf(s string) string {
	var kinds []string
	for _, k := range []struct {
		name string
		set  *[256]bool
	}{{"small letters", &isLower}, {"capitals", &isUpper}, {"digits", &isDigit}} {
		for i := range len(s) {
			if k.set[s[i]] {
				kinds = append(kinds, k.name)
				break
			}
		}
	}
	for i := range len(s) {
		if !isAlnum[s[i]] {
			kinds = append(kinds, "others")
			break
		}
	}
	return strings.Join(kinds, ", ")
}
