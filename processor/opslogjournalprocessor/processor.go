package opslogjournalprocessor

import (
	"context"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/oplog"
)

type tracesProcessor struct {
	*journal
	next consumer.Traces
}

// ConsumeTraces keeps the spans and passes them on.
func (p *tracesProcessor) ConsumeTraces(ctx context.Context, td ptrace.Traces) error {
	n := td.SpanCount()
	if n == 0 {
		return nil
	}
	data, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	if err != nil {
		return consumererror.NewPermanent(err)
	}
	ctx = oplog.WithEncoded(ctx, data)
	return p.keep(ctx, n, data, func() error { return p.next.ConsumeTraces(ctx, td) })
}

func (p *tracesProcessor) replay(ctx context.Context, data []byte) (int, error) {
	td, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(data)
	if err != nil {
		return 0, consumererror.NewPermanent(err)
	}
	n := td.SpanCount()
	return n, p.next.ConsumeTraces(oplog.WithEncoded(ctx, data), td)
}

type logsProcessor struct {
	*journal
	next consumer.Logs
}

// ConsumeLogs keeps the log records and passes them on.
func (p *logsProcessor) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	n := ld.LogRecordCount()
	if n == 0 {
		return nil
	}
	data, err := (&plog.ProtoMarshaler{}).MarshalLogs(ld)
	if err != nil {
		return consumererror.NewPermanent(err)
	}
	return p.keep(ctx, n, data, func() error { return p.next.ConsumeLogs(ctx, ld) })
}

func (p *logsProcessor) replay(ctx context.Context, data []byte) (int, error) {
	ld, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
	if err != nil {
		return 0, consumererror.NewPermanent(err)
	}
	n := ld.LogRecordCount()
	return n, p.next.ConsumeLogs(ctx, ld)
}
