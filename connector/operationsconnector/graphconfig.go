package operationsconnector

import (
	"fmt"
	"time"

	"github.com/opslog/opslog/internal/derive/observe"
)

// GraphConfig is about the edges of the service graph and the counters of trace quality, which travel as log records
// beside the operations.
type GraphConfig struct {
	// Enabled turns both on.
	Enabled bool `mapstructure:"enabled"`
	// FlushInterval is how often they are sent. They count by minute all the same.
	FlushInterval time.Duration `mapstructure:"flush_interval"`
	// Wait is how long the two sides of a call wait for each other, and how long a trace is watched.
	Wait time.Duration `mapstructure:"wait"`
	// MaxPending bounds the sides that wait and the traces that are watched, each.
	MaxPending int `mapstructure:"max_pending"`
	// MaxEdges and MaxCounters bound what one flush tells apart; the rest shares one edge and one subject.
	MaxEdges    int `mapstructure:"max_edges"`
	MaxCounters int `mapstructure:"max_counters"`
	// WholeTraces says that all spans of a trace come to this collector. A sidecar turns it off.
	WholeTraces bool `mapstructure:"whole_traces"`
	// ByTenant tells edges and counters apart by the tenant_id of operations, so that tenants can see their own. It is for
	// tenants that log in: the ids of an application's customers may be too many.
	ByTenant bool `mapstructure:"by_tenant"`

	tenantKeys []string // of keys::tenant_id
}

func defaultGraph() GraphConfig {
	return GraphConfig{Enabled: true, FlushInterval: 15 * time.Second, Wait: time.Minute, MaxPending: 100_000, MaxEdges: 10_000,
		MaxCounters: 10_000, WholeTraces: true}
}

func (cfg *GraphConfig) validate() []error {
	var errs []error
	for _, d := range []struct {
		key   string
		value time.Duration
	}{{"flush_interval", cfg.FlushInterval}, {"wait", cfg.Wait}} {
		if d.value < time.Second {
			errs = append(errs, fmt.Errorf("graph::%s is %v, want at least 1s", d.key, d.value))
		}
	}
	for _, n := range []struct {
		key   string
		value int
	}{{"max_pending", cfg.MaxPending}, {"max_edges", cfg.MaxEdges}, {"max_counters", cfg.MaxCounters}} {
		if n.value < 1 {
			errs = append(errs, fmt.Errorf("graph::%s is %d, want at least 1", n.key, n.value))
		}
	}
	return errs
}

// bounds are those of one of so many parts.
func (cfg *GraphConfig) bounds(parts int) observe.Config {
	return observe.Config{Wait: cfg.Wait, MaxPending: max(cfg.MaxPending/parts, 1), MaxEdges: cfg.MaxEdges, MaxCounters: cfg.MaxCounters,
		WholeTraces: cfg.WholeTraces, ByTenant: cfg.ByTenant, TenantKeys: cfg.tenantKeys}
}
