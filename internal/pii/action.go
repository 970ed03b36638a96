package pii

import (
	"strings"
	"sync/atomic"
)

// Action is what happens to a finding.
type Action string

// The actions. The zero value means the rule's own default.
const (
	ActionReplace  Action = "replace"  // a fixed label such as [EMAIL]
	ActionMask     Action = "mask"     // letters become x, digits 0; length and separators stay
	ActionPartial  Action = "partial"  // keeps what the rule says is harmless, such as the last four digits
	ActionRemove   Action = "remove"   // nothing stays; an attribute disappears
	ActionHash     Action = "hash"     // a keyed token: equal values stay equal
	ActionPreserve Action = "preserve" // a keyed stand-in of the same form that can never be real
	ActionReport   Action = "report"   // nothing, because the mode only reports; not for configuration
)

// mask hides letters and digits and keeps the shape. Masking twice changes nothing.
func mask(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteByte('0')
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= 0x80:
			b.WriteByte('x')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// compiledRule is a rule with its configuration applied.
type compiledRule struct {
	name  string
	label string
	// text is the user's own label, also where a detector knows more.
	text    string
	action  Action
	enabled bool
	code    string
	partial func(string) string
	// matched is set once a rule of the user's own found something.
	matched *atomic.Bool
}

// replacement is the text that takes the place of match. label overrides the
// rule's own label where a detector knows more, as [SECRET:github].
func (e *Engine) replacement(r Rule, label, match string) string {
	c := &e.rules[r]
	switch c.action {
	case ActionMask:
		return mask(match)
	case ActionRemove:
		return ""
	case ActionPartial:
		return c.partial(match)
	case ActionPreserve:
		return e.hasher.standIn(r, c.code, match)
	case ActionHash:
		return e.hasher.token(c.code, canonical(r, match))
	}
	if label != "" && c.text == "" {
		return label
	}
	return c.label
}
