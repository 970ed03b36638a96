package opslogqueryextension

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/api"
)

// LinkConfig is a way from an operation, a span or a line of a stack trace to another tool: dashboards, logs, profiles,
// source code. In URL, {names} stand for values of what is looked at; where one has no value, the link is not shown.
type LinkConfig struct {
	Name string `mapstructure:"name"`
	URL  string `mapstructure:"url"`

	// On is where the link stands: operation (default), span, or frame of a stack trace.
	On string `mapstructure:"on"`

	// Services that have it; none is all.
	Services []string `mapstructure:"services"`

	// prevent unkeyed literal initialization
	_ struct{}
}

var (
	linkPlaces  = []string{"operation", "span", "frame"}
	placeholder = regexp.MustCompile(`\{([^{}]*)\}`)
	linkNames   = []string{
		"trace_id", "span_id", "operation_id", "service", "version", "environment", "host", "instance", "user", "tenant", "request_id", "name",
		"route", "error_fingerprint", "from", "to", "file", "line",
	}
)

func (l *LinkConfig) validate() error {
	if l.Name == "" {
		return fmt.Errorf("links: the link to %q has no name", l.URL)
	}
	if l.On != "" && !slices.Contains(linkPlaces, l.On) {
		return fmt.Errorf("links::%s: on: %q, want %s", l.Name, l.On, strings.Join(linkPlaces, ", "))
	}
	// What telemetry says must not choose the server that a browser goes to.
	u, err := url.Parse(l.URL)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || strings.ContainsAny(u.Host, "{}%") {
		return fmt.Errorf("links::%s: url: %q, want http(s):// and a host without placeholders", l.Name, l.URL)
	}
	for _, m := range placeholder.FindAllStringSubmatch(l.URL, -1) {
		if !slices.Contains(linkNames, m[1]) && !strings.HasPrefix(m[1], "resource.") && !strings.HasPrefix(m[1], "attr.") {
			return fmt.Errorf("links::%s: url: unknown placeholder {%s}, want one of %s, resource.KEY or attr.KEY", l.Name, m[1], strings.Join(linkNames, ", "))
		}
	}
	return nil
}

func (cfg *Config) validateLinks() error {
	var errs []error
	for i := range cfg.Links {
		errs = append(errs, cfg.Links[i].validate())
	}
	return errors.Join(errs...)
}

// linkTemplates are the links as the web UI fills them.
func (cfg *Config) linkTemplates() []api.LinkTemplate {
	var out []api.LinkTemplate
	for _, l := range cfg.Links {
		on := l.On
		if on == "" {
			on = linkPlaces[0]
		}
		out = append(out, api.LinkTemplate{Name: l.Name, URL: l.URL, On: on, Services: l.Services})
	}
	return out
}
