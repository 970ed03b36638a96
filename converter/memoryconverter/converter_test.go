package memoryconverter

import (
	"context"
	"math"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

func limiters(l map[string]any) map[string]any { return map[string]any{"processors": l} }

func TestLimitOf(t *testing.T) {
	tests := map[string]struct {
		processors map[string]any
		want       int64 // 0 is none
	}{
		"none":              {map[string]any{"pii_redaction": nil}, 0},
		"with a spike":      {map[string]any{"memory_limiter": map[string]any{"limit_mib": 1000, "spike_limit_mib": 500}}, 450 << 20},
		"default spike":     {map[string]any{"memory_limiter": map[string]any{"limit_mib": 1000}}, 720 << 20},
		"least of several":  {map[string]any{"memory_limiter": map[string]any{"limit_mib": 1000}, "memory_limiter/b": map[string]any{"limit_mib": 500}}, 360 << 20},
		"in percent":        {map[string]any{"memory_limiter": map[string]any{"limit_percentage": 75}}, 0},
		"spike is too high": {map[string]any{"memory_limiter": map[string]any{"limit_mib": 100, "spike_limit_mib": 200}}, 0},
		"no settings":       {map[string]any{"memory_limiter": nil}, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, ok := limitOf(limiters(tt.processors))
			assert.Equal(t, tt.want != 0, ok)
			assert.Equal(t, tt.want, got)
		})
	}
	_, ok := limitOf(nil)
	assert.False(t, ok)
}

func TestConvert(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "")
	t.Setenv("GOGC", "")
	restore(t)
	conf := confmap.NewFromStringMap(limiters(map[string]any{"memory_limiter": map[string]any{"limit_mib": 1000, "spike_limit_mib": 500}}))
	require.NoError(t, NewFactory().Create(confmap.ConverterSettings{}).Convert(context.Background(), conf))
	assert.EqualValues(t, 450<<20, debug.SetMemoryLimit(-1))
	assert.Equal(t, growth, debug.SetGCPercent(growth))
}

func TestTheEnvironmentDecides(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "1GiB")
	t.Setenv("GOGC", "100")
	restore(t)
	conf := confmap.NewFromStringMap(limiters(map[string]any{"memory_limiter": map[string]any{"limit_mib": 1000}}))
	require.NoError(t, NewFactory().Create(confmap.ConverterSettings{}).Convert(context.Background(), conf))
	assert.EqualValues(t, math.MaxInt64, debug.SetMemoryLimit(-1))
	assert.Equal(t, 100, debug.SetGCPercent(100))
}

// restore puts the runtime's settings to their defaults, for the test and behind it.
func restore(t *testing.T) {
	reset := func() { debug.SetMemoryLimit(math.MaxInt64); debug.SetGCPercent(100) }
	reset()
	t.Cleanup(reset)
}
