package opslogguardextension

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/component"

	"github.com/opslog/opslog/extension/opslogguardextension/internal/scan"
)

// Config bounds one request, and what is done at once. Sizes are in bytes as they are sent, after decompression.
type Config struct {
	// MaxDepth is how many values may be nested in one another.
	MaxDepth int `mapstructure:"max_depth"`

	// MaxAttributes is how many attributes one resource, scope, span, event, link, log record or data point may have.
	MaxAttributes int `mapstructure:"max_attributes"`

	// MaxKeyBytes bounds the key of an attribute.
	MaxKeyBytes int `mapstructure:"max_key_bytes"`

	// MaxValueBytes bounds any other text.
	MaxValueBytes int `mapstructure:"max_value_bytes"`

	// MaxRecords is how many spans, log records and data points a request may have.
	MaxRecords int `mapstructure:"max_records"`

	// MaxElements is how many parts of any kind a request may have: records, events, attributes, values.
	MaxElements int `mapstructure:"max_elements"`

	// AllowZeroIDs lets spans pass that have no trace id or no span id.
	AllowZeroIDs bool `mapstructure:"allow_zero_ids"`

	// MaxConcurrent is how many requests are decoded and worked on at once; 0 is 4 for each processor.
	MaxConcurrent int `mapstructure:"max_concurrent"`

	// MaxWaitingMiB bounds what waits, read and not decoded, for one of those to end.
	MaxWaitingMiB int `mapstructure:"max_waiting_mib"`

	// MaxHeapPercentage of Go's memory limit may be in use; with more, all requests are refused. 0 is no bound.
	MaxHeapPercentage int `mapstructure:"max_heap_percentage"`

	// prevent unkeyed literal initialization
	_ struct{}
}

func createDefaultConfig() component.Config {
	return &Config{
		MaxDepth:      32,
		MaxAttributes: 1024,
		MaxKeyBytes:   4 << 10,
		MaxValueBytes: 1 << 20,
		MaxRecords:    50_000,
		MaxElements:   1_000_000,
		MaxWaitingMiB: 16, MaxHeapPercentage: 95,
	}
}

// Validate wants limits that bound something.
func (cfg *Config) Validate() error {
	var errs []error
	if cfg.MaxDepth < 1 || cfg.MaxDepth > scan.MaxDepth {
		errs = append(errs, fmt.Errorf("max_depth is %d, want 1 to %d", cfg.MaxDepth, scan.MaxDepth))
	}
	for _, limit := range []struct {
		key   string
		value int
	}{
		{"max_attributes", cfg.MaxAttributes}, {"max_key_bytes", cfg.MaxKeyBytes}, {"max_value_bytes", cfg.MaxValueBytes},
		{"max_records", cfg.MaxRecords}, {"max_elements", cfg.MaxElements}, {"max_waiting_mib", cfg.MaxWaitingMiB},
	} {
		if limit.value < 1 {
			errs = append(errs, fmt.Errorf("%s is %d, want at least 1", limit.key, limit.value))
		}
	}
	if cfg.MaxConcurrent < 0 {
		errs = append(errs, fmt.Errorf("max_concurrent is %d, want at least 1, or 0 for %d for each processor", cfg.MaxConcurrent, turnsPerProcessor))
	}
	if cfg.MaxHeapPercentage < 0 || cfg.MaxHeapPercentage > 100 {
		errs = append(errs, fmt.Errorf("max_heap_percentage is %d, want 1 to 100, or 0 for no bound", cfg.MaxHeapPercentage))
	}
	return errors.Join(errs...)
}

func (cfg *Config) limits() *scan.Limits {
	return &scan.Limits{
		Depth: cfg.MaxDepth, Attributes: cfg.MaxAttributes, KeyBytes: cfg.MaxKeyBytes, ValueBytes: cfg.MaxValueBytes,
		Records: cfg.MaxRecords, Elements: cfg.MaxElements, ZeroIDs: cfg.AllowZeroIDs,
	}
}
