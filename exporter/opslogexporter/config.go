package opslogexporter

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
)

// Config of the exporter.
type Config struct {
	// Storage is the opslog_storage extension to write to.
	Storage component.ID `mapstructure:"storage"`

	// TimeoutConfig bounds one write.
	TimeoutConfig exporterhelper.TimeoutConfig `mapstructure:",squash"`

	// QueueConfig holds what waits to be written, on disk, and groups it into batches.
	QueueConfig configoptional.Optional[exporterhelper.QueueBatchConfig] `mapstructure:"sending_queue"`

	// RetryConfig repeats writes while the database is away.
	RetryConfig configretry.BackOffConfig `mapstructure:"retry_on_failure"`

	// Durable is whether what was taken must survive a kill. Without it the queue may be in memory.
	Durable bool `mapstructure:"durable"`

	// prevent unkeyed literal initialization
	_ struct{}
}

const (
	// A DuckDB checkpoint was measured to stall a write for up to 4.3 s, a ClickHouse insert for 1.5 s.
	defaultTimeout = 30 * time.Second
	// Waiting data is bounded by bytes; it is on disk. opslog_storage has a bound of its own, which is higher.
	defaultQueueBytes = 1 << 30
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
	storage := component.MustNewID("opslog_storage")
	queue.StorageID = &storage
	retry := configretry.NewDefaultBackOffConfig()
	retry.InitialInterval = time.Second
	retry.MaxElapsedTime = 0
	return &Config{
		Storage:       storage,
		Durable:       true,
		TimeoutConfig: exporterhelper.TimeoutConfig{Timeout: defaultTimeout},
		QueueConfig:   configoptional.Some(queue),
		RetryConfig:   retry,
	}
}

// Unmarshal lets the queue be in the storage that is written to, unless another place is named.
func (cfg *Config) Unmarshal(conf *confmap.Conf) error {
	if err := conf.Unmarshal(cfg); err != nil {
		return err
	}
	const key = "sending_queue::storage"
	switch id := cfg.Storage; {
	case !cfg.QueueConfig.HasValue():
	case !conf.IsSet(key):
		cfg.QueueConfig.Get().StorageID = &id
	case conf.Get(key) == nil: // null, for a queue in memory
		cfg.QueueConfig.Get().StorageID = nil
	}
	return nil
}

// Validate refuses what would lose data.
func (cfg *Config) Validate() error {
	var errs []error
	if cfg.Storage == (component.ID{}) {
		errs = append(errs, errors.New("storage: must name an opslog_storage extension"))
	}
	if cfg.TimeoutConfig.Timeout <= 0 {
		errs = append(errs, fmt.Errorf("timeout: is %v, want more than 0; a database that hangs would block the queue for ever", cfg.TimeoutConfig.Timeout))
	}
	if !cfg.RetryConfig.Enabled {
		errs = append(errs, errors.New("retry_on_failure::enabled: is false, want true; without it a database that is away for a moment loses data"))
	}
	if cfg.RetryConfig.MaxElapsedTime != 0 {
		errs = append(errs, fmt.Errorf("retry_on_failure::max_elapsed_time: is %v, want 0; after that time waiting data would be thrown away", cfg.RetryConfig.MaxElapsedTime))
	}
	return errors.Join(append(errs, cfg.validateQueue()...)...)
}

// maxConsumers is more writes at a time than any database does faster than fewer.
const maxConsumers = 64

func (cfg *Config) validateQueue() (errs []error) {
	if !cfg.QueueConfig.HasValue() {
		if cfg.Durable {
			errs = append(errs, errors.New("sending_queue::enabled: is false, want true; without a queue what was acknowledged is in memory only while the database is away (durable: false accepts that)"))
		}
		return errs
	}
	queue := cfg.QueueConfig.Get()
	if cfg.Durable && queue.StorageID == nil {
		errs = append(errs, errors.New("sending_queue::storage: is not set, want the id of an opslog_storage; a process that is killed would lose what waits in memory (durable: false accepts that)"))
	}
	if !queue.BlockOnOverflow {
		errs = append(errs, errors.New("sending_queue::block_on_overflow: is false, want true; a full queue would throw data away"))
	}
	if queue.NumConsumers > maxConsumers {
		errs = append(errs, fmt.Errorf("sending_queue::num_consumers: is %d, want at most %d; each one holds a batch in memory and a connection", queue.NumConsumers, maxConsumers))
	}
	if queue.Sizer != exporterhelper.RequestSizerTypeBytes {
		errs = append(errs, fmt.Errorf("sending_queue::sizer: is %s, want bytes; a bound by number says nothing about disk or memory", sizerName(queue.Sizer)))
		return errs
	}
	if queue.QueueSize < leastQueueBytes {
		errs = append(errs, fmt.Errorf("sending_queue::queue_size: is %d, want at least %d, the bytes of a few batches; senders would be pushed back for nothing", queue.QueueSize, leastQueueBytes))
	}
	return errs
}

func sizerName(s exporterhelper.RequestSizerType) string {
	text, _ := s.MarshalText() // it never fails
	return string(text)
}

const leastQueueBytes = 4 << 20
