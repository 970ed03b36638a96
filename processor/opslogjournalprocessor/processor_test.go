package opslogjournalprocessor

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/opslog/opslog/internal/spool"
	"github.com/opslog/opslog/processor/opslogjournalprocessor/internal/metadata"
)

// storage owns a spool, as opslog_storage does.
type storage struct {
	component.StartFunc
	component.ShutdownFunc
	spool *spool.Spool
}

func (s *storage) Spool() *spool.Spool { return s.spool }

func (s *storage) GetExtensions() map[component.ID]component.Component {
	return map[component.ID]component.Component{component.MustNewID("opslog_storage"): s}
}

func openSpool(t *testing.T, dir string, maxBytes int64) *storage {
	t.Helper()
	s, err := spool.Open(spool.Options{Directory: dir, MaxBytes: maxBytes, DeadLetterBytes: 1 << 20, DeadLetterAge: time.Hour})
	require.NoError(t, err)
	return &storage{spool: s}
}

// copyOf is the directory as a kill would leave it.
func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "spool")
	require.NoError(t, os.CopyFS(to, os.DirFS(dir)))
	return to
}

func spans(name string) ptrace.Traces {
	td := ptrace.NewTraces()
	td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty().SetName(name)
	return td
}

func lines(body string) plog.Logs {
	ld := plog.NewLogs()
	ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr(body)
	return ld
}

func start(t *testing.T, host *storage, traces consumer.Traces, logs consumer.Logs) (processor.Traces, processor.Logs) {
	t.Helper()
	f, set := NewFactory(), processortest.NewNopSettings(metadata.Type)
	pt, err := f.CreateTraces(t.Context(), set, f.CreateDefaultConfig(), traces)
	require.NoError(t, err)
	pl, err := f.CreateLogs(t.Context(), set, f.CreateDefaultConfig(), logs)
	require.NoError(t, err)
	require.NoError(t, pt.Start(t.Context(), host))
	require.NoError(t, pl.Start(t.Context(), host))
	return pt, pl
}

func TestDefaultConfig(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, componenttest.CheckConfigStruct(cfg))
	require.NoError(t, cfg.Validate())
	assert.ErrorContains(t, (&Config{}).Validate(), "storage: must name")
	assert.ErrorContains(t, (&Config{Storage: cfg.Storage, Keep: time.Second}).Validate(), "keep: is 1s, want at least 5s")
}

func TestWhatAKilledProcessHeldIsPassedOnAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	host := openSpool(t, dir, 1<<20)
	firstTraces, firstLogs := new(consumertest.TracesSink), new(consumertest.LogsSink)
	pt, pl := start(t, host, firstTraces, firstLogs)
	require.NoError(t, pt.ConsumeTraces(t.Context(), spans("a")))
	require.NoError(t, pt.ConsumeTraces(t.Context(), spans("b")))
	require.NoError(t, pt.ConsumeTraces(t.Context(), ptrace.NewTraces()))
	require.NoError(t, pl.ConsumeLogs(t.Context(), lines("c")))
	assert.Equal(t, 2, firstTraces.SpanCount())
	killed := copyOf(t, dir)
	require.NoError(t, pt.Shutdown(t.Context()))
	require.NoError(t, pl.Shutdown(t.Context()))
	require.NoError(t, host.spool.Close(time.Now()))

	again := openSpool(t, killed, 1<<20)
	traces, logs := new(consumertest.TracesSink), new(consumertest.LogsSink)
	var refusals atomic.Int32
	flaky, err := consumer.NewTraces(func(ctx context.Context, td ptrace.Traces) error {
		if refusals.Add(1) == 1 {
			return errors.New("not yet")
		}
		return traces.ConsumeTraces(ctx, td)
	})
	require.NoError(t, err)
	pt, pl = start(t, again, flaky, logs)
	require.Eventually(t, func() bool { return traces.SpanCount() == 2 && logs.LogRecordCount() == 1 }, 10*time.Second, time.Millisecond)
	assert.Equal(t, "a", traces.AllTraces()[0].ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Name())
	require.NoError(t, pt.Shutdown(t.Context()))
	require.NoError(t, pl.Shutdown(t.Context()))
	require.NoError(t, again.spool.Close(time.Now()))
}

func TestAFullJournalTellsTheSender(t *testing.T) {
	host := openSpool(t, filepath.Join(t.TempDir(), "spool"), 10)
	sink := new(consumertest.TracesSink)
	pt, pl := start(t, host, sink, consumertest.NewNop())
	require.ErrorIs(t, pt.ConsumeTraces(t.Context(), spans("a name of more than ten bytes")), spool.ErrFull)
	assert.Zero(t, sink.SpanCount(), "what was not kept is not passed on: the sender sends it again")
	require.NoError(t, pt.Shutdown(t.Context()))
	require.NoError(t, pl.Shutdown(t.Context()))
	require.NoError(t, host.spool.Close(time.Now()))
}

func TestTwoPipelinesNeedTwoNames(t *testing.T) {
	host := openSpool(t, filepath.Join(t.TempDir(), "spool"), 1<<20)
	pt, pl := start(t, host, consumertest.NewNop(), consumertest.NewNop())
	f := NewFactory()
	second, err := f.CreateTraces(t.Context(), processortest.NewNopSettings(metadata.Type), f.CreateDefaultConfig(), consumertest.NewNop())
	require.NoError(t, err)
	require.ErrorContains(t, second.Start(t.Context(), host), "in use in another pipeline")
	require.NoError(t, second.Shutdown(t.Context()))
	require.NoError(t, pt.Shutdown(t.Context()))
	require.NoError(t, pl.Shutdown(t.Context()))
	require.NoError(t, host.spool.Close(time.Now()))
}

func BenchmarkConsume(b *testing.B) {
	s, err := spool.Open(spool.Options{Directory: b.TempDir(), MaxBytes: 1 << 34, DeadLetterBytes: 1 << 20, DeadLetterAge: time.Hour})
	require.NoError(b, err)
	f := NewFactory()
	p, err := f.CreateTraces(b.Context(), processortest.NewNopSettings(metadata.Type), f.CreateDefaultConfig(), consumertest.NewNop())
	require.NoError(b, err)
	require.NoError(b, p.Start(b.Context(), &storage{spool: s}))
	const perBatch = 500
	td := ptrace.NewTraces()
	ss := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for range perBatch {
		span := ss.AppendEmpty()
		span.SetName("GET /orders/{id}")
		for _, k := range []string{"http.request.method", "http.route", "url.path", "server.address", "user_agent.original", "client.address",
			"network.protocol.version", "db.query.text", "db.system.name", "code.function.name"} {
			span.Attributes().PutStr(k, "a value of about thirty bytes..")
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, p.ConsumeTraces(b.Context(), td))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*perBatch), "ns/span")
	require.NoError(b, p.Shutdown(b.Context()))
	require.NoError(b, s.Close(time.Now()))
}
