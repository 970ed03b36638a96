package pii

import (
	"regexp"
	"sync"
)

// Engine is a compiled Config. It is immutable and safe for many goroutines.
type Engine struct {
	mode     Mode
	literals Literals
	limits   Limits
	rules    []compiledRule
	patterns []compiledPattern
	hasher   *hasher
	keys     *keyTable
	values   *valueCache
	sessions sync.Pool
}

type compiledPattern struct {
	rule Rule
	re   *regexp.Regexp
}

// New compiles cfg. It fails with all the mistakes that Validate finds.
func New(cfg Config) (*Engine, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	e := &Engine{mode: cfg.Mode, literals: cfg.Literals, limits: cfg.Limits}
	if len(cfg.Hash.Key) > 0 {
		e.hasher = newHasher(cfg.Hash.Key, cfg.Hash.Version)
	}
	e.compileRules(cfg)
	e.compilePatterns(cfg)
	e.keys = newKeyTable(cfg.Keys)
	e.values = newValueCache()
	e.sessions.New = func() any { return newSession(e) }
	return e, nil
}

func (e *Engine) compileRules(cfg Config) {
	e.rules = make([]compiledRule, builtinRules)
	for r := range e.rules {
		b := builtin[r]
		c := compiledRule{name: b.name, label: b.label, action: b.action, code: b.code, partial: b.partial}
		c.enabled = b.class != classPersonal || cfg.Profile != ProfileSecretsOnly
		set := cfg.Rules[b.name]
		if set.Enabled != nil {
			c.enabled = *set.Enabled
		}
		if set.Action != "" {
			c.action = set.Action
		}
		if c.action == "" {
			c.action = ActionReplace
		}
		e.rules[r] = c
	}
}

func (e *Engine) compilePatterns(cfg Config) {
	for _, p := range cfg.Patterns {
		c := compiledRule{name: p.Name, label: "[REDACTED:" + p.Name + "]", action: p.Action, enabled: true, code: "up"}
		if c.action == "" {
			c.action = ActionReplace
		}
		e.patterns = append(e.patterns, compiledPattern{rule: Rule(len(e.rules)), re: regexp.MustCompile(p.Regex)})
		e.rules = append(e.rules, c)
	}
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

// RuleName is the name of a rule in configuration and metrics.
func (e *Engine) RuleName(r Rule) string { return e.rules[r].name }
