package opslogstorageextension

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.uber.org/zap/exp/zapslog"

	"github.com/opslog/opslog/internal/archive"
	"github.com/opslog/opslog/internal/erasure"
	"github.com/opslog/opslog/internal/pii"
	"github.com/opslog/opslog/internal/spool"
	"github.com/opslog/opslog/internal/store"
)

// ErasureConfig is about the erasure of people on request.
type ErasureConfig struct {
	// Settle is after how long everything that was in memory has come to the disk; then it is looked through once more.
	Settle time.Duration `mapstructure:"settle"`

	// Hash are the keys of pii_redaction, so that an id in clear finds its tokens.
	Hash ErasureHash `mapstructure:"hash"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// ErasureHash has the same keys as hash of pii_redaction.
type ErasureHash struct {
	Key                configopaque.String `mapstructure:"key"`
	KeyVersion         int                 `mapstructure:"key_version"`
	PreviousKey        configopaque.String `mapstructure:"previous_key"`
	PreviousKeyVersion int                 `mapstructure:"previous_key_version"`
	Domain             string              `mapstructure:"domain"`

	// prevent unkeyed literal initialization
	_ struct{}
}

func defaultErasure() ErasureConfig {
	return ErasureConfig{Settle: 2 * time.Minute, Hash: ErasureHash{KeyVersion: 1}}
}

// Validate finds mistakes.
func (cfg *ErasureConfig) Validate() error {
	var errs []error
	if cfg.Settle < 0 {
		errs = append(errs, fmt.Errorf("settle: %v, want 0 or more; longer than the journal keeps what is in memory", cfg.Settle))
	}
	for name, key := range map[string]configopaque.String{"key": cfg.Hash.Key, "previous_key": cfg.Hash.PreviousKey} {
		if n := len(key); n > 0 && n < pii.MinHashKey {
			errs = append(errs, fmt.Errorf("hash::%s: has %d bytes, want at least %d, the same as in pii_redaction", name, n, pii.MinHashKey))
		}
	}
	if cfg.Hash.Key == "" && cfg.Hash.PreviousKey != "" {
		errs = append(errs, errors.New("hash::previous_key: is set without key, want both as in pii_redaction"))
	}
	return errors.Join(errs...)
}

// values are all forms in which an id may be stored.
func (cfg *ErasureConfig) values(id string) []string {
	h := cfg.Hash
	keys := pii.Hash{
		Key: []byte(h.Key), Version: h.KeyVersion, Previous: []byte(h.PreviousKey), PreviousVersion: h.PreviousKeyVersion, Domain: h.Domain,
	}
	return append([]string{id}, keys.Tokens(id)...)
}

// startErasures begins with what a former process left undone.
func (e *storageExtension) startErasures(eraser store.Eraser, kept *archive.Writer) error {
	var err error
	e.erasures, err = erasure.Start(erasure.Options{
		Directory: e.cfg.erasureDirectory(),
		Guard:     e.guard,
		Eraser:    eraser,
		Waiting:   func(m *erasure.Match, look bool) (spool.EraseSum, error) { return eraseWaiting(e.spool, m, look) },
		Archive:   kept,
		Values:    e.cfg.Erasure.values,
		Settle:    e.cfg.Erasure.Settle,
		Log:       slog.New(zapslog.NewHandler(e.set.Logger.Core())),
		Now:       time.Now,
		After:     time.After,
	})
	return err
}

// Erasures carries out the erasure of people.
func (e *storageExtension) Erasures() *erasure.Executor { return e.erasures }
