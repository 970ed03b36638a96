// Package worker consumes order.created, with retries and a dead letter, and runs the nightly invoices.
package worker

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/XSAM/otelsql"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	_ "modernc.org/sqlite" // the driver

	"github.com/opslog/opslog/examples/shop/internal/capture"
	"github.com/opslog/opslog/examples/shop/internal/messaging"
	"github.com/opslog/opslog/examples/shop/internal/planted"
)

// Config is what the service needs to run.
type Config struct {
	HTTP     string        // address of the health endpoint
	NATS     string        // URL
	Orders   string        // URL of the orders service
	Carrier  string        // URL of the parcel carrier
	Database string        // file; must not exist yet
	Invoices string        // folder
	Nightly  time.Duration // how often it is night
}

// Worker does the work.
type Worker struct {
	cfg    Config
	db     *sql.DB
	client *http.Client
	tracer trace.Tracer

	mu     sync.Mutex
	recent []done // the last orders, for the nightly job to link to
}

type done struct {
	span  trace.SpanContext
	email string
}

const schema = `
CREATE TABLE inventory (sku TEXT PRIMARY KEY, stock INTEGER NOT NULL CHECK (stock >= 0));
CREATE TABLE invoices (order_id TEXT NOT NULL, cents INTEGER NOT NULL, iban TEXT NOT NULL);
INSERT INTO inventory VALUES ('GHOST-10', 0);`

// Run works until ctx ends.
func Run(ctx context.Context, cfg Config, serveHTTP func(context.Context, string, http.Handler) error) error {
	db, err := openDatabase(ctx, cfg.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	broker, err := messaging.Connect(ctx, cfg.NATS, "worker")
	if err != nil {
		return err
	}
	defer broker.Close()
	w := &Worker{cfg: cfg, db: db, client: capture.Client(), tracer: otel.GetTracerProvider().Tracer("shop/worker",
		trace.WithInstrumentationAttributes(attribute.String("maintainer", planted.OnCall)))}
	stop, err := broker.Consume(ctx, messaging.OrderCreated, "worker", w.handle)
	if err != nil {
		return err
	}
	defer stop()
	nights := make(chan struct{})
	go func() { defer close(nights); w.runNights(ctx) }()
	defer func() { <-nights }()
	return serveHTTP(ctx, cfg.HTTP, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusNoContent) }))
}

// openDatabase opens the worker's own database. Unlike in the orders service every span of the driver is on, with
// parameters and with a name and a summary made from the statement.
func openDatabase(ctx context.Context, file string) (*sql.DB, error) {
	dsn := "file:" + file + "?_pragma=busy_timeout(5000)&_txlock=immediate"
	plain, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	defer plain.Close()
	if _, err := plain.ExecContext(ctx, schema); err != nil {
		return nil, fmt.Errorf("create the schema: %w", err)
	}
	return otelsql.Open("sqlite", dsn,
		otelsql.WithAttributes(semconv.DBSystemNameSQLite, semconv.DBNamespace("warehouse")),
		otelsql.WithSpanNameFormatter(func(_ context.Context, method otelsql.Method, query string) string {
			return name(method, query)
		}),
		otelsql.WithAttributesGetter(describe))
}

func name(method otelsql.Method, query string) string {
	if summary := summarise(query); summary != "" {
		return summary
	}
	return string(method)
}

// describe adds the summary and the parameters of a statement.
func describe(_ context.Context, _ otelsql.Method, query string, args []driver.NamedValue) []attribute.KeyValue {
	summary := summarise(query)
	if summary == "" {
		return nil
	}
	verb, table, _ := strings.Cut(summary, " ")
	attrs := []attribute.KeyValue{semconv.DBQuerySummary(summary), semconv.DBOperationName(verb), semconv.DBCollectionName(table)}
	for _, arg := range args {
		attrs = append(attrs, attribute.String(fmt.Sprintf("db.query.parameter.%d", arg.Ordinal-1), fmt.Sprint(arg.Value)))
	}
	return attrs
}

// summarise is "VERB table" of the few shapes of statement that this service has.
func summarise(query string) string {
	words := strings.Fields(query)
	for i, word := range words[:max(0, len(words)-1)] {
		switch word {
		case "FROM", "INTO", "UPDATE":
			table, _, _ := strings.Cut(words[i+1], "(")
			return words[0] + " " + table
		}
	}
	return ""
}
