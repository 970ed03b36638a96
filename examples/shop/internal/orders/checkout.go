package orders

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/opslog/opslog/examples/shop/internal/capture"
	"github.com/opslog/opslog/examples/shop/internal/messaging"
	pb "github.com/opslog/opslog/examples/shop/internal/paymentspb"
	"github.com/opslog/opslog/examples/shop/internal/telemetry"
)

const (
	chargeTimeout = 300 * time.Millisecond
	orderLimit    = 500_000 // cents
)

type checkout struct {
	User     string `json:"user"`
	SKU      string `json:"sku"`
	Quantity int64  `json:"quantity"`
	Customer struct {
		Name    string            `json:"full_name"`
		Email   string            `json:"email"`
		Phone   string            `json:"phone"`
		Address map[string]string `json:"address"`
	} `json:"customer"`
	Payment struct {
		Card   string `json:"card_number"`
		Expiry string `json:"expiry"`
		CVC    string `json:"cvc"`
	} `json:"payment"`
	Metadata string `json:"metadata"` // JSON in a string, as plugins of the shop send it
}

// LimitError is an order that is worth more than the shop sells at once. No handler knows it: it ends as a 500.
type LimitError struct {
	Cents int64
	Email string
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("order of %s is worth %d cents, limit is %d", e.Email, e.Cents, orderLimit)
}

// createOrder reserves stock, charges the card, inserts the order and tells the others.
func (s *Server) createOrder(r *http.Request) (any, error) {
	ctx := r.Context()
	var in checkout
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if in.Quantity < 1 || in.Quantity > 20 {
		return nil, &apiError{http.StatusUnprocessableEntity, "bad_quantity",
			fmt.Sprintf("quantity for %s is %d, want 1 to 20", in.Customer.Email, in.Quantity)}
	}
	total, err := s.price(ctx, &in)
	if err != nil {
		return nil, err
	}
	id := "ord_" + r.Header.Get("X-Request-Id")
	capture.Set(ctx, attribute.String("order.id", id), attribute.Int64("order.total_cents", total))
	payment, err := s.place(ctx, id, &in, total)
	if err != nil {
		return nil, err
	}
	if err := s.announce(ctx, id, &in, total); err != nil {
		return nil, err
	}
	slog.InfoContext(ctx, "order placed", "order", id, "total_cents", total)
	return map[string]any{"id": id, "payment": payment, "total_cents": total}, nil
}

// price answers the total in cents.
func (s *Server) price(ctx context.Context, in *checkout) (int64, error) {
	ctx, span := s.tracer.Start(ctx, "checkout.price")
	defer span.End()
	var cents int64
	err := s.db.QueryRowContext(ctx, `SELECT price_cents FROM products WHERE sku = ?`, in.SKU).Scan(&cents)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, &apiError{http.StatusNotFound, "not_found", "no product " + in.SKU}
	}
	if err != nil {
		return 0, fmt.Errorf("read the price: %w", err)
	}
	total := cents * in.Quantity
	if total > orderLimit {
		err := &LimitError{total, in.Customer.Email}
		telemetry.Fail(ctx, err)
		return 0, err
	}
	return total, nil
}

// place does everything that must happen together in one transaction.
func (s *Server) place(ctx context.Context, id string, in *checkout, total int64) (payment string, err error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return "", fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	_, err = tx.ExecContext(ctx, `UPDATE products SET stock = stock - ? WHERE sku = ?`, in.Quantity, in.SKU)
	if err != nil {
		return "", fmt.Errorf("reserve stock: %w", err)
	}
	payment, err = s.charge(ctx, id, in, total)
	if err != nil {
		return "", err
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf(
		`INSERT INTO orders (id, user_id, email, sku, quantity, total_cents, status, payment_id, created_at) VALUES (%s, %s, %s, %s, %d, %d, 'paid', %s, datetime('now'))`,
		quote(id), quote(in.User), quote(in.Customer.Email), quote(in.SKU), in.Quantity, total, quote(payment)))
	if err != nil {
		return "", fmt.Errorf("insert the order: %w", err)
	}
	return payment, tx.Commit()
}

func (s *Server) charge(ctx context.Context, id string, in *checkout, total int64) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, chargeTimeout)
	defer cancel()
	reply, err := s.payments.Charge(ctx, &pb.ChargeRequest{
		OrderId: id, AmountCents: total, Currency: "EUR", CustomerEmail: in.Customer.Email, IdempotencyKey: id,
		Card: &pb.Card{Number: in.Payment.Card, Expiry: in.Payment.Expiry, Cvc: in.Payment.CVC, CardholderName: in.Customer.Name},
	})
	switch status.Code(err) {
	case codes.OK:
		return reply.PaymentId, nil
	case codes.FailedPrecondition:
		return "", &apiError{http.StatusPaymentRequired, "card_declined", status.Convert(err).Message()}
	case codes.DeadlineExceeded:
		return "", &apiError{http.StatusGatewayTimeout, "payment_timeout", fmt.Sprintf("payment of order %s timed out", id)}
	default:
		return "", fmt.Errorf("charge order %s: %w", id, err)
	}
}

func (s *Server) announce(ctx context.Context, id string, in *checkout, total int64) error {
	if err := s.redis.Del(ctx, "orders:"+in.User).Err(); err != nil {
		return fmt.Errorf("drop the cached orders: %w", err)
	}
	return s.broker.Publish(ctx, messaging.OrderCreated, id, messaging.Order{
		ID: id, SKU: in.SKU, Quantity: in.Quantity, Cents: total, Email: in.Customer.Email, Phone: in.Customer.Phone, Address: in.Customer.Address,
	})
}
