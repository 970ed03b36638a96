// Package payments is the payments service: a gRPC server in front of the payment provider's HTTP API, with its
// own records in Redis.
package payments

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/attribute"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/opslog/opslog/examples/shop/internal/cache"
	"github.com/opslog/opslog/examples/shop/internal/capture"
	pb "github.com/opslog/opslog/examples/shop/internal/paymentspb"
)

// Config is what the service needs to run.
type Config struct {
	GRPC     string // address to listen on
	HTTP     string // address of the health endpoint
	Redis    string // host:port
	Provider string // URL of the payment provider
}

// Run serves until ctx ends.
func Run(ctx context.Context, cfg Config, serveHTTP func(context.Context, string, http.Handler) error) error {
	records, err := cache.Open(cfg.Redis)
	if err != nil {
		return err
	}
	defer records.Close()
	listener, err := net.Listen("tcp", cfg.GRPC)
	if err != nil {
		return fmt.Errorf("listen for gRPC: %w", err)
	}
	server := grpc.NewServer(
		grpc.StatsHandler(otelgrpc.NewServerHandler(otelgrpc.WithFilter(notHealth))),
		grpc.ChainUnaryInterceptor(capture.GRPC, recoverPanic),
	)
	pb.RegisterPaymentsServer(server, &Server{records: records, provider: provider{url: cfg.Provider, client: capture.Client()}})
	healthpb.RegisterHealthServer(server, health.NewServer())
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	defer server.GracefulStop()

	ready := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	if err := serveHTTP(ctx, cfg.HTTP, ready); err != nil {
		return err
	}
	select {
	case err := <-failed:
		return fmt.Errorf("serve gRPC: %w", err)
	default:
		return nil
	}
}

// Server implements the Payments service.
type Server struct {
	pb.UnimplementedPaymentsServer
	records  *redis.Client
	provider provider
}

// Charge takes the money through the provider and records the payment.
func (s *Server) Charge(ctx context.Context, in *pb.ChargeRequest) (*pb.ChargeReply, error) {
	capture.Set(ctx, attribute.String("payment.order_id", in.OrderId), attribute.Int64("payment.amount", in.AmountCents),
		attribute.String("payment.currency", in.Currency), attribute.String("idempotency.key", in.IdempotencyKey))
	auditCharge(ctx, in)
	charge, err := s.provider.charge(ctx, in)
	if err != nil {
		return nil, chargeStatus(ctx, in, err)
	}
	id := "pay_" + in.OrderId
	slog.DebugContext(ctx, "provider captured the charge", "charge", charge.ID)
	if err := s.records.HSet(ctx, "payment:"+id, "status", "captured", "amount", in.AmountCents, "email", in.CustomerEmail).Err(); err != nil {
		return nil, status.Errorf(codes.Unavailable, "record payment: %v", err)
	}
	capture.Set(ctx, attribute.String("payment.id", id), attribute.String("payment.status", "captured"))
	slog.InfoContext(ctx, "payment captured", "payment", id, "amount_cents", in.AmountCents)
	return &pb.ChargeReply{PaymentId: id, Status: "captured"}, nil
}

// Refund gives the money back.
func (s *Server) Refund(ctx context.Context, in *pb.RefundRequest) (*pb.RefundReply, error) {
	if err := s.provider.refund(ctx, in.PaymentId); err != nil {
		return nil, status.Errorf(codes.Unavailable, "refund %s: %v", in.PaymentId, err)
	}
	if err := s.records.HSet(ctx, "payment:"+in.PaymentId, "status", "refunded").Err(); err != nil {
		return nil, status.Errorf(codes.Unavailable, "record refund: %v", err)
	}
	slog.InfoContext(ctx, "payment refunded", "payment", in.PaymentId, "reason", in.Reason)
	return &pb.RefundReply{Status: "refunded"}, nil
}

// GetPayment reads one payment.
func (s *Server) GetPayment(ctx context.Context, in *pb.GetPaymentRequest) (*pb.GetPaymentReply, error) {
	var row struct {
		Status string `redis:"status"`
		Amount int64  `redis:"amount"`
	}
	if err := s.records.HGetAll(ctx, "payment:"+in.PaymentId).Scan(&row); err != nil {
		return nil, status.Errorf(codes.Unavailable, "read payment: %v", err)
	}
	if row.Status == "" {
		return nil, status.Errorf(codes.NotFound, "no payment %s", in.PaymentId)
	}
	return &pb.GetPaymentReply{PaymentId: in.PaymentId, Status: row.Status, AmountCents: row.Amount}, nil
}

// chargeStatus maps what went wrong at the provider to a gRPC status.
func chargeStatus(ctx context.Context, in *pb.ChargeRequest, err error) error {
	var declined *DeclinedError
	switch {
	case errors.As(err, &declined):
		slog.WarnContext(ctx, "card declined for "+in.CustomerEmail, "error", err)
		return status.Error(codes.FailedPrecondition, declined.Error())
	case errors.Is(err, context.DeadlineExceeded):
		slog.ErrorContext(ctx, "payment provider did not answer in time", "error", err)
		return status.Error(codes.DeadlineExceeded, "payment provider did not answer in time")
	default:
		slog.ErrorContext(ctx, "payment provider failed", "error", err)
		return status.Errorf(codes.Unavailable, "payment provider: %v", err)
	}
}
