package opslogstorageextension

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/opslog/opslog/internal/spool"
)

// SpoolConfig is about what waits on disk: queues, journals, dead letters.
type SpoolConfig struct {
	// Directory holds it. Empty is "spool" in the directory of the embedded database, or else opslog-data/spool.
	Directory string `mapstructure:"directory"`

	// Sync forces every write to the disk itself: then what was acknowledged survives a power failure too.
	Sync bool `mapstructure:"sync"`

	// MaxMiB bounds one queue and one journal on disk. At the bound senders are told to try again later.
	MaxMiB int64 `mapstructure:"max_mib"`

	// DeadLetters bounds the records that the database refused.
	DeadLetters DeadLetterConfig `mapstructure:"dead_letters"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// DeadLetterConfig bounds dead letters: beyond it the oldest are removed, and counted.
type DeadLetterConfig struct {
	MaxMiB int64         `mapstructure:"max_mib"`
	MaxAge time.Duration `mapstructure:"max_age"`

	// prevent unkeyed literal initialization
	_ struct{}
}

const (
	defaultSpool = "opslog-data/spool"
	// leastSpoolMiB holds a few of the largest batches.
	leastSpoolMiB = 64
)

func defaultSpoolConfig() SpoolConfig {
	return SpoolConfig{MaxMiB: 2048, DeadLetters: DeadLetterConfig{MaxMiB: 256, MaxAge: 30 * 24 * time.Hour}}
}

// Validate finds mistakes that can be seen without opening anything.
func (cfg *SpoolConfig) Validate() error {
	var errs []error
	if cfg.MaxMiB < leastSpoolMiB {
		errs = append(errs, fmt.Errorf("max_mib: %d, want at least %d", cfg.MaxMiB, leastSpoolMiB))
	}
	if cfg.DeadLetters.MaxMiB < 1 {
		errs = append(errs, fmt.Errorf("dead_letters::max_mib: %d, want at least 1", cfg.DeadLetters.MaxMiB))
	}
	if cfg.DeadLetters.MaxAge < time.Hour {
		errs = append(errs, fmt.Errorf("dead_letters::max_age: %v, want at least 1h", cfg.DeadLetters.MaxAge))
	}
	return errors.Join(errs...)
}

// spoolOptions places the spool beside the data.
func (cfg *Config) spoolOptions() spool.Options {
	dir := cfg.Spool.Directory
	switch {
	case dir != "":
	case cfg.Embedded.HasValue():
		dir = filepath.Join(cfg.Embedded.Get().Directory, "spool")
	default:
		dir = defaultSpool
	}
	return spool.Options{
		Directory: dir, Sync: cfg.Spool.Sync, MaxBytes: cfg.Spool.MaxMiB * mib,
		DeadLetterBytes: cfg.Spool.DeadLetters.MaxMiB * mib, DeadLetterAge: cfg.Spool.DeadLetters.MaxAge,
	}
}
