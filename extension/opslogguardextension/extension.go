package opslogguardextension

import (
	"context"
	"errors"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/opslog/opslog/extension/opslogguardextension/internal/metadata"
	"github.com/opslog/opslog/extension/opslogguardextension/internal/scan"
	"github.com/opslog/opslog/internal/reload"
)

var (
	_ extension.Extension            = (*guard)(nil)
	_ extensionmiddleware.HTTPServer = (*guard)(nil)
	_ extensionmiddleware.GRPCServer = (*guard)(nil)
)

// guard refuses requests that cost too much for what they are, and any when there is too much to do.
type guard struct {
	limits    *scan.Limits
	gate      *gate
	pressure  *pressure // nil is none, ever
	telemetry *metadata.TelemetryBuilder

	stop chan struct{}
	done sync.WaitGroup
}

func (g *guard) Start(context.Context, component.Host) error {
	g.pressure.watch(g.stop, &g.done)
	return errors.Join(
		g.telemetry.RegisterExtensionOpslogGuardWorkingRequestsCallback(observe(func() int64 { return int64(len(g.gate.turns)) })),
		g.telemetry.RegisterExtensionOpslogGuardWaitingBytesCallback(observe(g.gate.waiting.Load)),
		g.telemetry.RegisterExtensionOpslogGuardConfigurationRefusedCallback(observe(refusedConfiguration)),
	)
}

func observe(value func() int64) metric.Int64Callback {
	return func(_ context.Context, o metric.Int64Observer) error {
		o.Observe(value())
		return nil
	}
}

func refusedConfiguration() int64 {
	if reload.Refused.Load() {
		return 1
	}
	return 0
}

func (g *guard) Shutdown(context.Context) error {
	close(g.stop)
	g.done.Wait()
	g.telemetry.Shutdown()
	return nil
}

// tooMuch is why a request is refused before anything is read of it; empty when it is not.
func (g *guard) tooMuch() scan.Reason {
	switch {
	case g.pressure.isHigh():
		return noMemory
	case g.gate.full():
		return busy
	}
	return ""
}

const (
	overHTTP = "http"
	overGRPC = "grpc"

	tooLarge scan.Reason = "request_size"
	noMemory scan.Reason = "memory"
	busy     scan.Reason = "busy"
)

// again is when a sender that was refused because there is too much to do should come back, in seconds.
const again = 1

// tryAgain is what such a sender is told.
func tryAgain(reason scan.Reason) string {
	if reason == noMemory {
		return "opslog is at its memory limit; try again"
	}
	return "opslog has too many requests to work on; try again"
}

// count counts one request: passed on, or refused for a reason.
func (g *guard) count(ctx context.Context, protocol string, reason scan.Reason) {
	by := attribute.String("protocol", protocol)
	if reason == "" {
		g.telemetry.ExtensionOpslogGuardPassedRequests.Add(ctx, 1, metric.WithAttributes(by))
		return
	}
	g.telemetry.ExtensionOpslogGuardRefusedRequests.Add(ctx, 1, metric.WithAttributes(by, attribute.String("reason", string(reason))))
}
