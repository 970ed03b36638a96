package opslogguardextension

import (
	"context"
	"reflect"

	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"

	"github.com/opslog/opslog/extension/opslogguardextension/internal/scan"
)

// GetGRPCServerOptions puts the scan before decoding. gRPC has no other place there than the codec; it answers
// refusals with the code INTERNAL, which senders of OTLP do not repeat.
func (g *guard) GetGRPCServerOptions(context.Context) ([]grpc.ServerOption, error) {
	return []grpc.ServerOption{grpc.ForceServerCodecV2(&codec{CodecV2: encoding.GetCodecV2("proto"), guard: g})}, nil
}

type codec struct {
	encoding.CodecV2
	guard *guard
}

// Unmarshal decodes what passes. The bytes are put together once, for the scan and for decoding.
func (c *codec) Unmarshal(data mem.BufferSlice, into any) error {
	signal := signalOf(into)
	if signal == 0 {
		return c.CodecV2.Unmarshal(data, into)
	}
	whole := data.MaterializeToBuffer(mem.DefaultBufferPool())
	defer whole.Free()
	if refusal := scan.Proto(signal, whole.ReadOnlyData(), c.guard.limits); refusal != nil {
		c.guard.count(context.Background(), overGRPC, refusal.Reason)
		return refusal
	}
	c.guard.count(context.Background(), overGRPC, "")
	return c.CodecV2.Unmarshal(mem.BufferSlice{whole}, into)
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
