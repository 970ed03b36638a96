package pii

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

const (
	minValueBytes = 1 << 10
	maxValueBytes = 16 << 20
	maxRecordMin  = 16 << 10
	maxRecordMax  = 256 << 20
	maxDepth      = 8
	maxPatterns   = 100
	maxKeyRules   = 50
	maxWords      = 100_000
	maxWordBytes  = 100
	dictionaries  = 50
)

// Validate finds every mistake; its sentences name the YAML key, the value and
// what is accepted, and never a secret.
func (c *Config) Validate() error {
	return errors.Join(
		oneOf("mode", c.Mode, ModeEnforce, ModeReport, ModeAllowlist),
		oneOf("profile", c.Profile, ProfileDefault, ProfileStrict, ProfileSecretsOnly),
		oneOf("sql.literals", c.Literals, LiteralsPII, LiteralsAll),
		inRange("limits.max_value_bytes", c.Limits.MaxValueBytes, minValueBytes, maxValueBytes),
		inRange("limits.max_record_bytes", c.Limits.MaxRecordBytes, maxRecordMin, maxRecordMax),
		inRange("limits.max_depth", c.Limits.MaxDepth, 1, maxDepth),
		inRange("hash.key_version", c.Hash.Version, 1, 999),
		c.validateKeys(), c.validateRules(), c.validateOwnRules(), c.validateHash(),
	)
}

func oneOf[T ~string](key string, got T, accepted ...T) error {
	if slices.Contains(accepted, got) {
		return nil
	}
	return fmt.Errorf("`%s` is %q; accepted: %s", key, got, join(accepted))
}

func inRange(key string, got, low, high int) error {
	if got >= low && got <= high {
		return nil
	}
	return fmt.Errorf("`%s` is %d; accepted: %d to %d", key, got, low, high)
}

func join[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}

func (c *Config) validateKeys() error {
	errs := []error{
		validEntries("keys.sensitive", c.Keys.Sensitive), validEntries("keys.safe", c.Keys.Safe), validEntries("keys.allowed", c.Keys.Allowed),
	}
	if c.Mode == ModeAllowlist && len(c.Keys.Allowed) == 0 {
		errs = append(errs, errors.New("`keys.allowed` is empty; accepted: with `mode: allowlist`, at least one key that passes"))
	}
	if c.Mode != ModeAllowlist && len(c.Keys.Allowed) > 0 {
		errs = append(errs, fmt.Errorf("`keys.allowed` has %d entries, which `mode` %q does not use; accepted: with `mode: allowlist` only", len(c.Keys.Allowed), c.Mode))
	}
	return errors.Join(errs...)
}

// validEntries accepts words and paths that a key may match.
func validEntries(list string, entries []string) error {
	var errs []error
	for i, entry := range entries {
		if isKeyPath(entry) {
			if _, ok := parseKeyPath(entry); !ok {
				errs = append(errs, fmt.Errorf("`%s[%d]` is %q, which no key matches; accepted: a path such as `user.*.email`, `request.body.items[*].name` or `$.customer.**`", list, i, entry))
			}
			continue
		}
		if normalize(entry) == "" {
			errs = append(errs, fmt.Errorf("`%s[%d]` is %q; accepted: a key with at least one letter or digit, such as `badge number`", list, i, entry))
		} else if len(entry) >= maxKey {
			errs = append(errs, fmt.Errorf("`%s[%d]` has %d bytes, which no key matches; accepted: fewer than %d", list, i, len(entry), maxKey))
		}
	}
	return errors.Join(errs...)
}

func (c *Config) validateRules() error {
	var errs []error
	names := make([]string, 0, len(c.Rules))
	for name := range c.Rules {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		r, ok := ruleByName(name)
		if !ok {
			errs = append(errs, fmt.Errorf("`rules.%s` is not a rule; accepted: %s", name, strings.Join(ruleNames(), ", ")))
			continue
		}
		if err := validReplacement("rules."+name, c.Rules[name].Replacement, c.Rules[name].Action); err != nil || r == ruleURLCredentials && c.Rules[name].Replacement != "" {
			errs = append(errs, cmp.Or(err, fmt.Errorf("`rules.%s.replacement` is %q; accepted: none, because readers know REDACTED in a URL", name, c.Rules[name].Replacement)))
		}
		accepted := builtin[r].actions()
		if a := c.Rules[name].Action; a != "" && !slices.Contains(accepted, a) {
			errs = append(errs, fmt.Errorf("`rules.%s.action` is %q; accepted: %s", name, a, join(accepted)))
		}
	}
	return errors.Join(errs...)
}

// validReplacement accepts what a second pass is sure to leave alone.
func validReplacement(at, text string, action Action) error {
	switch {
	case text == "":
		return nil
	case action != "" && action != ActionReplace:
		return fmt.Errorf("`%s.replacement` is %q, which the action %q does not use; accepted: with `action: replace` only", at, text, action)
	case text == "REDACTED" || text[0] == '[' && markerEnd(text, 0) == len(text) || len(text) >= 3 && len(text) <= markerMax && strings.Trim(text, "*") == "":
		return nil
	}
	return fmt.Errorf("`%s.replacement` is %q; accepted: 2 to 16 capitals and _ in square brackets such as [HIDDEN], the word REDACTED, or at least three *", at, text)
}

func ruleByName(name string) (Rule, bool) {
	for r := ruleNone + 1; r < builtinRules; r++ {
		if builtin[r].name == name && r.configurable() {
			return r, true
		}
	}
	return ruleNone, false
}

func ruleNames() []string {
	var names []string
	for _, r := range Rules() {
		names = append(names, r.Name)
	}
	return names
}
