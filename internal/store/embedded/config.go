// Package embedded is the store that needs no server: DuckDB in the process, one file for each kind of record and
// UTC day. Old days go by deleting their files.
package embedded

import (
	"errors"
	"fmt"
	"runtime"
	"time"
)

// Config says where the data is and how much of everything it may take.
type Config struct {
	// Directory holds the data. It is made when it does not exist; one that holds other things is refused.
	Directory string
	// MemoryLimit bounds the memory of the database in bytes. Go's own limits do not see that memory.
	MemoryLimit int64
	// Threads is how many cores a query may use.
	Threads int
	// Retention is how long records are kept.
	Retention Retention
	// PayloadSearch says whether words are looked for in bodies too: index or off.
	PayloadSearch string
	// MaxBytes bounds the data on disk: the oldest days go first. 0 means no bound.
	MaxBytes int64
}

// Values of Config.PayloadSearch.
const (
	SearchIndex = "index" // by a column of folded text: a third more disk
	SearchOff   = "off"   // bodies are not searched
)

// Retention is in whole days, rounded up; 0 keeps for ever.
type Retention struct {
	Operations, Spans, Logs time.Duration
	Graph                   time.Duration // edges of the service graph and counters of trace quality
	Rollups, Errors         time.Duration // sums of operations by minute, and of errors by day
}

const (
	// minMemory lets a checkpoint rewrite one block of each column at once, and a query run beside it.
	minMemory    = 128 << 20
	minRetention = 24 * time.Hour
)

// DefaultConfig is for a laptop or a small server.
func DefaultConfig() Config {
	return Config{
		Directory:   "opslog-data",
		MemoryLimit: 512 << 20,
		Threads:     max(1, runtime.NumCPU()/2),

		PayloadSearch: SearchIndex,

		Retention: Retention{Operations: 14 * 24 * time.Hour, Spans: 3 * 24 * time.Hour, Logs: 7 * 24 * time.Hour, Graph: 30 * 24 * time.Hour, Rollups: 90 * 24 * time.Hour, Errors: 400 * 24 * time.Hour},
	}
}

// Validate finds all mistakes that can be seen without opening anything.
func (c Config) Validate() error {
	var errs []error
	if c.Directory == "" {
		errs = append(errs, errors.New("directory: is empty, want the path of a directory"))
	}
	if c.MemoryLimit < minMemory {
		errs = append(errs, fmt.Errorf("memory_limit: %d bytes, want at least %d (128 MiB)", c.MemoryLimit, minMemory))
	}
	if c.Threads < 1 {
		errs = append(errs, fmt.Errorf("threads: %d, want at least 1", c.Threads))
	}
	for _, r := range []struct {
		key   string
		value time.Duration
	}{{"operations", c.Retention.Operations}, {"spans", c.Retention.Spans}, {"logs", c.Retention.Logs}, {"graph", c.Retention.Graph}, {"rollups", c.Retention.Rollups}, {"errors", c.Retention.Errors}} {
		if r.value < 0 || r.value > 0 && r.value < minRetention {
			errs = append(errs, fmt.Errorf("retention: %s: %v, want at least 24h, or 0 to keep for ever", r.key, r.value))
		}
	}
	if c.PayloadSearch != SearchIndex && c.PayloadSearch != SearchOff {
		errs = append(errs, fmt.Errorf("payload_search: %q, want index or off", c.PayloadSearch))
	}
	if c.MaxBytes < 0 {
		errs = append(errs, fmt.Errorf("max_bytes: %d, want 0 for no bound or more", c.MaxBytes))
	}
	return errors.Join(errs...)
}
