package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/opslog/opslog/examples/shop/internal/messaging"
	"github.com/opslog/opslog/examples/shop/internal/planted"
	"github.com/opslog/opslog/examples/shop/internal/telemetry"
)

// labelled is the product that only ships with a label of the carrier.
const labelled = "CRYSTAL-9"

// CarrierError is the carrier's refusal to print a label.
type CarrierError struct{ Order, Email, Status string }

func (e *CarrierError) Error() string {
	return fmt.Sprintf("print the label of %s for %s: carrier says %s", e.Order, e.Email, e.Status)
}

// handle is what happens after an order.
func (w *Worker) handle(ctx context.Context, body []byte) error {
	var order messaging.Order
	if err := w.step(ctx, "message deserialization", func(context.Context) error { return json.Unmarshal(body, &order) }); err != nil {
		return messaging.Permanent(fmt.Errorf("decode the message: %w", err))
	}
	slog.DebugContext(ctx, "order received", "order", order.ID, "payload", body)
	if err := w.takeFromShelf(ctx, &order); err != nil {
		return err
	}
	if order.SKU == labelled {
		if err := w.printLabel(ctx, &order); err != nil {
			return err
		}
	}
	if err := w.invoice(ctx, order.ID, order.Cents, order.Email); err != nil {
		return err
	}
	w.notify(ctx, &order)
	w.remember(trace.SpanContextFromContext(ctx), order.Email)
	return nil
}

// step runs f under a span of its own.
func (w *Worker) step(ctx context.Context, name string, f func(context.Context) error) error {
	ctx, span := w.tracer.Start(ctx, name)
	defer span.End()
	err := f(ctx)
	if err != nil {
		telemetry.Fail(ctx, err)
	}
	return err
}

// takeFromShelf fails for a product that is no longer on any shelf: the stock may not fall below zero.
func (w *Worker) takeFromShelf(ctx context.Context, order *messaging.Order) error {
	return w.step(ctx, "inventory update", func(ctx context.Context) error {
		_, err := w.db.ExecContext(ctx, `INSERT INTO inventory (sku, stock) VALUES (?, 1000000) ON CONFLICT (sku) DO NOTHING`, order.SKU)
		if err != nil {
			return fmt.Errorf("look up the shelf: %w", err)
		}
		_, err = w.db.ExecContext(ctx, `UPDATE inventory SET stock = stock - ? WHERE sku = ?`, order.Quantity, order.SKU)
		if err != nil {
			return fmt.Errorf("take %s for %s from the shelf: %w", order.SKU, order.Email, err)
		}
		return nil
	})
}

func (w *Worker) printLabel(ctx context.Context, order *messaging.Order) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.cfg.Carrier+"/v1/labels/"+order.ID, nil)
	if err != nil {
		return fmt.Errorf("create the label request: %w", err)
	}
	req.Header.Set("X-Api-Key", planted.CarrierKeyID)
	resp, err := w.client.Do(req)
	if err != nil {
		return fmt.Errorf("print the label: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		slog.WarnContext(ctx, "carrier refused", "aws_access_key_id", planted.CarrierKeyID, "aws_secret_access_key", planted.CarrierSecret)
		return &CarrierError{Order: order.ID, Email: order.Email, Status: resp.Status}
	}
	return nil
}

// invoice writes the invoice as a file.
func (w *Worker) invoice(ctx context.Context, id string, cents int64, email string) error {
	return w.step(ctx, "invoice generation", func(ctx context.Context) error {
		text := fmt.Sprintf("Invoice %s\nTo: %s\nTotal: %.2f EUR\n", id, email, float64(cents)/100)
		path := filepath.Join(w.cfg.Invoices, id+".txt")
		_, span := w.tracer.Start(ctx, "file.write", trace.WithAttributes(attribute.String("file.path", filepath.ToSlash(path)),
			attribute.String("file.operation", "write"), attribute.Int("file.size", len(text))))
		defer span.End()
		return os.WriteFile(path, []byte(text), 0o600)
	})
}

// notify would send a mail; the span is named badly on purpose, with the address in it.
func (w *Worker) notify(ctx context.Context, order *messaging.Order) {
	_ = w.step(ctx, "send mail to "+order.Email, func(ctx context.Context) error {
		time.Sleep(8 * time.Millisecond)
		slog.InfoContext(ctx, fmt.Sprintf("confirmation for order %s sent to %s and by text message to %s", order.ID, order.Email, order.Phone),
			"smtp_url", "smtps://shop:"+planted.ReportingPass+"@mail.shop.example:465", "mail_api_key", planted.MailKey)
		return nil
	})
}

func (w *Worker) remember(span trace.SpanContext, email string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.recent = append(w.recent, done{span, email})
	w.recent = w.recent[max(0, len(w.recent)-3):]
}
