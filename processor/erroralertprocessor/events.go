package erroralertprocessor

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/processor/erroralertprocessor/internal/metadata"
)

// events counts and logs what the watch does.
type events struct {
	log       *zap.Logger
	telemetry *metadata.TelemetryBuilder
}

func stateOption(s alert.State) metric.MeasurementOption {
	return metric.WithAttributes(attribute.String("state", string(s)))
}

func (e events) Transition(t alert.Transition) {
	ctx := context.Background()
	e.telemetry.ProcessorErrorAlertTransitions.Add(ctx, 1, metric.WithAttributes(attribute.String("rule", t.Alert.Rule), attribute.String("state", string(t.To))))
	reason := t.Alert.Suppressed
	if reason == "" && t.Alert.Muted(t.At) {
		reason = alert.SuppressMuted
	}
	if reason != "" {
		e.telemetry.ProcessorErrorAlertSuppressed.Add(ctx, 1, metric.WithAttributes(attribute.String("reason", string(reason))))
		return
	}
	if t.To == alert.StateFiring || t.To == alert.StateResolved {
		e.log.Info("alert is "+string(t.To), zap.String("rule", t.Alert.Rule), zap.String("service", t.Alert.Labels["service"]),
			zap.String("severity", t.Alert.Severity), zap.String("reason", string(t.Alert.Reason)), zap.String("id", t.Alert.ID))
	}
}

func (e events) Sent(notifier string) {
	e.telemetry.ProcessorErrorAlertMessagesSent.Add(context.Background(), 1, metric.WithAttributes(attribute.String("notifier", notifier)))
}

func (e events) Failed(notifier string, err error) {
	e.telemetry.ProcessorErrorAlertMessagesFailed.Add(context.Background(), 1, metric.WithAttributes(attribute.String("notifier", notifier)))
	e.log.Warn("a receiver could not be told; it is tried again", zap.String("notifier", notifier), zap.Error(err))
}

func (e events) GivenUp(n int) {
	e.telemetry.ProcessorErrorAlertMessagesGivenUp.Add(context.Background(), int64(n))
	e.log.Error("transitions could not be told for longer than delivery::max_age and were given up", zap.Int("transitions", n))
}

func (e events) Missed(n int) {
	e.telemetry.ProcessorErrorAlertOperationsMissed.Add(context.Background(), int64(n))
}

func (e events) Trouble(doing string, err error) {
	e.telemetry.ProcessorErrorAlertTroubles.Add(context.Background(), 1)
	e.log.Warn("could not "+doing+"; it is tried again", zap.Error(err))
}

func (e events) Evaluated(took time.Duration) {
	e.telemetry.ProcessorErrorAlertEvaluationDuration.Record(context.Background(), took.Seconds())
}
