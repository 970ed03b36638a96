// Package telemetry sets up the OpenTelemetry SDK of one of the shop's Go services: traces and logs over
// OTLP/HTTP through batch processors, W3C trace context and baggage. OTEL_* variables configure the rest.
package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"go.opentelemetry.io/contrib/processors/baggagecopy"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/log/global"
	"go.opentelemetry.io/otel/propagation"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// Start installs the global providers for the service and its default slog logger. The returned function sends
// what is still held and stops them.
func Start(ctx context.Context, service, version string) (stop func(context.Context) error, err error) {
	res, err := newResource(ctx, service, version)
	if err != nil {
		return nil, fmt.Errorf("describe the service: %w", err)
	}
	spans, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("create the span exporter: %w", err)
	}
	records, err := otlploghttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("create the log exporter: %w", err)
	}

	tracers := sdktrace.NewTracerProvider(sdktrace.WithResource(res),
		sdktrace.WithSpanProcessor(baggagecopy.NewSpanProcessor(baggagecopy.AllowAllMembers)),
		sdktrace.WithBatcher(spans))
	loggers := sdklog.NewLoggerProvider(sdklog.WithResource(res),
		sdklog.WithProcessor(sdklog.NewBatchProcessor(records)))
	otel.SetTracerProvider(tracers)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	global.SetLoggerProvider(loggers)
	slog.SetDefault(newLogger(service))

	return func(ctx context.Context) error {
		return errors.Join(tracers.Shutdown(ctx), loggers.Shutdown(ctx))
	}, nil
}

func newResource(ctx context.Context, service, version string) (*resource.Resource, error) {
	return resource.New(ctx,
		resource.WithTelemetrySDK(),
		resource.WithProcessRuntimeName(),
		resource.WithProcessRuntimeVersion(),
		resource.WithAttributes(
			semconv.ServiceNamespace("shop"),
			semconv.ServiceName(service),
			semconv.ServiceVersion(version),
			semconv.ServiceInstanceID(service+"-1"),
		),
		resource.WithFromEnv(),
	)
}
