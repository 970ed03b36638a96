package capture

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// GRPC is a server interceptor that records messages as JSON on the server span.
func GRPC(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	record(ctx, "rpc.request.body", req)
	reply, err := handler(ctx, req)
	if err == nil {
		record(ctx, "rpc.response.body", reply)
	}
	return reply, err
}

func record(ctx context.Context, key string, message any) {
	m, ok := message.(proto.Message)
	if !ok {
		return
	}
	if text, err := protojson.Marshal(m); err == nil {
		Set(ctx, attribute.String(key, Clip(text)))
	}
}
