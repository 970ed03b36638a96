package opslogexporter

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
)

// Config of the exporter.
type Config struct {
	// Storage is the opslog_storage extension to write to.
	Storage component.ID `mapstructure:"storage"`

	// TimeoutConfig bounds one write.
	TimeoutConfig exporterhelper.TimeoutConfig `mapstructure:",squash"`

	// QueueConfig holds what waits to be written and groups it into batches.
	QueueConfig configoptional.Optional[exporterhelper.QueueBatchConfig] `mapstructure:"sending_queue"`

	// RetryConfig repeats writes while the database is away.
	RetryConfig configretry.BackOffConfig `mapstructure:"retry_on_failure"`

	// prevent unkeyed literal initialization
	_ struct{}
}

const (
	// A DuckDB checkpoint was measured to stall a write for up to 4.3 s, a ClickHouse insert for 1.5 s.
	defaultTimeout = 30 * time.Second
	// Waiting data is bounded by bytes, so that large records cannot fill the memory.
	defaultQueueBytes = 64 << 20
	// How long a record waits for company. Short, because somebody may be watching the list.
	defaultFlush = 200 * time.Millisecond
	// A batch is written early when it has this size: about 8,000 spans.
	defaultBatchBytes = 4 << 20
	maxBatchBytes     = 8 << 20
)

func createDefaultConfig() component.Config {
	queue := exporterhelper.NewDefaultQueueConfig()
	queue.Sizer = exporterhelper.RequestSizerTypeBytes
	queue.QueueSize = defaultQueueBytes
	queue.BlockOnOverflow = true
	queue.NumConsumers = 4
	queue.Batch = configoptional.Some(exporterhelper.BatchConfig{
		Sizer:        exporterhelper.RequestSizerTypeBytes,
		FlushTimeout: defaultFlush,
		MinSize:      defaultBatchBytes,
		MaxSize:      maxBatchBytes,
	})
	retry := configretry.NewDefaultBackOffConfig()
	retry.InitialInterval = time.Second
	retry.MaxElapsedTime = 0
	return &Config{
		Storage:       component.MustNewID("opslog_storage"),
		TimeoutConfig: exporterhelper.TimeoutConfig{Timeout: defaultTimeout},
		QueueConfig:   configoptional.Some(queue),
		RetryConfig:   retry,
	}
}

// Validate refuses what would lose data.
func (cfg *Config) Validate() error {
	var errs []error
	if cfg.Storage == (component.ID{}) {
		errs = append(errs, errors.New("storage: must name an opslog_storage extension"))
	}
	if !cfg.RetryConfig.Enabled {
		errs = append(errs, errors.New("retry_on_failure::enabled: is false, want true; without it a database that is away for a moment loses data"))
	}
	if cfg.RetryConfig.MaxElapsedTime != 0 {
		errs = append(errs, fmt.Errorf("retry_on_failure::max_elapsed_time: is %v, want 0; after that time waiting data would be thrown away", cfg.RetryConfig.MaxElapsedTime))
	}
	if cfg.QueueConfig.HasValue() && !cfg.QueueConfig.Get().BlockOnOverflow {
		errs = append(errs, errors.New("sending_queue::block_on_overflow: is false, want true; a full queue would throw data away"))
	}
	return errors.Join(errs...)
}
