package piiredactionprocessor

import (
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/opslog/opslog/internal/pii"
)

// Config is what users set under `pii_redaction`. Every default works unedited.
type Config struct {
	// Mode is `enforce`, or `report`, which changes nothing and counts.
	Mode string `mapstructure:"mode"`
	// Profile is `default`, or `secrets_only`, which leaves personal data alone.
	Profile string `mapstructure:"profile"`
	// Keys are the user's own sensitive and safe keys.
	Keys KeysConfig `mapstructure:"keys"`
	// Patterns are the user's regular expressions.
	Patterns []PatternConfig `mapstructure:"patterns"`
	// Rules switches built-in rules off or gives them another action, by name.
	Rules map[string]RuleConfig `mapstructure:"rules"`
	// Hash holds the key of the `hash` action.
	Hash HashConfig `mapstructure:"hash"`
	// SQL says how statements are treated.
	SQL SQLConfig `mapstructure:"sql"`
	// Limits bound the work on one value.
	Limits LimitsConfig `mapstructure:"limits"`
	_      struct{}
}

// KeysConfig lists keys by their last words, in any spelling.
type KeysConfig struct {
	// Sensitive values are hidden whole.
	Sensitive []string `mapstructure:"sensitive"`
	// Safe values are never read.
	Safe []string `mapstructure:"safe"`
}

// PatternConfig hides every match of an expression.
type PatternConfig struct {
	// Name appears in the replacement and in metrics.
	Name string `mapstructure:"name"`
	// Regex is in Go's (RE2) syntax.
	Regex string `mapstructure:"regex"`
	// Action is `replace` where empty.
	Action string `mapstructure:"action"`
}

// RuleConfig changes one built-in rule.
type RuleConfig struct {
	// Enabled is the profile's choice where not set.
	Enabled *bool `mapstructure:"enabled"`
	// Action is the rule's own where empty.
	Action string `mapstructure:"action"`
}

// HashConfig configures keyed tokens.
type HashConfig struct {
	// Key has at least 32 bytes; give it by environment or file.
	Key configopaque.String `mapstructure:"key"`
	// KeyVersion is written into every token, so that tokens of two keys are told apart.
	KeyVersion int `mapstructure:"key_version"`
}

// SQLConfig says which literals go.
type SQLConfig struct {
	// Literals is `pii` or `all`.
	Literals string `mapstructure:"literals"`
}

// LimitsConfig bounds the work on one value.
type LimitsConfig struct {
	// MaxValueBytes is how much of one value is read; the rest is replaced.
	MaxValueBytes int `mapstructure:"max_value_bytes"`
	// MaxDepth is how many encodings inside each other are followed.
	MaxDepth int `mapstructure:"max_depth"`
}

var _ component.Config = (*Config)(nil)

// Validate finds every mistake before start.
func (c *Config) Validate() error {
	cfg := c.engine()
	return cfg.Validate()
}

// engine translates the configuration.
func (c *Config) engine() pii.Config {
	out := pii.Config{
		Mode:     pii.Mode(c.Mode),
		Profile:  pii.Profile(c.Profile),
		Keys:     pii.Keys{Sensitive: c.Keys.Sensitive, Safe: c.Keys.Safe},
		Rules:    make(map[string]pii.RuleConfig, len(c.Rules)),
		Hash:     pii.Hash{Key: []byte(c.Hash.Key), Version: c.Hash.KeyVersion},
		Literals: pii.Literals(c.SQL.Literals),
		Limits:   pii.Limits{MaxValueBytes: c.Limits.MaxValueBytes, MaxDepth: c.Limits.MaxDepth},
	}
	for name, r := range c.Rules {
		out.Rules[name] = pii.RuleConfig{Enabled: r.Enabled, Action: pii.Action(r.Action)}
	}
	for _, p := range c.Patterns {
		out.Patterns = append(out.Patterns, pii.Pattern{Name: p.Name, Regex: p.Regex, Action: pii.Action(p.Action)})
	}
	return out
}

func createDefaultConfig() component.Config {
	d := pii.DefaultConfig()
	return &Config{
		Mode:    string(d.Mode),
		Profile: string(d.Profile),
		Hash:    HashConfig{KeyVersion: d.Hash.Version},
		SQL:     SQLConfig{Literals: string(d.Literals)},
		Limits:  LimitsConfig{MaxValueBytes: d.Limits.MaxValueBytes, MaxDepth: d.Limits.MaxDepth},
	}
}
