// Package clickhouse gives tests a real ClickHouse: the server that OPSLOG_CLICKHOUSE_DSN names, or else one of
// their own from the library that `make clickhouse` fetches. There is no skipping: without both, tests fail.
package clickhouse

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/ch-go"
)

// EnvDSN names the environment variable with the address of a server to use instead of an own one, such as
// clickhouse://user:password@host:9000.
const EnvDSN = "OPSLOG_CLICKHOUSE_DSN"

// Database is a database on a running server.
type Database struct {
	Address  string // host:port of the native protocol
	Username string
	Password string
	Name     string
}

// DSN is the database as one address.
func (d Database) DSN() string {
	u := url.URL{Scheme: "clickhouse", Host: d.Address, Path: "/" + d.Name}
	if d.Username != "" {
		u.User = url.UserPassword(d.Username, d.Password)
	}
	return u.String()
}

// Exec runs one statement in the database.
func (d Database) Exec(ctx context.Context, query string) error {
	client, err := ch.Dial(ctx, ch.Options{Address: d.Address, User: d.Username, Password: d.Password, Database: d.Name, DialTimeout: 10 * time.Second})
	if err != nil {
		return fmt.Errorf("connect to %s: %w", d.Address, err)
	}
	defer client.Close()
	if err := client.Do(ctx, ch.Query{Body: query}); err != nil {
		return fmt.Errorf("run %q: %w", query, err)
	}
	return nil
}

// Start gives the test a new database, which goes away with it. The tests of a package share one server: end
// their TestMain with Main or Stop.
func Start(t testing.TB) Database {
	t.Helper()
	db, err := server()
	if err != nil {
		t.Fatal(err)
	}
	return Create(t, db)
}

// Create makes a new database on the server of the given one, which goes away with the test.
func Create(t testing.TB, on Database) Database {
	t.Helper()
	db := on
	db.Name = "opslog_test_" + strings.ToLower(rand.Text())
	if err := on.Exec(context.Background(), "CREATE DATABASE "+db.Name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := on.Exec(context.Background(), "DROP DATABASE IF EXISTS "+db.Name+" SYNC"); err != nil {
			t.Error(err)
		}
	})
	return db
}

var (
	shared     *Server
	sharedPath string
	server     = sync.OnceValues(open)
)

func open() (Database, error) {
	if dsn := os.Getenv(EnvDSN); dsn != "" {
		return parseDSN(dsn)
	}
	var err error
	if sharedPath, err = os.MkdirTemp("", "opslog-clickhouse-"); err != nil {
		return Database{}, err
	}
	if shared, err = Launch(Options{Path: sharedPath}); err != nil {
		return Database{}, err
	}
	return shared.Default(), nil
}

func parseDSN(dsn string) (Database, error) {
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme != "clickhouse" || u.Host == "" {
		return Database{}, fmt.Errorf("%s does not look like clickhouse://user:password@host:9000", EnvDSN)
	}
	password, _ := u.User.Password()
	return Database{Address: u.Host, Username: u.User.Username(), Password: password, Name: "default"}, nil
}

// Stop ends the server that Start started, if it did.
func Stop() {
	if shared != nil {
		shared.Stop()
	}
	if sharedPath != "" {
		_ = os.RemoveAll(sharedPath)
	}
}

// Main runs the tests of a package and then Stop.
func Main(m *testing.M) {
	code := m.Run()
	Stop()
	os.Exit(code)
}
