package opslogstorageextension

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"

	"github.com/opslog/opslog/internal/store/clickhouse"
)

// ClickHouseConfig is a ClickHouse server or cluster.
type ClickHouseConfig struct {
	// Endpoint is where the native protocol is spoken: tcp://host:port, or several behind commas. When one does not
	// answer, the next is tried.
	Endpoint string `mapstructure:"endpoint"`

	// Database is made when it does not exist.
	Database string `mapstructure:"database"`

	Username string              `mapstructure:"username"`
	Password configopaque.String `mapstructure:"password"`

	// Tenants is the user by whom tenants read, whose row policies bound each to its own. Without it they read as Username.
	Tenants configoptional.Optional[ClickHouseTenants] `mapstructure:"tenants"`

	// TLS turns encryption on.
	TLS configoptional.Optional[configtls.ClientConfig] `mapstructure:"tls"`

	// DialTimeout bounds the making of a connection.
	DialTimeout time.Duration `mapstructure:"dial_timeout"`

	// MaxConnections bounds the connections in use at once.
	MaxConnections int `mapstructure:"max_connections"`

	// Compression of what is sent over the network: lz4 or none.
	Compression string `mapstructure:"compression"`

	// Retention is how long records are kept; 0 keeps them for ever.
	Retention ClickHouseRetention `mapstructure:"retention"`

	// PayloadSearch says how free text is looked up: index, scan or off.
	PayloadSearch string `mapstructure:"payload_search"`

	// Cluster is the name of a cluster in the server's configuration; tables are replicated and distributed over it.
	Cluster string `mapstructure:"cluster"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// ClickHouseTenants logs in for what tenants ask of opslog_query.
type ClickHouseTenants struct {
	Username string              `mapstructure:"username"`
	Password configopaque.String `mapstructure:"password"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// ClickHouseRetention is at least 24h each, since whole days are dropped.
type ClickHouseRetention struct {
	Operations time.Duration `mapstructure:"operations"`
	Spans      time.Duration `mapstructure:"spans"`
	Logs       time.Duration `mapstructure:"logs"`
	Graph      time.Duration `mapstructure:"graph"`
	Rollups    time.Duration `mapstructure:"rollups"`
	Errors     time.Duration `mapstructure:"errors"`

	// prevent unkeyed literal initialization
	_ struct{}
}

func defaultClickHouse() ClickHouseConfig {
	d := clickhouse.DefaultConfig()
	return ClickHouseConfig{
		Endpoint:       "tcp://" + d.Addresses[0],
		Database:       d.Database,
		Username:       d.Username,
		DialTimeout:    d.DialTimeout,
		MaxConnections: d.MaxConnections,
		Compression:    d.Compression,
		Retention:      ClickHouseRetention{Operations: d.Retention.Operations, Spans: d.Retention.Spans, Logs: d.Retention.Logs, Graph: d.Retention.Graph, Rollups: d.Retention.Rollups, Errors: d.Retention.Errors},
		PayloadSearch:  d.PayloadSearch,
	}
}

// Validate finds mistakes that can be seen without the server.
func (cfg *ClickHouseConfig) Validate() error {
	if _, err := cfg.addresses(); err != nil {
		return err
	}
	engine := cfg.engine()
	return engine.Validate()
}

func (cfg *ClickHouseConfig) addresses() ([]string, error) {
	var out []string
	for endpoint := range strings.SplitSeq(cfg.Endpoint, ",") {
		endpoint = strings.TrimSpace(endpoint)
		if scheme, rest, ok := strings.Cut(endpoint, "://"); ok {
			if scheme != "tcp" {
				return nil, fmt.Errorf("endpoint: scheme %q, want tcp://host:port of the native protocol", scheme)
			}
			endpoint = rest
		}
		if strings.ContainsAny(endpoint, "@/?") {
			return nil, errors.New("endpoint: holds more than host and port; user, password and database have keys of their own")
		}
		out = append(out, endpoint)
	}
	return out, nil
}

// engine is the configuration as the driver knows it, without TLS, which needs files read.
func (cfg *ClickHouseConfig) engine() clickhouse.Config {
	addresses, _ := cfg.addresses() // Validate told
	engine := clickhouse.Config{
		Addresses:      addresses,
		Database:       cfg.Database,
		Username:       cfg.Username,
		Password:       string(cfg.Password),
		DialTimeout:    cfg.DialTimeout,
		MaxConnections: cfg.MaxConnections,
		Compression:    cfg.Compression,
		Retention: clickhouse.Retention{
			Operations: cfg.Retention.Operations, Spans: cfg.Retention.Spans, Logs: cfg.Retention.Logs, Graph: cfg.Retention.Graph,
			Rollups: cfg.Retention.Rollups, Errors: cfg.Retention.Errors,
		},
		PayloadSearch: cfg.PayloadSearch,
		Cluster:       cfg.Cluster,
	}
	if t := cfg.Tenants.Get(); t != nil {
		engine.Tenants = &clickhouse.TenantsUser{Username: t.Username, Password: string(t.Password)}
	}
	return engine
}

func (cfg *ClickHouseConfig) engineWithTLS(ctx context.Context) (clickhouse.Config, error) {
	engine := cfg.engine()
	if !cfg.TLS.HasValue() {
		return engine, nil
	}
	tls, err := cfg.TLS.Get().LoadTLSConfig(ctx)
	if err != nil {
		return engine, fmt.Errorf("tls: %w", err)
	}
	engine.TLS = tls
	return engine, nil
}
