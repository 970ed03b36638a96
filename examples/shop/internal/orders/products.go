package orders

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/opslog/opslog/examples/shop/internal/cache"
	"github.com/opslog/opslog/examples/shop/internal/capture"
)

// productTTL is short, so that the demo shows misses as well as hits.
const productTTL = 8 * time.Second

type product struct {
	SKU   string `json:"sku"`
	Name  string `json:"name"`
	Cents int64  `json:"price_cents"`
}

func (s *Server) listProducts(r *http.Request) (any, error) {
	limit, err := number(r, "limit", 20)
	if err != nil {
		return nil, err
	}
	return s.products(r.Context(), `SELECT sku, name, price_cents FROM products ORDER BY name LIMIT ?`, limit)
}

// searchProducts is a query although it is a POST: the filter does not fit into a URL.
func (s *Server) searchProducts(r *http.Request) (any, error) {
	var in struct {
		Text     string `json:"text"`
		MaxCents int64  `json:"max_cents"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	return s.products(r.Context(), `SELECT sku, name, price_cents FROM products WHERE name LIKE '%' || ? || '%' AND price_cents <= ?`, in.Text, in.MaxCents)
}

// partnerFeed is read by partners that put their key into the URL.
func (s *Server) partnerFeed(r *http.Request) (any, error) {
	if r.URL.Query().Get("api_key") == "" {
		return nil, &apiError{http.StatusUnauthorized, "no_key", "api_key is missing"}
	}
	return s.products(r.Context(), `SELECT sku, name, price_cents FROM products WHERE stock > 0`)
}

func (s *Server) products(ctx context.Context, query string, args ...any) ([]product, error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read products: %w", err)
	}
	list, err := collect(rows, func(p *product) []any { return []any{&p.SKU, &p.Name, &p.Cents} })
	capture.Set(ctx, attribute.Int("result.items_returned", len(list)))
	slog.DebugContext(ctx, "products read", "count", len(list))
	return list, err
}

func (s *Server) getProduct(r *http.Request) (any, error) {
	sku := r.PathValue("sku")
	return cache.Get(r.Context(), s.redis, "product:"+sku, productTTL, func(ctx context.Context) (product, error) {
		p := product{SKU: sku}
		row := s.db.QueryRowContext(ctx, `SELECT name, price_cents FROM products WHERE sku = ?`, sku)
		err := row.Scan(&p.Name, &p.Cents)
		if errors.Is(err, sql.ErrNoRows) {
			return p, &apiError{http.StatusNotFound, "not_found", "no product " + strconv.Quote(sku)}
		}
		return p, err
	})
}

// collect scans all rows.
func collect[T any](rows *sql.Rows, into func(*T) []any) ([]T, error) {
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		var v T
		if err := rows.Scan(into(&v)...); err != nil {
			return nil, fmt.Errorf("read a row: %w", err)
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// number is a query parameter as a number from 1 to 500.
func number(r *http.Request, name string, without int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return without, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 500 {
		return 0, &apiError{http.StatusBadRequest, "bad_parameter", fmt.Sprintf("%s is %q, want a number from 1 to 500", name, text)}
	}
	return n, nil
}
