//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/store"
)

func TestGateWaitsForThoseInside(t *testing.T) {
	g := newGate()
	ctx, leave, err := g.enter(t.Context())
	require.NoError(t, err)
	closed := make(chan error)
	go func() { closed <- g.close(context.Background()) }()
	require.Eventually(t, func() bool { return errors.Is(entered(t.Context(), g), store.ErrClosed) }, waitFor, tick)
	require.NoError(t, ctx.Err(), "who is inside is not disturbed")
	leave()
	require.NoError(t, <-closed)
	require.ErrorIs(t, g.close(context.Background()), store.ErrClosed)
}

// entered goes in and out again.
func entered(ctx context.Context, g *gate) error {
	_, leave, err := g.enter(ctx)
	if err == nil {
		leave()
	}
	return err
}

func TestGateInterruptsWhenTimeIsUp(t *testing.T) {
	g := newGate()
	ctx, leave, err := g.enter(t.Context())
	require.NoError(t, err)
	up, cancel := context.WithCancel(t.Context())
	cancel()
	closed := make(chan error)
	go func() { closed <- g.close(up) }()
	<-ctx.Done()
	require.ErrorIs(t, context.Cause(ctx), store.ErrClosed)
	leave()
	require.NoError(t, <-closed)
}

func TestGateKeepsTheCallersCancellation(t *testing.T) {
	g := newGate()
	caller, cancel := context.WithCancel(t.Context())
	ctx, leave, err := g.enter(caller)
	require.NoError(t, err)
	defer leave()
	cancel()
	<-ctx.Done()
	require.ErrorIs(t, context.Cause(ctx), context.Canceled)
	require.ErrorIs(t, entered(caller, g), context.Canceled)
}
