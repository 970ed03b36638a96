package derive

import "strings"

// validPattern accepts a name with a * at its start, its end or both.
func validPattern(p string) bool {
	inner := strings.TrimSuffix(strings.TrimPrefix(p, "*"), "*")
	return inner != "" && !strings.Contains(inner, "*")
}

// matchPattern tells whether name fits, letters compared without case.
func matchPattern(pattern, name string) bool {
	inner, open := strings.CutPrefix(strings.ToLower(pattern), "*")
	inner, openEnd := strings.CutSuffix(inner, "*")
	name = strings.ToLower(name)
	switch {
	case open && openEnd:
		return strings.Contains(name, inner)
	case open:
		return strings.HasSuffix(name, inner)
	case openEnd:
		return strings.HasPrefix(name, inner)
	default:
		return name == inner
	}
}
