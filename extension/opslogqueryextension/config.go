package opslogqueryextension

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/confignet"
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

	// prevent unkeyed literal initialization
	_ struct{}
}

func createDefaultConfig() component.Config {
	server := confighttp.NewDefaultServerConfig()
	server.NetAddr = confignet.AddrConfig{Endpoint: "localhost:8585", Transport: confignet.TransportTypeTCP}
	return &Config{
		ServerConfig: server,
		Storage:      component.MustNewID("opslog_storage"),
		BasePath:     "/",
		QueryTimeout: 10 * time.Second,
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
	return errors.Join(errs...)
}
