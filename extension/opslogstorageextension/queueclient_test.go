package opslogstorageextension

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/spool"
)

var errKilled = errors.New("killed")

// life is one process with a sending queue on a spool. It ends after so many writes: from then on nothing reaches the
// disk, and nothing counts as delivered.
type life struct {
	component.StartFunc
	component.ShutdownFunc
	table *spool.Table
	full  func(ops []*storage.Operation) bool // a write that the disk does not take

	mu        sync.Mutex
	writes    int
	left      int // writes until the kill
	delivered []string
	up        bool // the database takes what comes
	broken    error
	tried     int // pushes
}

func (l *life) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	inner := &dying{tableClient: tableClient{table: l.table}, life: l}
	return &queueClient{next: inner, broken: func(err error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.broken = err
	}}, nil
}

// dying is a table that ends with its life.
type dying struct {
	tableClient
	life *life
}

func (d *dying) Batch(ctx context.Context, ops ...*storage.Operation) error {
	d.life.mu.Lock()
	defer d.life.mu.Unlock()
	writes := slices.ContainsFunc(ops, func(op *storage.Operation) bool { return op.Type != storage.Get })
	if writes && d.life.left == 0 {
		return errKilled
	}
	if d.life.full != nil && d.life.full(ops) {
		return errors.New("no space left on device")
	}
	if writes {
		d.life.left--
		d.life.writes++
	}
	return d.tableClient.Batch(ctx, ops...)
}

func (l *life) push(_ context.Context, td ptrace.Traces) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tried++
	if !l.up || l.left == 0 {
		return errors.New("the database is away")
	}
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, s := range ss.Spans().All() {
				l.delivered = append(l.delivered, s.Name())
			}
		}
	}
	return nil
}

func (l *life) GetExtensions() map[component.ID]component.Component {
	return map[component.ID]component.Component{component.MustNewID("opslog_storage"): l}
}

// begin starts the exporter of a life.
func (l *life) begin(t *testing.T, dir string, batch bool) (e exporter.Traces, end func()) {
	t.Helper()
	s, err := spool.Open(spool.Options{Directory: dir, MaxBytes: 1 << 20, DeadLetterBytes: 1 << 20, DeadLetterAge: time.Hour})
	require.NoError(t, err)
	l.table, err = s.Queue("test")
	require.NoError(t, err)
	queue := exporterhelper.NewDefaultQueueConfig()
	id := component.MustNewID("opslog_storage")
	queue.StorageID, queue.NumConsumers, queue.BlockOnOverflow = &id, 4, true
	if batch {
		queue.Batch = configoptional.Some(exporterhelper.BatchConfig{FlushTimeout: time.Hour, Sizer: exporterhelper.RequestSizerTypeItems, MinSize: 20})
		if l.up {
			queue.Batch.Get().FlushTimeout = time.Millisecond
		}
	}
	retry := configretry.NewDefaultBackOffConfig()
	retry.InitialInterval, retry.MaxInterval, retry.MaxElapsedTime = time.Millisecond, time.Millisecond, 0
	e, err = exporterhelper.NewTraces(t.Context(), exportertest.NewNopSettings(component.MustNewType("test")), &struct{}{}, l.push,
		exporterhelper.WithQueue(configoptional.Some(queue)), exporterhelper.WithRetry(retry))
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), l))
	return e, func() {
		l.mu.Lock()
		l.left = 0
		l.mu.Unlock()
		_ = e.Shutdown(context.Background()) // it complains about the dead disk
		_ = l.table.Close()
		require.NoError(t, s.Close(time.Now()))
	}
}

func named(name string) ptrace.Traces {
	td := ptrace.NewTraces()
	td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty().SetName(name)
	return td
}

const forever = 1 << 30

// waiting fills a queue while the database is away, and ends with a kill.
func waiting(t *testing.T, dir string, n int, batch bool) (accepted []string) {
	t.Helper()
	l := &life{left: forever}
	e, end := l.begin(t, dir, batch)
	for i := range n {
		require.NoError(t, e.ConsumeTraces(t.Context(), named(fmt.Sprint(i))))
		accepted = append(accepted, fmt.Sprint(i))
	}
	require.Eventually(t, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.tried > 0
	}, 10*time.Second, time.Millisecond, "some are being sent")
	end()
	return accepted
}

// drained lives until everything is delivered.
func drained(t *testing.T, dir string, batch bool, accepted []string) {
	t.Helper()
	l := &life{left: forever, up: true}
	_, end := l.begin(t, dir, batch)
	defer end()
	missing := func() (out []string) {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, name := range accepted {
			if !slices.Contains(l.delivered, name) {
				out = append(out, name)
			}
		}
		return out
	}
	if !assert.Eventually(t, func() bool { return len(missing()) == 0 }, 10*time.Second, time.Millisecond) {
		t.Fatalf("lost: %v", missing())
	}
}

// TestKillAtEveryWrite kills the second life after each of its writes, one more every time, until there are no more.
func TestKillAtEveryWrite(t *testing.T) {
	for name, batch := range map[string]bool{"single": false, "batched": true} {
		t.Run(name, func(t *testing.T) {
			for k := range 60 {
				dir := filepath.Join(t.TempDir(), "spool")
				accepted := waiting(t, dir, 25, batch)
				l := &life{left: k}
				_, end := l.begin(t, dir, batch)
				end()
				drained(t, dir, batch, accepted)
			}
		})
	}
}

// TestDiskFullDuringAStart lets no request be written while the queue takes up what it had.
func TestDiskFullDuringAStart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	accepted := waiting(t, dir, 12, false)
	l := &life{left: forever, up: true, full: func(ops []*storage.Operation) bool {
		return slices.ContainsFunc(ops, func(op *storage.Operation) bool { return op.Type == storage.Set && op.Key != "qmv0" })
	}}
	e, end := l.begin(t, dir, false)
	require.Error(t, e.ConsumeTraces(t.Context(), named("new")), "what cannot be kept is not acknowledged")
	end()
	require.ErrorContains(t, l.broken, "kept for the next start")
	assert.ErrorContains(t, l.broken, "no space left")
	drained(t, dir, false, accepted)
}

// TestDiskFullBeforeTheFirstRequest lets the disk be full when a queue that had nothing to take up gets its first request:
// nothing is at stake, so it goes on when there is room again.
func TestDiskFullBeforeTheFirstRequest(t *testing.T) {
	full := true
	l := &life{left: forever, up: true, full: func(ops []*storage.Operation) bool {
		return full && slices.ContainsFunc(ops, func(op *storage.Operation) bool { return isRequest(op.Key) })
	}}
	e, end := l.begin(t, filepath.Join(t.TempDir(), "spool"), false)
	require.Error(t, e.ConsumeTraces(t.Context(), named("refused")))
	l.mu.Lock()
	full = false
	l.mu.Unlock()
	require.NoError(t, e.ConsumeTraces(t.Context(), named("accepted")))
	require.Eventually(t, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return slices.Equal(l.delivered, []string{"accepted"})
	}, 10*time.Second, time.Millisecond)
	end()
	assert.NoError(t, l.broken)
}

func TestQueueThatStaysEmptyIsTidied(t *testing.T) {
	s, err := spool.Open(spool.Options{Directory: t.TempDir(), MaxBytes: 1 << 20, DeadLetterBytes: 1 << 20, DeadLetterAge: time.Hour})
	require.NoError(t, err)
	table, err := s.Queue("q")
	require.NoError(t, err)
	c := &queueClient{next: &tableClient{table: table}}
	ctx := t.Context()
	require.NoError(t, c.Set(ctx, "1", []byte("x")))
	require.NoError(t, c.Delete(ctx, "1"))
	got, err := c.Get(ctx, "1")
	require.NoError(t, err)
	assert.Equal(t, "x", string(got), "held back")
	require.NoError(t, c.Close(ctx))
	table, err = s.Queue("q")
	require.NoError(t, err)
	got, err = (&tableClient{table: table}).Get(ctx, "1")
	require.NoError(t, err)
	assert.Nil(t, got)
	require.NoError(t, table.Close())
	require.NoError(t, s.Close(time.Now()))
}
