//go:build unix

package derive

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/golden"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// cpuTime is what the process has used so far, garbage collection and all.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func recordings(b *testing.B) []ptrace.Traces {
	b.Helper()
	inputs, err := filepath.Glob(filepath.Join("testdata", "operations", "*.yaml"))
	require.NoError(b, err)
	var out []ptrace.Traces
	for _, input := range inputs {
		if filepath.Base(input) == "n_plus_one.yaml" || filepath.Base(input) == "n_plus_one.old.yaml" {
			continue // a giant among them would hide the rest
		}
		td, err := golden.ReadTraces(input)
		require.NoError(b, err)
		out = append(out, td)
	}
	return out
}

// BenchmarkDerivation is the whole way from pdata to records, spans of all kinds in the mix of testdata.
func BenchmarkDerivation(b *testing.B) {
	d := newDeriver(b)
	traces := recordings(b)
	b.ReportAllocs()
	spans, before := 0, cpuTime()
	for i := 0; b.Loop(); i++ {
		g := groupOf(d, traces[i%len(traces)])
		d.Operation(g)
		spans += len(g.Spans)
	}
	b.ReportMetric(float64(spans)/(cpuTime()-before).Seconds(), "spans/CPU-s")
}

// BenchmarkSpan copies one child span: the common path.
func BenchmarkSpan(b *testing.B) {
	d := newDeriver(b)
	td, err := golden.ReadTraces(filepath.Join("testdata", "operations", "login.yaml"))
	require.NoError(b, err)
	r := d.Resource(td.ResourceSpans().At(0).Resource())
	scope := td.ResourceSpans().At(0).ScopeSpans().At(0)
	for i, name := range []string{"entry", "internal", "statement", "", "cache"} {
		if name == "" {
			continue
		}
		span := scope.Spans().At(i)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s := d.Span(r, scope.Scope(), span)
				if s.Resource == nil {
					b.Fatal("no resource")
				}
			}
		})
	}
}
