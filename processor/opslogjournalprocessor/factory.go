package opslogjournalprocessor

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"

	"github.com/opslog/opslog/processor/opslogjournalprocessor/internal/metadata"
)

// NewFactory creates the factory of the opslog_journal processor.
func NewFactory() processor.Factory {
	return processor.NewFactory(
		metadata.Type,
		createDefaultConfig,
		processor.WithTraces(createTraces, metadata.TracesStability),
		processor.WithLogs(createLogs, metadata.LogsStability),
	)
}

func createTraces(_ context.Context, set processor.Settings, cfg component.Config, next consumer.Traces) (processor.Traces, error) {
	j, err := newJournal(set, cfg.(*Config), "traces")
	if err != nil {
		return nil, err
	}
	p := &tracesProcessor{journal: j, next: next}
	j.replay = p.replay
	return p, nil
}

func createLogs(_ context.Context, set processor.Settings, cfg component.Config, next consumer.Logs) (processor.Logs, error) {
	j, err := newJournal(set, cfg.(*Config), "logs")
	if err != nil {
		return nil, err
	}
	p := &logsProcessor{journal: j, next: next}
	j.replay = p.replay
	return p, nil
}
