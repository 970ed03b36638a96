package alert

import (
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// cause is where an error came from: the service of the deepest span that failed, and the fingerprint.
type cause struct{ service, fingerprint string }

func causeOf(op *operation.Operation) cause {
	c := cause{op.ErrorService, op.ErrorFingerprint}
	if c.service == "" {
		c.service = op.ServiceName
	}
	return c
}

// causes counts a series' errors by where they came from, over the last five to ten minutes.
type causes struct {
	since          operation.Time
	recent, before []causeCount
}

type causeCount struct {
	cause
	errors uint32
}

const (
	causesKept   = 8
	causesWindow = operation.Time(5 * time.Minute)
	// dominant is the share of errors that must come from causes with an alert of their own, for one more alert to
	// say nothing new.
	dominant = 0.8
)

func (c *causes) add(from cause, now operation.Time) {
	if now-c.since > causesWindow {
		c.before, c.recent = c.recent, c.before[:0]
		c.since = now
	}
	for i := range c.recent {
		if c.recent[i].cause == from {
			c.recent[i].errors++
			return
		}
	}
	if len(c.recent) < causesKept {
		c.recent = append(c.recent, causeCount{from, 1})
	}
}

// explained is the share of errors whose cause is covered, and one alert that covers some.
func (c *causes) explained(covers func(cause) *Alert) (share float64, by *Alert) {
	var all, covered uint32
	for _, list := range [][]causeCount{c.recent, c.before} {
		for _, n := range list {
			all += n.errors
			if a := covers(n.cause); a != nil {
				covered += n.errors
				by = a
			}
		}
	}
	if all == 0 {
		return 0, nil
	}
	return float64(covered) / float64(all), by
}

// foreign tells whether most errors came from other services.
func (c *causes) foreign(service string) bool {
	var all, elsewhere uint32
	for _, n := range c.recent {
		all += n.errors
		if n.service != service {
			elsewhere += n.errors
		}
	}
	return all > 0 && float64(elsewhere) >= dominant*float64(all)
}
