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
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensioncapabilities"
	"go.uber.org/zap"

	"github.com/opslog/opslog/extension/opslogqueryextension/internal/guard"
	"github.com/opslog/opslog/extension/opslogqueryextension/internal/metadata"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/tenant"
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
	erasures, err := storehost.FindErasures(host, e.cfg.Storage)
	if err != nil {
		return err
	}
	if e.cfg.forTenants() {
		backend = tenant.Only(backend, e.cfg.Tenants.Attribute)
	}
	ui, err := newUI(e.cfg.BasePath)
	if err != nil {
		return err
	}
	h := &apiHandler{
		reader: store.WithNewErrors(backend), erasures: erasures, now: time.Now, started: operation.TimeOf(time.Now()), version: e.set.BuildInfo.Version,
		cfg: e.cfg, logger: e.set.Logger, telemetry: e.telemetry, callers: guard.NewCallers(e.cfg.Limits.guard(), time.Now),
		ticker: newTicker, closing: make(chan struct{}),
	}
	handler, err := h.behindAuth(newHandler(h, ui))
	if err != nil {
		return err
	}
	server, err := e.cfg.ToServer(ctx, host.GetExtensions(), e.set.TelemetrySettings, handler, confighttp.WithErrorHandler(h.unreadable))
	if err != nil {
		return err
	}
	server.RegisterOnShutdown(func() { close(h.closing) }) // streams would hold it up
	server.Handler, server.MaxHeaderBytes = h.beforeAuth(server.Handler), maxHeaders
	e.warn()
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

// warn tells each start what is open to the network.
func (e *queryExtension) warn() {
	switch {
	case !e.cfg.isRemote():
	case !e.cfg.authenticates():
		e.set.Logger.Warn("allow_anonymous_remote: everybody who can reach this endpoint can read the operations log and change its state",
			zap.String("endpoint", e.cfg.NetAddr.Endpoint))
	case !e.cfg.TLS.HasValue():
		e.set.Logger.Warn("No tls: credentials and data cross the network in clear unless a proxy in front encrypts them",
			zap.String("endpoint", e.cfg.NetAddr.Endpoint))
	}
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
