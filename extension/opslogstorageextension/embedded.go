package opslogstorageextension

import (
	"fmt"
	"time"

	"github.com/opslog/opslog/internal/store/embedded"
)

// EmbeddedConfig is a database in this process.
type EmbeddedConfig struct {
	// Directory holds the data; it is made when it does not exist.
	Directory string `mapstructure:"directory"`

	// MemoryLimitMiB bounds the database's memory, which Go and the memory limiter do not see.
	MemoryLimitMiB int64 `mapstructure:"memory_limit_mib"`

	// Threads is how many cores a query may use.
	Threads int `mapstructure:"threads"`

	// Retention is how long records are kept, in whole days; 0 keeps them for ever.
	Retention EmbeddedRetention `mapstructure:"retention"`

	// PayloadSearch says whether words are looked for in bodies too: index or off.
	PayloadSearch string `mapstructure:"payload_search"`

	// MaxDiskMiB bounds the data on disk: the oldest days go first. 0 is no bound.
	MaxDiskMiB int64 `mapstructure:"max_disk_mib"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// EmbeddedRetention is at least 24h each, since whole days are dropped.
type EmbeddedRetention struct {
	Operations time.Duration `mapstructure:"operations"`
	Spans      time.Duration `mapstructure:"spans"`
	Logs       time.Duration `mapstructure:"logs"`
	Graph      time.Duration `mapstructure:"graph"`
	Rollups    time.Duration `mapstructure:"rollups"`
	Errors     time.Duration `mapstructure:"errors"`

	// prevent unkeyed literal initialization
	_ struct{}
}

const (
	mib = 1 << 20
	// leastMemoryMiB is what DuckDB needs: with 64 MiB a checkpoint was seen to fail.
	leastMemoryMiB = 128
)

func defaultEmbedded() EmbeddedConfig {
	d := embedded.DefaultConfig()
	return EmbeddedConfig{
		Directory:      d.Directory,
		MemoryLimitMiB: d.MemoryLimit / mib,
		Threads:        d.Threads,
		Retention:      EmbeddedRetention{Operations: d.Retention.Operations, Spans: d.Retention.Spans, Logs: d.Retention.Logs, Graph: d.Retention.Graph, Rollups: d.Retention.Rollups, Errors: d.Retention.Errors},
		PayloadSearch:  d.PayloadSearch,
		MaxDiskMiB:     d.MaxBytes / mib,
	}
}

// Validate finds mistakes that can be seen without opening anything.
func (cfg *EmbeddedConfig) Validate() error {
	if cfg.MemoryLimitMiB < leastMemoryMiB {
		return fmt.Errorf("memory_limit_mib: %d, want at least %d", cfg.MemoryLimitMiB, leastMemoryMiB)
	}
	if cfg.MaxDiskMiB < 0 {
		return fmt.Errorf("max_disk_mib: %d, want 0 for no bound, or more", cfg.MaxDiskMiB)
	}
	return cfg.engine().Validate()
}

func (cfg *EmbeddedConfig) engine() embedded.Config {
	return embedded.Config{
		Directory:   cfg.Directory,
		MemoryLimit: cfg.MemoryLimitMiB * mib,
		Threads:     cfg.Threads,
		Retention:   embedded.Retention{Operations: cfg.Retention.Operations, Spans: cfg.Retention.Spans, Logs: cfg.Retention.Logs, Graph: cfg.Retention.Graph, Rollups: cfg.Retention.Rollups, Errors: cfg.Retention.Errors},
		MaxBytes:    cfg.MaxDiskMiB * mib,

		PayloadSearch: cfg.PayloadSearch,
	}
}
