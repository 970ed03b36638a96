package operationsconnector

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/derive/assemble"
)

// Config of the connector. Its README has a table of the keys.
type Config struct {
	// Linger is how long an operation waits for more spans after its entry span came.
	Linger time.Duration `mapstructure:"linger"`
	// IdleWait prolongs that wait after each further span, up to MaxWait after the entry span.
	IdleWait time.Duration `mapstructure:"idle_wait"`
	MaxWait  time.Duration `mapstructure:"max_wait"`
	// LateWindow is how long a published operation takes late spans.
	LateWindow time.Duration `mapstructure:"late_window"`
	// MaxAge is how long spans wait for an entry span.
	MaxAge time.Duration `mapstructure:"max_age"`
	// ProvisionalAfter is when spans without an entry span show as an operation that is still running; 0s turns that off.
	ProvisionalAfter time.Duration `mapstructure:"provisional_after"`
	// MaxMemoryMiB bounds what all shards together hold.
	MaxMemoryMiB int `mapstructure:"max_memory_mib"`
	// NumShards is how many goroutines share the traces; 0 is one per processor.
	NumShards int `mapstructure:"num_shards"`
	// BlockOnOverflow refuses data when the memory is full, instead of publishing operations early.
	BlockOnOverflow bool `mapstructure:"block_on_overflow"`

	// RetryWindow is how long after a command another attempt is recognised; 0s turns that off.
	RetryWindow time.Duration `mapstructure:"retry_window"`

	// Entries are conditions in OTTL on spans; a span that meets one begins an operation, whatever its kind and parent.
	Entries []string `mapstructure:"entries"`

	// Packed hands operations over in a form that only error_alert and the opslog exporter read. It is set at the start
	// where nothing else is behind the connector.
	Packed bool `mapstructure:"packed"`

	// Derive says how the record is made.
	Derive derive.Config `mapstructure:",squash"`

	Metrics MetricsConfig `mapstructure:"metrics"`

	// Graph is about the service graph and the quality of traces.
	Graph GraphConfig `mapstructure:"graph"`

	// Stress is about more data than can be carried.
	Stress StressConfig `mapstructure:"stress"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// MetricsConfig is about the RED metrics.
type MetricsConfig struct {
	// MaxSeries bounds the combinations of service, operation, kind and status; the rest share one series.
	MaxSeries int `mapstructure:"max_series"`
	// Expiry ends a series that had no operation for so long.
	Expiry time.Duration `mapstructure:"expiry"`
	// FlushInterval is how often the metrics are sent.
	FlushInterval time.Duration `mapstructure:"flush_interval"`
}

const (
	maxShards = 256
	bytesMiB  = 1 << 20
)

func createDefaultConfig() component.Config {
	a := assemble.DefaultConfig()
	return &Config{
		Linger: a.Linger, IdleWait: a.IdleWait, MaxWait: a.MaxWait, LateWindow: a.LateWindow, MaxAge: a.MaxAge,
		ProvisionalAfter: a.ProvisionalAfter,
		MaxMemoryMiB:     int(a.MaxBytes / bytesMiB),
		RetryWindow:      15 * time.Minute,
		Derive:           derive.DefaultConfig(),
		Metrics:          MetricsConfig{MaxSeries: 10_000, Expiry: 10 * time.Minute, FlushInterval: 15 * time.Second},
		Graph:            defaultGraph(),
		Stress:           defaultStress(),
	}
}

// Validate finds every mistake.
func (cfg *Config) Validate() error {
	var errs []error
	above := func(key string, value, least time.Duration, why string) {
		if value < least {
			errs = append(errs, fmt.Errorf("%s is %v, want at least %v%s", key, value, least, why))
		}
	}
	above("linger", cfg.Linger, minWait, "")
	above("idle_wait", cfg.IdleWait, 0, "")
	above("max_wait", cfg.MaxWait, cfg.Linger, ", the value of linger")
	above("late_window", cfg.LateWindow, cfg.Linger, ", the value of linger")
	above("max_age", cfg.MaxAge, cfg.Linger, ", the value of linger")
	above("provisional_after", cfg.ProvisionalAfter, 0, "")
	above("retry_window", cfg.RetryWindow, 0, "")
	above("metrics::expiry", cfg.Metrics.Expiry, cfg.Metrics.FlushInterval, ", the value of metrics::flush_interval")
	above("metrics::flush_interval", cfg.Metrics.FlushInterval, time.Second, "")
	if cfg.ProvisionalAfter >= cfg.MaxAge {
		errs = append(errs, fmt.Errorf("provisional_after is %v, want less than max_age, which is %v", cfg.ProvisionalAfter, cfg.MaxAge))
	}
	if cfg.MaxMemoryMiB < 1 {
		errs = append(errs, fmt.Errorf("max_memory_mib is %d, want at least 1", cfg.MaxMemoryMiB))
	}
	if cfg.NumShards < 0 || cfg.NumShards > maxShards {
		errs = append(errs, fmt.Errorf("num_shards is %d, want 0 (one per processor) to %d", cfg.NumShards, maxShards))
	}
	if cfg.Metrics.MaxSeries < 1 {
		errs = append(errs, fmt.Errorf("metrics::max_series is %d, want at least 1", cfg.Metrics.MaxSeries))
	}
	if _, err := newEntries(component.TelemetrySettings{Logger: zap.NewNop()}, cfg.Entries); err != nil {
		errs = append(errs, err)
	}
	errs = append(errs, cfg.Graph.validate()...)
	errs = append(errs, cfg.Stress.validate()...)
	return errors.Join(append(errs, cfg.Derive.Validate())...)
}

// minWait is the resolution of the assembly's clock.
const minWait = 100 * time.Millisecond

func (cfg *Config) shards() int {
	if cfg.NumShards > 0 {
		return cfg.NumShards
	}
	return min(runtime.GOMAXPROCS(0), maxShards)
}

// assembly is the configuration of one shard.
func (cfg *Config) assembly() assemble.Config {
	return assemble.Config{
		Linger: cfg.Linger, IdleWait: cfg.IdleWait, MaxWait: cfg.MaxWait, LateWindow: cfg.LateWindow, MaxAge: cfg.MaxAge,
		ProvisionalAfter: cfg.ProvisionalAfter,
		MaxBytes:         int64(cfg.MaxMemoryMiB) * bytesMiB / int64(cfg.shards()),
		BlockOnOverflow:  cfg.BlockOnOverflow,
	}
}
