package piiredactionprocessor

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/opslog/opslog/internal/pii"
)

// Config is what users set under `pii_redaction`. Every default works unedited.
type Config struct {
	RulesConfig `mapstructure:",squash"`
	// Services overrides rules for some services; the first that matches counts.
	Services []ServiceConfig `mapstructure:"services"`
	// KeepType writes 0 in place of a hidden number, so that an attribute keeps its type.
	KeepType bool `mapstructure:"keep_type"`
	// Hash holds the keys of the `hash` and `preserve` actions.
	Hash HashConfig `mapstructure:"hash"`
	// Limits bound the work on one value.
	Limits LimitsConfig `mapstructure:"limits"`
	// Audit tells what was found, without any value.
	Audit AuditConfig `mapstructure:"audit"`
	_     struct{}
}

// RulesConfig is what may differ between services.
type RulesConfig struct {
	// Mode is `enforce`, `report`, which changes nothing and counts, or `allowlist`,
	// which lets only `keys.allowed` pass.
	Mode string `mapstructure:"mode"`
	// Profile is `default`, `strict`, or `secrets_only`, which leaves personal data alone.
	Profile string `mapstructure:"profile"`
	// Keys are the user's own sensitive, safe and allowed keys.
	Keys KeysConfig `mapstructure:"keys"`
	// KeyRules are sensitive keys with a name and an action of their own.
	KeyRules []KeyRuleConfig `mapstructure:"key_rules"`
	// Patterns are the user's regular expressions.
	Patterns []PatternConfig `mapstructure:"patterns"`
	// Dictionaries are lists of words and phrases.
	Dictionaries []DictionaryConfig `mapstructure:"dictionaries"`
	// Rules switches built-in rules off or gives them another action, by name.
	Rules map[string]RuleConfig `mapstructure:"rules"`
	// SQL says how statements are treated.
	SQL SQLConfig `mapstructure:"sql"`
}

// ServiceConfig overrides what it sets; its lists come on top of the others.
type ServiceConfig struct {
	// Match holds names of services, with * for any characters.
	Match       []string `mapstructure:"match"`
	RulesConfig `mapstructure:",squash"`
}

// KeysConfig lists keys by their last words, in any spelling, or by paths.
type KeysConfig struct {
	// Sensitive values are hidden whole.
	Sensitive []string `mapstructure:"sensitive"`
	// Safe values are never read.
	Safe []string `mapstructure:"safe"`
	// Allowed values are the only ones that pass in the mode `allowlist`.
	Allowed []string `mapstructure:"allowed"`
}

// KeyRuleConfig hides the values of some keys under a rule of its own.
type KeyRuleConfig struct {
	// Name appears in the replacement and in metrics.
	Name string `mapstructure:"name"`
	// Keys are words or paths.
	Keys []string `mapstructure:"keys"`
	// Action is `replace` where empty.
	Action string `mapstructure:"action"`
	// Replacement stands in place of `[REDACTED:name]`.
	Replacement string `mapstructure:"replacement"`
}

// DictionaryConfig hides words and phrases where they stand whole.
type DictionaryConfig struct {
	// Name appears in the replacement and in metrics.
	Name string `mapstructure:"name"`
	// Words may come from a file: `${file:names.yaml}`.
	Words []string `mapstructure:"words"`
	// Action is `replace` where empty.
	Action string `mapstructure:"action"`
	// Replacement stands in place of `[REDACTED:name]`.
	Replacement string `mapstructure:"replacement"`
	// CaseSensitive words match only as they are written.
	CaseSensitive bool `mapstructure:"case_sensitive"`
}

// PatternConfig hides every match of an expression.
type PatternConfig struct {
	// Name appears in the replacement and in metrics.
	Name string `mapstructure:"name"`
	// Regex is in Go's (RE2) syntax.
	Regex string `mapstructure:"regex"`
	// Action is `replace` where empty.
	Action string `mapstructure:"action"`
	// Replacement stands in place of `[REDACTED:name]`.
	Replacement string `mapstructure:"replacement"`
	// Validator proves a match: `luhn`, `mod97`, `verhoeff`, `entropy`, `public_ip`.
	Validator string `mapstructure:"validator"`
	// Near holds words of which one must stand close to a match.
	Near []string `mapstructure:"near"`
}

// RuleConfig changes one built-in rule.
type RuleConfig struct {
	// Enabled is the profile's choice where not set.
	Enabled *bool `mapstructure:"enabled"`
	// Action is the rule's own where empty.
	Action string `mapstructure:"action"`
	// Replacement stands in place of the rule's label.
	Replacement string `mapstructure:"replacement"`
}

// HashConfig configures keyed tokens.
type HashConfig struct {
	// Key has at least 32 bytes; give it by environment or file.
	Key configopaque.String `mapstructure:"key"`
	// KeyVersion is written into every token, so that tokens of two keys are told apart.
	KeyVersion int `mapstructure:"key_version"`
	// PreviousKey is the key before this one; while set, tokens carry both digests.
	PreviousKey configopaque.String `mapstructure:"previous_key"`
	// PreviousKeyVersion is its number.
	PreviousKeyVersion int `mapstructure:"previous_key_version"`
	// Domain separates the tokens of tenants that share a key.
	Domain string `mapstructure:"domain"`
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
	// MaxRecordBytes is how much of one record is read; later values are replaced.
	MaxRecordBytes int `mapstructure:"max_record_bytes"`
	// MaxDepth is how many encodings inside each other are followed.
	MaxDepth int `mapstructure:"max_depth"`
}

// AuditConfig tells what was found, without any value.
type AuditConfig struct {
	// Attribute is set on spans and log records to the names of the rules that
	// changed them; empty sets none.
	Attribute string `mapstructure:"attribute"`
	// SampleInterval is the least time between two log lines that each describe one
	// finding by its shape; 0 logs none.
	SampleInterval time.Duration `mapstructure:"sample_interval"`
	// UnmatchedAfter is when a log line lists the user's entries that have matched
	// nothing; 0 never does.
	UnmatchedAfter time.Duration `mapstructure:"unmatched_after"`
}

var _ component.Config = (*Config)(nil)

// Validate finds every mistake before start.
func (c *Config) Validate() error {
	engine := c.engine(c.RulesConfig)
	errs := []error{engine.Validate(), c.Audit.validate()}
	for i, s := range c.Services {
		if err := c.validateService(s); err != nil {
			errs = append(errs, fmt.Errorf("`services[%d]`: %w", i, err))
		}
	}
	return errors.Join(errs...)
}

func (c *Config) validateService(s ServiceConfig) error {
	if len(s.Match) == 0 {
		return errors.New("`match` is empty; accepted: at least one name of a service, such as `payments` or `shop-*`")
	}
	for i, name := range s.Match {
		if name == "" {
			return fmt.Errorf("`match[%d]` is empty; accepted: the name of a service, such as `payments` or `shop-*`", i)
		}
	}
	engine := c.engine(c.RulesConfig.with(s.RulesConfig))
	return engine.Validate()
}

// minSampleInterval keeps samples from filling the log.
const minSampleInterval = time.Second

func (a AuditConfig) validate() error {
	var errs []error
	if a.SampleInterval != 0 && a.SampleInterval < minSampleInterval {
		errs = append(errs, fmt.Errorf("`audit.sample_interval` is %s; accepted: 0 for none, or at least %s", a.SampleInterval, minSampleInterval))
	}
	if a.UnmatchedAfter < 0 {
		errs = append(errs, fmt.Errorf("`audit.unmatched_after` is %s; accepted: 0 for never, or a time", a.UnmatchedAfter))
	}
	return errors.Join(errs...)
}

func createDefaultConfig() component.Config {
	d := pii.DefaultConfig()
	return &Config{
		RulesConfig: RulesConfig{
			Mode:    string(d.Mode),
			Profile: string(d.Profile),
			SQL:     SQLConfig{Literals: string(d.Literals)},
		},
		Hash:   HashConfig{KeyVersion: d.Hash.Version},
		Limits: LimitsConfig{MaxValueBytes: d.Limits.MaxValueBytes, MaxRecordBytes: d.Limits.MaxRecordBytes, MaxDepth: d.Limits.MaxDepth},
		Audit:  AuditConfig{UnmatchedAfter: time.Hour},
	}
}
