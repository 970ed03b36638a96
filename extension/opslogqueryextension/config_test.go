package opslogqueryextension

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configtls"

	"github.com/opslog/opslog/internal/api"
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
		"backwards":          {func(c *Config) { c.MaxRange = -1 }, "max_range: -1ns, want 0"},
		"open to all":        {func(c *Config) { c.NetAddr.Endpoint = "0.0.0.0:8585" }, `endpoint: "0.0.0.0:8585" can be reached from other machines`},
		"open to all names":  {func(c *Config) { c.NetAddr.Endpoint = ":8585" }, "set auth to an authenticator"},
		"host with a port":   {func(c *Config) { c.AllowedHosts = []string{"ops:8585"} }, `allowed_hosts: "ops:8585"`},
		"unknown tenants":    {func(c *Config) { c.Tenants.From = "username" }, `tenants::from: "username" is what an authenticator knows of a caller; set auth`},
		"nobody's tenants":   {func(c *Config) { withLogin(c); c.Tenants = TenantsConfig{From: "username"} }, "tenants::attribute: is empty"},
		"no rate":            {func(c *Config) { c.Limits.QueriesPerSecond = 0 }, "limits::queries_per_second: 0, want more than 0"},
		"no burst":           {func(c *Config) { c.Limits.Burst = 0 }, "limits::burst: 0, want at least 1"},
		"no queries":         {func(c *Config) { c.Limits.ConcurrentQueries = -1 }, "limits::concurrent_queries: -1"},
		"nameless link":      {func(c *Config) { c.Links = []LinkConfig{{URL: "https://a"}} }, `links: the link to "https://a" has no name`},
		"link to anywhere":   {func(c *Config) { c.Links = []LinkConfig{{Name: "x", URL: "https://{host}/"}} }, "a host without placeholders"},
		"link that runs":     {func(c *Config) { c.Links = []LinkConfig{{Name: "x", URL: "javascript:alert(1)"}} }, "want http(s)://"},
		"link to nothing":    {func(c *Config) { c.Links = []LinkConfig{{Name: "x", URL: "https://a/{tarce_id}"}} }, "unknown placeholder {tarce_id}"},
		"link nowhere":       {func(c *Config) { c.Links = []LinkConfig{{Name: "x", URL: "https://a/", On: "log"}} }, `on: "log", want operation, span, frame`},
		"no streams":         {func(c *Config) { c.Limits.Streams = 0 }, "limits::streams: 0"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			cfg := createDefaultConfig().(*Config)
			tt.change(cfg)
			assert.ErrorContains(t, cfg.Validate(), tt.want)
		})
	}
}

func TestRemoteEndpoints(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"said so": func(c *Config) { c.AllowAnonymousRemote = true },
		"login": func(c *Config) {
			c.Auth = configoptional.Some(confighttp.AuthConfig{Config: configauth.Config{AuthenticatorID: component.MustNewID("basicauth")}})
		},
		"certificates": func(c *Config) {
			c.TLS = configoptional.Some(configtls.ServerConfig{ClientCAFile: "ca.pem"})
		},
		"socket": func(c *Config) { c.NetAddr.Transport = "unix" },
	} {
		cfg := createDefaultConfig().(*Config)
		cfg.NetAddr.Endpoint = "0.0.0.0:8585"
		change(cfg)
		assert.NoError(t, cfg.Validate(), name)
	}
}

func TestHosts(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	assert.Equal(t, []string{"localhost"}, cfg.hosts())
	cfg.NetAddr.Endpoint, cfg.AllowedHosts = "ops.internal:8585", []string{"ops.example"}
	assert.Equal(t, []string{"ops.internal", "ops.example"}, cfg.hosts())
	cfg.Auth = configoptional.Some(confighttp.AuthConfig{})
	assert.Equal(t, []string{"ops.internal", "ops.example"}, cfg.hosts())
	cfg.AllowedHosts = nil
	assert.Equal(t, []string{"*"}, cfg.hosts(), "who logs in may use any name")
}

func TestLinkTemplates(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.Links = []LinkConfig{
		{Name: "Grafana", URL: "https://grafana.example.com/d/svc?var-service={service}&from={from}&to={to}"},
		{Name: "Source", On: "frame", URL: "https://git.example.com/{resource.vcs.ref.head.revision}/{file}#L{line}", Services: []string{"orders"}},
	}
	require.NoError(t, cfg.Validate())
	assert.Equal(t, []api.LinkTemplate{
		{Name: "Grafana", URL: cfg.Links[0].URL, On: "operation"},
		{Name: "Source", URL: cfg.Links[1].URL, On: "frame", Services: []string{"orders"}},
	}, cfg.linkTemplates())
}
