package alert

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Config is what the engine goes by.
type Config struct {
	// EvaluationInterval is how often Evaluate is called.
	EvaluationInterval time.Duration `mapstructure:"evaluation_interval"`
	// LearningPeriod begins when the engine starts without any state: what is new in it is recorded, not told.
	LearningPeriod time.Duration `mapstructure:"learning_period"`
	// StormLimit new errors within StormWindow are told one by one; more are told as one storm.
	StormLimit  int           `mapstructure:"storm_limit"`
	StormWindow time.Duration `mapstructure:"storm_window"`
	// CascadeWait is how long an error that another service caused waits for that service's own record.
	CascadeWait time.Duration `mapstructure:"cascade_wait"`
	// MaxSeries bounds the combinations of service, environment and operation that are counted apart; the rest
	// share one series whose operation is OtherOperation.
	MaxSeries int `mapstructure:"max_series"`
	// MaxErrors bounds the errors that are known; the one that was not seen for longest goes first.
	MaxErrors int `mapstructure:"max_errors"`
	// Rules are evaluated independently of each other.
	Rules []Rule `mapstructure:"rules"`
}

// OtherOperation is the operation of the series that takes what MaxSeries leaves over.
const OtherOperation = "__other__"

// DefaultConfig serves a small team without a rule of its own.
func DefaultConfig() Config {
	return Config{
		EvaluationInterval: 10 * time.Second,
		LearningPeriod:     15 * time.Minute,
		StormLimit:         10,
		StormWindow:        5 * time.Minute,
		CascadeWait:        10 * time.Second,
		MaxSeries:          5000,
		MaxErrors:          20000,
		Rules:              DefaultRules(),
	}
}

// Validate tells everything that is wrong, each in a sentence that names the key, the value and what is accepted.
func (c *Config) Validate() error {
	var wrong []error
	positive := func(key string, d time.Duration) {
		if d <= 0 {
			wrong = append(wrong, fmt.Errorf("%s is %s: give a duration above 0, such as 10s", key, d))
		}
	}
	positive("evaluation_interval", c.EvaluationInterval)
	positive("storm_window", c.StormWindow)
	if c.LearningPeriod < 0 {
		wrong = append(wrong, fmt.Errorf("learning_period is %s: give 0 or more", c.LearningPeriod))
	}
	if c.CascadeWait < 0 {
		wrong = append(wrong, fmt.Errorf("cascade_wait is %s: give 0 or more", c.CascadeWait))
	}
	for key, n := range map[string]int{"storm_limit": c.StormLimit, "max_series": c.MaxSeries, "max_errors": c.MaxErrors} {
		if n <= 0 {
			wrong = append(wrong, fmt.Errorf("%s is %d: give a whole number above 0", key, n))
		}
	}
	names := map[string]bool{}
	for i, r := range c.Rules {
		at := fmt.Sprintf("rules[%d]", i)
		if r.Name != "" {
			at = fmt.Sprintf("rules[%d] (%s)", i, r.Name)
		}
		for _, err := range r.withDefaults().problems() {
			wrong = append(wrong, fmt.Errorf("%s: %w", at, err))
		}
		if names[r.Name] {
			wrong = append(wrong, fmt.Errorf("%s: name %q is taken by an earlier rule", at, r.Name))
		}
		names[r.Name] = true
	}
	return errors.Join(wrong...)
}

// AsksWhole tells whether a rule looks at more of an operation than its service, name, outcome, duration and numbers of
// calls, where it did not fail.
func (c *Config) AsksWhole() bool {
	return slices.ContainsFunc(c.Rules, func(r Rule) bool { return r.Match != "" || r.Type == TypeDestructive })
}

// ruleName is what Alertmanager and Prometheus take as an alert's name without quoting.
var ruleName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

var labelName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// ownLabels are set by the engine.
var ownLabels = []string{"alertname", "service", "environment", "operation", "severity", "fingerprint"}

// problems are those of a rule with its defaults filled in.
func (r Rule) problems() []error {
	var wrong []error
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if !ruleName.MatchString(r.Name) {
		say("name is %q: give letters, digits, - and _, beginning with a letter", r.Name)
	}
	switch r.Severity {
	case SeverityCritical, SeverityWarning, SeverityInfo:
	default:
		say("severity is %q: use critical, warning or info", r.Severity)
	}
	if by := strings.Join(r.By, ","); by != "service" && by != "service,operation" {
		say("by is [%s]: use [service] or [service, operation]", strings.Join(r.By, ", "))
	}
	for name := range r.Labels {
		if !labelName.MatchString(name) {
			say("labels has %q: a label's name is letters, digits and _", name)
		}
		for _, own := range ownLabels {
			if name == own {
				say("labels has %q, which opslog sets itself", name)
			}
		}
	}
	for key, d := range map[string]time.Duration{"for": r.For, "keep_firing_for": r.KeepFiringFor, "window": r.Window, "every": r.Every} {
		if d < 0 {
			say("%s is %s: give 0 or more", key, d)
		}
	}
	if _, err := selector(r.Match); err != nil {
		say("match: %w", err)
	}
	return append(wrong, r.problemsOfType()...)
}

func (r Rule) problemsOfType() []error {
	var wrong []error
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	switch r.Type {
	case TypeNewError, TypeRegression, TypeSilence, TypeDestructive:
	case TypeErrorRate:
		if r.Threshold <= 0 || r.Threshold >= 1 {
			say("threshold is %v: give a share between 0 and 1, such as 0.05 for 5 %%", r.Threshold)
		}
		if r.Window < time.Minute || r.Window > midWidth*midBuckets {
			say("window is %s: give 1m to 6h", r.Window)
		}
		if r.LowTraffic < r.Window || r.LowTraffic > midWidth*midBuckets {
			say("low_traffic_window is %s: give %s (the window) to 6h", r.LowTraffic, r.Window)
		}
	case TypeBurnRate:
		if r.Objective <= 0 || r.Objective >= 1 {
			say("objective is %v: give the share that must succeed, such as 0.999", r.Objective)
		}
		for _, b := range r.Burn {
			if b.Rate <= 0 || b.Short <= 0 || b.Short >= b.Long || b.Long > coarseWidth*coarseBuckets {
				say("burn has rate %v, long %s, short %s: give a rate above 0 and short < long <= 72h", b.Rate, b.Long, b.Short)
			}
		}
	case TypeLatency:
		if r.Above <= 0 {
			say("above is %s: give the duration above which it alerts, such as 1s", r.Above)
		}
		if r.Quantile <= 0 || r.Quantile >= 1 {
			say("quantile is %v: give a share between 0 and 1, such as 0.95", r.Quantile)
		}
	case TypeQuery:
		if err := checkQuery(r.Query); err != nil {
			say("query: %w", err)
		}
	default:
		say("type is %q: use new_error, regression, error_rate, burn_rate, latency, silence, destructive or query", r.Type)
	}
	return wrong
}
