package opslogstorageextension

import (
	"context"
	"fmt"
	"log/slog"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.uber.org/zap/exp/zapslog"

	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/clickhouse"
	"github.com/opslog/opslog/internal/store/embedded"
	"github.com/opslog/opslog/internal/storehost"
)

var (
	_ extension.Extension = (*storageExtension)(nil)
	_ storehost.Provider  = (*storageExtension)(nil)
)

// storageExtension owns the store from Start to Shutdown.
type storageExtension struct {
	cfg     *Config
	set     extension.Settings
	backend store.Backend
}

// Backend is the open store.
func (e *storageExtension) Backend() store.Backend { return e.backend }

func (e *storageExtension) Start(ctx context.Context, _ component.Host) error {
	backend, err := e.open(ctx)
	if err != nil {
		return fmt.Errorf("open the store: %w", err)
	}
	e.backend = backend
	return nil
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
	if e.backend == nil {
		return nil
	}
	return e.backend.Close(ctx)
}
