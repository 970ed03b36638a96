package observe

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/opslog/opslog/internal/operation"
)

// Traces of more services than are watched share the last, and what was watched is not held any longer than it is.
func TestWatchedTracesAreLetGo(t *testing.T) {
	cfg := testConfig()
	cfg.MaxPending, cfg.MaxCounters = 10, 10_000
	w := newWorld(t, cfg)
	const services = watchedParts + 6
	for trace := range byte(50) {
		for i := range byte(services) {
			w.sendAs(pcommon.TraceID{0: 1, 15: trace}, span{service: fmt.Sprint("service-", i), id: i + 1, kind: server, name: fmt.Sprint("GET /", trace), start: float64(100 - i), end: 200})
		}
	}
	w.pass(10 * time.Second)
	book := &w.checks.watch
	require.Equal(t, 10, book.traces.Len())
	require.Equal(t, 10, book.index.Len())
	require.Equal(t, 10*watchedParts, book.parts.Len())
	require.Equal(t, watchedParts, book.whose.Len())
	w.finishAll()
	require.Zero(t, book.traces.Len())
	require.Zero(t, book.index.Len())
	require.Zero(t, book.parts.Len())
	require.Zero(t, book.whose.Len())
	require.Zero(t, book.names.Len())
	_, counters := w.ledger.Take()
	looks := map[string]int64{}
	for _, q := range counters {
		if q.Check == operation.RuleInternalSpans {
			looks[q.ServiceName] += q.Total
		}
	}
	require.Len(t, looks, watchedParts)
	for service, n := range looks {
		require.EqualValues(t, 50, n, service)
	}
}
