package piiredactionprocessor

import (
	"maps"
	"slices"

	"github.com/opslog/opslog/internal/pii"
)

// with returns the rules with what another one sets: single settings are
// replaced, lists and rules come on top.
func (r RulesConfig) with(o RulesConfig) RulesConfig {
	set := func(to *string, from string) {
		if from != "" {
			*to = from
		}
	}
	set(&r.Mode, o.Mode)
	set(&r.Profile, o.Profile)
	set(&r.SQL.Literals, o.SQL.Literals)
	r.Keys.Sensitive = slices.Concat(r.Keys.Sensitive, o.Keys.Sensitive)
	r.Keys.Safe = slices.Concat(r.Keys.Safe, o.Keys.Safe)
	r.Keys.Allowed = slices.Concat(r.Keys.Allowed, o.Keys.Allowed)
	if r.Mode != string(pii.ModeAllowlist) {
		r.Keys.Allowed = o.Keys.Allowed
	}
	r.KeyRules = slices.Concat(r.KeyRules, o.KeyRules)
	r.Patterns = slices.Concat(r.Patterns, o.Patterns)
	r.Dictionaries = slices.Concat(r.Dictionaries, o.Dictionaries)
	rules := maps.Clone(r.Rules)
	if rules == nil {
		rules = map[string]RuleConfig{}
	}
	for name, rule := range o.Rules {
		rules[name] = rules[name].with(rule)
	}
	r.Rules = rules
	return r
}

func (r RuleConfig) with(o RuleConfig) RuleConfig {
	if o.Enabled != nil {
		r.Enabled = o.Enabled
	}
	if o.Action != "" {
		r.Action = o.Action
	}
	if o.Replacement != "" {
		r.Replacement = o.Replacement
	}
	return r
}

// engine translates the configuration of one service.
func (c *Config) engine(r RulesConfig) pii.Config {
	out := pii.Config{
		Mode:     pii.Mode(r.Mode),
		Profile:  pii.Profile(r.Profile),
		Keys:     pii.Keys{Sensitive: r.Keys.Sensitive, Safe: r.Keys.Safe, Allowed: r.Keys.Allowed},
		Rules:    make(map[string]pii.RuleConfig, len(r.Rules)),
		Literals: pii.Literals(r.SQL.Literals),
		KeepType: c.KeepType,
		Hash: pii.Hash{
			Key: []byte(c.Hash.Key), Version: c.Hash.KeyVersion,
			Previous: []byte(c.Hash.PreviousKey), PreviousVersion: c.Hash.PreviousKeyVersion, Domain: c.Hash.Domain,
		},
		Limits: pii.Limits{MaxValueBytes: c.Limits.MaxValueBytes, MaxRecordBytes: c.Limits.MaxRecordBytes, MaxDepth: c.Limits.MaxDepth},
	}
	for name, rule := range r.Rules {
		out.Rules[name] = pii.RuleConfig{Enabled: rule.Enabled, Action: pii.Action(rule.Action), Replacement: rule.Replacement}
	}
	for _, k := range r.KeyRules {
		out.KeyRules = append(out.KeyRules, pii.KeyRule{Name: k.Name, Keys: k.Keys, Action: pii.Action(k.Action), Replacement: k.Replacement})
	}
	for _, p := range r.Patterns {
		out.Patterns = append(out.Patterns, pii.Pattern{
			Name: p.Name, Regex: p.Regex, Action: pii.Action(p.Action), Replacement: p.Replacement, Validator: p.Validator, Near: p.Near,
		})
	}
	for _, d := range r.Dictionaries {
		out.Dictionaries = append(out.Dictionaries, pii.Dictionary{
			Name: d.Name, Words: d.Words, Action: pii.Action(d.Action), Replacement: d.Replacement, CaseSensitive: d.CaseSensitive,
		})
	}
	return out
}
