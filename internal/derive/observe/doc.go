// Package observe counts what operations show of the system around them: the edges of the service graph, and the
// quality of the traces themselves. It sees every operation once, before sampling. It has no clock and no goroutine;
// its memory is bounded, and what finds no room is counted under a key that says so.
package observe

import (
	"time"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/operation"
)

// Config bounds what is held.
type Config struct {
	// Wait is how long the two sides of a call wait for each other, and how long a trace is watched.
	Wait time.Duration
	// MaxPending bounds the sides that wait and the traces that are watched, each: the oldest give way, as if their
	// wait had ended.
	MaxPending int
	// MaxEdges and MaxCounters bound the different edges and counters of one flush; further ones share a key.
	MaxEdges    int
	MaxCounters int
	// WholeTraces says that all spans of a trace come here. Otherwise nothing is said of parents in other services.
	WholeTraces bool
	// ByTenant tells edges and counters apart by the tenant of operations. TenantKeys are the attributes of a resource that
	// name it, for what is counted without an operation.
	ByTenant   bool
	TenantKeys []string
}

// tenantOf is an operation's tenant, by name.
func (cfg *Config) tenantOf(op *operation.Operation) string {
	if !cfg.ByTenant {
		return ""
	}
	return op.TenantID
}

// tenantAt is a resource's tenant, by name.
func (cfg *Config) tenantAt(r *derive.Resource) string {
	if !cfg.ByTenant {
		return ""
	}
	for _, key := range cfg.TenantKeys {
		if name, _ := r.Attributes[key].(string); name != "" {
			return name
		}
	}
	return ""
}

func minuteOf(t operation.Time) operation.Time { return t - t%operation.Minute }
