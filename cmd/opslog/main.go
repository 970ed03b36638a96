// Program opslog is an OpenTelemetry Collector that keeps an operations log. Without a command it is the
// collector; with one it is a client of a running opslog.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/confmap/provider/httpprovider"
	"go.opentelemetry.io/collector/confmap/provider/httpsprovider"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.opentelemetry.io/collector/otelcol"

	"github.com/opslog/opslog/config"
	"github.com/opslog/opslog/converter/memoryconverter"
	"github.com/opslog/opslog/converter/packedconverter"
	"github.com/opslog/opslog/converter/strictconverter"
	"github.com/opslog/opslog/internal/cli"
	"github.com/opslog/opslog/internal/offline"
)

// version is set when the binary is linked.
var version = "0.1.0-dev"

func main() {
	err := newCommand().Execute()
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error: "+cli.Explain(err))
	}
	os.Exit(cli.ExitCode(err))
}

func newCommand() *cobra.Command {
	r := &reloader{check: validate}
	root := otelcol.NewCommand(settings(r))
	r.follow(root)
	root.Short = "Collector that keeps an operations log; commands look into it"
	root.SilenceErrors = true // main prints them, once
	root.AddCommand(cli.Commands(readFiles, openRedactor)...)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return errors.Join(cli.ErrUsage, err) })
	return root
}

// readFiles redacts and derives what OTLP files hold.
func readFiles(ctx context.Context, files []io.Reader) (cli.Recording, error) {
	result, err := offline.Read(ctx, files)
	if err != nil {
		return nil, err
	}
	return result, nil
}

func settings(r *reloader) otelcol.CollectorSettings {
	return otelcol.CollectorSettings{
		BuildInfo: component.BuildInfo{Command: "opslog", Description: "Collector that keeps an operations log", Version: version},
		Factories: components,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{ResolverSettings: confmap.ResolverSettings{
			URIs:              []string{config.Default},
			ProviderFactories: r.over(providers()),
			// The first refuses what would lose data, for `opslog validate` and for every start.
			ConverterFactories: []confmap.ConverterFactory{strictconverter.NewFactory(), memoryconverter.NewFactory(), packedconverter.NewFactory()},
		}},
	}
}

// providers are those of builder-config.yaml, and the one for the configurations in the binary.
func providers() []confmap.ProviderFactory {
	return []confmap.ProviderFactory{
		envprovider.NewFactory(),
		fileprovider.NewFactory(),
		yamlprovider.NewFactory(),
		httpprovider.NewFactory(),
		httpsprovider.NewFactory(),
		config.NewProviderFactory(),
	}
}
