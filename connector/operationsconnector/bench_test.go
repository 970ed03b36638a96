package operationsconnector

import (
	"encoding/binary"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"

	"github.com/opslog/opslog/connector/operationsconnector/internal/metadata"
)

// BenchmarkConnector measures the whole way from a batch of pdata to log records that go nowhere, on all shards.
func BenchmarkConnector(b *testing.B) {
	cfg := defaultConfig()
	cfg.Linger = 200 * time.Millisecond
	c, err := NewFactory().CreateTracesToLogs(b.Context(), connectortest.NewNopSettings(metadata.Type), cfg, consumertest.NewNop())
	require.NoError(b, err)
	require.NoError(b, c.Start(b.Context(), componenttest.NewNopHost()))
	td := requests(0, 500)
	b.ReportAllocs()
	before := cpu()
	spans := 0
	for round := uint32(0); b.Loop(); round++ {
		for _, span := range td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
			id := span.TraceID()
			binary.BigEndian.PutUint32(id[:4], round+1)
			span.SetTraceID(id)
		}
		require.NoError(b, c.ConsumeTraces(b.Context(), td))
		spans += td.SpanCount()
	}
	require.NoError(b, c.Shutdown(b.Context()))
	b.ReportMetric(float64(spans)/(cpu()-before), "spans/cpu-s")
	b.ReportMetric(0, "ns/op")
}

// cpu is the time that this process spent on processors, garbage collection included, in seconds.
func cpu() float64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}
