package replay

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var end = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func load(t testing.TB) *Recording {
	t.Helper()
	r, err := Load("testdata/sample.jsonl")
	require.NoError(t, err)
	return r
}

// shape is what must not change but for the ids themselves: who is whose parent, and how far apart in time.
func shape(t *testing.T, requests ...ptrace.Traces) (spans [][3]int, starts []int64) {
	numbers := map[any]int{pcommon.TraceID{}: -1, pcommon.SpanID{}: -1}
	number := func(id any) int {
		if _, known := numbers[id]; !known {
			numbers[id] = len(numbers)
		}
		return numbers[id]
	}
	var first pcommon.Timestamp
	for _, r := range requests {
		eachSpan(r, func(s ptrace.Span) {
			if first == 0 {
				first = s.StartTimestamp()
			}
			spans = append(spans, [3]int{number(s.TraceID()), number(s.SpanID()), number(s.ParentSpanID())})
			starts = append(starts, int64(s.StartTimestamp()-first), int64(s.EndTimestamp()-first))
			for _, l := range s.Links().All() {
				spans = append(spans, [3]int{number(l.TraceID()), number(l.SpanID())})
			}
			for _, e := range s.Events().All() {
				starts = append(starts, int64(e.Timestamp()-first))
			}
		})
	}
	require.NotEmpty(t, spans)
	return spans, starts
}

func TestRepetitionsKeepTheirShape(t *testing.T) {
	r := load(t)
	var repetitions [3][]ptrace.Traces
	for n := range 3 * r.Requests() {
		repetitions[n/r.Requests()] = append(repetitions[n/r.Requests()], r.Request(n, 7, end))
	}
	wantSpans, wantStarts := shape(t, r.requests...)
	seen := map[pcommon.SpanID]bool{}
	for _, requests := range repetitions {
		spans, starts := shape(t, requests...)
		require.Equal(t, wantSpans, spans)
		require.Equal(t, wantStarts, starts)
		var last pcommon.Timestamp
		for _, request := range requests {
			eachSpan(request, func(s ptrace.Span) {
				require.False(t, seen[s.SpanID()], "a span id came twice")
				seen[s.SpanID()] = true
				last = max(last, s.EndTimestamp())
			})
		}
		require.Equal(t, end, last.AsTime())
	}
}

func TestSameSeedSameRequests(t *testing.T) {
	r := load(t)
	require.Equal(t, r.Request(5, 7, end), r.Request(5, 7, end))
	require.NotEqual(t, r.Request(5, 7, end), r.Request(5, 8, end))
}

func TestLoadErrors(t *testing.T) {
	for content, want := range map[string]string{"": "has no spans", "{}\n": "has no spans", "{}\n{": "line 2"} {
		path := filepath.Join(t.TempDir(), "r.jsonl")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := Load(path)
		require.ErrorContains(t, err, want)
	}
	_, err := Load("testdata/none.jsonl")
	require.ErrorContains(t, err, "load recording")
}

// receiver refuses every third request for now, and everything after it was told to break.
type receiver struct {
	ptraceotlp.UnimplementedGRPCServer
	calls, spans atomic.Int64
	broken       atomic.Bool
}

func (r *receiver) Export(_ context.Context, request ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	if r.broken.Load() {
		return ptraceotlp.NewExportResponse(), status.Error(codes.InvalidArgument, "broken")
	}
	if r.calls.Add(1)%3 == 0 {
		return ptraceotlp.NewExportResponse(), status.Error(codes.Unavailable, "later")
	}
	r.spans.Add(int64(request.Traces().SpanCount()) - 1)
	response := ptraceotlp.NewExportResponse()
	response.PartialSuccess().SetRejectedSpans(1)
	return response, nil
}

func serve(t *testing.T) (*receiver, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server, r := grpc.NewServer(), &receiver{}
	ptraceotlp.RegisterGRPCServer(server, r)
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() { server.Stop(); require.NoError(t, <-done) })
	return r, listener.Addr().String()
}

func TestSendCountsWhatIsAccepted(t *testing.T) {
	receiver, address := serve(t)
	result, err := Send(t.Context(), load(t), Options{Endpoint: address, Connections: 3, Duration: 300 * time.Millisecond})
	require.NoError(t, err)
	require.Positive(t, result.Accepted)
	require.Positive(t, result.Retries)
	require.Equal(t, receiver.spans.Load(), result.Accepted)
	require.Equal(t, result.Requests, result.Rejected)
}

func TestSendKeepsTheRate(t *testing.T) {
	_, address := serve(t)
	r := load(t)
	result, err := Send(t.Context(), r, Options{Endpoint: address, Connections: 2, Rate: 500, Duration: 500 * time.Millisecond})
	require.NoError(t, err)
	require.LessOrEqual(t, result.Accepted, int64(250+2*r.Spans()))
}

func TestSendStopsAtAnError(t *testing.T) {
	receiver, address := serve(t)
	receiver.broken.Store(true)
	_, err := Send(t.Context(), load(t), Options{Endpoint: address, Connections: 2, Duration: time.Minute})
	require.ErrorContains(t, err, "broken")
}

func TestSendStopsWithItsContext(t *testing.T) {
	_, address := serve(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Send(ctx, load(t), Options{Endpoint: address, Connections: 2, Duration: time.Minute})
	require.ErrorIs(t, err, context.Canceled)
}

func BenchmarkRequest(b *testing.B) {
	r := load(b)
	b.ReportAllocs()
	spans := 0
	for n := 0; b.Loop(); n++ {
		spans += r.Request(n, 1, end).SpanCount()
	}
	b.ReportMetric(float64(spans)/b.Elapsed().Seconds(), "spans/s")
}
