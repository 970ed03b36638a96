package opslogstorageextension

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"
	"go.uber.org/zap/exp/zapslog"

	"github.com/opslog/opslog/extension/opslogstorageextension/internal/metadata"
	"github.com/opslog/opslog/internal/erasure"
	"github.com/opslog/opslog/internal/spool"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/clickhouse"
	"github.com/opslog/opslog/internal/store/embedded"
	"github.com/opslog/opslog/internal/storehost"
)

var (
	_ storage.Extension       = (*storageExtension)(nil)
	_ storehost.Provider      = (*storageExtension)(nil)
	_ storehost.SpoolProvider = (*storageExtension)(nil)
)

// storageExtension owns the store and the spool from Start to Shutdown.
type storageExtension struct {
	cfg        *Config
	set        extension.Settings
	telemetry  *metadata.TelemetryBuilder
	host       component.Host
	backend    store.Backend
	guard      *erasure.Guard // the backend, without what is being erased
	spool      *spool.Spool
	archive    *commandArchive // nil where there is none
	erasures   *erasure.Executor
	working    sync.WaitGroup     // in the background
	halt       context.CancelFunc // ends that
	background context.Context
}

// Backend is the open store.
func (e *storageExtension) Backend() store.Backend { return e.guard }

// Spool is what waits on disk.
func (e *storageExtension) Spool() *spool.Spool { return e.spool }

func (e *storageExtension) Start(ctx context.Context, host component.Host) error {
	e.host = host
	backend, err := e.open(ctx)
	if err != nil {
		return fmt.Errorf("open the store: %w", err)
	}
	options := e.cfg.spoolOptions()
	options.OnDamage = func(file string, places int) {
		e.set.Logger.Error("A file of what waits is damaged; what could be read is used, and a copy is kept in the quarantine folder of the spool",
			zap.String("file", file), zap.Int("places", places))
	}
	waiting, err := spool.Open(options)
	if err != nil {
		return errors.Join(fmt.Errorf("open the spool: %w", err), backend.Close(ctx))
	}
	kept, err := e.cfg.openArchive()
	if err != nil {
		return errors.Join(err, waiting.Close(time.Now()), backend.Close(ctx))
	}
	e.backend, e.guard, e.spool = backend, erasure.NewGuard(backend), waiting
	e.condense()
	if kept != nil {
		e.archive = &commandArchive{writer: kept, guard: e.guard, now: time.Now}
		e.working.Go(e.tickArchive)
	}
	if err := e.startErasures(backend.(store.Eraser), kept); err != nil {
		return err
	}
	return e.observe()
}

func (e *storageExtension) tickArchive() {
	ticker := time.NewTicker(archiveTick)
	defer ticker.Stop()
	e.tick(ticker.C, e.background.Done())
}

// condense sums up operations in the background, for the time when they are gone.
func (e *storageExtension) condense() {
	ctx, stop := context.WithCancel(context.Background())
	e.halt, e.background = stop, ctx
	c := &condenser{store: e.backend, holder: rand.Text(), log: e.set.Logger}
	e.working.Go(func() {
		ticker := time.NewTicker(condenseEvery)
		defer ticker.Stop()
		c.run(ctx, ticker.C)
	})
}

func (e *storageExtension) open(ctx context.Context) (store.Backend, error) {
	logger := slog.New(zapslog.NewHandler(e.set.Logger.Core()))
	if e.cfg.Embedded.HasValue() {
		return embedded.Open(ctx, e.cfg.Embedded.Get().engine(), logger)
	}
	engine, err := e.cfg.ClickHouse.Get().engineWithTLS(ctx)
	if err != nil {
		return nil, err
	}
	return clickhouse.Open(ctx, engine, logger)
}

func (e *storageExtension) Shutdown(ctx context.Context) error {
	defer e.telemetry.Shutdown()
	if e.backend == nil {
		return nil
	}
	e.halt()
	e.working.Wait()
	if e.erasures != nil {
		e.erasures.Close()
	}
	var err error
	if e.archive != nil {
		err = e.archive.writer.Close(time.Now())
	}
	return errors.Join(err, e.spool.Close(time.Now()), e.backend.Close(ctx))
}
