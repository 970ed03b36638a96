package sampling

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
)

var epoch = time.Unix(1_700_000_000, 0)

func config() Config {
	return Config{Wait: 10 * time.Second, WaitAfterRoot: 3 * time.Second, Errors: true, SlowerThan: time.Second, MaxBytes: 1 << 20, Remember: 1000}
}

// span of a trace; what says more is changed behind it.
func span(td ptrace.Traces, trace, id byte) ptrace.Span {
	s := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	s.SetTraceID(pcommon.TraceID{1, trace})
	s.SetSpanID(pcommon.SpanID{id})
	s.SetParentSpanID(pcommon.SpanID{9})
	s.SetStartTimestamp(pcommon.NewTimestampFromTime(epoch))
	s.SetEndTimestamp(pcommon.NewTimestampFromTime(epoch.Add(time.Millisecond)))
	return s
}

func one(trace, id byte, change func(ptrace.Span)) ptrace.Traces {
	td := ptrace.NewTraces()
	s := span(td, trace, id)
	if change != nil {
		change(s)
	}
	return td
}

func fail(s ptrace.Span) { s.Status().SetCode(ptrace.StatusCodeError) }
func root(s ptrace.Span) { s.SetParentSpanID(pcommon.SpanID{}) }

func add(t testing.TB, s *Sampler, at time.Duration, td ptrace.Traces) {
	t.Helper()
	data, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	require.NoError(t, err)
	_, err = s.Add(epoch.Add(at), data)
	require.NoError(t, err)
}

// taken are the spans that are kept since the last call, by number of the trace and of the span.
func taken(t testing.TB, s *Sampler) (out [][2]byte) {
	t.Helper()
	data, n := s.Take()
	read, err := oplog.ReadSpans(data)
	require.NoError(t, err)
	require.Len(t, read, n)
	for _, r := range read {
		out = append(out, [2]byte{r.TraceID[1], r.SpanID[0]})
	}
	return out
}

func TestAnErrorKeepsTheTrace(t *testing.T) {
	s := New(config())
	add(t, s, 0, one(1, 1, nil))
	add(t, s, 0, one(2, 1, nil))
	assert.Empty(t, taken(t, s))
	add(t, s, time.Second, one(1, 2, fail))
	assert.Equal(t, [][2]byte{{1, 1}, {1, 2}}, taken(t, s), "at once")
	add(t, s, time.Minute, one(1, 3, nil))
	assert.Equal(t, [][2]byte{{1, 3}}, taken(t, s), "late ones too")
	s.Tick(epoch.Add(time.Minute))
	assert.Empty(t, taken(t, s))
	add(t, s, time.Minute, one(2, 2, fail))
	assert.Empty(t, taken(t, s), "behind the decision")
	got := s.Stats()
	assert.Equal(t, [Decisions]int64{Dropped: 2, Failed: 3}, got.Spans)
	assert.Equal(t, [Decisions]int64{Dropped: 1, Failed: 1}, got.Traces)
	assert.EqualValues(t, 1, got.Late)
	assert.Zero(t, got.Bytes)
	assert.Zero(t, got.Waiting)
}

func TestASlowTraceIsKept(t *testing.T) {
	for name, tt := range map[string]struct {
		ends time.Duration
		want int
	}{"slow": {1001 * time.Millisecond, 2}, "not slow": {time.Second, 0}} {
		t.Run(name, func(t *testing.T) {
			s := New(config())
			add(t, s, 0, one(1, 1, nil))
			add(t, s, 0, one(1, 2, func(s ptrace.Span) { s.SetEndTimestamp(pcommon.NewTimestampFromTime(epoch.Add(tt.ends))) }))
			assert.Len(t, taken(t, s), tt.want)
		})
	}
}

func TestWhenATraceIsDecided(t *testing.T) {
	for name, tt := range map[string]struct {
		change  func(ptrace.Span)
		waits   time.Duration
		decided time.Duration
	}{
		"without its root":    {nil, 10 * time.Second, 10*time.Second + 2*tick},
		"soon after its root": {root, 3 * time.Second, 3*time.Second + 2*tick},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(config())
			add(t, s, 0, one(1, 1, tt.change))
			s.Tick(epoch.Add(tt.waits - tick))
			assert.EqualValues(t, 1, s.Stats().Waiting)
			s.Tick(epoch.Add(tt.decided))
			assert.EqualValues(t, 0, s.Stats().Waiting)
			assert.EqualValues(t, 1, s.Stats().Traces[Dropped])
			assert.Empty(t, s.traces)
		})
	}
}

// The share is what contrib's tail_sampling keeps: its answers for some trace ids, at 10 %.
func TestShare(t *testing.T) {
	cfg := config()
	cfg.Percentage = 10
	s := New(cfg)
	kept := 0
	for i := range 10_000 {
		if s.share(operation.TraceID{byte(i), byte(i >> 8), 7}) {
			kept++
		}
	}
	assert.InDelta(t, 1000, kept, 150)
	cfg.Percentage = 100
	all := New(cfg)
	add(t, all, 0, one(1, 1, nil))
	assert.Len(t, taken(t, all), 1)
	assert.EqualValues(t, 1, all.Stats().Traces[Share])
}

func TestMemoryIsBounded(t *testing.T) {
	cfg := config()
	cfg.MaxBytes = 2000
	s := New(cfg)
	for i := range 100 {
		add(t, s, time.Duration(i)*time.Second/10, one(byte(i), 1, nil))
		assert.LessOrEqual(t, s.Stats().Bytes, cfg.MaxBytes)
	}
	got := s.Stats()
	assert.Positive(t, got.Early)
	assert.Equal(t, got.Early, got.Traces[Dropped])
	add(t, s, 10*time.Second, one(99, 2, fail))
	assert.Len(t, taken(t, s), 2, "the last ones wait")
	s.Flush()
	assert.Zero(t, s.Stats().Bytes)
	assert.Zero(t, s.Stats().Waiting)
}

func TestDecisionsAreForgotten(t *testing.T) {
	d := newDecisions(10)
	for i := range 100 {
		d.put(operation.TraceID{byte(i)}, Slow)
	}
	assert.LessOrEqual(t, len(d.young)+len(d.old), 10)
	got, ok := d.get(operation.TraceID{99})
	assert.True(t, ok)
	assert.Equal(t, Slow, got)
	_, ok = d.get(operation.TraceID{1})
	assert.False(t, ok)
}

// Whatever comes, in whatever order: a span is kept, or dropped, or waits; kept ones come out once and as they were.
func TestNothingIsLost(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		cfg := config()
		cfg.Percentage, cfg.MaxBytes = float64(r.IntN(3)*20), int64(500+r.IntN(20_000))
		s := New(cfg)
		var came, out int64
		for step := range 200 {
			td := ptrace.NewTraces()
			for range 1 + r.IntN(10) {
				sp := span(td, byte(r.IntN(40)), byte(r.IntN(256)))
				sp.SetName("n")
				if r.IntN(30) == 0 {
					fail(sp)
				}
				if r.IntN(5) == 0 {
					root(sp)
				}
				came++
			}
			add(t, s, time.Duration(step)*100*time.Millisecond, td)
			s.Tick(epoch.Add(time.Duration(step) * 100 * time.Millisecond))
			out += int64(len(taken(t, s)))
		}
		got := s.Stats()
		assert.Equal(t, came, got.Waiting+got.Spans[Dropped]+got.Spans[Share]+got.Spans[Failed]+got.Spans[Slow])
		assert.Equal(t, out, came-got.Waiting-got.Spans[Dropped])
		s.Flush()
		assert.Zero(t, s.Stats().Bytes)
		assert.Zero(t, s.Stats().Waiting)
	}
}

func TestBadRequest(t *testing.T) {
	_, err := New(config()).Add(epoch, []byte{0x0a, 0xff})
	assert.Error(t, err)
}
