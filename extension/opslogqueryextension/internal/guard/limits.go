package guard

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Limits are what one caller may ask for.
type Limits struct {
	Rate       float64 // queries a second, on average
	Burst      int     // queries at once, after a rest
	Concurrent int     // queries that run at the same time; some more wait
	Streams    int     // open streams
}

// Errors of a caller that asks for too much.
var (
	ErrRate    = errors.New("too many queries a second")
	ErrBusy    = errors.New("too many queries at the same time")
	ErrStreams = errors.New("too many open streams")
)

const (
	maxCallers = 4096 // whose use is counted one by one
	maxWaiting = 100  // queries of one caller that wait for their turn: a dashboard asks for all its panels at once
)

// Callers counts what each caller uses. It is safe for concurrent use.
type Callers struct {
	limits Limits
	now    func() time.Time

	mu     sync.Mutex
	known  map[string]*caller
	others *caller // all callers there is no room for
}

type caller struct {
	tokens  float64
	at      time.Time
	waiting int
	streams int
	slots   chan struct{}
}

// NewCallers makes an empty count.
func NewCallers(limits Limits, now func() time.Time) *Callers {
	c := &Callers{limits: limits, now: now, known: map[string]*caller{}}
	c.others = c.fresh()
	return c
}

func (c *Callers) fresh() *caller {
	return &caller{tokens: float64(c.limits.Burst), at: c.now(), slots: make(chan struct{}, c.limits.Concurrent)}
}

// Query admits one query and waits for its turn until ctx ends. The returned function ends the query.
func (c *Callers) Query(ctx context.Context, name string) (done func(), err error) {
	who, err := c.take(name)
	if err != nil {
		return nil, err
	}
	defer c.change(&who.waiting, -1)
	select {
	case who.slots <- struct{}{}:
		return func() { <-who.slots }, nil
	case <-ctx.Done():
		return nil, ErrBusy
	}
}

func (c *Callers) take(name string) (*caller, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	who := c.find(name)
	c.refill(who)
	switch {
	case who.tokens < 1:
		return nil, ErrRate
	case who.waiting >= maxWaiting:
		return nil, ErrBusy
	default:
		who.tokens--
		who.waiting++
		return who, nil
	}
}

func (c *Callers) refill(who *caller) {
	now := c.now()
	who.tokens = min(float64(c.limits.Burst), who.tokens+max(0, now.Sub(who.at).Seconds())*c.limits.Rate)
	who.at = now
}

// Stream admits one stream. The returned function ends it.
func (c *Callers) Stream(name string) (done func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	who := c.find(name)
	if who.streams >= c.limits.Streams {
		return nil, ErrStreams
	}
	who.streams++
	return func() { c.change(&who.streams, -1) }, nil
}

func (c *Callers) change(count *int, by int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*count += by
}

// find is the count of a caller, or that of all others when there are too many to tell apart.
func (c *Callers) find(name string) *caller {
	if who := c.known[name]; who != nil {
		return who
	}
	if len(c.known) >= maxCallers {
		c.forget()
	}
	if len(c.known) >= maxCallers {
		return c.others
	}
	who := c.fresh()
	c.known[name] = who
	return who
}

// forget drops those who use nothing and have rested.
func (c *Callers) forget() {
	for name, who := range c.known {
		if c.refill(who); who.tokens >= float64(c.limits.Burst) && who.waiting == 0 && who.streams == 0 && len(who.slots) == 0 {
			delete(c.known, name)
		}
	}
}
