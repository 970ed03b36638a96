package opslogqueryextension

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensioncapabilities"
	"go.uber.org/zap"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/metadata"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/storehost"
)

var (
	_ extension.Extension             = (*queryExtension)(nil)
	_ extensioncapabilities.Dependent = (*queryExtension)(nil)
)

// queryExtension owns the listener; what it serves is in handler.go and ui.go.
type queryExtension struct {
	cfg       *Config
	set       extension.Settings
	telemetry *metadata.TelemetryBuilder
	server    *http.Server
	serving   sync.WaitGroup
}

// Dependencies make the store start first and stop last.
func (e *queryExtension) Dependencies() []component.ID {
	ids := []component.ID{e.cfg.Storage}
	if e.cfg.Auth.HasValue() {
		ids = append(ids, e.cfg.Auth.Get().AuthenticatorID)
	}
	return ids
}

func (e *queryExtension) Start(ctx context.Context, host component.Host) error {
	backend, err := storehost.Find(host, e.cfg.Storage)
	if err != nil {
		return err
	}
	ui, err := newUI(e.cfg.BasePath)
	if err != nil {
		return err
	}
	api := &apiHandler{
		reader: backend, now: time.Now, started: operation.TimeOf(time.Now()), version: e.set.BuildInfo.Version,
		timeout: e.cfg.QueryTimeout, logger: e.set.Logger, telemetry: e.telemetry,
	}
	server, err := e.cfg.ToServer(ctx, host.GetExtensions(), e.set.TelemetrySettings, newHandler(e.cfg.BasePath, api, ui))
	if err != nil {
		return err
	}
	listener, err := e.cfg.ToListener(ctx)
	if err != nil {
		return fmt.Errorf("endpoint: cannot listen on %s: %w", e.cfg.NetAddr.Endpoint, err)
	}
	e.server = server
	e.set.Logger.Info("Serving the operations log", zap.String("url", "http://"+listener.Addr().String()+e.cfg.BasePath))
	e.serving.Go(func() {
		if err := server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
		}
	})
	return nil
}

func (e *queryExtension) Shutdown(ctx context.Context) error {
	defer e.telemetry.Shutdown()
	if e.server == nil {
		return nil
	}
	err := e.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, e.server.Close())
	}
	e.serving.Wait()
	return err
}
