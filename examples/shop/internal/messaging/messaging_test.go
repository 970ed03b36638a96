package messaging

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/opslog/opslog/examples/shop/internal/backing"
)

const patience = 20 * time.Second

// deliver publishes one message to a broker, handles it with handle until the broker is told what became of it, and
// answers the spans.
func deliver(t *testing.T, handle Handler) tracetest.SpanStubs {
	t.Helper()
	exporter := tracetest.NewInMemoryExporter()
	tracers := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))
	otel.SetTracerProvider(tracers)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	services, err := backing.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(services.Close)
	broker, err := Connect(t.Context(), services.NATS, "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(broker.Close)
	dead := make(chan struct{}, 1)
	stopDead, err := broker.Consume(t.Context(), DeadLetters, "reviewer", func(context.Context, []byte) error { dead <- struct{}{}; return nil })
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{}, 1)
	stop, err := broker.Consume(t.Context(), OrderCreated, "test", func(ctx context.Context, body []byte) error {
		err := handle(ctx, body)
		if err == nil {
			done <- struct{}{}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := broker.Publish(t.Context(), OrderCreated, "ord_1", Order{ID: "ord_1"}); err != nil {
		t.Fatal(err)
	}
	select {
	case <-done:
	case <-dead:
	case <-time.After(patience):
		t.Fatal("the message was neither handled nor given up")
	}
	stop()
	stopDead()
	return exporter.GetSpans()
}

func named(spans tracetest.SpanStubs, name string) []tracetest.SpanStub {
	var out []tracetest.SpanStub
	for _, s := range spans {
		if s.Name == name {
			out = append(out, s)
		}
	}
	return out
}

func TestFailedMessageIsDeliveredAgainInTheSameTrace(t *testing.T) {
	attempts := 0
	spans := deliver(t, func(context.Context, []byte) error {
		attempts++
		if attempts == 1 {
			return errors.New("not yet")
		}
		return nil
	})
	sent, processed := named(spans, "send order.created"), named(spans, "process order.created")
	if len(sent) != 1 || len(processed) != 2 {
		t.Fatalf("%d sent and %d processed, want 1 and 2", len(sent), len(processed))
	}
	for i, s := range processed {
		if s.Parent.SpanID() != sent[0].SpanContext.SpanID() || !s.Parent.IsRemote() || s.SpanKind != trace.SpanKindConsumer {
			t.Errorf("span %d has kind %v and parent %v (remote %v)", i, s.SpanKind, s.Parent.SpanID(), s.Parent.IsRemote())
		}
		if !has(s, attribute.Int("messaging.message.delivery_count", i+1)) {
			t.Errorf("span %d does not tell its delivery: %v", i, s.Attributes)
		}
	}
}

func TestMessageThatFailsForGoodGoesToTheDeadLetters(t *testing.T) {
	spans := deliver(t, func(context.Context, []byte) error { return Permanent(errors.New("never")) })
	processed := named(spans, "process order.created")
	if len(processed) != 1 || !has(processed[0], attribute.Bool("messaging.dead_lettered", true)) {
		t.Errorf("processed: %v", processed)
	}
	if dead := named(spans, "send "+DeadLetters); len(dead) != 1 {
		t.Errorf("%d dead letters, want 1", len(dead))
	}
}

func has(s tracetest.SpanStub, want attribute.KeyValue) bool {
	for _, a := range s.Attributes {
		if a == want {
			return true
		}
	}
	return false
}
