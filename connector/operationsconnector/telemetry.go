package operationsconnector

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/opslog/opslog/connector/operationsconnector/internal/metadata"
)

// Values of the attribute reason.
const (
	refusedMemory = "memory"
	refusedOutput = "output"
)

// telemetry is the connector's own metrics. Each carries the connector's id.
type telemetry struct {
	builder *metadata.TelemetryBuilder
	id      attribute.KeyValue
}

func newTelemetry(set connector.Settings, c *core) (*telemetry, error) {
	builder, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	t := &telemetry{builder: builder, id: attribute.String("connector", set.ID.String())}
	if err := t.observe(c); err != nil {
		builder.Shutdown()
		return nil, err
	}
	return t, nil
}

// observe ties what the workers count to the metrics.
func (t *telemetry) observe(c *core) error {
	b := t.builder
	sum := func(value func(*workerStats) int64) metric.Int64Callback {
		return func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(c.sum(value), metric.WithAttributes(t.id))
			return nil
		}
	}
	return errors.Join(
		b.RegisterConnectorOperationsHeldBytesCallback(sum(func(s *workerStats) int64 { return s.Bytes })),
		b.RegisterConnectorOperationsHeldTracesCallback(sum(func(s *workerStats) int64 { return s.Traces })),
		b.RegisterConnectorOperationsOpenOperationsCallback(sum(func(s *workerStats) int64 { return s.Open })),
		b.RegisterConnectorOperationsUnsentBytesCallback(sum(func(s *workerStats) int64 { return s.unsent })),
		b.RegisterConnectorOperationsSpansCallback(sum(func(s *workerStats) int64 { return s.Spans })),
		b.RegisterConnectorOperationsDuplicateSpansCallback(sum(func(s *workerStats) int64 { return s.Duplicates })),
		b.RegisterConnectorOperationsLateSpansCallback(sum(func(s *workerStats) int64 { return s.Late })),
		b.RegisterConnectorOperationsExceptionsCallback(sum(func(s *workerStats) int64 { return s.Exceptions })),
		b.RegisterConnectorOperationsUnmatchedExceptionsCallback(sum(func(s *workerStats) int64 { return s.Unmatched })),
		b.RegisterConnectorOperationsEvictedOperationsCallback(sum(func(s *workerStats) int64 { return s.Evicted })),
		b.RegisterConnectorOperationsOldOperationsCallback(sum(func(s *workerStats) int64 { return s.old })),
		b.RegisterConnectorOperationsDroppedSpansCallback(t.dropped(c)),
		b.RegisterConnectorOperationsShedRecordsCallback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(c.stress.shed.Load(), metric.WithAttributes(t.id))
			return nil
		}),
		b.RegisterConnectorOperationsPendingCallsCallback(sum(func(s *workerStats) int64 { return s.pending })),
		b.RegisterConnectorOperationsOverflowCallsCallback(func(_ context.Context, o metric.Int64Observer) error {
			calls, _ := c.graph.overflowed()
			o.Observe(calls, metric.WithAttributes(t.id))
			return nil
		}),
		b.RegisterConnectorOperationsOverflowChecksCallback(func(_ context.Context, o metric.Int64Observer) error {
			_, checks := c.graph.overflowed()
			o.Observe(checks, metric.WithAttributes(t.id))
			return nil
		}),
		b.RegisterConnectorOperationsMetricSeriesCallback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(int64(c.red.size()), metric.WithAttributes(t.id))
			return nil
		}),
		b.RegisterConnectorOperationsOverflowOperationsCallback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(c.red.overflowed(), metric.WithAttributes(t.id))
			return nil
		}),
	)
}

func (t *telemetry) dropped(c *core) metric.Int64Callback {
	return func(_ context.Context, o metric.Int64Observer) error {
		for reason, value := range map[string]func(*workerStats) int64{
			"orphan":  func(s *workerStats) int64 { return s.Orphans },
			"outside": func(s *workerStats) int64 { return s.Outside },
			"invalid": func(s *workerStats) int64 { return s.Invalid },
		} {
			o.Observe(c.sum(value), metric.WithAttributes(t.id, attribute.String("reason", reason)))
		}
		return nil
	}
}

// sum adds up one figure over all workers.
func (c *core) sum(value func(*workerStats) int64) int64 {
	var total int64
	for _, w := range c.workers {
		total += value(w.stats.Load())
	}
	return total
}

func (t *telemetry) refused(ctx context.Context, reason string) {
	t.builder.ConnectorOperationsRefusedBatches.Add(ctx, 1, metric.WithAttributes(t.id, attribute.String("reason", reason)))
}

func (t *telemetry) published(ctx context.Context, reason string, n int64) {
	t.builder.ConnectorOperationsPublishedRecords.Add(ctx, n, metric.WithAttributes(t.id, attribute.String("reason", reason)))
}

func (t *telemetry) sendFailed(ctx context.Context) {
	t.builder.ConnectorOperationsSendFailures.Add(ctx, 1, metric.WithAttributes(t.id))
}

func (t *telemetry) lost(ctx context.Context, n int) {
	t.builder.ConnectorOperationsLostRecords.Add(ctx, int64(n), metric.WithAttributes(t.id))
}

func (t *telemetry) close() { t.builder.Shutdown() }
