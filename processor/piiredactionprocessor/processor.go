package piiredactionprocessor

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/opslog/opslog/internal/pii"
	"github.com/opslog/opslog/processor/piiredactionprocessor/internal/metadata"
)

// redactor is one processor of one signal.
type redactor struct {
	engine    *pii.Engine
	telemetry *metadata.TelemetryBuilder
	signal    attribute.KeyValue
	scanned   metric.MeasurementOption
}

func newRedactor(cfg *Config, set processor.Settings, signal string) (*redactor, error) {
	engine, err := pii.New(cfg.engine())
	if err != nil {
		return nil, fmt.Errorf("compiling the redaction rules: %w", err)
	}
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, fmt.Errorf("creating the processor's own metrics: %w", err)
	}
	kv := attribute.String("signal", signal)
	return &redactor{
		engine:    engine,
		telemetry: telemetry,
		signal:    kv,
		scanned:   metric.WithAttributeSet(attribute.NewSet(kv)),
	}, nil
}

func (r *redactor) shutdown(context.Context) error {
	r.telemetry.Shutdown()
	return nil
}

func (r *redactor) traces(ctx context.Context, td ptrace.Traces) (ptrace.Traces, error) {
	w := r.begin()
	w.traces(td)
	r.end(ctx, w)
	return td, nil
}

func (r *redactor) logs(ctx context.Context, ld plog.Logs) (plog.Logs, error) {
	w := r.begin()
	w.logs(ld)
	r.end(ctx, w)
	return ld, nil
}

func (r *redactor) metrics(ctx context.Context, md pmetric.Metrics) (pmetric.Metrics, error) {
	w := r.begin()
	w.metrics(md)
	r.end(ctx, w)
	return md, nil
}

func (r *redactor) begin() *walker {
	return &walker{engine: r.engine, s: r.engine.Session()}
}

// end counts what the walk found and gives its session back.
func (r *redactor) end(ctx context.Context, w *walker) {
	values, bytes := w.s.Scanned()
	r.telemetry.ProcessorPiiRedactionValuesScanned.Add(ctx, int64(values), r.scanned)
	r.telemetry.ProcessorPiiRedactionBytesScanned.Add(ctx, int64(bytes), r.scanned)
	for _, f := range w.s.Findings() {
		r.telemetry.ProcessorPiiRedactionFindings.Add(ctx, int64(f.Count), metric.WithAttributes(
			attribute.String("rule", f.Rule),
			attribute.String("action", string(f.Action)),
			r.signal,
			attribute.String("location", placeNames[f.Place])))
	}
	w.s.Release()
}
