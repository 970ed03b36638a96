package orders

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"

	"go.opentelemetry.io/otel/attribute"

	"github.com/opslog/opslog/examples/shop/internal/capture"
	pb "github.com/opslog/opslog/examples/shop/internal/paymentspb"
	"github.com/opslog/opslog/examples/shop/internal/telemetry"
)

type order struct {
	ID     string `json:"id"`
	User   string `json:"user"`
	SKU    string `json:"sku"`
	Cents  int64  `json:"total_cents"`
	Status string `json:"status"`
}

func (s *Server) listOrders(r *http.Request) (any, error) {
	limit, err := number(r, "limit", 10)
	if err != nil {
		return nil, err
	}
	user := r.URL.Query().Get("user")
	return s.readOrders(r.Context(), `SELECT id, user_id, sku, total_cents, status FROM orders WHERE user_id = ? ORDER BY created_at DESC LIMIT ?`, user, limit)
}

// listBillable is what the nightly job asks for.
func (s *Server) listBillable(r *http.Request) (any, error) {
	return s.readOrders(r.Context(), `SELECT id, user_id, sku, total_cents, status FROM orders WHERE status = 'paid' ORDER BY created_at DESC LIMIT 5`)
}

func (s *Server) readOrders(ctx context.Context, query string, args ...any) ([]order, error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read orders: %w", err)
	}
	list, err := collect(rows, func(o *order) []any { return []any{&o.ID, &o.User, &o.SKU, &o.Cents, &o.Status} })
	capture.Set(ctx, attribute.Int("result.items_returned", len(list)))
	return list, err
}

func (s *Server) getOrder(r *http.Request) (any, error) {
	o, payment, err := s.findOrder(r)
	if err != nil {
		return nil, err
	}
	paid, err := s.payments.GetPayment(r.Context(), &pb.GetPaymentRequest{PaymentId: payment})
	if err != nil {
		slog.WarnContext(r.Context(), "payment of the order is not known", "order", o.ID, "error", err)
		return o, nil
	}
	return map[string]any{"order": o, "payment": paid.Status}, nil
}

func (s *Server) findOrder(r *http.Request) (o order, payment string, err error) {
	o.ID = r.PathValue("id")
	row := s.db.QueryRowContext(r.Context(), `SELECT user_id, sku, total_cents, status, payment_id FROM orders WHERE id = ?`, o.ID)
	err = row.Scan(&o.User, &o.SKU, &o.Cents, &o.Status, &payment)
	if errors.Is(err, sql.ErrNoRows) {
		return o, "", &apiError{http.StatusNotFound, "not_found", "no order " + o.ID}
	}
	return o, payment, err
}

func (s *Server) refundOrder(r *http.Request) (any, error) {
	o, payment, err := s.findOrder(r)
	if err != nil {
		return nil, err
	}
	if _, err := s.payments.Refund(r.Context(), &pb.RefundRequest{PaymentId: payment, Reason: "customer asked"}); err != nil {
		return nil, fmt.Errorf("refund order %s: %w", o.ID, err)
	}
	if _, err := s.db.ExecContext(r.Context(), `UPDATE orders SET status = 'refunded' WHERE id = ?`, o.ID); err != nil {
		return nil, fmt.Errorf("mark order %s: %w", o.ID, err)
	}
	return map[string]string{"id": o.ID, "status": "refunded"}, nil
}

var dateShape = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// deleteOrders deletes every order placed before a date. Nothing checks that the date makes sense.
func (s *Server) deleteOrders(r *http.Request) (any, error) {
	before := r.URL.Query().Get("before")
	if !dateShape.MatchString(before) {
		return nil, &apiError{http.StatusBadRequest, "bad_date", fmt.Sprintf("before is %q, want a date like 2024-01-31", before)}
	}
	if err := s.authorize(r.Context(), r.Header.Get("X-User-Type")); err != nil {
		return nil, err
	}
	deleted, err := s.purge(r.Context(), before)
	if err != nil {
		return nil, err
	}
	slog.WarnContext(r.Context(), "orders deleted", "before", before, "rows", deleted)
	return map[string]int64{"deleted": deleted}, nil
}

func (s *Server) purge(ctx context.Context, before string) (int64, error) {
	ctx, span := s.tracer.Start(ctx, "orders.purge")
	defer span.End()
	result, err := s.db.ExecContext(ctx, `DELETE FROM orders WHERE created_at < `+quote(before))
	if err != nil {
		telemetry.Fail(ctx, err)
		return 0, fmt.Errorf("delete orders: %w", err)
	}
	rows, err := result.RowsAffected()
	span.SetAttributes(attribute.Int64("db.rows_affected", rows))
	return rows, err
}

func (s *Server) authorize(ctx context.Context, userType string) error {
	_, span := s.tracer.Start(ctx, "authorization check")
	defer span.End()
	span.SetAttributes(attribute.Bool("authorized", userType == "admin"))
	if userType != "admin" {
		return &apiError{http.StatusForbidden, "forbidden", "only an admin may delete orders"}
	}
	return nil
}

// restoreOrders puts back what a wrong date deleted.
func (s *Server) restoreOrders(r *http.Request) (any, error) {
	result, err := s.db.ExecContext(r.Context(), `INSERT OR IGNORE INTO orders SELECT * FROM orders_archive`)
	if err != nil {
		return nil, fmt.Errorf("restore orders: %w", err)
	}
	rows, err := result.RowsAffected()
	return map[string]int64{"restored": rows}, err
}
