package clickhouse

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDefaultConfigIsValid(t *testing.T) {
	cfg := DefaultConfig()
	require.NoError(t, cfg.Validate())
}

func TestConfigMistakesAreNamed(t *testing.T) {
	for want, break_ := range map[string]func(*Config){
		`addresses is empty`:                        func(c *Config) { c.Addresses = nil },
		`addresses has "db", want host:port`:        func(c *Config) { c.Addresses = []string{"a:9000", "db"} },
		`database is "a-b"`:                         func(c *Config) { c.Database = "a-b" },
		`database is ""`:                            func(c *Config) { c.Database = "" },
		"cluster is \"a`b\"":                        func(c *Config) { c.Cluster = "a`b" },
		`dial_timeout is -1s`:                       func(c *Config) { c.DialTimeout = -time.Second },
		`max_connections is 0`:                      func(c *Config) { c.MaxConnections = 0 },
		`compression is "gzip", want one of`:        func(c *Config) { c.Compression = "gzip" },
		`payload_search is "on", want one of`:       func(c *Config) { c.PayloadSearch = "on" },
		`retention::spans is 1h0m0s, want at least`: func(c *Config) { c.Retention.Spans = time.Hour },
		`retention::logs is -1h0m0s`:                func(c *Config) { c.Retention.Logs = -time.Hour },
	} {
		cfg := DefaultConfig()
		break_(&cfg)
		assert.ErrorContains(t, cfg.Validate(), want)
	}
}

func TestMistakesDoNotShowThePassword(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Addresses, cfg.Password = nil, "s3cret"
	_, err := Open(t.Context(), cfg, nil)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), cfg.Password)
}
