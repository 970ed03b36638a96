package opslogstorageextension

import (
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
)

// Config names the engine: exactly one of the two.
type Config struct {
	// Embedded is a database in this process, in a directory of its own.
	Embedded configoptional.Optional[EmbeddedConfig] `mapstructure:"embedded"`

	// ClickHouse is a server.
	ClickHouse configoptional.Optional[ClickHouseConfig] `mapstructure:"clickhouse"`

	// Spool is the place on disk for what waits to be written to the engine.
	Spool SpoolConfig `mapstructure:"spool"`

	// Erasure is how people are erased on request.
	Erasure ErasureConfig `mapstructure:"erasure"`

	// Archive keeps commands for those who must prove what was done.
	Archive ArchiveConfig `mapstructure:"archive"`

	// prevent unkeyed literal initialization
	_ struct{}
}

func createDefaultConfig() component.Config {
	return &Config{
		Embedded:   configoptional.Default(defaultEmbedded()),
		ClickHouse: configoptional.Default(defaultClickHouse()),
		Spool:      defaultSpoolConfig(),
		Erasure:    defaultErasure(),
		Archive:    defaultArchive(),
	}
}

// Validate wants one engine; the engines check themselves.
func (cfg *Config) Validate() error {
	switch {
	case cfg.Embedded.HasValue() && cfg.ClickHouse.HasValue():
		return errors.New("both embedded and clickhouse are given, want one of them")
	case !cfg.Embedded.HasValue() && !cfg.ClickHouse.HasValue():
		return errors.New("no engine is given, want one of embedded and clickhouse")
	default:
		return nil
	}
}
