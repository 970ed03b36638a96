package clickhouse

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"time"
)

// Values of Config.PayloadSearch.
const (
	SearchIndex = "index" // by an index over words: fast to search, slower to write, more disk
	SearchScan  = "scan"  // by reading the texts
	SearchOff   = "off"   // bodies are not searched at all
)

// Values of Config.Compression.
const (
	CompressionLZ4  = "lz4"
	CompressionNone = "none"
)

// Config says where the database is and how long it keeps what.
type Config struct {
	// Addresses are host:port of the native protocol. When one does not answer, the next is tried.
	Addresses []string
	// Database is made when it does not exist.
	Database string
	Username string
	Password string
	// Tenants is the user by whom tenants read, whose row policies bound each to its own; nil when they read as Username.
	Tenants *TenantsUser
	// TLS turns encryption on.
	TLS *tls.Config
	// DialTimeout bounds the making of a connection.
	DialTimeout time.Duration
	// MaxConnections bounds the connections in use at once; further calls wait.
	MaxConnections int
	// Compression of what is sent over the network: lz4 or none.
	Compression string
	Retention   Retention
	// PayloadSearch says how free text is looked up: index, scan or off.
	PayloadSearch string
	// Cluster is the name of a cluster in the server's configuration. When it is set, tables are replicated and
	// distributed over it, sharded by trace id.
	Cluster string
}

// TenantsUser logs in for what tenants ask. Row policies of the server compare rows with the setting log_comment of
// its queries; see TenantComment.
type TenantsUser struct {
	Username string
	Password string
}

// Retention is how long records are kept; 0 keeps them forever. Whole days are dropped at a time.
type Retention struct {
	Operations time.Duration
	Spans      time.Duration
	Logs       time.Duration
	Graph      time.Duration // edges of the service graph and counters of trace quality
	Rollups    time.Duration // sums of operations by minute
	Errors     time.Duration // sums of errors by day
}

// DefaultConfig is a server on this machine.
func DefaultConfig() Config {
	const day = 24 * time.Hour
	return Config{
		Addresses:      []string{"localhost:9000"},
		Database:       "opslog",
		DialTimeout:    5 * time.Second,
		MaxConnections: 8,
		Compression:    CompressionLZ4,
		Retention:      Retention{Operations: 14 * day, Spans: 3 * day, Logs: 7 * day, Graph: 30 * day, Rollups: 90 * day, Errors: 400 * day},
		PayloadSearch:  SearchIndex,
	}
}

var (
	identifier  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)
	clusterName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)
)

// Validate finds mistakes that can be seen without the server.
func (c *Config) Validate() error {
	errs := []error{
		oneOf("payload_search", c.PayloadSearch, SearchIndex, SearchScan, SearchOff),
		oneOf("compression", c.Compression, CompressionLZ4, CompressionNone),
		c.Retention.validate(),
	}
	if len(c.Addresses) == 0 {
		errs = append(errs, errors.New("addresses is empty, want at least one host:port"))
	}
	for _, address := range c.Addresses {
		if _, port, err := net.SplitHostPort(address); err != nil || port == "" {
			errs = append(errs, fmt.Errorf("addresses has %q, want host:port", address))
		}
	}
	if !identifier.MatchString(c.Database) {
		errs = append(errs, fmt.Errorf("database is %q, want letters, digits and _, not beginning with a digit", c.Database))
	}
	if c.Cluster != "" && !clusterName.MatchString(c.Cluster) {
		errs = append(errs, fmt.Errorf("cluster is %q, want letters, digits, '_', '.' and '-'", c.Cluster))
	}
	if c.DialTimeout <= 0 {
		errs = append(errs, fmt.Errorf("dial_timeout is %v, want more than 0", c.DialTimeout))
	}
	if c.MaxConnections < 1 {
		errs = append(errs, fmt.Errorf("max_connections is %d, want at least 1", c.MaxConnections))
	}
	return errors.Join(append(errs, c.validateTenants())...)
}

func (c *Config) validateTenants() error {
	switch {
	case c.Tenants == nil:
		return nil
	case c.Tenants.Username == "":
		return errors.New("tenants::username is empty, want a user with row policies, like the opslog_tenants of deploy/clickhouse")
	case c.Tenants.Username == c.Username:
		return fmt.Errorf("tenants::username is %q as username is, want another user: this one has to see everything", c.Username)
	default:
		return nil
	}
}

func (r Retention) validate() error {
	var errs []error
	for _, e := range []struct {
		key   string
		value time.Duration
	}{{"operations", r.Operations}, {"spans", r.Spans}, {"logs", r.Logs}, {"graph", r.Graph}, {"rollups", r.Rollups}, {"errors", r.Errors}} {
		if e.value != 0 && e.value < 24*time.Hour {
			errs = append(errs, fmt.Errorf("retention::%s is %v, want at least 24h, or 0 to keep everything", e.key, e.value))
		}
	}
	return errors.Join(errs...)
}

func oneOf(key, value string, accepted ...string) error {
	if slices.Contains(accepted, value) {
		return nil
	}
	return fmt.Errorf("%s is %q, want one of %q", key, value, accepted)
}
