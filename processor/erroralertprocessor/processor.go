package erroralertprocessor

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
	"github.com/opslog/opslog/internal/storehost"
	"github.com/opslog/opslog/internal/watch"
	"github.com/opslog/opslog/processor/erroralertprocessor/internal/metadata"
)

// alerter hands operations to a watch, and passes everything on as it is.
type alerter struct {
	cfg       *Config
	log       *zap.Logger
	telemetry *metadata.TelemetryBuilder
	watch     *watch.Watch
	whole     bool // a rule's condition may ask for any field
}

func newProcessor(cfg *Config, set processor.Settings) (*alerter, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	return &alerter{cfg: cfg, log: set.Logger, telemetry: telemetry, whole: cfg.Config.AsksWhole()}, nil
}

func (a *alerter) start(ctx context.Context, host component.Host) error {
	backend, err := storehost.Find(host, a.cfg.Storage)
	if err != nil {
		return err
	}
	cfg, err := a.cfg.watchConfig()
	if err != nil {
		return err
	}
	if err := a.use(cfg, backend); err != nil {
		return err
	}
	a.watch.Start(ctx)
	if len(cfg.Notifiers) == 0 {
		a.log.Info("no notifiers are configured: alerts are shown in the web UI and by the API only")
	}
	return nil
}

func (a *alerter) use(cfg watch.Config, s watch.Store) (err error) {
	if a.watch, err = watch.New(cfg, s, events{a.log, a.telemetry}, time.Now); err != nil {
		return err
	}
	return a.observeCounts()
}

func (a *alerter) shutdown(ctx context.Context) error {
	defer a.telemetry.Shutdown()
	if a.watch == nil {
		return nil
	}
	return a.watch.Stop(ctx)
}

func (a *alerter) logs(ctx context.Context, logs plog.Logs) (plog.Logs, error) {
	a.watch.Observe(func(take func(*operation.Operation)) { oplog.Outlines(ctx, logs, a.whole, take) })
	return logs, nil
}

// observeCounts registers what is read when the metrics are.
func (a *alerter) observeCounts() error {
	t := a.telemetry
	for _, err := range []error{
		t.RegisterProcessorErrorAlertAlertsCallback(func(_ context.Context, o metric.Int64Observer) error {
			for state, n := range a.watch.Engine().Stats().Alerts {
				o.Observe(int64(n), stateOption(state))
			}
			return nil
		}),
		t.RegisterProcessorErrorAlertKnownErrorsCallback(a.observe(func() int64 { return int64(a.watch.Engine().Stats().Errors) })),
		t.RegisterProcessorErrorAlertMessagesWaitingCallback(a.observe(func() int64 { return int64(a.watch.Waiting()) })),
		t.RegisterProcessorErrorAlertOperationsCallback(a.observe(func() int64 { return a.watch.Engine().Stats().Operations })),
		t.RegisterProcessorErrorAlertOperationsFoldedCallback(a.observe(func() int64 { return a.watch.Engine().Stats().Folded })),
		t.RegisterProcessorErrorAlertOperationsTooOldCallback(a.observe(func() int64 { return a.watch.Engine().Stats().TooOld })),
		t.RegisterProcessorErrorAlertSeriesCallback(a.observe(func() int64 { return int64(a.watch.Engine().Stats().Series) })),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *alerter) observe(value func() int64) metric.Int64Callback {
	return func(_ context.Context, o metric.Int64Observer) error {
		o.Observe(value())
		return nil
	}
}
