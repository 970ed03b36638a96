package pii

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// Engine is a compiled Config. It is immutable and safe for many goroutines.
type Engine struct {
	mode         Mode
	strict       bool
	literals     Literals
	limits       Limits
	keepType     bool
	rules        []compiledRule
	patterns     []compiledPattern
	dictionaries []*dictionary
	// ownRules is set where the user's patterns or dictionaries look at every value.
	ownRules bool
	hasher   *hasher
	keys     *keyTable
	values   *valueCache
	sessions sync.Pool
}

// New compiles cfg. It fails with all the mistakes that Validate finds.
func New(cfg Config) (*Engine, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	e := &Engine{mode: cfg.Mode, strict: cfg.Profile == ProfileStrict, literals: cfg.Literals, limits: cfg.Limits, keepType: cfg.KeepType}
	if e.strict {
		e.literals = LiteralsAll
	}
	if len(cfg.Hash.Key) > 0 {
		e.hasher = newHasher(cfg.Hash)
	}
	e.compileRules(cfg)
	e.keys = newKeyTable(cfg, e.rules)
	e.compileOwn(cfg)
	e.ownRules = len(e.patterns)+len(e.dictionaries) > 0
	e.values = newValueCache()
	e.sessions.New = func() any { return newSession(e) }
	return e, nil
}

func (e *Engine) compileRules(cfg Config) {
	e.rules = make([]compiledRule, builtinRules, int(builtinRules)+len(cfg.ownRules()))
	for r := range e.rules {
		b := builtin[r]
		c := compiledRule{name: b.name, label: b.label, action: b.action, code: b.code, partial: b.partial, enabled: cfg.Profile.enables(b.class)}
		set := cfg.Rules[b.name]
		if set.Enabled != nil {
			c.enabled = *set.Enabled
		}
		if set.Action != "" {
			c.action = set.Action
		}
		if set.Replacement != "" {
			c.label, c.text = set.Replacement, set.Replacement
		}
		if c.action == "" || (set.Action == "" && c.text != "") {
			c.action = ActionReplace
		}
		e.rules[r] = c
	}
}

// enables tells which rules a profile switches on.
func (p Profile) enables(c class) bool {
	switch c {
	case classPersonal:
		return p != ProfileSecretsOnly
	case classStrict:
		return p == ProfileStrict
	}
	return true
}

// compileOwn adds the user's own rules behind the built-in ones.
func (e *Engine) compileOwn(cfg Config) {
	for i, r := range cfg.KeyRules {
		rule := e.ownRule(r.Name, r.Replacement, r.Action, "uk")
		e.keys.user.add(fmt.Sprintf("key_rules[%d].keys", i), r.Keys, keyHide, rule)
	}
	for _, p := range cfg.Patterns {
		e.patterns = append(e.patterns, newPattern(p, e.ownRule(p.Name, p.Replacement, p.Action, "up")))
	}
	for _, d := range cfg.Dictionaries {
		e.dictionaries = append(e.dictionaries, newDictionary(d, e.ownRule(d.Name, d.Replacement, d.Action, "ud")))
	}
}

func (e *Engine) ownRule(name, text string, action Action, code string) Rule {
	c := compiledRule{name: name, label: "[REDACTED:" + name + "]", action: action, enabled: true, code: code, matched: new(atomic.Bool)}
	if c.action == "" {
		c.action = ActionReplace
	}
	if text != "" {
		c.label = text
	}
	e.rules = append(e.rules, c)
	return Rule(len(e.rules) - 1)
}

// Session hands out a session; the caller releases it.
func (e *Engine) Session() *Session { return e.sessions.Get().(*Session) }

// Text hides what it finds in text, which may be anything: prose, a log line,
// JSON, JSON lines, SQL. The findings are summed by rule.
func (e *Engine) Text(text string) (string, []Finding) {
	s := e.Session()
	defer s.Release()
	out, _ := s.Text(text)
	return out, s.Findings()
}

// Reports tells whether the engine counts and changes nothing.
func (e *Engine) Reports() bool { return e.mode == ModeReport }

// RuleName is the name of a rule in configuration and metrics.
func (e *Engine) RuleName(r Rule) string { return e.rules[r].name }
