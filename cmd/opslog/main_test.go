package main

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/otelcol"
	"go.yaml.in/yaml/v3"

	"github.com/opslog/opslog/config"
)

// manifest is what of builder-config.yaml the tests need.
type manifest struct {
	Receivers  []module `yaml:"receivers"`
	Processors []module `yaml:"processors"`
	Connectors []module `yaml:"connectors"`
	Exporters  []module `yaml:"exporters"`
	Extensions []module `yaml:"extensions"`
	Providers  []module `yaml:"providers"`
}

type module struct {
	GoMod  string `yaml:"gomod"`
	Import string `yaml:"import"`
}

func readManifest(t *testing.T) manifest {
	t.Helper()
	text, err := os.ReadFile("../../builder-config.yaml")
	require.NoError(t, err)
	var m manifest
	require.NoError(t, yaml.Unmarshal(text, &m))
	return m
}

func TestProvidersAreThoseOfTheManifest(t *testing.T) {
	want := []string{"embed"}
	for _, p := range readManifest(t).Providers {
		path := strings.Fields(p.GoMod)[0]
		want = append(want, strings.TrimSuffix(filepath.Base(path), "provider"))
	}
	var got []string
	for _, f := range providers() {
		got = append(got, f.Create(confmap.ProviderSettings{}).Scheme())
	}
	sort.Strings(want)
	sort.Strings(got)
	assert.Equal(t, want, got)
}

func TestEveryComponentOfOursIsInTheManifest(t *testing.T) {
	m := readManifest(t)
	var listed []string
	for _, list := range [][]module{m.Receivers, m.Processors, m.Connectors, m.Exporters, m.Extensions} {
		for _, entry := range list {
			if entry.Import != "" {
				listed = append(listed, strings.TrimPrefix(entry.Import, "github.com/opslog/opslog/"))
			}
		}
	}
	found, err := filepath.Glob("../../*/*/metadata.yaml")
	require.NoError(t, err)
	var folders []string
	for _, path := range found {
		folders = append(folders, strings.TrimPrefix(filepath.Dir(path), "../../"))
	}
	sort.Strings(listed)
	sort.Strings(folders)
	assert.Equal(t, listed, folders)
}

func TestBuiltInConfigurationsAreValid(t *testing.T) {
	t.Setenv("OPSLOG_TOKEN", "what those that listen beyond this machine refuse to start without")
	factories, err := components()
	require.NoError(t, err)
	for _, name := range config.Names() {
		t.Run(name, func(t *testing.T) {
			set := settings(&reloader{}).ConfigProviderSettings
			set.ResolverSettings.URIs = []string{"embed:" + name}
			set.ResolverSettings.DefaultScheme = "env"
			provider, err := otelcol.NewConfigProvider(set)
			require.NoError(t, err)
			cfg, err := provider.Get(t.Context(), factories)
			require.NoError(t, err)
			require.NoError(t, confmap.Validate(cfg))
		})
	}
}

func TestDefaultIsTheFileInConfig(t *testing.T) {
	file, err := os.ReadFile("../../config/default.yaml")
	require.NoError(t, err)
	built, err := config.Read("default")
	require.NoError(t, err)
	assert.Equal(t, string(file), string(built))
}
