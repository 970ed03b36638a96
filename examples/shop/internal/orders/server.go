// Package orders is the orders service: an HTTP API over SQLite, a Redis cache, the payments service by gRPC and
// the message broker.
package orders

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/opslog/opslog/examples/shop/internal/cache"
	"github.com/opslog/opslog/examples/shop/internal/capture"
	"github.com/opslog/opslog/examples/shop/internal/messaging"
	pb "github.com/opslog/opslog/examples/shop/internal/paymentspb"
	"github.com/opslog/opslog/examples/shop/internal/telemetry"
)

// Config is what the service needs to run.
type Config struct {
	HTTP     string // address to listen on
	Payments string // host:port of the payments service
	Redis    string // host:port
	NATS     string // URL
	Database string // file; must not exist yet
}

// Server answers the API.
type Server struct {
	db       *sql.DB
	redis    *redis.Client
	broker   *messaging.Broker
	payments pb.PaymentsClient
	tracer   trace.Tracer
}

// Run serves until ctx ends.
func Run(ctx context.Context, cfg Config, serveHTTP func(context.Context, string, http.Handler) error) error {
	db, err := openDatabase(ctx, cfg.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	redisClient, err := cache.Open(cfg.Redis)
	if err != nil {
		return err
	}
	defer redisClient.Close()
	broker, err := messaging.Connect(ctx, cfg.NATS, "orders")
	if err != nil {
		return err
	}
	defer broker.Close()
	conn, err := grpc.NewClient(cfg.Payments, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithStatsHandler(otelgrpc.NewClientHandler()))
	if err != nil {
		return fmt.Errorf("create the payments client: %w", err)
	}
	defer conn.Close()

	s := &Server{db: db, redis: redisClient, broker: broker, payments: pb.NewPaymentsClient(conn), tracer: otel.Tracer("shop/orders")}
	handler := otelhttp.NewHandler(capture.HTTP(s.routes()), "orders",
		otelhttp.WithFilter(func(r *http.Request) bool { return r.URL.Path != "/healthz" }))
	return serveHTTP(ctx, cfg.HTTP, handler)
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	for pattern, h := range map[string]handler{
		"GET /products":                 s.listProducts,
		"GET /products/{sku}":           s.getProduct,
		"POST /products/search":         s.searchProducts,
		"GET /feed":                     s.partnerFeed,
		"POST /orders":                  s.createOrder,
		"GET /orders":                   s.listOrders,
		"GET /orders/billable":          s.listBillable,
		"GET /orders/{id}":              s.getOrder,
		"POST /orders/{id}/refund":      s.refundOrder,
		"DELETE /orders":                s.deleteOrders,
		"POST /orders/restore":          s.restoreOrders,
		"GET /customers/{email}/orders": s.listCustomerOrders,
		"POST /sessions":                s.login,
		"POST /users":                   s.registerUser,
		"PUT /users/{id}":               s.updateUser,
		"GET /users/{id}":               s.getUser,
		"GET /users/{id}/card":          s.userCard,
		"GET /users/{id}/posts":         s.userPosts,
		"GET /users/{id}/comments":      s.userComments,
		"GET /unsubscribe":              s.unsubscribe,
		"GET /posts":                    s.listPosts,
	} {
		mux.Handle(pattern, h)
	}
	return mux
}

// handler answers a request with a value as JSON or fails.
type handler func(r *http.Request) (any, error)

// apiError is a failure that the client is told about in words.
type apiError struct {
	status  int
	code    string
	message string
}

func (e *apiError) Error() string { return e.message }

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	value, err := h(r)
	if err == nil {
		write(w, http.StatusOK, value)
		return
	}
	var known *apiError
	if !errors.As(err, &known) {
		known = &apiError{http.StatusInternalServerError, "internal", err.Error()}
	}
	if known.status >= http.StatusInternalServerError {
		telemetry.Fail(r.Context(), err)
		slog.ErrorContext(r.Context(), "request failed", "error", err, "status", known.status)
	} else {
		slog.WarnContext(r.Context(), "request refused: "+known.message, "code", known.code, "status", known.status)
	}
	write(w, known.status, map[string]string{"error": known.code, "message": known.message})
}

func write(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

func decode(r *http.Request, into any) error {
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		return &apiError{http.StatusBadRequest, "malformed", "body is not the JSON we expect: " + err.Error()}
	}
	return nil
}
