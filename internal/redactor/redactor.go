// Package redactor runs the pii_redaction processor of a collector configuration over texts and OTLP documents,
// outside of any pipeline, and tells what it found. It is the processor itself, so that what a command shows is
// what a running collector does.
package redactor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	nooptrace "go.opentelemetry.io/otel/trace/noop"
	"go.uber.org/zap"

	"github.com/opslog/opslog/processor/piiredactionprocessor"
)

// Options say which processor runs.
type Options struct {
	// URIs are the collector's configuration, as --config takes them; none means the processor's defaults.
	URIs []string
	// Component is the processor's name, such as pii_redaction/strict; empty means the only one.
	Component string
	// Mode replaces the configured mode where not empty.
	Mode string
}

// Redactor runs one processor. It is for one goroutine.
type Redactor struct {
	traces  processor.Traces
	logs    processor.Logs
	metrics processor.Metrics
	// What the processor handed on last.
	gotTraces  ptrace.Traces
	gotLogs    plog.Logs
	gotMetrics pmetric.Metrics
	meters     *sdkmetric.MeterProvider
	reader     *sdkmetric.ManualReader
}

// Open starts the processor that o names. Mistakes in the configuration are told as the collector tells them.
func Open(ctx context.Context, providers []confmap.ProviderFactory, o Options) (*Redactor, error) {
	factory := piiredactionprocessor.NewFactory()
	cfg, err := configuration(ctx, factory, providers, o)
	if err != nil {
		return nil, err
	}
	r := &Redactor{reader: sdkmetric.NewManualReader()}
	r.meters = sdkmetric.NewMeterProvider(sdkmetric.WithReader(r.reader))
	set := processor.Settings{ID: component.NewID(factory.Type()), TelemetrySettings: component.TelemetrySettings{
		Logger: zap.NewNop(), TracerProvider: nooptrace.NewTracerProvider(), MeterProvider: r.meters,
	}}
	if err := r.create(ctx, factory, set, cfg); err != nil {
		return nil, fmt.Errorf("start the processor: %w", err)
	}
	return r, nil
}

func (r *Redactor) create(ctx context.Context, factory processor.Factory, set processor.Settings, cfg component.Config) (err error) {
	traces, e1 := consumer.NewTraces(func(_ context.Context, td ptrace.Traces) error { r.gotTraces = td; return nil })
	logs, e2 := consumer.NewLogs(func(_ context.Context, ld plog.Logs) error { r.gotLogs = ld; return nil })
	metrics, e3 := consumer.NewMetrics(func(_ context.Context, md pmetric.Metrics) error { r.gotMetrics = md; return nil })
	if err := errors.Join(e1, e2, e3); err != nil {
		return err
	}
	if r.traces, err = factory.CreateTraces(ctx, set, cfg, traces); err != nil {
		return err
	}
	if r.logs, err = factory.CreateLogs(ctx, set, cfg, logs); err != nil {
		return err
	}
	if r.metrics, err = factory.CreateMetrics(ctx, set, cfg, metrics); err != nil {
		return err
	}
	for _, c := range r.components() {
		if err := c.Start(ctx, noHost{}); err != nil {
			return err
		}
	}
	return nil
}

func (r *Redactor) components() []component.Component {
	return []component.Component{r.traces, r.logs, r.metrics}
}

// Close stops the processor.
func (r *Redactor) Close(ctx context.Context) error {
	var errs []error
	for _, c := range r.components() {
		errs = append(errs, c.Shutdown(ctx))
	}
	return errors.Join(append(errs, r.meters.Shutdown(ctx))...)
}

// noHost is a host without extensions: the processor asks for none.
type noHost struct{}

func (noHost) GetExtensions() map[component.ID]component.Component { return nil }

// configuration reads the section of the processor.
func configuration(ctx context.Context, factory processor.Factory, providers []confmap.ProviderFactory, o Options) (component.Config, error) {
	cfg := factory.CreateDefaultConfig()
	if len(o.URIs) > 0 {
		section, err := section(ctx, providers, o)
		if err != nil {
			return nil, err
		}
		if err := section.Unmarshal(cfg); err != nil {
			return nil, fmt.Errorf("read the section of the processor: %w", err)
		}
	}
	if o.Mode != "" {
		cfg.(*piiredactionprocessor.Config).Mode = o.Mode
	}
	if err := cfg.(*piiredactionprocessor.Config).Validate(); err != nil {
		return nil, fmt.Errorf("pii_redaction: %w", err)
	}
	return cfg, nil
}

func section(ctx context.Context, providers []confmap.ProviderFactory, o Options) (*confmap.Conf, error) {
	resolver, err := confmap.NewResolver(confmap.ResolverSettings{URIs: o.URIs, ProviderFactories: providers, DefaultScheme: "env"})
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	conf, err := resolver.Resolve(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	processors, err := conf.Sub("processors")
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	name, err := choose(processors, o.Component)
	if err != nil {
		return nil, err
	}
	return processors.Sub(name)
}

// choose finds the processor by its name, or the only one of its type.
func choose(processors *confmap.Conf, name string) (string, error) {
	var found []string
	for id := range processors.ToStringMap() {
		if kind, _, _ := strings.Cut(id, "/"); kind == "pii_redaction" && (name == "" || name == id) {
			found = append(found, id)
		}
	}
	slices.Sort(found)
	switch {
	case len(found) == 1, len(found) > 1 && found[0] == "pii_redaction":
		return found[0], nil
	case len(found) == 0 && name != "":
		return "", fmt.Errorf("the configuration has no processor %q", name)
	case len(found) == 0:
		return "", errors.New("the configuration has no pii_redaction processor")
	}
	return "", fmt.Errorf("the configuration has %s; say which one", strings.Join(found, ", "))
}
