package messaging

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/opslog/opslog/examples/shop/internal/telemetry"
)

const (
	maxDeliveries = 3
	retryDelay    = 400 * time.Millisecond
)

// Handler processes one message; an error has it delivered again, up to three times in all.
type Handler func(ctx context.Context, body []byte) error

// Consume runs handle for every message of subject, each under a CONSUMER span that continues the sender's trace,
// until the returned function is called.
func (b *Broker) Consume(ctx context.Context, subject, group string, handle Handler) (stop func(), err error) {
	consumer, err := b.js.CreateOrUpdateConsumer(ctx, streamName, jetstream.ConsumerConfig{
		Durable: group, FilterSubject: subject, AckPolicy: jetstream.AckExplicitPolicy, AckWait: 30 * time.Second,
	})
	if err != nil {
		return nil, fmt.Errorf("create the consumer %s: %w", group, err)
	}
	running, err := consumer.Consume(func(msg jetstream.Msg) { b.process(msg, group, handle) })
	if err != nil {
		return nil, fmt.Errorf("consume %s: %w", subject, err)
	}
	return func() { running.Drain(); <-running.Closed() }, nil
}

func (b *Broker) process(msg jetstream.Msg, group string, handle Handler) {
	ctx := otel.GetTextMapPropagator().Extract(context.Background(), propagation.HeaderCarrier(msg.Headers()))
	id, attempt := msg.Headers().Get(nats.MsgIdHdr), deliveries(msg)
	ctx, span := b.tracer.Start(ctx, "process "+msg.Subject(), trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(
		semconv.MessagingOperationTypeProcess, semconv.MessagingOperationName("process"),
		semconv.MessagingConsumerGroupName(group),
		attribute.Int("messaging.message.delivery_count", attempt)),
		trace.WithAttributes(describe(msg.Subject(), id, msg.Data())...))
	defer span.End()

	err := handle(ctx, msg.Data())
	if err == nil {
		b.settle(ctx, msg, "ack", msg.Ack)
		return
	}
	telemetry.Fail(ctx, err)
	if attempt < maxDeliveries && !isPermanent(err) {
		b.settle(ctx, msg, "nack", func() error { return msg.NakWithDelay(retryDelay * time.Duration(attempt)) })
		return
	}
	span.SetAttributes(attribute.Bool("messaging.dead_lettered", true))
	if err := b.Publish(ctx, DeadLetters, id+"-dead", deadLetter{err.Error(), attempt, msg.Data()}); err != nil {
		span.RecordError(err)
	}
	b.settle(ctx, msg, "term", msg.Term)
}

// deadLetter keeps the message for somebody to look at.
type deadLetter struct {
	Reason   string          `json:"reason"`
	Attempts int             `json:"attempts"`
	Message  json.RawMessage `json:"message"`
}

func deliveries(msg jetstream.Msg) int {
	meta, err := msg.Metadata()
	if err != nil {
		return 1
	}
	return int(meta.NumDelivered)
}

// settle tells the broker what became of the message.
func (b *Broker) settle(ctx context.Context, msg jetstream.Msg, name string, do func() error) {
	_, span := b.tracer.Start(ctx, name+" "+msg.Subject(), trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		semconv.MessagingSystemKey.String("nats"), semconv.MessagingDestinationName(msg.Subject()),
		semconv.MessagingOperationTypeSettle, semconv.MessagingOperationName(name)))
	defer span.End()
	if err := do(); err != nil {
		span.RecordError(err)
	}
}
