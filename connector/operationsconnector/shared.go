package operationsconnector

import (
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
)

// coreKey tells the connectors of one collector apart, and those of a collector that is starting again from those
// of the one that is stopping: every start reads the configuration anew.
type coreKey struct {
	id  component.ID
	cfg *Config
}

// registry holds the cores of the started connectors.
type registry struct {
	mu    sync.Mutex
	cores map[coreKey]*core
}

var cores = registry{cores: make(map[coreKey]*core)}

// attach answers the core of a connector, started by the first that asks.
func (r *registry) attach(set connector.Settings, cfg *Config) (*core, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := coreKey{id: set.ID, cfg: cfg}
	c := r.cores[key]
	if c == nil {
		var err error
		if c, err = newCore(set, cfg); err != nil {
			return nil, err
		}
		c.key = key
		r.cores[key] = c
	}
	c.parts++
	return c, nil
}

// detach is the opposite of attach; the last one lets go of the core's resources.
func (r *registry) detach(c *core) {
	r.mu.Lock()
	c.parts--
	last := c.parts == 0
	if last {
		delete(r.cores, c.key)
	}
	r.mu.Unlock()
	if last {
		c.close()
	}
}
