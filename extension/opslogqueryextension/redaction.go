package opslogqueryextension

import (
	"context"
	"fmt"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
	"github.com/opslog/opslog/processor/piiredactionprocessor"
)

// redaction hides personal values in what people bring, by the rules that pii_redaction has by itself: it came by no
// pipeline, whose own rules nobody knows here. The rules are compiled when they are needed first.
type redaction struct {
	once   sync.Once
	traces processor.Traces
	err    error
}

// spans answers the spans without personal values, in the order of their resources.
func (r *redaction) spans(ctx context.Context, spans []*operation.Span) ([]*operation.Span, error) {
	r.once.Do(func() { r.traces, r.err = newRedaction(ctx) })
	if r.err != nil {
		return nil, fmt.Errorf("redact what was brought: %w", r.err)
	}
	traces := oplog.Traces(spans)
	if err := r.traces.ConsumeTraces(ctx, traces); err != nil { // it changes them in place
		return nil, fmt.Errorf("redact what was brought: %w", err)
	}
	return oplog.Spans(traces), nil
}

func newRedaction(ctx context.Context) (processor.Traces, error) {
	factory := piiredactionprocessor.NewFactory()
	set := processor.Settings{ID: component.NewID(factory.Type()), TelemetrySettings: component.TelemetrySettings{
		Logger: zap.NewNop(), MeterProvider: metricnoop.NewMeterProvider(), TracerProvider: tracenoop.NewTracerProvider(), Resource: pcommon.NewResource(),
	}}
	nowhere, err := consumer.NewTraces(func(context.Context, ptrace.Traces) error { return nil })
	if err != nil {
		return nil, err
	}
	return factory.CreateTraces(ctx, set, factory.CreateDefaultConfig(), nowhere)
}
