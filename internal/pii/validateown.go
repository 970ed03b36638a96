package pii

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// ownRule is what key rules, patterns and dictionaries have in common.
type ownRule struct {
	at, name, replacement string
	action                Action
	accepted              []Action
}

var (
	keyRuleActions = []Action{ActionReplace, ActionMask, ActionRemove, ActionHash}
	patternActions = []Action{ActionReplace, ActionMask, ActionRemove, ActionHash}
)

// ownRules lists the user's rules in the order in which they get their numbers.
func (c *Config) ownRules() []ownRule {
	var out []ownRule
	for i, r := range c.KeyRules {
		out = append(out, ownRule{fmt.Sprintf("key_rules[%d]", i), r.Name, r.Replacement, r.Action, keyRuleActions})
	}
	for i, p := range c.Patterns {
		out = append(out, ownRule{fmt.Sprintf("patterns[%d]", i), p.Name, p.Replacement, p.Action, patternActions})
	}
	for i, d := range c.Dictionaries {
		out = append(out, ownRule{fmt.Sprintf("dictionaries[%d]", i), d.Name, d.Replacement, d.Action, patternActions})
	}
	return out
}

func (c *Config) validateOwnRules() error {
	errs := []error{
		atMost("key_rules", len(c.KeyRules), maxKeyRules), atMost("patterns", len(c.Patterns), maxPatterns),
		atMost("dictionaries", len(c.Dictionaries), dictionaries),
	}
	seen := map[string]bool{}
	for _, r := range c.ownRules() {
		errs = append(errs, r.validate(seen))
		seen[r.name] = true
	}
	for i, r := range c.KeyRules {
		errs = append(errs, r.validate(fmt.Sprintf("key_rules[%d]", i)))
	}
	for i, p := range c.Patterns {
		errs = append(errs, p.validate(fmt.Sprintf("patterns[%d]", i)))
	}
	for i, d := range c.Dictionaries {
		errs = append(errs, d.validate(fmt.Sprintf("dictionaries[%d]", i)))
	}
	return errors.Join(errs...)
}

func atMost(key string, got, most int) error {
	if got <= most {
		return nil
	}
	return fmt.Errorf("`%s` has %d entries; accepted: up to %d", key, got, most)
}

func (r ownRule) validate(seen map[string]bool) error {
	var errs []error
	if !isRuleName(r.name) {
		errs = append(errs, fmt.Errorf("`%s.name` is %q; accepted: 1 to 40 lower-case letters, digits and _, starting with a letter", r.at, r.name))
	}
	if taken := slices.ContainsFunc(builtin[:], func(b ruleInfo) bool { return b.name == r.name }); taken || seen[r.name] {
		errs = append(errs, fmt.Errorf("`%s.name` is %q, which is taken; accepted: a name of its own", r.at, r.name))
	}
	errs = append(errs, validReplacement(r.at, r.replacement, r.action))
	if r.action != "" && !slices.Contains(r.accepted, r.action) {
		errs = append(errs, fmt.Errorf("`%s.action` is %q; accepted: %s", r.at, r.action, join(r.accepted)))
	}
	return errors.Join(errs...)
}

func (r KeyRule) validate(at string) error {
	if len(r.Keys) == 0 {
		return fmt.Errorf("`%s.keys` is empty; accepted: at least one key, such as `badge number`", at)
	}
	return validEntries(at+".keys", r.Keys)
}

func (p Pattern) validate(at string) error {
	var errs []error
	re, err := regexp.Compile(p.Regex)
	switch {
	case err != nil:
		errs = append(errs, fmt.Errorf("`%s.regex` is %q: %w; accepted: a Go (RE2) regular expression", at, p.Regex, err))
	case re.MatchString(""):
		errs = append(errs, fmt.Errorf("`%s.regex` is %q, which matches empty text; accepted: an expression that needs at least one character", at, p.Regex))
	}
	if _, ok := validators[p.Validator]; p.Validator != "" && !ok {
		errs = append(errs, fmt.Errorf("`%s.validator` is %q; accepted: %s", at, p.Validator, join(validatorNames())))
	}
	for i, w := range p.Near {
		if normalize(w) == "" {
			errs = append(errs, fmt.Errorf("`%s.near[%d]` is %q; accepted: a word", at, i, w))
		}
	}
	return errors.Join(errs...)
}

// validate never shows a word of the dictionary: it may be a name.
func (d Dictionary) validate(at string) error {
	if len(d.Words) == 0 {
		return fmt.Errorf("`%s.words` is empty; accepted: at least one word or phrase", at)
	}
	errs := []error{atMost(at+".words", len(d.Words), maxWords)}
	for i, w := range d.Words {
		if n := len(wordsOf(w)); n == 0 || len(w) > maxWordBytes || len(w) < 2 {
			errs = append(errs, fmt.Errorf("`%s.words[%d]` has %d bytes and %d words; accepted: 2 to %d bytes with at least one word", at, i, len(w), n, maxWordBytes))
		}
	}
	return errors.Join(errs...)
}

// validateHash wants a key of full length wherever something is to be hashed:
// an unkeyed hash of an e-mail address or a phone number is reversed by trying.
func (c *Config) validateHash() error {
	errs := []error{keyLength("hash.key", c.Hash.Key), keyLength("hash.previous_key", c.Hash.Previous)}
	if len(c.Hash.Previous) > 0 {
		errs = append(errs, inRange("hash.previous_key_version", c.Hash.PreviousVersion, 1, 999))
		switch {
		case len(c.Hash.Key) == 0:
			errs = append(errs, errors.New("`hash.previous_key` is set but `hash.key` is empty; accepted: both, or the key alone"))
		case c.Hash.PreviousVersion == c.Hash.Version:
			errs = append(errs, fmt.Errorf("`hash.previous_key_version` is %d like `hash.key_version`; accepted: another number", c.Hash.Version))
		}
	}
	if len(c.Hash.Key) > 0 {
		return errors.Join(errs...)
	}
	for _, r := range c.ownRules() {
		errs = append(errs, needsKey(r.at, r.action))
	}
	for _, name := range ruleNames() {
		errs = append(errs, needsKey("rules."+name, c.Rules[name].Action))
	}
	return errors.Join(errs...)
}

func needsKey(at string, a Action) error {
	if a != ActionHash && a != ActionPreserve {
		return nil
	}
	return fmt.Errorf("`%s.action` is %q but `hash.key` is empty; accepted: a key of at least %d bytes", at, a, MinHashKey)
}

func keyLength(name string, key []byte) error {
	if n := len(key); n > 0 && n < MinHashKey {
		return fmt.Errorf("`%s` has %d bytes; accepted: at least %d", name, n, MinHashKey)
	}
	return nil
}

func isRuleName(s string) bool {
	if s == "" || len(s) > 40 || !isLower[s[0]] {
		return false
	}
	for i := range len(s) {
		if !isLower[s[i]] && !isDigit[s[i]] && s[i] != '_' {
			return false
		}
	}
	return true
}
