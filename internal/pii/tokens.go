package pii

import (
	"slices"
	"strings"
)

// Tokens are all texts that the hash and preserve actions may have made of a value, whichever rule found it: under the
// key of now, the one before, and both. They are for finding what is stored of somebody. Without a key there are none.
func (h Hash) Tokens(value string) []string {
	if len(h.Key) == 0 {
		return nil
	}
	hashers := []*hasher{newHasher(h)}
	if len(h.Previous) > 0 {
		now, before := h, h
		now.Previous = nil
		before.Key, before.Version, before.Previous = h.Previous, h.PreviousVersion, nil
		hashers = append(hashers, newHasher(now), newHasher(before))
	}
	var out []string
	for _, hasher := range hashers {
		for r := range builtin {
			if code := builtin[r].code; code != "" {
				out = append(out, hasher.token(code, canonical(Rule(r), value)))
			}
		}
		for _, code := range ownCodes {
			out = append(out, hasher.token(code, value))
		}
		// Of the stand-ins only those that cannot be anybody else's.
		if strings.Contains(value, "@") {
			out = append(out, hasher.standIn(ruleEmail, builtin[ruleEmail].code, value))
		}
		if len(onlyDigits(value)) >= 8 {
			out = append(out, hasher.standIn(rulePhone, builtin[rulePhone].code, value))
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(s string) bool { return s == value || s == "" })
}

// ownCodes are those of the user's own keys, patterns and dictionaries.
var ownCodes = []string{"uk", "up", "ud"}
