package opslogguardextension

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"

	"github.com/opslog/opslog/extension/opslogguardextension/internal/metadata"
)

// NewFactory creates the factory of the opslog_guard extension.
func NewFactory() extension.Factory {
	return extension.NewFactory(metadata.Type, createDefaultConfig, create, metadata.ExtensionStability)
}

func create(_ context.Context, set extension.Settings, cfg component.Config) (extension.Extension, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	c := cfg.(*Config)
	return &guard{
		limits: c.limits(), gate: newGate(c.MaxConcurrent, int64(c.MaxWaitingMiB)<<20), pressure: newPressure(c.MaxHeapPercentage),
		telemetry: telemetry, stop: make(chan struct{}),
	}, nil
}
