package alert

import (
	"time"
)

// Type is what a rule watches.
type Type string

// The types of rules.
const (
	TypeNewError    Type = "new_error"
	TypeRegression  Type = "regression"
	TypeErrorRate   Type = "error_rate"
	TypeBurnRate    Type = "burn_rate"
	TypeLatency     Type = "latency"
	TypeSilence     Type = "silence"
	TypeDestructive Type = "destructive"
	TypeQuery       Type = "query"
)

// Severities, most urgent first.
const (
	SeverityCritical = "critical"
	SeverityWarning  = "warning"
	SeverityInfo     = "info"
)

// Rule is one thing to watch for. Fields that are zero take the default of the rule's type; Defaults lists them.
type Rule struct {
	Name     string            `mapstructure:"name"`
	Type     Type              `mapstructure:"type"`
	Match    string            `mapstructure:"match"`    // a condition of the query language; empty takes every operation
	Severity string            `mapstructure:"severity"` // critical, warning or info
	Labels   map[string]string `mapstructure:"labels"`   // added to those of the alert
	By       []string          `mapstructure:"by"`       // service and operation (the default), or service alone

	For           time.Duration `mapstructure:"for"`             // how long the condition must hold before it fires
	KeepFiringFor time.Duration `mapstructure:"keep_firing_for"` // how long it must not hold before it is resolved

	// Of error_rate, latency and query.
	Threshold   float64       `mapstructure:"threshold"`    // error_rate: a share from 0 to 1; query: a number
	Window      time.Duration `mapstructure:"window"`       // error_rate, latency, query
	MinRequests int64         `mapstructure:"min_requests"` // below, error_rate looks at low_traffic_window instead
	MinErrors   int64         `mapstructure:"min_errors"`
	LowTraffic  time.Duration `mapstructure:"low_traffic_window"`
	External    bool          `mapstructure:"external"` // count only operations that called something outside themselves
	Overrides   []Override    `mapstructure:"overrides"`

	// Of burn_rate.
	Objective float64 `mapstructure:"objective"` // the share of operations that must succeed, such as 0.999
	Burn      []Burn  `mapstructure:"burn"`

	// Of latency.
	Quantile float64       `mapstructure:"quantile"` // 0.95 unless told
	Above    time.Duration `mapstructure:"above"`

	// Of silence.
	Every    time.Duration `mapstructure:"every"`     // how often something must come; 0 learns it
	MinGap   time.Duration `mapstructure:"min_gap"`   // shorter silences are never told
	MinBeats int           `mapstructure:"min_beats"` // runs before a period counts as learned

	// Of destructive.
	MinRows int64   `mapstructure:"min_rows"`
	Factor  float64 `mapstructure:"factor"` // times the 99th percentile of rows of the same statement

	// Of regression.
	Quiet time.Duration `mapstructure:"quiet"` // an error not seen for so long counts as resolved

	// Of query: a query with an aggregate; one alert for each row above the threshold.
	Query string `mapstructure:"query"`
}

// Override is another threshold for some of the series. Service and operation take * and ?; the first that fits wins.
type Override struct {
	Service   string        `mapstructure:"service"`
	Operation string        `mapstructure:"operation"`
	Threshold float64       `mapstructure:"threshold"`
	Above     time.Duration `mapstructure:"above"`
}

// Burn is one pair of windows: the rule fires when the error budget burns Rate times too fast over both.
type Burn struct {
	Rate     float64       `mapstructure:"rate"`
	Long     time.Duration `mapstructure:"long"`
	Short    time.Duration `mapstructure:"short"`
	Severity string        `mapstructure:"severity"`
}

// DefaultRules serve a team that has written none: an error never seen before, an error that came back, and 5 % of an
// operation's runs failing.
func DefaultRules() []Rule {
	return []Rule{
		{Name: "NewError", Type: TypeNewError},
		{Name: "ErrorRegressed", Type: TypeRegression},
		{Name: "HighErrorRate", Type: TypeErrorRate},
	}
}

// defaultBurn is the table of Google's SRE workbook for an objective over 30 days: 2 %, 5 % and 10 % of the budget.
func defaultBurn() []Burn {
	return []Burn{
		{Rate: 14.4, Long: time.Hour, Short: 5 * time.Minute, Severity: SeverityCritical},
		{Rate: 6, Long: 6 * time.Hour, Short: 30 * time.Minute, Severity: SeverityCritical},
		{Rate: 1, Long: 72 * time.Hour, Short: 6 * time.Hour, Severity: SeverityWarning},
	}
}

// DefaultWindow is that of rules that have one and do not say it.
const DefaultWindow = 5 * time.Minute

// eventHold is how long an event such as a new error stays firing unless it recurs.
const eventHold = 15 * time.Minute

// withDefaults fills what the rule leaves open.
func (r Rule) withDefaults() Rule {
	setIf(&r.Severity, SeverityWarning)
	if len(r.By) == 0 {
		r.By = []string{"service", "operation"}
	}
	switch r.Type {
	case TypeNewError, TypeRegression, TypeDestructive:
		setIf(&r.KeepFiringFor, eventHold)
	case TypeErrorRate:
		setIf(&r.Window, DefaultWindow)
		setIf(&r.Threshold, 0.05)
		setIf(&r.MinRequests, 20)
		setIf(&r.MinErrors, 5)
		setIf(&r.LowTraffic, time.Hour)
		setIf(&r.KeepFiringFor, 2*r.Window)
	case TypeBurnRate:
		if len(r.Burn) == 0 {
			r.Burn = defaultBurn()
		}
		setIf(&r.MinErrors, 5)
	case TypeLatency:
		setIf(&r.Window, DefaultWindow)
		setIf(&r.Quantile, 0.95)
		setIf(&r.MinRequests, 20)
		setIf(&r.KeepFiringFor, 2*r.Window)
	case TypeSilence:
		setIf(&r.MinGap, time.Minute)
		setIf(&r.MinBeats, 5)
	case TypeQuery:
		setIf(&r.Window, DefaultWindow)
	}
	switch r.Type {
	case TypeRegression:
		setIf(&r.Quiet, 14*24*time.Hour)
	case TypeDestructive:
		setIf(&r.MinRows, 100)
		setIf(&r.Factor, 10)
	}
	return r
}

func setIf[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
