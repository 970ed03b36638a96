package clickhouse

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
	chtest "github.com/opslog/opslog/test/clickhouse"
)

// A server that is away at the start, goes away later, and comes back each time.
func TestOutages(t *testing.T) {
	dir, port := t.TempDir(), freePort(t)
	cfg := DefaultConfig()
	cfg.Addresses = []string{freeAddress(freePort(t)), freeAddress(port)} // nobody ever listens on the first
	var log lines
	b, err := Open(t.Context(), cfg, slog.New(slog.NewTextHandler(&log, nil)))
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.Close(context.Background()) })
	ops := generator().Operations(50)
	waitFor(t, b, func(cause error) bool { return cause != nil && !errors.Is(cause, errStarting) })
	require.ErrorIs(t, b.WriteOperations(t.Context(), ops), store.ErrUnavailable)

	for range 2 {
		server, err := chtest.Launch(chtest.Options{Path: dir, TCP: port})
		require.NoError(t, err)
		waitFor(t, b, isReady)
		require.NoError(t, b.WriteOperations(t.Context(), ops))
		got, err := b.Operations(t.Context(), store.OperationQuery{Limit: 1000})
		require.NoError(t, err)
		assert.Len(t, got, len(ops))
		server.Kill()
		require.ErrorIs(t, b.WriteOperations(t.Context(), ops), store.ErrUnavailable)
		waitFor(t, b, func(cause error) bool { return cause != nil })
		_, err = b.Stats(t.Context())
		require.ErrorIs(t, err, store.ErrUnavailable)
	}
	require.NoError(t, b.Close(context.Background())) // it has said all by then
	assert.Equal(t, 3, strings.Count(log.String(), "clickhouse is unavailable"), log.String())
	assert.Equal(t, 2, strings.Count(log.String(), "clickhouse is ready"), log.String())
}

// fullDisk keeps more room free than any disk has: no part can be written, as on a disk that is full.
const fullDisk = `<clickhouse><storage_configuration><disks><default><keep_free_space_bytes>1000000000000000000</keep_free_space_bytes></default></disks></storage_configuration></clickhouse>`

// A server whose disk is full takes nothing and says so in a way that is worth a retry; what it acknowledged before is
// there, and what it did not take is stored once when there is room again.
func TestFullDisk(t *testing.T) {
	dir, port := t.TempDir(), freePort(t)
	config := filepath.Join(dir, "full.xml")
	require.NoError(t, os.WriteFile(config, []byte(fullDisk), 0o600))
	cfg := DefaultConfig()
	cfg.Addresses = []string{freeAddress(port)}
	b := start(t, cfg)
	gen := generator()
	first, second := gen.Operations(50), gen.Operations(50)
	var spans []*operation.Span
	for _, op := range first {
		spans = append(spans, gen.Spans(op, 3)...)
	}
	during := func(config string, do func()) {
		server, err := chtest.Launch(chtest.Options{Path: dir, TCP: port, Config: config})
		require.NoError(t, err)
		defer server.Stop()
		waitFor(t, b, isReady)
		do()
	}
	count := func() int {
		got, err := b.Operations(t.Context(), store.OperationQuery{Limit: 1000})
		require.NoError(t, err)
		return len(got)
	}
	during("", func() { require.NoError(t, b.WriteOperations(t.Context(), first)) })
	during(config, func() {
		for range 3 {
			err := b.WriteOperations(t.Context(), second)
			require.ErrorContains(t, err, "NOT_ENOUGH_SPACE")
			var refusal *store.Refusal
			require.NotErrorAs(t, err, &refusal, "it would become a dead letter")
			require.Error(t, b.WriteSpans(t.Context(), spans))
		}
		assert.Equal(t, len(first), count())
	})
	during("", func() {
		for range 2 { // also when the answer to the first was lost
			require.NoError(t, b.WriteOperations(t.Context(), second))
			require.NoError(t, b.WriteSpans(t.Context(), spans))
		}
		assert.Equal(t, len(first)+len(second), count())
		stats, err := b.Stats(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, len(spans), stats.Spans)
	})
}

// Tables that somebody dropped are made again when their migrations are gone too, and calls say so until then.
func TestLostTables(t *testing.T) {
	db := chtest.Start(t)
	b := open(t, configFor(db))
	require.NoError(t, db.Exec(t.Context(), "DROP TABLE operations"))
	require.ErrorIs(t, b.WriteOperations(t.Context(), generator().Operations(1)), store.ErrUnavailable)
	waitFor(t, b, func(cause error) bool { return cause != nil })
	for _, table := range append([]string{"schema_migrations"}, ours[1:]...) {
		require.NoError(t, db.Exec(t.Context(), "DROP TABLE "+table))
	}
	waitFor(t, b, isReady)
	require.NoError(t, b.WriteOperations(t.Context(), generator().Operations(1)))
}

func TestPasswords(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "config.xml"), []byte("<clickhouse><users_config>"+dir+"/users.xml</users_config></clickhouse>"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "users.xml"), []byte(users), 0o600))
	server, err := chtest.Launch(chtest.Options{Path: dir, Config: filepath.Join(dir, "config.xml")})
	require.NoError(t, err)
	defer server.Stop()
	cfg := DefaultConfig()
	cfg.Addresses, cfg.Username, cfg.Password = []string{server.TCP}, "writer", "right"
	open(t, cfg)

	cfg.Password = "s3cret" // and this is the last thing that the engine in the library does
	b := start(t, cfg)
	var said error
	waitFor(t, b, func(cause error) bool {
		said = cause
		return cause != nil && !errors.Is(cause, errStarting)
	})
	require.ErrorContains(t, said, "writer: Authentication failed")
	assert.NotContains(t, said.Error(), "s3cret")
	_, err = b.Stats(t.Context())
	require.ErrorIs(t, err, store.ErrUnavailable)
}

const users = `<clickhouse>
	<profiles><default/></profiles><quotas><default/></quotas>
	<users>
		<default><password/><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota></default>
		<writer><password>right</password><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota></writer>
	</users>
</clickhouse>`

// A server that accepts connections and never says anything does not hold up anybody.
func TestSilentServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	cfg := DefaultConfig()
	cfg.Addresses, cfg.DialTimeout = []string{listener.Addr().String()}, 50*time.Millisecond
	b := start(t, cfg)
	waitFor(t, b, func(cause error) bool { return cause != nil && !errors.Is(cause, errStarting) })
	_, err = b.Stats(t.Context())
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.NoError(t, b.Close(t.Context()))
}

// A caller that gives up gets its answer at once, and so does the next caller.
func TestGivingUp(t *testing.T) {
	b := open(t, configFor(chtest.Start(t)))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := b.texts(ctx, "SELECT toString(sleepEachRow(3)) FROM numbers(3) SETTINGS function_sleep_max_microseconds_per_block = 0", params{})
	require.Error(t, err)
	assert.Equal(t, cancelled, judge(ctx, err))
	_, err = b.Stats(t.Context())
	assert.NoError(t, err)
}

// Close waits for calls, but not longer than it may; then it interrupts them.
func TestCloseInterrupts(t *testing.T) {
	b := open(t, configFor(chtest.Start(t)))
	end, err := b.begin(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, b.Close(ctx), context.Canceled)
	_, err = b.Stats(t.Context())
	require.ErrorIs(t, err, store.ErrClosed)
	end()
}

func freePort(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func freeAddress(port int) string {
	return (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}).String()
}

// lines is a log that many may write.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
