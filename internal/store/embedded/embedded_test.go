//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/storetest"
)

// How long, and how often, tests look for something that another goroutine does.
const (
	waitFor = time.Minute
	tick    = time.Millisecond
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Backend {
		return openTest(t, testConfig(t.TempDir()), time.Now)
	})
}

func testConfig(dir string) Config {
	cfg := DefaultConfig()
	cfg.Directory, cfg.MemoryLimit, cfg.Threads = dir, minMemory, 1
	cfg.Retention = Retention{}
	return cfg
}

// openTest opens a store that is closed at the end of the test, unless the test closes it.
func openTest(t testing.TB, cfg Config, now func() time.Time) *embedded {
	t.Helper()
	s, err := open(t.Context(), cfg, slog.New(slog.DiscardHandler), now)
	require.NoError(t, err)
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			require.ErrorIs(t, err, store.ErrClosed)
		}
	})
	return s
}
