package clickhouse

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/storetest"
	chtest "github.com/opslog/opslog/test/clickhouse"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		chtest.Stop()
		os.Exit(code)
	}))
}

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Backend { return open(t, configFor(chtest.Start(t))) })
}

func configFor(db chtest.Database) Config {
	cfg := DefaultConfig()
	cfg.Retention = Retention{}
	cfg.Addresses, cfg.Database, cfg.Username, cfg.Password = []string{db.Address}, db.Name, db.Username, db.Password
	return cfg
}

// open answers a store that is ready.
func open(t testing.TB, cfg Config) *Backend {
	t.Helper()
	b, err := Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close(context.Background())) })
	waitFor(t, b, func(cause error) bool { return cause == nil })
	return b
}

// waitFor waits until the store's state is as wanted.
func waitFor(t testing.TB, b *Backend, wanted func(cause error) bool) {
	t.Helper()
	timeout := time.After(30 * time.Second)
	for {
		changed, cause := b.state.watch()
		if wanted(cause) {
			return
		}
		select {
		case <-changed:
		case <-timeout:
			t.Fatalf("the store is still in this state: %v", cause)
		}
	}
}
