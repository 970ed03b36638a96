package opslogqueryextension

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/confignet"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/guard"
)

// Config of the extension.
type Config struct {
	// ServerConfig is the collector's own: endpoint, tls, auth, cors, limits.
	confighttp.ServerConfig `mapstructure:",squash"`

	// Storage is the opslog_storage extension to read from.
	Storage component.ID `mapstructure:"storage"`

	// BasePath is the path under which a reverse proxy shows the server; it begins and ends with a slash.
	BasePath string `mapstructure:"base_path"`

	// QueryTimeout bounds the work of the database for one request.
	QueryTimeout time.Duration `mapstructure:"query_timeout"`

	// MaxRange bounds the range of time of questions that look at all operations in it; 0 is no bound.
	MaxRange time.Duration `mapstructure:"max_range"`

	// AllowAnonymousRemote lets anybody who can reach the server read everything.
	AllowAnonymousRemote bool `mapstructure:"allow_anonymous_remote"`

	// AllowedHosts are the names by which browsers may call the server, beside localhost and IP addresses.
	AllowedHosts []string `mapstructure:"allowed_hosts"`

	// ReadOnly refuses every change.
	ReadOnly bool `mapstructure:"read_only"`

	// Tenants makes this server one for tenants: each who logs in sees its own records only, and changes nothing but the
	// queries and links that it saves.
	Tenants TenantsConfig `mapstructure:"tenants"`

	// Limits of each caller.
	Limits LimitsConfig `mapstructure:"limits"`

	// Links to other tools that the web UI shows.
	Links []LinkConfig `mapstructure:"links"`

	// Compatibility with other tools' query APIs.
	Compatibility CompatibilityConfig `mapstructure:"compatibility"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// TenantsConfig says who is which tenant, and what is whose.
type TenantsConfig struct {
	// From is what the authenticator knows of a caller that is the tenant's name: username (basicauth), subject (oidc).
	// Empty is a server for everything.
	From string `mapstructure:"from"`

	// Attribute is that of the resource of spans and log records which holds the tenant.
	Attribute string `mapstructure:"attribute"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// LimitsConfig bounds what one caller may ask for: a user where an authenticator tells them apart, else an address.
type LimitsConfig struct {
	QueriesPerSecond  float64 `mapstructure:"queries_per_second"`
	Burst             int     `mapstructure:"burst"`
	ConcurrentQueries int     `mapstructure:"concurrent_queries"`
	Streams           int     `mapstructure:"streams"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// CompatibilityConfig switches the query APIs of other tools on and off.
type CompatibilityConfig struct {
	Jaeger bool `mapstructure:"jaeger"` // at the root
	Tempo  bool `mapstructure:"tempo"`  // under tempo/

	// prevent unkeyed literal initialization
	_ struct{}
}

func createDefaultConfig() component.Config {
	server := confighttp.NewDefaultServerConfig()
	server.MaxRequestBodySize = maxBody
	server.NetAddr = confignet.AddrConfig{Endpoint: "localhost:8585", Transport: confignet.TransportTypeTCP}
	return &Config{
		ServerConfig:  server,
		Storage:       component.MustNewID("opslog_storage"),
		BasePath:      "/",
		QueryTimeout:  10 * time.Second,
		Tenants:       TenantsConfig{Attribute: "opslog.tenant"},
		MaxRange:      31 * 24 * time.Hour,
		Limits:        LimitsConfig{QueriesPerSecond: 200, Burst: 1000, ConcurrentQueries: 4, Streams: 8},
		Compatibility: CompatibilityConfig{Jaeger: true, Tempo: true},
	}
}

// Validate checks what the collector's own server settings do not.
func (cfg *Config) Validate() error {
	var errs []error
	if cfg.Storage == (component.ID{}) {
		errs = append(errs, errors.New("storage: must name an opslog_storage extension"))
	}
	if !strings.HasPrefix(cfg.BasePath, "/") || !strings.HasSuffix(cfg.BasePath, "/") {
		errs = append(errs, fmt.Errorf("base_path: %q, want a path that begins and ends with a slash, like / or /opslog/", cfg.BasePath))
	}
	if strings.ContainsAny(cfg.BasePath, "\"'<>&{}?# ") {
		errs = append(errs, fmt.Errorf("base_path: %q holds a character that has no place in a URL path", cfg.BasePath))
	}
	if cfg.QueryTimeout <= 0 {
		errs = append(errs, fmt.Errorf("query_timeout: %v, want more than 0", cfg.QueryTimeout))
	}
	if cfg.MaxRange < 0 {
		errs = append(errs, fmt.Errorf("max_range: %v, want 0 for no bound, or more", cfg.MaxRange))
	}
	return errors.Join(append(errs, cfg.validateAccess(), cfg.validateTenants(), cfg.validateLinks(), cfg.Limits.validate())...)
}

// validateAccess refuses to show everything to a network by mistake.
func (cfg *Config) validateAccess() error {
	var errs []error
	if cfg.isRemote() && !cfg.authenticates() && !cfg.AllowAnonymousRemote {
		errs = append(errs, fmt.Errorf("endpoint: %q can be reached from other machines and nobody has to log in; "+
			"set auth to an authenticator (or tls::client_ca_file), or listen on localhost, or say allow_anonymous_remote: true", cfg.NetAddr.Endpoint))
	}
	for _, name := range cfg.AllowedHosts {
		if name == "" || strings.ContainsAny(name, "/:@ ") {
			errs = append(errs, fmt.Errorf("allowed_hosts: %q, want a host name without scheme and port, like ops.example.com, or *", name))
		}
	}
	return errors.Join(errs...)
}

func (cfg *Config) validateTenants() error {
	switch {
	case cfg.Tenants.From == "":
		return nil
	case !cfg.Auth.HasValue():
		return fmt.Errorf("tenants::from: %q is what an authenticator knows of a caller; set auth to one", cfg.Tenants.From)
	case cfg.Tenants.Attribute == "":
		return errors.New("tenants::attribute: is empty, want the resource attribute that holds the tenant of spans and log records")
	}
	return nil
}

// forTenants tells that callers see their own records only.
func (cfg *Config) forTenants() bool { return cfg.Tenants.From != "" }

// writes tells that callers may change what belongs to all. Tenants may not.
func (cfg *Config) writes() bool { return !cfg.ReadOnly && !cfg.forTenants() }

func (cfg *Config) isRemote() bool {
	return !strings.HasPrefix(string(cfg.NetAddr.Transport), "unix") && !guard.IsLoopback(cfg.NetAddr.Endpoint)
}

// authenticates tells whether callers prove who they are.
func (cfg *Config) authenticates() bool {
	return cfg.Auth.HasValue() || cfg.TLS.HasValue() && cfg.TLS.Get().ClientCAFile != ""
}

// hosts are the names that a browser may call the server by. Where callers log in, a page that has another name
// pointed at the server has no credentials for it, and any name will do.
func (cfg *Config) hosts() []string {
	if cfg.authenticates() && len(cfg.AllowedHosts) == 0 {
		return []string{"*"}
	}
	host, _, err := net.SplitHostPort(cfg.NetAddr.Endpoint)
	if err != nil || host == "" {
		return cfg.AllowedHosts
	}
	return append([]string{host}, cfg.AllowedHosts...)
}

func (l *LimitsConfig) guard() guard.Limits {
	return guard.Limits{Rate: l.QueriesPerSecond, Burst: l.Burst, Concurrent: l.ConcurrentQueries, Streams: l.Streams}
}

func (l *LimitsConfig) validate() error {
	var errs []error
	if !(l.QueriesPerSecond > 0) {
		errs = append(errs, fmt.Errorf("limits::queries_per_second: %v, want more than 0", l.QueriesPerSecond))
	}
	for _, key := range []struct {
		name  string
		value int
	}{{"burst", l.Burst}, {"concurrent_queries", l.ConcurrentQueries}, {"streams", l.Streams}} {
		if key.value < 1 {
			errs = append(errs, fmt.Errorf("limits::%s: %d, want at least 1", key.name, key.value))
		}
	}
	return errors.Join(errs...)
}
