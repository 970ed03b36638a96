package operationsconnector

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/connector/operationsconnector/internal/metadata"
)

// BenchmarkConnector measures the whole way from a batch of pdata to log records that go nowhere, on all shards: for
// operations of two spans, so that half of the work is records, and for the sample application's recording.
func BenchmarkConnector(b *testing.B) {
	b.Run("two spans", func(b *testing.B) { benchmarkConnector(b, []ptrace.Traces{requests(0, 500)}) })
	b.Run("recorded", func(b *testing.B) { benchmarkConnector(b, recorded(b)) })
}

func recorded(b *testing.B) (out []ptrace.Traces) {
	b.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "test", "e2e", "testdata", "shop-traces.jsonl"))
	require.NoError(b, err)
	for line := range bytes.Lines(data) {
		td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(line)
		require.NoError(b, err)
		out = append(out, td)
	}
	return out
}

func benchmarkConnector(b *testing.B, batches []ptrace.Traces) {
	b.Helper()
	cfg := defaultConfig()
	cfg.Linger = 200 * time.Millisecond
	c, err := NewFactory().CreateTracesToLogs(b.Context(), connectortest.NewNopSettings(metadata.Type), cfg, consumertest.NewNop())
	require.NoError(b, err)
	require.NoError(b, c.Start(b.Context(), componenttest.NewNopHost()))
	b.ReportAllocs()
	before := cpu()
	spans := 0
	for round := uint32(0); b.Loop(); round++ {
		for _, td := range batches {
			renew(td, round)
			require.NoError(b, c.ConsumeTraces(b.Context(), td))
			spans += td.SpanCount()
		}
	}
	require.NoError(b, c.Shutdown(b.Context()))
	b.ReportMetric(float64(spans)/(cpu()-before), "spans/cpu-s")
	b.ReportMetric(0, "ns/op")
}

// renew gives a batch trace ids that were not used before.
func renew(td ptrace.Traces, round uint32) {
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				id := span.TraceID()
				binary.BigEndian.PutUint32(id[:4], round+1)
				span.SetTraceID(id)
			}
		}
	}
}

// cpu is the time that this process spent on processors, garbage collection included, in seconds.
func cpu() float64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}
