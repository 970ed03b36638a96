package tempo

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Metric is a TraceQL query of metrics: a spanset and what is computed of what it finds.
type Metric struct {
	Spanset   string
	Func      string    // without _over_time: rate, count, min, max, avg, sum or quantile
	Field     string    // of all but rate and count
	Quantiles []float64 // of quantile
	By        []string  // fields, as TraceQL names them
}

var metric = regexp.MustCompile(`^(?s)(\{.*\})\s*\|\s*([a-z_]+)\s*\(([^()]*)\)\s*(?:by\s*\(([^()]*)\))?\s*(?:with\s*\([^()]*\))?\s*$`)

// ParseMetric reads queries such as { status = error } | rate() by (resource.service.name).
func ParseMetric(text string) (Metric, error) {
	if len(text) > maxLength {
		return Metric{}, fmt.Errorf("it has %d bytes, at most %d are read", len(text), maxLength)
	}
	parts := metric.FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		return Metric{}, fmt.Errorf("want a spanset and one function, like { status = error } | rate() by (resource.service.name)")
	}
	m := Metric{Spanset: parts[1], By: list(parts[4])}
	arguments := list(parts[3])
	switch parts[2] {
	case "rate", "count_over_time":
		m.Func = strings.TrimSuffix(parts[2], "_over_time")
		return m, wantNone(parts[2], arguments)
	case "min_over_time", "max_over_time", "avg_over_time", "sum_over_time", "quantile_over_time":
		m.Func = strings.TrimSuffix(parts[2], "_over_time")
	default:
		return m, fmt.Errorf("function %q is unknown, want rate, or count, min, max, avg, sum or quantile with _over_time", clip(parts[2]))
	}
	if len(arguments) == 0 {
		return m, fmt.Errorf("%s needs a field, like duration", parts[2])
	}
	m.Field = arguments[0]
	if m.Func != "quantile" {
		return m, wantNone(parts[2], arguments[1:])
	}
	for _, text := range arguments[1:] {
		q, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return m, fmt.Errorf("quantile %q is no number", clip(text))
		}
		m.Quantiles = append(m.Quantiles, q)
	}
	if len(m.Quantiles) == 0 {
		return m, fmt.Errorf("quantile_over_time needs quantiles, like quantile_over_time(duration, .9, .99)")
	}
	return m, nil
}

func wantNone(function string, more []string) error {
	if len(more) > 0 {
		return fmt.Errorf("%s takes no %q", function, clip(more[0]))
	}
	return nil
}

func list(text string) (out []string) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// FieldOf is what the query language calls a field of TraceQL, of an operation.
func FieldOf(field string) (string, error) {
	name, _, err := names(field)
	if err == nil && name == "" {
		err = fmt.Errorf("field %q is one of spans; metrics are of operations", clip(field))
	}
	return name, err
}

// Series answers /api/metrics/query_range, with Samples, and /api/metrics/query, with Value.
type Series struct {
	Labels  []Label  `json:"labels"`
	Prom    string   `json:"promLabels"`
	Samples []Sample `json:"samples,omitempty"`
	Value   *float64 `json:"value,omitempty"`
}

// Label is the value of a field, or the quantile p.
type Label struct {
	Key   string `json:"key"`
	Value any    `json:"value"` // an OTLP value
}

// Sample is a value at a time, in milliseconds.
type Sample struct {
	Time  string  `json:"timestampMs"`
	Value float64 `json:"value"`
}
