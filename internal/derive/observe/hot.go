package observe

import "github.com/opslog/opslog/internal/operation"

// slot is one of the counters that every operation or trace touches.
type slot int

const (
	slotVolume slot = iota
	slotOrphan
	slotLate
	slotSkew
	slotGap
	slotNoise
	slotGeneric
	slotNewName
	slotAttribute
	slotAddress
	slotAsked
	slotRootless
	slotSingle
	slotInternal
	slotShort
	slots
)

// hotKey is what these counters differ by.
type hotKey struct {
	minute                     operation.Time
	service, environment, name string
	tenant                     string
}

// hot holds the counters of one operation name, so that finding them is one look-up for all. They are those of the
// table, and forgotten when that is flushed.
type hot [slots]*operation.Quality

func (c *Checks) hot(k hotKey) *hot {
	if c.last != nil && c.lastKey == k {
		return c.last
	}
	h := c.hots[k]
	if h == nil {
		if len(c.hots) >= c.cfg.MaxCounters {
			c.cool()
		}
		h = &hot{}
		c.hots[k] = h
	}
	c.lastKey, c.last = k, h
	return h
}

// cool forgets all.
func (c *Checks) cool() {
	clear(c.hots)
	c.last = nil
}

// add counts in a slot. The subject is the same for a slot and key every time.
func (c *Checks) add(h *hot, s slot, k hotKey, check, subject string, total, failed, value int64, example operation.TraceID) {
	q := h[s]
	if q == nil {
		q = c.counters.at(counterKey{k.minute, k.service, k.environment, check, subject, k.tenant}, total)
		if q.Subject == subject { // else it has no place of its own, which is counted every time
			h[s] = q
		}
	}
	q.Total += total
	q.Failed += failed
	q.Value += value
	if failed > 0 {
		q.ExampleTrace = example
	}
}
