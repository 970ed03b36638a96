package replay

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

// Options say where to send and how much.
type Options struct {
	Endpoint    string        // host:port of an OTLP/gRPC receiver
	Connections int           // that send at the same time, at least 1
	Rate        float64       // spans a second; 0 sends as fast as they are accepted
	Duration    time.Duration // how long to send
	Seed        uint64        // decides the ids
}

// Result counts what was sent.
type Result struct {
	Accepted int64         `json:"accepted"` // spans
	Rejected int64         `json:"rejected"` // spans that the receiver said it does not want
	Requests int64         `json:"requests"` // accepted
	Retries  int64         `json:"retries"`  // requests that were refused and sent again
	Elapsed  time.Duration `json:"elapsed"`
}

// backoff is the pause before a refused request is sent again.
const backoff = 20 * time.Millisecond

// Send replays the recording until the duration is over or ctx ends. Requests that the receiver refuses for now
// are sent again; any other error ends it.
func Send(ctx context.Context, r *Recording, o Options) (Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s := &sender{recording: r, options: o, start: time.Now()}
	var group sync.WaitGroup
	for range o.Connections {
		group.Go(func() {
			if err := s.connection(ctx); err != nil {
				cancel(err)
			}
		})
	}
	group.Wait()
	s.result.Elapsed = time.Since(s.start)
	return s.result, context.Cause(ctx)
}

type sender struct {
	recording *Recording
	options   Options
	start     time.Time
	next      atomic.Int64 // request
	sent      atomic.Int64 // spans, for the rate
	result    Result       // its counts are changed atomically

	mu   sync.Mutex
	ends []time.Time // when the last span of each repetition ends
}

func (s *sender) over() bool { return time.Since(s.start) >= s.options.Duration }

// end is the same for all requests of a repetition, so that traces over several requests keep their shape.
func (s *sender) end(repetition int) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.ends) <= repetition {
		s.ends = append(s.ends, time.Now())
	}
	return s.ends[repetition]
}

func (s *sender) connection(ctx context.Context) error {
	conn, err := grpc.NewClient(s.options.Endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return fmt.Errorf("connect to %s: %w", s.options.Endpoint, err)
	}
	defer func() { _ = conn.Close() }()
	client := ptraceotlp.NewGRPCClient(conn)
	for ctx.Err() == nil && !s.over() {
		n := int(s.next.Add(1) - 1)
		traces := s.recording.Request(n, s.options.Seed, s.end(n/s.recording.Requests()))
		spans := int64(traces.SpanCount())
		s.pace(ctx, s.sent.Add(spans)-spans)
		if err := s.export(ctx, client, ptraceotlp.NewExportRequestFromTraces(traces), spans); err != nil {
			return fmt.Errorf("send to %s: %w", s.options.Endpoint, err)
		}
	}
	return nil
}

// pace waits until so many spans may have been sent before.
func (s *sender) pace(ctx context.Context, before int64) {
	if s.options.Rate > 0 {
		sleep(ctx, time.Until(s.start.Add(time.Duration(float64(before)/s.options.Rate*float64(time.Second)))))
	}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// export sends one request until it is accepted. At the end of the duration, a request that is refused is given up.
func (s *sender) export(ctx context.Context, client ptraceotlp.GRPCClient, request ptraceotlp.ExportRequest, spans int64) error {
	for {
		response, err := client.Export(ctx, request)
		if err == nil {
			rejected := response.PartialSuccess().RejectedSpans()
			atomic.AddInt64(&s.result.Rejected, rejected)
			atomic.AddInt64(&s.result.Accepted, spans-rejected)
			atomic.AddInt64(&s.result.Requests, 1)
			return nil
		}
		if code := status.Code(err); code != codes.Unavailable && code != codes.ResourceExhausted {
			return err
		}
		atomic.AddInt64(&s.result.Retries, 1)
		if sleep(ctx, backoff); s.over() {
			return nil
		}
	}
}
