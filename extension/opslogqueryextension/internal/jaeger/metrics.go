package jaeger

// MetricFamily is a metric over time, as Jaeger's UI reads it (model/proto/metrics/openmetrics.proto, as JSON).
type MetricFamily struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Help    string   `json:"help"`
	Metrics []Metric `json:"metrics"`
}

// Metric is one series.
type Metric struct {
	Labels []Label `json:"labels"`
	Points []Point `json:"metricPoints"`
}

// Label tells series apart.
type Label struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Point is a value at a time.
type Point struct {
	Gauge struct {
		Value float64 `json:"doubleValue"`
	} `json:"gaugeValue"`
	Time string `json:"timestamp"`
}
