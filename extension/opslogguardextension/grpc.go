package opslogguardextension

import (
	"context"
	"reflect"
	"sync"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/tap"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/opslog/opslog/extension/opslogguardextension/internal/scan"
)

// GetGRPCServerOptions refuses before a request is read when there is too much to do, and puts the scan before decoding.
// gRPC has no other place there than the codec; it answers its refusals with the code INTERNAL, which senders of OTLP do
// not repeat. The interceptor is the outermost, so it is called for each request that was decoded, and gives its turn back.
func (g *guard) GetGRPCServerOptions(context.Context) ([]grpc.ServerOption, error) {
	c := &codec{CodecV2: encoding.GetCodecV2("proto"), guard: g}
	return []grpc.ServerOption{grpc.InTapHandle(g.tap), grpc.ForceServerCodecV2(c), grpc.UnaryInterceptor(c.intercept)}, nil
}

// tap sees the headers of a request. It must not wait: the whole connection would.
func (g *guard) tap(ctx context.Context, _ *tap.Info) (context.Context, error) {
	if reason := g.tooMuch(); reason != "" {
		g.count(ctx, overGRPC, reason)
		return ctx, forNow(reason)
	}
	return ctx, nil
}

// forNow has the code that senders of OTLP always repeat. They repeat RESOURCE_EXHAUSTED only if they know of RetryInfo.
func forNow(reason scan.Reason) error {
	s := status.New(codes.Unavailable, tryAgain(reason))
	if detailed, err := s.WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(again * time.Second)}); err == nil {
		s = detailed
	}
	return s.Err()
}

type codec struct {
	encoding.CodecV2
	guard   *guard
	refused sync.Map // requests that were not decoded because there is too much to do; the interceptor answers them
}

// Unmarshal decodes what passes. The bytes are put together once, for the scan and for decoding. It knows nothing of the
// sender, so that one that is gone keeps its place among those that wait.
func (c *codec) Unmarshal(data mem.BufferSlice, into any) error {
	signal := signalOf(into)
	if signal == 0 {
		return c.CodecV2.Unmarshal(data, into)
	}
	if c.guard.gate.enter(context.Background(), data.Len()) != nil {
		c.refused.Store(into, nil)
		return nil
	}
	err := c.decode(signal, data, into)
	if err != nil {
		c.guard.gate.leave() // the interceptor is not called
	}
	return err
}

func (c *codec) decode(signal scan.Signal, data mem.BufferSlice, into any) error {
	whole := data.MaterializeToBuffer(mem.DefaultBufferPool())
	defer whole.Free()
	if refusal := scan.Proto(signal, whole.ReadOnlyData(), c.guard.limits); refusal != nil {
		c.guard.count(context.Background(), overGRPC, refusal.Reason)
		return refusal
	}
	c.guard.count(context.Background(), overGRPC, "")
	return c.CodecV2.Unmarshal(mem.BufferSlice{whole}, into)
}

// intercept answers what Unmarshal refused, and gives turns back.
func (c *codec) intercept(ctx context.Context, request any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if signalOf(request) == 0 {
		return next(ctx, request)
	}
	if _, refused := c.refused.LoadAndDelete(request); refused {
		c.guard.count(ctx, overGRPC, busy)
		return nil, forNow(busy)
	}
	defer c.guard.gate.leave()
	return next(ctx, request)
}

// signalOf tells requests by the names of their types, which are all that a codec learns; 0 is none of OTLP.
func signalOf(into any) scan.Signal {
	t := reflect.TypeOf(into)
	if t == nil || t.Kind() != reflect.Pointer {
		return 0
	}
	switch t.Elem().Name() {
	case "ExportTraceServiceRequest":
		return scan.Traces
	case "ExportLogsServiceRequest":
		return scan.Logs
	case "ExportMetricsServiceRequest":
		return scan.Metrics
	}
	return 0
}
