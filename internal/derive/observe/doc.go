// Package observe counts what operations show of the system around them: the edges of the service graph, and the
// quality of the traces themselves. It sees every operation once, before sampling. It has no clock and no goroutine;
// its memory is bounded, and what finds no room is counted under a key that says so.
package observe

import (
	"time"

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
}

func minuteOf(t operation.Time) operation.Time { return t - t%operation.Minute }
