package opslogstorageextension

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/archive"
	"github.com/opslog/opslog/internal/erasure"
	"github.com/opslog/opslog/internal/operation"
)

// ArchiveConfig is about the append-only archive of commands. It is off without a directory.
type ArchiveConfig struct {
	// Directory holds the segments, the signed head and the public key; naming it turns the archive on.
	Directory string `mapstructure:"directory"`

	// KeyDirectory holds the data keys, and the generated ones. Empty is the directory with "-keys" behind its name.
	KeyDirectory string `mapstructure:"key_directory"`

	// SigningKey and MasterKey are 32 bytes in base64 each. Without them, they are made in the key directory.
	SigningKey configopaque.String `mapstructure:"signing_key"`
	MasterKey  configopaque.String `mapstructure:"master_key"`

	// SegmentMiB and SegmentAge end a segment.
	SegmentMiB int64         `mapstructure:"segment_mib"`
	SegmentAge time.Duration `mapstructure:"segment_age"`

	// Checkpoint is the longest time between two signatures.
	Checkpoint time.Duration `mapstructure:"checkpoint"`

	// Retention removes whole segments that are older; 0 keeps them for ever.
	Retention time.Duration `mapstructure:"retention"`

	// HeadCopy is a second file for the signed head, best on another machine.
	HeadCopy string `mapstructure:"head_copy"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// archiveTick is how often it is looked what time asks of the archive.
const archiveTick = 5 * time.Second

func defaultArchive() ArchiveConfig {
	return ArchiveConfig{SegmentMiB: 64, SegmentAge: time.Hour, Checkpoint: time.Minute}
}

// Validate finds mistakes that can be seen without opening anything.
func (cfg *ArchiveConfig) Validate() error {
	if cfg.Directory == "" {
		return nil
	}
	var errs []error
	if cfg.SegmentMiB < 1 {
		errs = append(errs, fmt.Errorf("segment_mib: %d, want at least 1", cfg.SegmentMiB))
	}
	if cfg.SegmentAge < time.Minute {
		errs = append(errs, fmt.Errorf("segment_age: %v, want at least 1m", cfg.SegmentAge))
	}
	if cfg.Checkpoint < time.Second {
		errs = append(errs, fmt.Errorf("checkpoint: %v, want at least 1s", cfg.Checkpoint))
	}
	if cfg.Retention != 0 && cfg.Retention < cfg.SegmentAge {
		errs = append(errs, fmt.Errorf("retention: %v, want 0 for ever, or at least segment_age, which is %v", cfg.Retention, cfg.SegmentAge))
	}
	if within(cfg.keyDirectory(), cfg.Directory) {
		errs = append(errs, errors.New("key_directory: is in the directory of the archive itself; keys must lie apart, or who copies the archive has them too"))
	}
	if cfg.HeadCopy != "" && within(cfg.HeadCopy, cfg.Directory) {
		errs = append(errs, errors.New("head_copy: is in the directory of the archive; a copy is of use only where who changes the archive cannot change it"))
	}
	if (cfg.SigningKey == "") != (cfg.MasterKey == "") {
		errs = append(errs, errors.New("signing_key and master_key: one of them is set, want both or none"))
	} else if cfg.SigningKey != "" {
		if _, err := archive.ParseKeys(string(cfg.SigningKey), string(cfg.MasterKey)); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// within tells whether a path is a directory, or lies in it.
func within(path, dir string) bool {
	path, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return false
	}
	inner, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(inner)
}

func (cfg *ArchiveConfig) keyDirectory() string {
	if cfg.KeyDirectory != "" {
		return cfg.KeyDirectory
	}
	return filepath.Clean(cfg.Directory) + "-keys"
}

func (cfg *ArchiveConfig) keys() (archive.Keys, error) {
	if cfg.SigningKey != "" {
		return archive.ParseKeys(string(cfg.SigningKey), string(cfg.MasterKey))
	}
	return archive.LoadKeys(cfg.keyDirectory())
}

// openArchive is nil without a directory.
func (cfg *Config) openArchive() (*archive.Writer, error) {
	a := &cfg.Archive
	if a.Directory == "" {
		return nil, nil
	}
	keys, err := a.keys()
	if err != nil {
		return nil, err
	}
	return archive.Open(archive.Options{
		Directory: a.Directory, KeyDirectory: a.keyDirectory(), Keys: keys, SegmentBytes: a.SegmentMiB * mib, SegmentAge: a.SegmentAge,
		Checkpoint: a.Checkpoint, Retention: a.Retention, HeadCopy: a.HeadCopy, Sync: cfg.Spool.Sync,
	})
}

// commandArchive puts commands into the archive, without those that are being erased.
type commandArchive struct {
	writer *archive.Writer
	guard  *erasure.Guard
	now    func() time.Time
}

// Archive keeps the commands among the operations, and what may be one. Nothing happens where there is no archive.
func (e *storageExtension) Archive(ops []*operation.Operation) error {
	if e.archive == nil {
		return nil
	}
	return e.archive.keep(ops)
}

func (c *commandArchive) keep(ops []*operation.Operation) error {
	var records []archive.Record
	for _, op := range c.guard.Allowed(ops) {
		if op.Kind == operation.KindQuery {
			continue
		}
		text, err := json.Marshal(op)
		if err != nil {
			return fmt.Errorf("encode an operation for the archive: %w", err)
		}
		records = append(records, archive.Record{
			Clear: archive.Clear{
				OperationID: op.ID.String(), Revision: op.Revision, TraceID: op.TraceID.String(), StartTime: int64(op.StartTime),
				Service: op.ServiceName, Environment: op.Environment, Name: op.Name, Kind: op.Kind, Status: op.Status, Destructive: op.Destructive,
			},
			Secret: text, User: op.UserID, Tenant: op.TenantID,
		})
	}
	return c.writer.Append(c.now(), records)
}

// tick lets the archive sign and end segments in time.
func (e *storageExtension) tick(ticks <-chan time.Time, done <-chan struct{}) {
	for {
		select {
		case now := <-ticks:
			if err := e.archive.writer.Tick(now); err != nil {
				e.set.Logger.Error("The archive cannot be kept in order; it is tried again", zap.Error(err))
			}
		case <-done:
			return
		}
	}
}

// erasureDirectory is where unfinished erasures are, beside the spool.
func (cfg *Config) erasureDirectory() string {
	return filepath.Join(cfg.spoolOptions().Directory, "erasures")
}
