// Package clickhouse keeps records in a ClickHouse server or cluster.
package clickhouse

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"github.com/opslog/opslog/internal/store"
)

// engine is our name in Stats.
const engine = "clickhouse"

// Backend is the store. It looks after its connection and its schema in the background.
type Backend struct {
	cfg    Config
	layout layout
	log    *slog.Logger
	pool   *pool
	state  *state
	guard  *guard
	wall   *wall // of the view for tenants; nil elsewhere

	tenants *pool              // connections of the tenants' user; nil when there is none
	stop    context.CancelFunc // ends the connector
	done    chan struct{}      // closed when it has ended
	running *sync.WaitGroup    // calls
}

var _ store.Backend = (*Backend)(nil)

// Open answers at once, also when the server cannot be reached: until the server answers and has the schema,
// every call fails with store.ErrUnavailable, or with the reason why the database is not for us
// (store.ErrSchemaNewer, store.ErrForeign). Only mistakes in the configuration are errors.
func Open(_ context.Context, cfg Config, log *slog.Logger) (*Backend, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("clickhouse: %w", err)
	}
	b := newBackend(cfg, log)
	background, stop := context.WithCancel(context.Background())
	b.stop = stop
	go b.connect(background)
	return b, nil
}

func newBackend(cfg Config, log *slog.Logger) *Backend {
	return &Backend{
		cfg:     cfg,
		layout:  layout{database: cfg.Database, Cluster: cfg.Cluster},
		log:     log,
		pool:    newPool(cfg),
		tenants: newTenantPool(cfg),
		state:   newState(),
		guard:   &guard{keep: cfg.Retention, log: log},
		done:    make(chan struct{}),
		running: &sync.WaitGroup{},
	}
}

// begin admits a call. The returned function ends it.
func (b *Backend) begin(ctx context.Context) (end func(), err error) {
	if err := b.state.admit(b.running); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		b.running.Done()
		return nil, err
	}
	if err := b.wall.stands(ctx, b); err != nil {
		b.running.Done()
		return nil, err
	}
	return b.running.Done, nil
}

// failed explains an error of a call, and wakes the connector when the server or its tables are gone.
func (b *Backend) failed(ctx context.Context, doing string, err error) error {
	if judge(ctx, err) == gone && b.wall == nil { // the tenants' user may be what is missing
		b.state.lost()
	}
	return explain(ctx, doing, err)
}

// Close waits for running calls, or until ctx ends; then it ends their connections.
func (b *Backend) Close(ctx context.Context) error {
	if !b.state.close() {
		return nil
	}
	b.stop()
	finished := make(chan struct{})
	go func() {
		b.running.Wait()
		<-b.done
		close(finished)
	}()
	defer b.pool.close()
	if b.tenants != nil {
		defer b.tenants.close()
	}
	select {
	case <-finished:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close clickhouse: calls are still running: %w", ctx.Err())
	}
}

// search says what the server can look up by an index.
func (b *Backend) search() search {
	index := b.state.able().textIndex
	return search{
		words:      index && b.cfg.PayloadSearch == SearchIndex,
		attributes: index,
		bodies:     b.cfg.PayloadSearch != SearchOff,
	}
}
