package tempo

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseMetric(t *testing.T) {
	for text, want := range map[string]Metric{
		`{} | rate()`: {Spanset: "{}", Func: "rate"},
		` { status = error }|rate( ) by(resource.service.name, name) with(sample=true)`: {Spanset: "{ status = error }", Func: "rate", By: []string{"resource.service.name", "name"}},
		`{ name = "a | b" } | quantile_over_time(duration, .9, 0.99)`:                   {Spanset: `{ name = "a | b" }`, Func: "quantile", Field: "duration", Quantiles: []float64{.9, .99}},
		`{} | avg_over_time(span.size) by (.tenant)`:                                    {Spanset: "{}", Func: "avg", Field: "span.size", By: []string{".tenant"}},
	} {
		got, err := ParseMetric(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for text, want := range map[string]string{
		``: "want a spanset", `{}`: "want a spanset", `{} | rate() | rate()`: "want a spanset", `{} | compare({})`: `"compare" is unknown`, `{} | histogram_over_time(duration)`: "is unknown",
		`{} | rate(duration)`: "takes no", `{} | max_over_time()`: "needs a field", `{} | quantile_over_time(duration)`: "needs quantiles",
		`{} | quantile_over_time(duration, x)`: "no number", `{} | min_over_time(duration, 1)`: "takes no",
	} {
		_, err := ParseMetric(text)
		assert.ErrorContains(t, err, want, text)
	}
}

func FuzzParseMetric(f *testing.F) {
	f.Add(`{ status = error } | rate() by (resource.service.name)`)
	f.Add(`{} | quantile_over_time(duration, .9)`)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMetric(text)
		if err == nil {
			assert.NotEmpty(t, m.Func)
			assert.Equal(t, byte('{'), m.Spanset[0])
		}
	})
}
