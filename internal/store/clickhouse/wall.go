package clickhouse

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go"

	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/tenant"
)

// tenantPrefix begins the setting log_comment of a tenant's queries; the tenant's name follows. Row policies compare it
// with the rows' tenant: see deploy/clickhouse. It is a setting that every server knows, and that its query log shows.
const tenantPrefix = "tenant "

// walled are the tables that tenants read.
var walled = []string{"operations", "spans", "logs", "state", "edges", "quality"}

// How long the wall is believed to stand, and to be open.
const (
	lookEvery = time.Minute
	lookAgain = 5 * time.Second
)

// comment says whose a query is. Without it row policies show nothing.
func comment(ctx context.Context) []ch.Setting {
	name := tenant.Of(ctx)
	if name == "" {
		return nil
	}
	return []ch.Setting{{Key: "log_comment", Value: tenantPrefix + name, Important: true}}
}

func newTenantPool(cfg Config) *pool {
	if cfg.Tenants == nil {
		return nil
	}
	cfg.Username, cfg.Password = cfg.Tenants.Username, cfg.Tenants.Password
	p := newPool(cfg)
	p.comments = true
	return p
}

// forTenants reads as the tenants' user, and keeps state as the service: that user changes nothing.
type forTenants struct {
	*Backend

	service *Backend
}

// ForTenants is a view in which the server's row policies bound each call to its tenant; see store.ForTenants. Without
// a user for tenants it is the store itself.
func (b *Backend) ForTenants() store.Backend {
	if b.tenants == nil {
		return b
	}
	view := *b
	view.pool, view.wall = b.tenants, &wall{}
	return forTenants{Backend: &view, service: b}
}

// Stats tells the engine only: tenants may not count what all have.
func (v forTenants) Stats(context.Context) (store.Stats, error) {
	return store.Stats{Engine: engine}, nil
}

// PutState writes an entry.
func (v forTenants) PutState(ctx context.Context, key string, value []byte, expected int64) (store.Entry, error) {
	return v.service.PutState(ctx, key, value, expected)
}

// DeleteState deletes an entry.
func (v forTenants) DeleteState(ctx context.Context, key string, expected int64) error {
	return v.service.DeleteState(ctx, key, expected)
}

// Close does nothing: connections are the store's.
func (v forTenants) Close(context.Context) error { return nil }

// wall is whether the server bounds the tenants' user. A policy may be missing, or be dropped while we run.
type wall struct {
	mu    sync.Mutex
	until time.Time // what is known is believed until then
	open  []string  // tables that are not bounded
}

// stands asks the server, from time to time, for rows of nobody. It answers an error when there are some: then tenants
// read nothing.
func (w *wall) stands(ctx context.Context, view *Backend) error {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if time.Now().After(w.until) {
		if err := w.look(ctx, view); err != nil {
			return explain(ctx, "look whether row policies part tenants", err)
		}
	}
	if len(w.open) > 0 {
		return fmt.Errorf("%w: row policies of the database do not part tenants in %s", store.ErrUnavailable, strings.Join(w.open, ", "))
	}
	return nil
}

func (w *wall) look(ctx context.Context, view *Backend) (err error) {
	if w.open, err = view.texts(tenant.With(ctx, ""), anyRow(view.layout), params{}); err != nil {
		return err
	}
	w.until = time.Now().Add(lookEvery)
	if len(w.open) > 0 {
		w.until = time.Now().Add(lookAgain)
		view.log.Error("clickhouse shows its tenants' user all rows of some tables; nothing is shown to tenants until row policies part them",
			"tables", w.open, "username", view.cfg.Tenants.Username, "database", view.cfg.Database)
	}
	return nil
}

// anyRow names the tables that show a row.
func anyRow(l layout) string {
	parts := make([]string, len(walled))
	for i, name := range walled {
		parts[i] = "SELECT * FROM (SELECT '" + name + "' AS name FROM " + l.Table(name) + " LIMIT 1)"
	}
	return strings.Join(parts, " UNION ALL ")
}
