package opslogguardextension

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/opslog/opslog/extension/opslogguardextension/internal/metadata"
	"github.com/opslog/opslog/extension/opslogguardextension/internal/scan"
)

var (
	_ extension.Extension            = (*guard)(nil)
	_ extensionmiddleware.HTTPServer = (*guard)(nil)
	_ extensionmiddleware.GRPCServer = (*guard)(nil)
)

// guard is stateless but for its counters.
type guard struct {
	component.StartFunc
	limits    *scan.Limits
	telemetry *metadata.TelemetryBuilder
}

func (g *guard) Shutdown(context.Context) error {
	g.telemetry.Shutdown()
	return nil
}

const (
	overHTTP = "http"
	overGRPC = "grpc"

	tooLarge scan.Reason = "request_size"
)

// count counts one request: passed on, or refused for a reason.
func (g *guard) count(ctx context.Context, protocol string, reason scan.Reason) {
	by := attribute.String("protocol", protocol)
	if reason == "" {
		g.telemetry.ExtensionOpslogGuardPassedRequests.Add(ctx, 1, metric.WithAttributes(by))
		return
	}
	g.telemetry.ExtensionOpslogGuardRefusedRequests.Add(ctx, 1, metric.WithAttributes(by, attribute.String("reason", string(reason))))
}
