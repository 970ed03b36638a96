package opslogsamplingprocessor

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/tailsamplingprocessor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/opslog/opslog/internal/oplog"
	"github.com/opslog/opslog/processor/opslogsamplingprocessor/internal/metadata"
	"github.com/opslog/opslog/processor/opslogsamplingprocessor/internal/metadatatest"
)

func defaults(change func(*Config)) *Config {
	cfg := createDefaultConfig().(*Config)
	if change != nil {
		change(cfg)
	}
	return cfg
}

func start(t *testing.T, f processor.Factory, cfg component.Config, tel component.TelemetrySettings, next consumer.Traces) processor.Traces {
	t.Helper()
	set := processortest.NewNopSettings(f.Type())
	set.TelemetrySettings = tel
	p, err := f.CreateTraces(t.Context(), set, cfg, next)
	require.NoError(t, err)
	require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
	return p
}

// some are n traces of one to six spans, in batches in which they are mixed.
func some(n int) []ptrace.Traces {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	at := time.Unix(1_700_000_000, 0)
	batches := make([]ptrace.Traces, 5)
	for i := range batches {
		batches[i] = ptrace.NewTraces()
	}
	for trace := range n {
		for id := range 1 + r.IntN(6) {
			s := batches[r.IntN(len(batches))].ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
			s.SetTraceID(pcommon.TraceID{byte(trace), byte(trace >> 8), 5})
			s.SetSpanID(pcommon.SpanID{byte(id + 1)})
			s.SetParentSpanID(pcommon.SpanID{byte(id)})
			s.SetName(fmt.Sprint(trace, " ", id))
			s.SetStartTimestamp(pcommon.NewTimestampFromTime(at))
			s.SetEndTimestamp(pcommon.NewTimestampFromTime(at.Add(time.Duration(r.IntN(1100)) * time.Millisecond)))
			if r.IntN(60) == 0 {
				s.Status().SetCode(ptrace.StatusCodeError)
			}
		}
	}
	return batches
}

func names(all []ptrace.Traces) map[string]int {
	out := map[string]int{}
	for _, td := range all {
		for _, rs := range td.ResourceSpans().All() {
			for _, ss := range rs.ScopeSpans().All() {
				for _, s := range ss.Spans().All() {
					out[s.Name()]++
				}
			}
		}
	}
	return out
}

// Both keep the same spans of the same traces.
func TestItDecidesAsContribsTailSampling(t *testing.T) {
	f := tailsamplingprocessor.NewFactory()
	theirs := f.CreateDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(map[string]any{"policies": []any{
		map[string]any{"name": "errors", "type": "status_code", "status_code": map[string]any{"status_codes": []any{"ERROR"}}},
		map[string]any{"name": "slow", "type": "latency", "latency": map[string]any{"threshold_ms": 1000}},
		map[string]any{"name": "rest", "type": "probabilistic", "probabilistic": map[string]any{"sampling_percentage": 10}},
	}}).Unmarshal(theirs))
	want, got := new(consumertest.TracesSink), new(consumertest.TracesSink)
	contrib := start(t, f, theirs, componenttest.NewNopTelemetrySettings(), want)
	ours := start(t, NewFactory(), defaults(nil), componenttest.NewNopTelemetrySettings(), got)
	for _, td := range some(2000) {
		copied := ptrace.NewTraces()
		td.CopyTo(copied)
		require.NoError(t, contrib.ConsumeTraces(t.Context(), copied))
		require.NoError(t, ours.ConsumeTraces(t.Context(), td))
	}
	require.NoError(t, contrib.Shutdown(t.Context()))
	require.NoError(t, ours.Shutdown(t.Context()))
	kept := names(got.AllTraces())
	assert.Greater(t, len(kept), 500)
	assert.Equal(t, names(want.AllTraces()), kept)
}

func TestPackedIsWhatTheExporterReads(t *testing.T) {
	for _, packed := range []bool{false, true} {
		sink := new(consumertest.TracesSink)
		p := start(t, NewFactory(), defaults(func(c *Config) { c.Packed, c.Percentage = packed, 100 }), componenttest.NewNopTelemetrySettings(), sink)
		in := some(50)
		spans := 0
		for _, td := range in {
			require.NoError(t, p.ConsumeTraces(t.Context(), td))
			spans += td.SpanCount()
		}
		require.NoError(t, p.Shutdown(t.Context()))
		assert.Equal(t, spans, sink.SpanCount())
		var read int
		for i, td := range sink.AllTraces() {
			data, err := oplog.MarshalTraces(sink.Contexts()[i], td)
			require.NoError(t, err)
			n, err := oplog.CountItems(data)
			require.NoError(t, err)
			read += n
		}
		assert.Equal(t, spans, read)
	}
}

// What the journal encoded is taken, and nothing else when it is not said to be there.
func TestEncodedSpansAreTaken(t *testing.T) {
	encoded := some(1)[0]
	for _, td := range some(1) {
		td.ResourceSpans().MoveAndAppendTo(encoded.ResourceSpans())
	}
	data, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(encoded)
	require.NoError(t, err)
	for _, taken := range []bool{false, true} {
		sink := new(consumertest.TracesSink)
		p := start(t, NewFactory(), defaults(func(c *Config) { c.Encoded, c.Percentage = taken, 100 }), componenttest.NewNopTelemetrySettings(), sink)
		other := ptrace.NewTraces()
		other.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty().SetName("other")
		require.NoError(t, p.ConsumeTraces(oplog.WithEncoded(t.Context(), data), other))
		require.NoError(t, p.Shutdown(t.Context()))
		assert.Equal(t, !taken, names(sink.AllTraces())["other"] == 1)
	}
}

// refusing is a next component that takes nothing while it is told so.
type refusing struct {
	consumertest.TracesSink
	mu  sync.Mutex
	err error
}

func (r *refusing) set(err error) { r.mu.Lock(); defer r.mu.Unlock(); r.err = err }

func (r *refusing) ConsumeTraces(ctx context.Context, td ptrace.Traces) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return r.err
	}
	return r.TracesSink.ConsumeTraces(ctx, td)
}

func large(n byte) ptrace.Traces {
	td := ptrace.NewTraces()
	s := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	s.SetTraceID(pcommon.TraceID{n + 1})
	s.SetName(fmt.Sprint(n))
	s.Attributes().PutEmptyBytes("body").FromRaw(make([]byte, 1<<20))
	s.Status().SetCode(ptrace.StatusCodeError)
	return td
}

func TestSendersAreRefusedWhileTheNextComponentRefuses(t *testing.T) {
	next := &refusing{err: errors.New("full")}
	p := start(t, NewFactory(), defaults(nil), componenttest.NewNopTelemetrySettings(), next)
	taken := byte(0)
	require.Eventually(t, func() bool {
		if err := p.ConsumeTraces(t.Context(), large(taken)); err != nil {
			assert.ErrorIs(t, err, errOutput)
			assert.False(t, consumererror.IsPermanent(err))
			return true
		}
		taken++
		return false
	}, time.Minute, time.Millisecond)
	assert.GreaterOrEqual(t, taken, byte(16))
	next.set(nil)
	require.NoError(t, p.Shutdown(t.Context()))
	assert.Len(t, names(next.AllTraces()), int(taken), "nothing that was taken is lost")
}

func TestWhatIsRefusedForGoodIsCounted(t *testing.T) {
	tel := componenttest.NewTelemetry()
	next := &refusing{err: consumererror.NewPermanent(errors.New("no"))}
	p := start(t, NewFactory(), defaults(nil), tel.NewTelemetrySettings(), next)
	require.NoError(t, p.ConsumeTraces(t.Context(), large(1)))
	quiet, _ := p.(*sampler)
	close(quiet.quit)
	<-quiet.done
	metadatatest.AssertEqualProcessorOpslogSamplingLostSpans(t, tel, []metricdata.DataPoint[int64]{{Value: 1}}, metricdatatest.IgnoreTimestamp())
	metadatatest.AssertEqualProcessorOpslogSamplingHeldSpans(t, tel, []metricdata.DataPoint[int64]{{Value: 0}}, metricdatatest.IgnoreTimestamp())
	st := quiet.sampling.Stats()
	assert.Equal(t, int64(1), st.Spans[2])
	quiet.quit = make(chan struct{})
	require.NoError(t, p.Shutdown(t.Context()))
	require.NoError(t, tel.Shutdown(t.Context()))
}

func TestConfig(t *testing.T) {
	require.NoError(t, componenttest.CheckConfigStruct(createDefaultConfig()))
	require.NoError(t, defaults(nil).Validate())
	for want, change := range map[string]func(*Config){
		"decision_wait: is 0s, want more than 0":            func(c *Config) { c.DecisionWait = 0 },
		"decision_wait_after_root: is -1ns, want 0 or more": func(c *Config) { c.DecisionWaitAfterRoot = -1 },
		"slower_than: is -1ns, want 0 or more":              func(c *Config) { c.SlowerThan = -1 },
		"percentage: is 101, want 0 to 100":                 func(c *Config) { c.Percentage = 101 },
		"max_memory_mib: is 0, want at least 1":             func(c *Config) { c.MaxMemoryMiB = 0 },
		"remembered_traces: is 0, want at least 1":          func(c *Config) { c.RememberedTraces = 0 },
	} {
		assert.EqualError(t, defaults(change).Validate(), want)
	}
	assert.Equal(t, metadata.Type, NewFactory().Type())
}
