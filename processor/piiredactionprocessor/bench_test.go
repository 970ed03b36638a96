package piiredactionprocessor

import (
	"context"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/processor/piiredactionprocessor/internal/metadatatest"
	"github.com/opslog/opslog/test/bench/corpus"
)

// The same requests as test/bench/redaction measures beside the contrib processor.
const (
	benchSpans    = 1000
	benchRequests = 20
)

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkTraces(b *testing.B) {
	r, err := newRedactor(createDefaultConfig().(*Config), metadatatest.NewSettings(componenttest.NewTelemetry()), "traces")
	require.NoError(b, err)
	requests := make([]ptrace.Traces, benchRequests)
	for i := range requests {
		requests[i] = corpus.Traces(uint64(i), benchSpans)
	}
	copies := make([]ptrace.Traces, len(requests))
	b.ReportAllocs()
	var used time.Duration
	for b.Loop() {
		b.StopTimer()
		for i := range copies {
			copies[i] = ptrace.NewTraces()
			requests[i].CopyTo(copies[i])
		}
		runtime.GC() // what the copies cost to collect is not the processor's
		b.StartTimer()
		before := cpuTime()
		for _, td := range copies {
			if _, err := r.traces(context.Background(), td); err != nil {
				b.Fatal(err)
			}
		}
		used += cpuTime() - before
	}
	b.ReportMetric(float64(b.N)*benchRequests*benchSpans/used.Seconds(), "spans/cpu-s")
}
