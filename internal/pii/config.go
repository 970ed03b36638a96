package pii

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Mode says whether findings change the data.
type Mode string

// The modes.
const (
	ModeEnforce Mode = "enforce" // findings are hidden
	ModeReport  Mode = "report"  // nothing changes, findings are counted
)

// Profile is a named choice of rules.
type Profile string

// The profiles.
const (
	ProfileDefault     Profile = "default"      // secrets and personal data
	ProfileSecretsOnly Profile = "secrets_only" // secrets alone
)

// Literals says which literals of SQL statements are hidden.
type Literals string

// The choices for SQL literals.
const (
	LiteralsPII Literals = "pii" // those that hold, or belong to a column of, personal data or secrets
	LiteralsAll Literals = "all" // every literal becomes ?
)

// MinHashKey is the shortest accepted key for tokens, in bytes.
const MinHashKey = 32

// Config is what an Engine is compiled from. The names in its errors are the
// YAML keys of the pii_redaction processor.
type Config struct {
	Mode     Mode
	Profile  Profile
	Keys     Keys
	Patterns []Pattern
	Rules    map[string]RuleConfig
	Hash     Hash
	Literals Literals
	Limits   Limits
}

// Keys are the user's own words on keys. An entry such as `badge number`
// matches any key that ends in these words in any spelling: badgeNumber,
// employee.badge_number, badge-number.
type Keys struct {
	Sensitive []string
	Safe      []string
}

// Pattern is a user's regular expression. Every match is hidden.
type Pattern struct {
	Name   string
	Regex  string
	Action Action
}

// RuleConfig changes one rule.
type RuleConfig struct {
	Enabled *bool
	Action  Action
}

// Hash configures the tokens of the hash action.
type Hash struct {
	Key     []byte
	Version int
}

// Limits bound the work on one value.
type Limits struct {
	// MaxValueBytes is how much of one value is read; the rest is replaced.
	MaxValueBytes int
	// MaxDepth is how many encodings inside each other are followed.
	MaxDepth int
}

// DefaultConfig is what works without any configuration.
func DefaultConfig() Config {
	return Config{
		Mode:     ModeEnforce,
		Profile:  ProfileDefault,
		Literals: LiteralsPII,
		Hash:     Hash{Version: 1},
		Limits:   Limits{MaxValueBytes: 64 << 10, MaxDepth: 4},
	}
}

const (
	minValueBytes = 1 << 10
	maxValueBytes = 16 << 20
	maxDepth      = 8
	maxPatterns   = 100
)

// Validate finds every mistake; its sentences name the YAML key, the value and
// what is accepted, and never a secret.
func (c *Config) Validate() error {
	return errors.Join(
		oneOf("mode", c.Mode, ModeEnforce, ModeReport),
		oneOf("profile", c.Profile, ProfileDefault, ProfileSecretsOnly),
		oneOf("sql.literals", c.Literals, LiteralsPII, LiteralsAll),
		inRange("limits.max_value_bytes", c.Limits.MaxValueBytes, minValueBytes, maxValueBytes),
		inRange("limits.max_depth", c.Limits.MaxDepth, 1, maxDepth),
		inRange("hash.key_version", c.Hash.Version, 1, 999),
		c.validateKeys(), c.validateRules(), c.validatePatterns(), c.validateHash(),
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
	var errs []error
	check := func(key string, list []string) {
		for i, entry := range list {
			if normalize(entry) == "" {
				errs = append(errs, fmt.Errorf("`%s[%d]` is %q; accepted: a key with at least one letter or digit, such as `badge number`", key, i, entry))
			}
		}
	}
	check("keys.sensitive", c.Keys.Sensitive)
	check("keys.safe", c.Keys.Safe)
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
		accepted := builtin[r].actions()
		if a := c.Rules[name].Action; a != "" && !slices.Contains(accepted, a) {
			errs = append(errs, fmt.Errorf("`rules.%s.action` is %q; accepted: %s", name, a, join(accepted)))
		}
	}
	return errors.Join(errs...)
}

func (c *Config) validatePatterns() error {
	if len(c.Patterns) > maxPatterns {
		return fmt.Errorf("`patterns` has %d entries; accepted: up to %d", len(c.Patterns), maxPatterns)
	}
	var errs []error
	seen := map[string]bool{}
	for i, p := range c.Patterns {
		errs = append(errs, p.validate(fmt.Sprintf("patterns[%d]", i), seen))
		seen[p.Name] = true
	}
	return errors.Join(errs...)
}

var patternActions = []Action{ActionReplace, ActionMask, ActionRemove, ActionHash}

func (p Pattern) validate(at string, seen map[string]bool) error {
	var errs []error
	if !isRuleName(p.Name) {
		errs = append(errs, fmt.Errorf("`%s.name` is %q; accepted: 1 to 40 lower-case letters, digits and _, starting with a letter", at, p.Name))
	}
	if _, taken := ruleByName(p.Name); taken || seen[p.Name] {
		errs = append(errs, fmt.Errorf("`%s.name` is %q, which is taken; accepted: a name of its own", at, p.Name))
	}
	re, err := regexp.Compile(p.Regex)
	switch {
	case err != nil:
		errs = append(errs, fmt.Errorf("`%s.regex` is %q: %w; accepted: a Go (RE2) regular expression", at, p.Regex, err))
	case re.MatchString(""):
		errs = append(errs, fmt.Errorf("`%s.regex` is %q, which matches empty text; accepted: an expression that needs at least one character", at, p.Regex))
	}
	if p.Action != "" && !slices.Contains(patternActions, p.Action) {
		errs = append(errs, fmt.Errorf("`%s.action` is %q; accepted: %s", at, p.Action, join(patternActions)))
	}
	return errors.Join(errs...)
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

// validateHash wants a key of full length wherever something is to be hashed:
// an unkeyed hash of an e-mail address or a phone number is reversed by trying.
func (c *Config) validateHash() error {
	n := len(c.Hash.Key)
	if n > 0 && n < MinHashKey {
		return fmt.Errorf("`hash.key` has %d bytes; accepted: at least %d", n, MinHashKey)
	}
	if n > 0 {
		return nil
	}
	var errs []error
	for i, p := range c.Patterns {
		if p.Action == ActionHash {
			errs = append(errs, fmt.Errorf("`patterns[%d].action` is \"hash\" but `hash.key` is empty; accepted: a key of at least %d bytes", i, MinHashKey))
		}
	}
	for _, name := range ruleNames() {
		if c.Rules[name].Action == ActionHash {
			errs = append(errs, fmt.Errorf("`rules.%s.action` is \"hash\" but `hash.key` is empty; accepted: a key of at least %d bytes", name, MinHashKey))
		}
	}
	return errors.Join(errs...)
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
