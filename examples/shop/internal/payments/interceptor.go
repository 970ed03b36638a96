package payments

import (
	"context"
	"fmt"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/global"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"

	pb "github.com/opslog/opslog/examples/shop/internal/paymentspb"
	"github.com/opslog/opslog/examples/shop/internal/telemetry"
)

// recoverPanic turns a panic into INTERNAL. The exception goes out as a log record, not as a span event.
func recoverPanic(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (reply any, err error) {
	defer func() {
		if p := recover(); p != nil {
			telemetry.EmitException(ctx, typeOf(p), fmt.Sprint(p))
			err = status.Error(codes.Internal, "internal error")
		}
	}()
	return handler(ctx, req)
}

func typeOf(p any) string { return fmt.Sprintf("%T", p) }

func notHealth(info *stats.RPCTagInfo) bool {
	return !strings.HasPrefix(info.FullMethodName, "/grpc.health.")
}

// auditCharge writes a structured log record: its body is a map, with the customer nested in it.
func auditCharge(ctx context.Context, in *pb.ChargeRequest) {
	var r log.Record
	r.SetEventName("payment.requested")
	r.SetSeverity(log.SeverityInfo)
	r.SetSeverityText("INFO")
	r.SetBody(attribute.MapValue(
		attribute.String("action", "charge"),
		attribute.String("order_id", in.OrderId),
		attribute.Map("customer", attribute.String("email", in.CustomerEmail), attribute.String("cardholder_name", in.GetCard().GetCardholderName())),
		attribute.Map("quota", attribute.Int(in.CustomerEmail, 3)),
		attribute.StringSlice("notify", []string{in.CustomerEmail}),
	))
	global.Logger("shop/audit").Emit(ctx, r)
}
