package orders

import (
	"context"
	"database/sql"
	"database/sql/driver"
	_ "embed" // the schema
	"fmt"
	"strings"
	"time"

	"github.com/XSAM/otelsql"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"modernc.org/sqlite"
)

//go:embed schema.sql
var schema string

func init() {
	sqlite.MustRegisterDeterministicScalarFunction("wait_ms", 1, waitMS)
}

// waitMS is the SQL function behind the slow views of the schema.
func waitMS(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	ms, ok := args[0].(int64)
	if !ok {
		return nil, fmt.Errorf("wait_ms of %T, want an integer", args[0])
	}
	time.Sleep(time.Duration(ms) * time.Millisecond)
	return int64(1), nil
}

// openDatabase fills a new database in the file and opens it with tracing. Filling happens on a connection of its
// own without tracing: a shop's data is there before its service starts.
func openDatabase(ctx context.Context, file string) (*sql.DB, error) {
	dsn := "file:" + file + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_txlock=immediate"
	plain, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	defer plain.Close()
	if _, err := plain.ExecContext(ctx, schema); err != nil {
		return nil, fmt.Errorf("create the schema: %w", err)
	}
	if err := seed(ctx, plain); err != nil {
		return nil, fmt.Errorf("fill the database: %w", err)
	}
	db, err := otelsql.Open("sqlite", dsn,
		otelsql.WithAttributes(semconv.DBSystemNameSQLite, semconv.DBNamespace("orders")),
		otelsql.WithSpanOptions(otelsql.SpanOptions{Ping: true, OmitRows: true, OmitConnResetSession: true, OmitConnectorConnect: true}))
	if err != nil {
		return nil, fmt.Errorf("open the database with tracing: %w", err)
	}
	db.SetMaxOpenConns(8)
	return db, db.PingContext(ctx)
}

// quote is text as an SQL literal. The older half of this code builds its statements from literals, as older code does.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
