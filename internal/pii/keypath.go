package pii

import "strings"

// keyPath is a key that the user wrote with a wildcard or a root, such as
// user.*.email, request.body.items[*].name or $.customer.**. Each part matches
// in any spelling: badgeNumber, badge-number and badge_number are one.
type keyPath struct {
	parts []string
	// rooted paths start with $ and match from the first part on; others match
	// at the end of a key.
	rooted bool
}

const anyDepth = "**"

// isKeyPath tells a path from words.
func isKeyPath(entry string) bool {
	return strings.ContainsAny(entry, "*[") || strings.HasPrefix(entry, "$.")
}

// parseKeyPath cuts an entry into its parts. Lists have no part of their own:
// items[*].name is the name of every item. It returns false for what no key has.
func parseKeyPath(entry string) (keyPath, bool) {
	p := keyPath{rooted: strings.HasPrefix(entry, "$.")}
	entry = strings.ReplaceAll(strings.TrimPrefix(entry, "$."), "[*]", "")
	if strings.ContainsAny(entry, "[]$") {
		return p, false
	}
	literal := false
	for part := range strings.SplitSeq(strings.Trim(entry, "."), ".") {
		if part == anyDepth {
			p.parts = append(p.parts, part)
			continue
		}
		if part != "" && countDigits(part) == len(part) {
			// An index, which keys are compared without.
			continue
		}
		pieces := strings.Split(part, "*")
		for i, piece := range pieces {
			pieces[i] = normalize(piece)
			literal = literal || pieces[i] != ""
		}
		glob := strings.Join(pieces, "*")
		if glob == "" {
			return p, false
		}
		p.parts = append(p.parts, glob)
	}
	return p, literal
}

// deep tells whether the path means all that lies under a key.
func (p keyPath) deep() bool { return p.parts[len(p.parts)-1] == anyDepth }

// weight orders paths that match one key: the one that says more wins.
func (p keyPath) weight() int {
	n := 0
	for _, part := range p.parts {
		n += 1 + 4*len(strings.ReplaceAll(part, "*", ""))
	}
	return n
}

// matches tells whether the path fits the parts of a key. Where the key's
// beginning is cut off, a rooted path needs to fit its end only: it is better
// to hide too much.
func (p keyPath) matches(key []string, cut bool) bool {
	if p.rooted && !cut {
		return matchParts(p.parts, key)
	}
	for from := range key {
		if matchParts(p.parts, key[from:]) {
			return true
		}
	}
	return false
}

func matchParts(parts, key []string) bool {
	if len(parts) == 0 {
		return len(key) == 0
	}
	if parts[0] == anyDepth {
		if len(parts) == 1 {
			return len(key) > 0
		}
		return matchParts(parts[1:], key) || (len(key) > 0 && matchParts(parts, key[1:]))
	}
	return len(key) > 0 && MatchGlob(parts[0], key[0]) && matchParts(parts[1:], key[1:])
}

// MatchGlob compares s with a glob whose * stands for any characters. Going back
// to the last * only, it takes at most the product of both lengths.
func MatchGlob(glob, s string) bool {
	g, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case g < len(glob) && glob[g] == '*':
			star, mark = g, i
			g++
		case g < len(glob) && glob[g] == s[i]:
			g++
			i++
		case star >= 0:
			mark++
			g, i = star+1, mark
		default:
			return false
		}
	}
	for g < len(glob) && glob[g] == '*' {
		g++
	}
	return g == len(glob)
}

// maxParts is how many parts of a key are looked at, from its end.
const maxParts = 24

// keyParts cuts a key at dots and brackets; indices of lists are no parts.
func keyParts(key string) []string {
	var parts []string
	for part := range strings.FieldsFuncSeq(key, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		if countDigits(part) == len(part) {
			continue
		}
		if n := normalize(part); n != "" {
			parts = append(parts, n)
		}
	}
	return parts[max(0, len(parts)-maxParts):]
}
