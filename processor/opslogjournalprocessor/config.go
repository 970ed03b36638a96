package opslogjournalprocessor

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
)

// Config of the processor.
type Config struct {
	// Storage is the opslog_storage extension that holds the journal.
	Storage component.ID `mapstructure:"storage"`

	// Keep is for how long entries stay: longer than anything behind the processor holds data in memory.
	Keep time.Duration `mapstructure:"keep"`

	// prevent unkeyed literal initialization
	_ struct{}
}

const (
	// defaultKeep is more than the minute after which the operations connector publishes what has no entry span yet.
	defaultKeep = 75 * time.Second
	leastKeep   = 5 * time.Second
)

func createDefaultConfig() component.Config {
	return &Config{Storage: component.MustNewID("opslog_storage"), Keep: defaultKeep}
}

// Validate finds mistakes. Whether keep is enough for the other components is checked where all of them are known.
func (cfg *Config) Validate() error {
	var errs []error
	if cfg.Storage == (component.ID{}) {
		errs = append(errs, errors.New("storage: must name an opslog_storage extension"))
	}
	if cfg.Keep < leastKeep {
		errs = append(errs, fmt.Errorf("keep: is %v, want at least %v", cfg.Keep, leastKeep))
	}
	return errors.Join(errs...)
}
