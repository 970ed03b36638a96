package piiredactionprocessor

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/pii"
	"github.com/opslog/opslog/processor/piiredactionprocessor/internal/metadata"
)

// redactor is one processor of one signal.
type redactor struct {
	// engines holds the common one, then those of the services, in order.
	engines   []*pii.Engine
	services  []ServiceConfig
	attribute string
	// keepType writes 0 in place of a hidden number.
	keepType  bool
	telemetry *metadata.TelemetryBuilder
	signal    attribute.KeyValue
	scanned   metric.MeasurementOption
	audit     *audit
}

func newRedactor(cfg *Config, set processor.Settings, signal string) (*redactor, error) {
	r := &redactor{services: cfg.Services, attribute: cfg.Audit.Attribute, keepType: cfg.KeepType, signal: attribute.String("signal", signal)}
	rules := []RulesConfig{cfg.RulesConfig}
	for _, s := range cfg.Services {
		rules = append(rules, cfg.with(s.RulesConfig))
	}
	for _, own := range rules {
		engine, err := pii.New(cfg.engine(own))
		if err != nil {
			return nil, fmt.Errorf("compiling the redaction rules: %w", err)
		}
		r.engines = append(r.engines, engine)
	}
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, fmt.Errorf("creating the processor's own metrics: %w", err)
	}
	r.telemetry = telemetry
	r.scanned = metric.WithAttributeSet(attribute.NewSet(r.signal))
	r.audit = newAudit(cfg.Audit, set.Logger.With(zap.String("signal", signal)), time.Now)
	return r, nil
}

// start tells which of the user's entries can have no effect, and offers the
// number of those that have matched nothing.
func (r *redactor) start(context.Context, component.Host) error {
	for _, e := range r.engines {
		for _, sentence := range e.Warnings() {
			r.audit.log.Warn("redaction entry without effect", zap.String("entry", sentence))
		}
	}
	r.audit.begin()
	err := r.telemetry.RegisterProcessorPiiRedactionUnmatchedEntriesCallback(func(_ context.Context, o metric.Int64Observer) error {
		o.Observe(int64(len(r.unmatched())), r.scanned)
		return nil
	})
	if err != nil {
		return fmt.Errorf("offering the number of unmatched entries: %w", err)
	}
	return nil
}

// unmatched lists the user's entries that have matched nothing in any engine.
func (r *redactor) unmatched() []string {
	seen := map[string]int{}
	for _, e := range r.engines {
		for _, entry := range e.Unmatched() {
			seen[entry]++
		}
	}
	var out []string
	for _, entry := range r.engines[0].Unmatched() {
		if seen[entry] == len(r.engines) {
			out = append(out, entry)
		}
	}
	return out
}

func (r *redactor) shutdown(context.Context) error {
	r.telemetry.Shutdown()
	return nil
}

func (r *redactor) traces(ctx context.Context, td ptrace.Traces) (ptrace.Traces, error) {
	w := r.begin()
	w.traces(td)
	r.end(ctx, w)
	return td, nil
}

func (r *redactor) logs(ctx context.Context, ld plog.Logs) (plog.Logs, error) {
	w := r.begin()
	w.logs(ld)
	r.end(ctx, w)
	return ld, nil
}

func (r *redactor) metrics(ctx context.Context, md pmetric.Metrics) (pmetric.Metrics, error) {
	w := r.begin()
	w.metrics(md)
	r.end(ctx, w)
	return md, nil
}

func (r *redactor) begin() *walker {
	w := &walker{r: r, sessions: make([]*pii.Session, len(r.engines)), sampling: r.audit.wantsSample()}
	w.use(0)
	return w
}

// end counts what the walk found and gives its sessions back.
func (r *redactor) end(ctx context.Context, w *walker) {
	for _, s := range w.sessions {
		if s != nil {
			r.count(ctx, s)
			r.audit.sample(s)
			s.Release()
		}
	}
	if r.audit.unmatchedDue() {
		r.audit.reportUnmatched(r.unmatched())
	}
}

func (r *redactor) count(ctx context.Context, s *pii.Session) {
	values, bytes := s.Scanned()
	r.telemetry.ProcessorPiiRedactionValuesScanned.Add(ctx, int64(values), r.scanned)
	r.telemetry.ProcessorPiiRedactionBytesScanned.Add(ctx, int64(bytes), r.scanned)
	for _, f := range s.Findings() {
		r.telemetry.ProcessorPiiRedactionFindings.Add(ctx, int64(f.Count), metric.WithAttributes(
			attribute.String("rule", f.Rule),
			attribute.String("action", string(f.Action)),
			r.signal,
			attribute.String("location", placeNames[f.Place])))
	}
}
