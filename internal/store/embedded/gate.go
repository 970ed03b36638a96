//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"sync"

	"github.com/opslog/opslog/internal/store"
)

// gate lets calls in until it is closed, and knows when the last one has left.
type gate struct {
	mu     sync.Mutex
	inside int
	closed bool
	empty  chan struct{} // closed when the gate is closed and nobody is inside

	stopped context.Context // ends when the calls inside must end
	stop    context.CancelFunc
}

func newGate() *gate {
	g := &gate{empty: make(chan struct{})}
	g.stopped, g.stop = context.WithCancel(context.Background())
	return g
}

// enter answers ErrClosed, or the context for the call and what to call at its end.
func (g *gate) enter(ctx context.Context) (context.Context, func(), error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, nil, store.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	g.inside++
	ctx, cancel := context.WithCancelCause(ctx)
	unhook := context.AfterFunc(g.stopped, func() { cancel(store.ErrClosed) })
	return ctx, func() {
		unhook()
		cancel(nil)
		g.leave()
	}, nil
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	if g.closed && g.inside == 0 {
		close(g.empty)
	}
}

// close lets nobody in any more and waits for those inside; when ctx ends it interrupts them. It answers ErrClosed
// when the gate was closed before.
func (g *gate) close(ctx context.Context) error {
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		return store.ErrClosed
	}
	g.closed = true
	if g.inside == 0 {
		close(g.empty)
	}
	g.mu.Unlock()
	defer g.stop()
	select {
	case <-g.empty:
	case <-ctx.Done():
		g.stop()
		<-g.empty
	}
	return nil
}
