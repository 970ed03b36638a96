package opslogexporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"

	"github.com/opslog/opslog/exporter/opslogexporter/internal/metadata"
)

// NewFactory creates the factory of the opslog exporter.
func NewFactory() exporter.Factory {
	return exporter.NewFactory(
		metadata.Type,
		createDefaultConfig,
		exporter.WithTraces(createTraces, metadata.TracesStability),
		exporter.WithLogs(createLogs, metadata.LogsStability),
	)
}

func createTraces(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Traces, error) {
	e, err := newExporter(set, cfg.(*Config))
	if err != nil {
		return nil, err
	}
	next, err := xexporterhelper.NewTracesRequest(ctx, set, tracesParcel, e.pushTraces, e.options(encoding{upgrade: upgradeTraces})...)
	if err != nil {
		return nil, err
	}
	return countedTraces{next, e}, nil
}

func createLogs(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Logs, error) {
	e, err := newExporter(set, cfg.(*Config))
	if err != nil {
		return nil, err
	}
	next, err := xexporterhelper.NewLogsRequest(ctx, set, logsParcel, e.pushLogs, e.options(encoding{upgradeLogs, e.recent})...)
	if err != nil {
		return nil, err
	}
	return countedLogs{next, e}, nil
}

// options take how the queue is on disk.
func (e *opslogExporter) options(form encoding) []exporterhelper.Option {
	return []exporterhelper.Option{
		exporterhelper.WithStart(e.start),
		exporterhelper.WithShutdown(e.shutdown),
		exporterhelper.WithTimeout(e.cfg.TimeoutConfig),
		xexporterhelper.WithQueueBatch(e.cfg.QueueConfig, xexporterhelper.QueueBatchSettings{Encoding: form}),
		exporterhelper.WithRetry(e.cfg.RetryConfig),
	}
}
