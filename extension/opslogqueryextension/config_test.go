package opslogqueryextension

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
)

func TestDefaultConfig(t *testing.T) {
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	require.NoError(t, componenttest.CheckConfigStruct(cfg))
	require.NoError(t, cfg.Validate())
	assert.Equal(t, "localhost:8585", cfg.NetAddr.Endpoint)
	assert.Equal(t, 10*time.Second, cfg.QueryTimeout)
}

func TestValidate(t *testing.T) {
	tests := map[string]struct {
		change func(*Config)
		want   string
	}{
		"no storage":         {func(c *Config) { c.Storage = component.ID{} }, "storage: must name"},
		"relative base path": {func(c *Config) { c.BasePath = "opslog/" }, `base_path: "opslog/"`},
		"open base path":     {func(c *Config) { c.BasePath = "/opslog" }, `base_path: "/opslog"`},
		"quote in base path": {func(c *Config) { c.BasePath = `/"><script>/` }, "no place in a URL path"},
		"no time":            {func(c *Config) { c.QueryTimeout = 0 }, "query_timeout: 0s, want more than 0"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			cfg := createDefaultConfig().(*Config)
			tt.change(cfg)
			assert.ErrorContains(t, cfg.Validate(), tt.want)
		})
	}
}
