package pii

import "fmt"

// Warnings tells, in sentences, which of the user's entries can have no effect.
// It names keys, which the configuration holds, and never a word of a dictionary.
func (e *Engine) Warnings() []string {
	out := append(e.keys.user.shadowed(), e.keys.allowed.shadowed()...)
	return append(out, e.keys.builtinAlready()...)
}

// Unmatched lists the user's keys, patterns and dictionaries that have matched
// nothing since the engine was made.
func (e *Engine) Unmatched() []string {
	var out []string
	for _, list := range [][]*userKey{e.keys.user.all, e.keys.allowed.all} {
		for _, k := range list {
			if !k.matched.Load() {
				out = append(out, fmt.Sprintf("%s %q", k.list, k.text))
			}
		}
	}
	for _, p := range e.patterns {
		out = e.appendUnmatched(out, "patterns", p.rule)
	}
	for _, d := range e.dictionaries {
		out = e.appendUnmatched(out, "dictionaries", d.rule)
	}
	return out
}

func (e *Engine) appendUnmatched(out []string, list string, r Rule) []string {
	if rule := &e.rules[r]; !rule.matched.Load() {
		out = append(out, fmt.Sprintf("%s %q", list, rule.name))
	}
	return out
}
