package opslogexporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/opslog/opslog/exporter/opslogexporter/internal/metadata"
	"github.com/opslog/opslog/internal/oplog"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/storehost"
)

// The kinds of record in the exporter's own metric.
var (
	recordOperation = metric.WithAttributeSet(attribute.NewSet(attribute.String("record", "operation")))
	recordSpan      = metric.WithAttributeSet(attribute.NewSet(attribute.String("record", "span")))
	recordLogRecord = metric.WithAttributeSet(attribute.NewSet(attribute.String("record", "log_record")))
)

// opslogExporter turns pdata into rows and hands them to the store; waiting, grouping and repeating are
// exporterhelper's.
type opslogExporter struct {
	cfg       *Config
	telemetry *metadata.TelemetryBuilder
	writer    store.Writer
}

func newExporter(set exporter.Settings, cfg *Config) (*opslogExporter, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	return &opslogExporter{cfg: cfg, telemetry: telemetry}, nil
}

func (e *opslogExporter) start(_ context.Context, host component.Host) error {
	backend, err := storehost.Find(host, e.cfg.Storage)
	if err != nil {
		return err
	}
	e.writer = backend
	return nil
}

func (e *opslogExporter) shutdown(context.Context) error {
	e.telemetry.Shutdown()
	return nil
}

func (e *opslogExporter) pushTraces(ctx context.Context, traces ptrace.Traces) error {
	spans := oplog.Spans(traces)
	return e.written(ctx, recordSpan, len(spans), e.writer.WriteSpans(ctx, spans))
}

func (e *opslogExporter) pushLogs(ctx context.Context, logs plog.Logs) error {
	ops, records := oplog.Split(logs)
	if err := e.written(ctx, recordOperation, len(ops), e.writer.WriteOperations(ctx, ops)); err != nil {
		return err // all of it comes again, which the store allows
	}
	return e.written(ctx, recordLogRecord, len(records), e.writer.WriteLogs(ctx, records))
}

func (e *opslogExporter) written(ctx context.Context, record metric.MeasurementOption, n int, err error) error {
	if err != nil {
		return err
	}
	if n > 0 {
		e.telemetry.ExporterOpslogWrittenRecords.Add(ctx, int64(n), record)
	}
	return nil
}
