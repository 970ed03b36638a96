// Package quality judges the traces of services by their counters: opslog's own checks, and the rules of the
// Instrumentation Score (https://github.com/instrumentation-score/spec) that traces and logs can answer.
package quality

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// Values of Check.Status.
const (
	StatusPass    = "pass"
	StatusWarn    = "warn"
	StatusFail    = "fail"
	StatusUnknown = "unknown" // too little was seen to judge
)

// Bands of the score.
const (
	BandExcellent = "excellent"
	BandGood      = "good"
	BandNeedsWork = "needs improvement"
	BandPoor      = "poor"
)

// Service is the quality of one service's traces in one environment.
type Service struct {
	ServiceName string `json:"service_name"`
	Environment string `json:"environment"`
	// Score is the sum of the weights of the rules that passed over the sum of those that could be judged, times 100;
	// null when none could. It may differ from that of a tool with all rules: see MissingRules.
	Score           *float64 `json:"score"`
	Band            string   `json:"band"`
	Operations      int64    `json:"operations"`
	SpansPerOp      float64  `json:"spans_per_operation"`
	BytesPerSecond  float64  `json:"bytes_per_second"` // at about 1 KiB a span
	Checks          []Check  `json:"checks"`
	MissingRules    []string `json:"missing_rules"`
	FailedRuleCount int      `json:"failed_rules"`
}

// Check is one check or rule on one service.
type Check struct {
	ID       string            `json:"id"`
	Title    string            `json:"title"`
	Rule     bool              `json:"rule"`             // it counts for the score
	Impact   string            `json:"impact,omitempty"` // of a rule: critical, important, normal or low
	Status   string            `json:"status"`
	Total    int64             `json:"total"`
	Failed   int64             `json:"failed"`
	Ratio    float64           `json:"ratio"` // of failed to total
	Value    float64           `json:"value"` // see Unit
	Unit     string            `json:"unit,omitempty"`
	Why      string            `json:"why"`
	Fix      string            `json:"fix"`
	Examples []Example         `json:"examples"`
	Trace    operation.TraceID `json:"example_trace_id,omitzero"`
}

// Example is one subject of a check that is worth a look.
type Example struct {
	Subject string            `json:"subject"`
	Total   int64             `json:"total"`
	Failed  int64             `json:"failed"`
	Trace   operation.TraceID `json:"example_trace_id,omitzero"`
}

const mostExamples = 10

// Evaluate judges all services of the sums over a range, the worst score first.
func Evaluate(sums []*store.QualitySum, r store.Range) []*Service {
	type name struct{ service, environment string }
	grouped := map[name]map[string][]*store.QualitySum{}
	var names []name
	for _, s := range sums {
		n := name{s.ServiceName, s.Environment}
		if grouped[n] == nil {
			grouped[n] = map[string][]*store.QualitySum{}
			names = append(names, n)
		}
		grouped[n][s.Check] = append(grouped[n][s.Check], s)
	}
	out := make([]*Service, 0, len(names))
	for _, n := range names {
		out = append(out, evaluate(n.service, n.environment, grouped[n], r))
	}
	slices.SortStableFunc(out, func(a, b *Service) int { return cmp.Compare(a.sortScore(), b.sortScore()) })
	return out
}

func (s *Service) sortScore() float64 {
	if s.Score == nil {
		return math.Inf(1)
	}
	return *s.Score
}

func evaluate(service, environment string, sums map[string][]*store.QualitySum, r store.Range) *Service {
	out := &Service{ServiceName: service, Environment: environment, Checks: []Check{}, MissingRules: MissingRules()}
	var passed, all int
	for i := range catalogue {
		k := &catalogue[i]
		c := k.evaluate(sums[k.source()])
		out.Checks = append(out.Checks, c)
		if !c.Rule || c.Status == StatusUnknown {
			continue
		}
		all += weights[c.Impact]
		if c.Status == StatusPass {
			passed += weights[c.Impact]
		} else {
			out.FailedRuleCount++
		}
	}
	if all > 0 {
		score := math.Round(float64(passed)/float64(all)*10_000) / 100
		out.Score, out.Band = &score, Band(score)
	}
	var spans int64
	for _, s := range sums[operation.CheckVolume] {
		out.Operations += s.Total
		spans += s.Value
	}
	if out.Operations > 0 {
		out.SpansPerOp = float64(spans) / float64(out.Operations)
	}
	if seconds := float64(r.To-r.From) / 1e9; r.To > r.From {
		out.BytesPerSecond = float64(spans) * bytesPerSpan / seconds
	}
	return out
}

// bytesPerSpan is what a span costs, about.
const bytesPerSpan = 1024

// Band names a score, as the specification does.
func Band(score float64) string {
	switch {
	case score >= 90:
		return BandExcellent
	case score >= 75:
		return BandGood
	case score >= 50:
		return BandNeedsWork
	default:
		return BandPoor
	}
}

// source is the name of the counters that a check reads.
func (k *kind) source() string {
	if k.counter != "" {
		return k.counter
	}
	return k.id
}

func (k *kind) evaluate(sums []*store.QualitySum) Check {
	c := Check{ID: k.id, Title: k.title, Rule: k.impact != "", Impact: k.impact, Unit: k.unit, Why: k.why, Fix: k.fix, Examples: []Example{}}
	var value int64
	for _, s := range sums {
		c.Total += s.Total
		c.Failed += s.Failed
		value += s.Value
		if s.Failed > 0 && !s.ExampleTrace.IsZero() {
			c.Trace = s.ExampleTrace
		}
	}
	if c.Total > 0 {
		c.Ratio = float64(c.Failed) / float64(c.Total)
	}
	if k.value != nil {
		c.Value = k.value(c, value)
	}
	c.Status = k.judge(c, value, sums)
	if c.Status != StatusPass && c.Status != StatusUnknown {
		c.Examples = examples(sums)
	}
	return c
}

// examples are the subjects with the most failures.
func examples(sums []*store.QualitySum) []Example {
	failed := slices.DeleteFunc(slices.Clone(sums), func(s *store.QualitySum) bool { return s.Failed == 0 })
	slices.SortFunc(failed, func(a, b *store.QualitySum) int {
		return cmp.Or(cmp.Compare(b.Failed, a.Failed), strings.Compare(a.Subject, b.Subject))
	})
	out := []Example{}
	for _, s := range failed[:min(len(failed), mostExamples)] {
		out = append(out, Example{Subject: s.Subject, Total: s.Total, Failed: s.Failed, Trace: s.ExampleTrace})
	}
	return out
}
