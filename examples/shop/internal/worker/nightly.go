package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/opslog/opslog/examples/shop/internal/planted"
	"github.com/opslog/opslog/examples/shop/internal/telemetry"
)

// collectError is a bank account that money cannot be collected from.
type collectError struct{ iban string }

func (e *collectError) Error() string { return "collect: account " + e.iban + " is closed" }

func (w *Worker) runNights(ctx context.Context) {
	tick := time.NewTicker(w.cfg.Nightly)
	defer tick.Stop()
	for night := 1; ; night++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			w.night(ctx, night)
		}
	}
}

// night invoices the last orders. Every third night the account of one of them is closed.
func (w *Worker) night(ctx context.Context, night int) {
	ctx, span := w.tracer.Start(ctx, "nightly_invoices", trace.WithNewRoot(), trace.WithLinks(w.links()...), trace.WithAttributes(
		attribute.String("job.name", "nightly_invoices"), attribute.String("faas.trigger", "timer"), attribute.Int("job.run", night)))
	defer span.End()
	slog.InfoContext(ctx, "nightly invoices started", "run", night)
	invoiced, err := w.invoiceAll(ctx, night%3 == 0)
	span.SetAttributes(attribute.Int("job.invoices", invoiced))
	if err != nil {
		telemetry.Fail(ctx, err)
		slog.ErrorContext(ctx, "nightly invoices failed", "error", err, "signing_key", planted.PrivateKey)
		return
	}
	slog.InfoContext(ctx, "nightly invoices finished", "invoices", invoiced, "collected_from", planted.IBANGerman)
}

// links point to the orders that the worker handled last.
func (w *Worker) links() []trace.Link {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []trace.Link
	for _, d := range w.recent {
		out = append(out, trace.Link{SpanContext: d.span, Attributes: []attribute.KeyValue{attribute.String("order.customer", d.email)}})
	}
	return out
}

type billable struct {
	ID    string `json:"id"`
	Cents int64  `json:"total_cents"`
}

func (w *Worker) invoiceAll(ctx context.Context, closed bool) (int, error) {
	orders, err := w.billable(ctx)
	if err != nil {
		return 0, err
	}
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	for i, o := range orders {
		if closed && i == len(orders)-1 {
			return 0, fmt.Errorf("invoice %s: %w", o.ID, &collectError{planted.IBANBritish})
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO invoices (order_id, cents, iban) VALUES (?, ?, ?)`, o.ID, o.Cents, planted.IBANGerman); err != nil {
			return 0, fmt.Errorf("insert invoice %s: %w", o.ID, err)
		}
		if err := w.invoice(ctx, "nightly-"+o.ID, o.Cents, planted.OnCall); err != nil {
			return 0, err
		}
	}
	return len(orders), tx.Commit()
}

func (w *Worker) billable(ctx context.Context) ([]billable, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.cfg.Orders+"/orders/billable", nil)
	if err != nil {
		return nil, fmt.Errorf("create the request for billable orders: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+planted.ServiceToken)
	resp, err := w.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask for billable orders: %w", err)
	}
	defer resp.Body.Close()
	var orders []billable
	if err := json.NewDecoder(resp.Body).Decode(&orders); err != nil {
		return nil, fmt.Errorf("decode billable orders: %w", err)
	}
	return orders, nil
}
