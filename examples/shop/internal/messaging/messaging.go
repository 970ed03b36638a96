// Package messaging publishes and consumes messages over NATS JetStream with spans that follow the OpenTelemetry
// conventions for messaging, and carries the trace context and the baggage in message headers.
package messaging

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// Subjects of the shop.
const (
	OrderCreated = "order.created"
	DeadLetters  = "order.created.dead-letter"
)

const streamName = "ORDERS"

// Order is the payload of OrderCreated.
type Order struct {
	ID       string            `json:"id"`
	SKU      string            `json:"sku"`
	Quantity int64             `json:"quantity"`
	Cents    int64             `json:"total_cents"`
	Email    string            `json:"email"`
	Phone    string            `json:"phone"`
	Address  map[string]string `json:"address"`
}

// Broker is a connection to the shop's message broker.
type Broker struct {
	conn   *nats.Conn
	js     jetstream.JetStream
	tracer trace.Tracer
}

// Connect connects to the broker at url and makes sure that its stream is there.
func Connect(ctx context.Context, url, client string) (*Broker, error) {
	conn, err := nats.Connect(url, nats.Name(client), nats.MaxReconnects(-1))
	if err != nil {
		return nil, fmt.Errorf("connect to the broker: %w", err)
	}
	js, err := jetstream.New(conn)
	if err != nil {
		return nil, fmt.Errorf("open the stream context: %w", err)
	}
	_, err = js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: streamName, Subjects: []string{"order.>"}, Storage: jetstream.MemoryStorage, MaxAge: time.Hour,
	})
	if err != nil {
		return nil, fmt.Errorf("create the stream %s: %w", streamName, err)
	}
	return &Broker{conn: conn, js: js, tracer: otel.Tracer("shop/messaging")}, nil
}

// Close closes the connection.
func (b *Broker) Close() { b.conn.Close() }

// Publish sends payload as JSON under a PRODUCER span.
func (b *Broker) Publish(ctx context.Context, subject, id string, payload any) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("encode message for %s: %w", subject, err)
	}
	ctx, span := b.tracer.Start(ctx, "send "+subject, trace.WithSpanKind(trace.SpanKindProducer), trace.WithAttributes(
		semconv.MessagingOperationTypeSend, semconv.MessagingOperationName("publish")),
		trace.WithAttributes(describe(subject, id, body)...))
	defer span.End()

	msg := &nats.Msg{Subject: subject, Data: body, Header: nats.Header{}}
	msg.Header.Set(nats.MsgIdHdr, id)
	otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(msg.Header))
	if _, err := b.js.PublishMsg(ctx, msg); err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
		return fmt.Errorf("publish %s: %w", subject, err)
	}
	return nil
}

func describe(subject, id string, body []byte) []attribute.KeyValue {
	return []attribute.KeyValue{
		semconv.MessagingSystemKey.String("nats"),
		semconv.MessagingDestinationName(subject),
		semconv.MessagingMessageID(id),
		semconv.MessagingMessageBodySize(len(body)),
		attribute.String("messaging.message.body", string(body)),
	}
}

// permanent marks an error after which no retry can help.
type permanent struct{ error }

// Unwrap gives errors.Is and errors.As the cause.
func (p permanent) Unwrap() error { return p.error }

// Permanent wraps err so that the message goes to the dead letters at once.
func Permanent(err error) error { return permanent{err} }

func isPermanent(err error) bool {
	var p permanent
	return errors.As(err, &p)
}
