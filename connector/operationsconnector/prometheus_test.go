package operationsconnector

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/prometheusexporter"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter/exportertest"
)

// TestPrometheus shows what users of the Prometheus exporter see: counts, errors, native histograms, exemplars and
// the overflow series.
func TestPrometheus(t *testing.T) {
	listener, err := net.Listen("tcp", "localhost:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())

	f := prometheusexporter.NewFactory()
	cfg := f.CreateDefaultConfig().(*prometheusexporter.Config)
	cfg.ServerConfig.NetAddr.Endpoint = address
	e, err := f.CreateMetrics(t.Context(), exportertest.NewNopSettings(f.Type()), cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	defer func() { require.NoError(t, e.Shutdown(t.Context())) }()

	now := time.Now()
	r := newRED(MetricsConfig{MaxSeries: 2, Expiry: time.Minute})
	for i := range 5 {
		r.record(op("shop", "GET /cart", time.Duration(i+1)*time.Second, "ok"), now)
	}
	r.record(op("shop", "GET /cart", time.Second, "error"), now)
	r.record(op("shop", "GET /none", time.Second, "ok"), now)
	require.NoError(t, e.ConsumeMetrics(t.Context(), r.flush(now)))

	families := scrape(t, address)
	counts := make(map[string]float64)
	for _, m := range families["opslog_operations_total"].GetMetric() {
		counts[label(m, "operation")+" "+label(m, "status")+label(m, "otel_metric_overflow")] = m.GetCounter().GetValue()
	}
	require.Equal(t, map[string]float64{"GET /cart ok": 5, "GET /cart error": 1, " true": 1}, counts)
	for _, m := range families["opslog_operation_duration_seconds"].GetMetric() {
		h := m.GetHistogram()
		if label(m, "status") == "ok" {
			require.EqualValues(t, 5, h.GetSampleCount())
			require.InDelta(t, 15, h.GetSampleSum(), 1e-9)
			require.NotEmpty(t, h.GetPositiveSpan(), "a native histogram")
		}
	}
}

func label(m *dto.Metric, name string) string {
	for _, l := range m.GetLabel() {
		if l.GetName() == name {
			return l.GetValue()
		}
	}
	return ""
}

func scrape(t *testing.T, address string) map[string]*dto.MetricFamily {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("http://%s/metrics", address), nil)
	require.NoError(t, err)
	request.Header.Set("Accept", string(expfmt.NewFormat(expfmt.TypeProtoDelim)))
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	families := make(map[string]*dto.MetricFamily)
	decoder := expfmt.NewDecoder(response.Body, expfmt.ResponseFormat(response.Header))
	for {
		family := new(dto.MetricFamily)
		err := decoder.Decode(family)
		if errors.Is(err, io.EOF) {
			return families
		}
		require.NoError(t, err)
		families[family.GetName()] = family
	}
}
