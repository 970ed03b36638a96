// Package config holds the configurations that ship with opslog. Each is a complete file to run or to copy, and
// each is in the binary: opslog --config embed:NAME starts config/NAME.yaml.
package config

import (
	"context"
	"embed"
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

// Default is the URI of the configuration that opslog starts with when no other is named.
const Default = scheme + ":default"

const scheme = "embed"

//go:embed *.yaml
var files embed.FS

// Read is the text of a configuration by its name without the ending.
func Read(name string) ([]byte, error) {
	text, err := files.ReadFile(name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("%s:%s is no configuration of this binary, want one of %s", scheme, name, strings.Join(Names(), ", "))
	}
	return text, nil
}

// Names are the names that Read knows.
func Names() []string {
	entries, _ := files.ReadDir(".") // an embedded directory can always be read
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return names
}

// NewProviderFactory makes the provider behind "embed:" URIs.
func NewProviderFactory() confmap.ProviderFactory {
	return confmap.NewProviderFactory(func(confmap.ProviderSettings) confmap.Provider { return provider{} })
}

type provider struct{}

func (provider) Retrieve(_ context.Context, uri string, _ confmap.WatcherFunc) (*confmap.Retrieved, error) {
	text, err := Read(strings.TrimPrefix(uri, scheme+":"))
	if err != nil {
		return nil, err
	}
	return confmap.NewRetrievedFromYAML(text)
}

func (provider) Scheme() string                 { return scheme }
func (provider) Shutdown(context.Context) error { return nil }
