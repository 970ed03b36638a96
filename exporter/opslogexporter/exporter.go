package opslogexporter

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/opslog/opslog/exporter/opslogexporter/internal/metadata"
	"github.com/opslog/opslog/internal/oplog"
	"github.com/opslog/opslog/internal/spool"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/storehost"
)

// The kinds of record in the exporter's own metrics, and in dead letters.
const (
	recordOperation = "operation"
	recordSpan      = "span"
	recordEdge      = "edge"
	recordQuality   = "quality"
	recordLogRecord = "log_record"
)

var recordOptions = map[string]metric.MeasurementOption{
	recordOperation: metric.WithAttributeSet(attribute.NewSet(attribute.String("record", recordOperation))),
	recordSpan:      metric.WithAttributeSet(attribute.NewSet(attribute.String("record", recordSpan))),
	recordEdge:      metric.WithAttributeSet(attribute.NewSet(attribute.String("record", recordEdge))),
	recordQuality:   metric.WithAttributeSet(attribute.NewSet(attribute.String("record", recordQuality))),
	recordLogRecord: metric.WithAttributeSet(attribute.NewSet(attribute.String("record", recordLogRecord))),
}

// opslogExporter turns pdata into rows and hands them to the store; waiting, grouping and repeating are
// exporterhelper's.
type opslogExporter struct {
	cfg       *Config
	log       *zap.Logger
	telemetry *metadata.TelemetryBuilder
	writer    store.Writer
	archive   storehost.Archiver
	spool     *spool.Spool
	letters   *spool.DeadLetters
	recent    *recent

	cancel  context.CancelFunc
	running sync.WaitGroup
}

func newExporter(set exporter.Settings, cfg *Config) (*opslogExporter, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	return &opslogExporter{cfg: cfg, log: set.Logger, telemetry: telemetry, recent: newRecent()}, nil
}

func (e *opslogExporter) start(_ context.Context, host component.Host) error {
	backend, err := storehost.Find(host, e.cfg.Storage)
	if err != nil {
		return err
	}
	waiting, err := storehost.FindSpool(host, e.cfg.Storage)
	if err != nil {
		return err
	}
	if e.archive, err = storehost.FindArchiver(host, e.cfg.Storage); err != nil {
		return err
	}
	e.writer, e.spool, e.letters = backend, waiting, waiting.DeadLetters()
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	e.running.Go(func() { e.replayLoop(ctx) })
	return nil
}

func (e *opslogExporter) shutdown(context.Context) error {
	if e.cancel != nil {
		e.cancel()
		e.running.Wait()
	}
	e.telemetry.Shutdown()
	return nil
}

func (e *opslogExporter) pushTraces(ctx context.Context, r xexporterhelper.Request) error {
	spans, err := r.(*parcel).readSpans()
	if err != nil {
		return consumererror.NewPermanent(fmt.Errorf("read spans that waited: %w", err))
	}
	return deliver(ctx, e, recordSpan, spans, e.writer.WriteSpans)
}

// pushLogs stops at the first error: all of it comes again, which the store allows.
func (e *opslogExporter) pushLogs(ctx context.Context, r xexporterhelper.Request) error {
	b, err := r.(*parcel).read()
	if err != nil {
		return consumererror.NewPermanent(fmt.Errorf("read log records that waited: %w", err))
	}
	if err := deliver(ctx, e, recordOperation, b.Operations, e.writer.WriteOperations); err != nil {
		return err
	}
	// Behind the database, so that an archive that is full or away leaves the records to be seen while it is tried again.
	if err := e.archive.Archive(b.Operations); err != nil {
		return fmt.Errorf("put operations into the archive: %w", err)
	}
	if err := deliver(ctx, e, recordEdge, b.Edges, e.writer.WriteEdges); err != nil {
		return err
	}
	if err := deliver(ctx, e, recordQuality, b.Quality, e.writer.WriteQuality); err != nil {
		return err
	}
	return deliver(ctx, e, recordLogRecord, b.Logs, e.writer.WriteLogs)
}

func (e *opslogExporter) written(ctx context.Context, record string, n int, err error) error {
	if err != nil {
		return err
	}
	e.telemetry.ExporterOpslogWrittenRecords.Add(ctx, int64(n), recordOptions[record])
	return nil
}

// took counts what the queue has. Together with what was written and what became a dead letter it tells what waits.
func (e *opslogExporter) took(ctx context.Context, record string, n int) {
	if n > 0 {
		e.telemetry.ExporterOpslogAcceptedRecords.Add(ctx, int64(n), recordOptions[record])
	}
}

// readOnly is what the exporter does with what it is given: it is encoded before the call returns. exporterhelper says
// otherwise, because a queue with batches joins pdata; then everything that comes over a fan-out would be copied.
var readOnly = consumer.Capabilities{MutatesData: false}

func (countedTraces) Capabilities() consumer.Capabilities { return readOnly }

func (countedLogs) Capabilities() consumer.Capabilities { return readOnly }

// countedTraces counts what the queue takes, and lets the spool know when it does not.
type countedTraces struct {
	exporter.Traces
	e *opslogExporter
}

func (c countedTraces) ConsumeTraces(ctx context.Context, traces ptrace.Traces) error {
	n := traces.SpanCount()
	end := c.e.spool.Handing(time.Now())
	err := c.Traces.ConsumeTraces(ctx, traces)
	end(time.Now(), err)
	if err == nil {
		c.e.took(ctx, recordSpan, n)
	}
	return err
}

// countedLogs does the same.
type countedLogs struct {
	exporter.Logs
	e *opslogExporter
}

func (c countedLogs) ConsumeLogs(ctx context.Context, logs plog.Logs) error {
	n := oplog.Tally(logs)
	end := c.e.spool.Handing(time.Now())
	err := c.Logs.ConsumeLogs(ctx, logs)
	end(time.Now(), err)
	if err == nil {
		c.e.took(ctx, recordOperation, n.Operations)
		c.e.took(ctx, recordEdge, n.Edges)
		c.e.took(ctx, recordQuality, n.Quality)
		c.e.took(ctx, recordLogRecord, n.Logs)
	}
	return err
}
