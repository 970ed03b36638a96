package operationsconnector

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// part is what the connector's three objects have in common. The collector makes one object for each pair of input
// and output signal; they share one core.
type part struct {
	set  connector.Settings
	cfg  *Config
	core *core // nil unless started
}

func newPart(set connector.Settings, cfg component.Config) part {
	return part{set: set, cfg: cfg.(*Config)}
}

// Capabilities: everything is copied before the call returns.
func (p *part) Capabilities() consumer.Capabilities { return consumer.Capabilities{MutatesData: false} }

func (p *part) start() error {
	c, err := cores.attach(p.set, p.cfg)
	p.core = c
	return err
}

func (p *part) release() {
	if p.core != nil {
		cores.detach(p.core)
		p.core = nil
	}
}

// tracesToLogs takes spans and sends operations.
type tracesToLogs struct {
	part
	next consumer.Logs
}

func (h *tracesToLogs) Start(context.Context, component.Host) error {
	if err := h.start(); err != nil {
		return err
	}
	h.core.sendOperationsTo(h.next)
	return nil
}

func (h *tracesToLogs) ConsumeTraces(ctx context.Context, td ptrace.Traces) error {
	return h.core.addTraces(ctx, td)
}

// Shutdown ends the assembly: all pipelines that bring traces have stopped, and those that take operations have not.
func (h *tracesToLogs) Shutdown(ctx context.Context) error {
	defer h.release()
	return h.core.stop(ctx)
}

// tracesToMetrics sends RED metrics. The same traces reach tracesToLogs, if there is one; then it leaves them alone.
type tracesToMetrics struct {
	part
	next consumer.Metrics
}

func (h *tracesToMetrics) Start(context.Context, component.Host) error {
	if err := h.start(); err != nil {
		return err
	}
	h.core.sendMetricsTo(h.next)
	return nil
}

func (h *tracesToMetrics) ConsumeTraces(ctx context.Context, td ptrace.Traces) error {
	if h.core.sendsOperations() {
		return nil
	}
	return h.core.addTraces(ctx, td)
}

// Shutdown ends the assembly too, so that the last metrics count every operation.
func (h *tracesToMetrics) Shutdown(ctx context.Context) error {
	defer h.release()
	err := h.core.stop(ctx)
	h.core.stopMetrics(ctx)
	return err
}

// logsToLogs takes the exceptions out of logs. It forwards nothing: application logs have a pipeline of their own.
type logsToLogs struct {
	part
	next consumer.Logs
}

func (h *logsToLogs) Start(context.Context, component.Host) error { return h.start() }

func (h *logsToLogs) ConsumeLogs(ctx context.Context, ld plog.Logs) error {
	return h.core.addLogs(ctx, ld)
}

func (h *logsToLogs) Shutdown(context.Context) error {
	h.release()
	return nil
}
