package operationsconnector

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/opslog/opslog/connector/operationsconnector/internal/metadatatest"
)

// TestRedeliveryAfterTheLateWindow: the metrics count it again, and the bound of the error says so.
func TestRedeliveryAfterTheLateWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tel := componenttest.NewTelemetry()
		cfg := defaultConfig()
		r := newRigWith(t, cfg, nil, tel.NewTelemetrySettings())
		td := requests(0, 10)
		require.NoError(t, r.send(td))
		time.Sleep(cfg.Linger + time.Second)
		require.NoError(t, r.send(td)) // within the window nothing happens
		time.Sleep(2 * cfg.LateWindow)
		old := func(n int64) {
			c := r.traces.(*tracesToLogs).core
			metadatatest.AssertEqualConnectorOperationsOldOperations(t, tel, dataPoints(c, n), metricdatatest.IgnoreTimestamp())
		}
		old(0)
		require.NoError(t, r.send(td))
		time.Sleep(cfg.Linger + time.Second)
		old(10)
		ids := map[string]bool{}
		for _, op := range r.records() {
			ids[op.ID.String()] = true
		}
		require.Len(t, r.records(), 20)
		require.Len(t, ids, 10, "stores keep one of each")
		r.shutdown()
		require.NoError(t, tel.Shutdown(t.Context()))
	})
}
