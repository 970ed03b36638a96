package opslogstorageextension

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/embedded"
)

func TestCondenser(t *testing.T) {
	cfg := embedded.DefaultConfig()
	cfg.Directory = t.TempDir()
	backend, err := embedded.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, backend.Close(t.Context())) })
	now := operation.TimeOf(time.Now())
	write := func(before operation.Time, n byte) {
		at := now - before
		id := operation.NewID(at, operation.TraceID{n}, operation.SpanID{n})
		require.NoError(t, backend.WriteOperations(t.Context(), []*operation.Operation{{
			ID: id, TraceID: operation.TraceID{n}, SpanID: operation.SpanID{n}, StartTime: at, Revision: 1, ServiceName: "shop", Name: "a", Status: operation.StatusOK,
		}}))
	}
	counted := func() (n int64) {
		sums, err := backend.Rollups(t.Context(), store.RollupQuery{Step: operation.Duration(operation.Day)})
		require.NoError(t, err)
		for _, s := range sums {
			n += s.Count
		}
		return n
	}
	one, other := &condenser{backend, "one", zap.NewNop()}, &condenser{backend, "other", zap.NewNop()}
	require.NoError(t, one.step(t.Context(), now), "there is nothing yet")
	write(5*hour, 1)
	write(30*operation.Minute, 2)
	write(operation.Minute, 3)
	require.NoError(t, other.step(t.Context(), now+operation.Minute), "the lease is taken")
	assert.Zero(t, counted())
	require.NoError(t, one.step(t.Context(), now))
	assert.EqualValues(t, 2, counted(), "the minute that runs is not summed up")
	require.NoError(t, other.step(t.Context(), now+condenseLease+1))
	assert.EqualValues(t, 3, counted(), "who is away loses the lease")
	write(20*operation.Minute, 4)
	require.NoError(t, other.step(t.Context(), now+condenseLease+2))
	require.NoError(t, other.step(t.Context(), now+hour))
	assert.EqualValues(t, 4, counted(), "late operations come in by the hour")
}
