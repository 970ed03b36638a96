package offline

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	noopmetric "go.opentelemetry.io/otel/metric/noop"
	nooptrace "go.opentelemetry.io/otel/trace/noop"
	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/otlpfile"
	"github.com/opslog/opslog/processor/piiredactionprocessor"
)

// redact sends the data through the processor with its defaults, so that a file is redacted as traffic is.
func redact(ctx context.Context, data *otlpfile.Data) error {
	factory := piiredactionprocessor.NewFactory()
	set := processor.Settings{ID: component.NewID(factory.Type()), TelemetrySettings: component.TelemetrySettings{
		Logger: zap.NewNop(), TracerProvider: nooptrace.NewTracerProvider(), MeterProvider: noopmetric.NewMeterProvider(),
		Resource: pcommon.NewResource(),
	}}
	cfg := factory.CreateDefaultConfig()
	takeTraces, err := consumer.NewTraces(func(_ context.Context, td ptrace.Traces) error { data.Traces = td; return nil })
	if err != nil {
		return fmt.Errorf("set up the redaction: %w", err)
	}
	takeLogs, err := consumer.NewLogs(func(_ context.Context, ld plog.Logs) error { data.Logs = ld; return nil })
	if err != nil {
		return fmt.Errorf("set up the redaction: %w", err)
	}
	traces, err := factory.CreateTraces(ctx, set, cfg, takeTraces)
	if err != nil {
		return fmt.Errorf("set up the redaction: %w", err)
	}
	logs, err := factory.CreateLogs(ctx, set, cfg, takeLogs)
	if err != nil {
		return fmt.Errorf("set up the redaction: %w", err)
	}
	for _, part := range []component.Component{traces, logs} {
		if err := part.Start(ctx, nil); err != nil {
			return fmt.Errorf("start the redaction: %w", err)
		}
	}
	in, inLogs := data.Traces, data.Logs
	data.Traces, data.Logs = ptrace.NewTraces(), plog.NewLogs() // what is not redacted is not kept
	if err := traces.ConsumeTraces(ctx, in); err != nil {
		return fmt.Errorf("redact the spans: %w", err)
	}
	if err := logs.ConsumeLogs(ctx, inLogs); err != nil {
		return fmt.Errorf("redact the log records: %w", err)
	}
	for _, part := range []component.Component{traces, logs} {
		if err := part.Shutdown(ctx); err != nil {
			return fmt.Errorf("stop the redaction: %w", err)
		}
	}
	return nil
}
