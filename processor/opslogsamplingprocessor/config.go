package opslogsamplingprocessor

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"

	"github.com/opslog/opslog/internal/sampling"
)

// Config of the processor.
type Config struct {
	// DecisionWait is how long a trace waits from its first span on for an error, or to turn out to be slow.
	DecisionWait time.Duration `mapstructure:"decision_wait"`

	// DecisionWaitAfterRoot is how long it waits behind its root span, when that is sooner.
	DecisionWaitAfterRoot time.Duration `mapstructure:"decision_wait_after_root"`

	// Errors keeps traces in which a span failed.
	Errors bool `mapstructure:"errors"`

	// SlowerThan keeps traces that took longer. 0 is none.
	SlowerThan time.Duration `mapstructure:"slower_than"`

	// Percentage is the share of the other traces that is kept.
	Percentage float64 `mapstructure:"percentage"`

	// MaxMemoryMiB bounds what waits, as it is encoded. Beyond it the oldest traces are decided early.
	MaxMemoryMiB int64 `mapstructure:"max_memory_mib"`

	// RememberedTraces is of how many traces the decision is known when late spans come.
	RememberedTraces int `mapstructure:"remembered_traces"`

	// Encoded says that what the journal before this encoded comes with the spans, unchanged. packedconverter sets it.
	Encoded bool `mapstructure:"encoded"`

	// Packed hands the spans over encoded, which only the opslog exporter reads. packedconverter sets it.
	Packed bool `mapstructure:"packed"`

	// prevent unkeyed literal initialization
	_ struct{}
}

func createDefaultConfig() component.Config {
	return &Config{
		DecisionWait: 10 * time.Second, DecisionWaitAfterRoot: 3 * time.Second, Errors: true, SlowerThan: time.Second, Percentage: 10,
		MaxMemoryMiB: 256, RememberedTraces: 500_000,
	}
}

// Validate finds mistakes.
func (cfg *Config) Validate() error {
	var errs []error
	if cfg.DecisionWait <= 0 {
		errs = append(errs, fmt.Errorf("decision_wait: is %v, want more than 0", cfg.DecisionWait))
	}
	if cfg.DecisionWaitAfterRoot < 0 {
		errs = append(errs, fmt.Errorf("decision_wait_after_root: is %v, want 0 or more", cfg.DecisionWaitAfterRoot))
	}
	if cfg.SlowerThan < 0 {
		errs = append(errs, fmt.Errorf("slower_than: is %v, want 0 or more", cfg.SlowerThan))
	}
	if !(cfg.Percentage >= 0 && cfg.Percentage <= 100) {
		errs = append(errs, fmt.Errorf("percentage: is %v, want 0 to 100", cfg.Percentage))
	}
	if cfg.MaxMemoryMiB < 1 {
		errs = append(errs, fmt.Errorf("max_memory_mib: is %d, want at least 1", cfg.MaxMemoryMiB))
	}
	if cfg.RememberedTraces < 1 {
		errs = append(errs, fmt.Errorf("remembered_traces: is %d, want at least 1", cfg.RememberedTraces))
	}
	return errors.Join(errs...)
}

func (cfg *Config) sampling() sampling.Config {
	return sampling.Config{
		Wait: cfg.DecisionWait, WaitAfterRoot: cfg.DecisionWaitAfterRoot, Errors: cfg.Errors, SlowerThan: cfg.SlowerThan,
		Percentage: cfg.Percentage, MaxBytes: cfg.MaxMemoryMiB << 20, Remember: cfg.RememberedTraces,
	}
}
