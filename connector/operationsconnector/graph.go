package operationsconnector

import (
	"context"
	"crypto/rand"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/derive/assemble"
	"github.com/opslog/opslog/internal/derive/observe"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
)

const (
	// unsentGraphs is how many batches may wait for a next component that does not take them.
	unsentGraphs = 100
	// graphRecords is how many records travel together.
	graphRecords = 5000
)

// graph gathers what the workers observe and sends it. A nil graph observes nothing.
type graph struct {
	cfg      GraphConfig
	parts    int
	exchange *observe.Exchange
	ledger   *observe.Ledger
	breaks   *observe.Breaks
	unsent   []plog.Logs // with their ids, so that sending one again does no harm
	quit     chan struct{}
	done     chan struct{}
}

func newGraph(cfg *Config) *graph {
	if !cfg.Graph.Enabled {
		return nil
	}
	var instance [16]byte
	_, _ = rand.Read(instance[:]) // never fails
	own := cfg.Graph
	own.tenantKeys = cfg.Derive.Keys.TenantID
	return &graph{cfg: own, parts: cfg.shards(), exchange: observe.NewExchange(own.bounds(1)),
		ledger: observe.NewLedger(own.bounds(1), instance), breaks: observe.NewBreaks(own.bounds(1)), quit: make(chan struct{}), done: make(chan struct{})}
}

func (g *graph) overflowed() (calls, checks int64) {
	if g == nil {
		return 0, 0
	}
	return g.ledger.Overflowed()
}

// observer is the part of a worker.
func (g *graph) observer() *observer {
	if g == nil {
		return nil
	}
	o := &observer{graph: g, edges: observe.NewGraph(g.cfg.bounds(g.parts), g.exchange), checks: observe.NewChecks(g.cfg.bounds(g.parts), g.breaks)}
	o.edges.OnUnpaired = o.checks.Unpaired
	return o
}

// observer belongs to one worker. A nil one observes nothing.
type observer struct {
	graph  *graph
	edges  *observe.Graph
	checks *observe.Checks
	last   time.Time // when it was emptied
}

// observe takes an operation: all of it the one time that it counts, later what is new.
func (o *observer) observe(e *assemble.Emission, at time.Time) {
	if o == nil || e.Reason == assemble.Running {
		return
	}
	now := operation.TimeOf(at)
	if e.Count {
		o.edges.Operation(now, e.Operation, e.Entry, e.Spans)
		o.checks.Operation(now, e.Operation, e.Entry, e.Spans)
	} else if late := e.Late(); late > 0 {
		o.edges.Late(now, e.Operation, e.FreshEntry(), e.Spans, e.Fresh)
		o.checks.Late(e.Operation, late)
	}
	if e.Skew.By != 0 {
		o.checks.Skew(e.Operation, e.Skew)
	}
}

// arrived takes every span when it comes.
func (o *observer) arrived(s *derive.Span) {
	if o != nil && s.Parent.IsZero() {
		o.checks.Root(s)
	}
}

// tick moves what was found to the ledger, once a second.
func (o *observer) tick(at time.Time) {
	if o == nil || at.Sub(o.last) < time.Second {
		return
	}
	o.last = at
	o.settle(at, false)
}

func (o *observer) finish(at time.Time) {
	if o != nil {
		o.settle(at, true)
	}
}

func (o *observer) settle(at time.Time, all bool) {
	now := operation.TimeOf(at)
	o.edges.Expire(now, all)
	o.checks.Expire(now, all)
	o.edges.Flush(o.graph.ledger)
	o.checks.Flush(o.graph.ledger)
}

func (o *observer) pending() int64 {
	if o == nil {
		return 0
	}
	return int64(o.edges.Pending())
}

// runGraph sends every flush_interval.
func (c *core) runGraph() {
	defer close(c.graph.done)
	ticker := time.NewTicker(c.graph.cfg.FlushInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			c.graph.gather(time.Now(), false)
			c.sendGraph()
		case <-c.graph.quit:
			return
		}
	}
}

// gather makes batches of what came since the last time. Without a next component it is forgotten.
func (g *graph) gather(at time.Time, all bool) {
	g.exchange.Expire(operation.TimeOf(at), all)
	g.exchange.Flush(g.ledger)
	edges, counters := g.ledger.Take()
	for len(edges)+len(counters) > 0 {
		n := min(len(edges), graphRecords)
		m := min(len(counters), graphRecords-n)
		g.unsent = append(g.unsent, oplog.EncodeGraph(edges[:n], counters[:m]))
		edges, counters = edges[n:], counters[m:]
	}
}

// sendGraph gives the batches to the next component until it refuses one.
func (c *core) sendGraph() {
	g := c.graph
	next := c.next.Load()
	if next == nil {
		g.unsent = nil
		return
	}
	for len(g.unsent) > 0 {
		batch := plog.NewLogs() // a copy: the next component may change it, and it may come again
		g.unsent[0].CopyTo(batch)
		err := (*next).ConsumeLogs(c.ctx, batch)
		switch {
		case err == nil:
		case consumererror.IsPermanent(err):
			c.loseGraph(1, err)
			continue
		default:
			c.tel.sendFailed(c.ctx)
			if over := len(g.unsent) - unsentGraphs; over > 0 {
				c.loseGraph(over, err)
			}
			return
		}
		g.unsent = g.unsent[1:]
	}
}

// loseGraph drops the oldest batches.
func (c *core) loseGraph(batches int, err error) {
	lost := 0
	for _, b := range c.graph.unsent[:batches] {
		lost += b.LogRecordCount()
	}
	c.graph.unsent = c.graph.unsent[batches:]
	c.tel.lost(context.Background(), lost)
	c.log.Error("the next component did not take records of the service graph and of trace quality; they are lost",
		zap.Int("records", lost), zap.Error(err))
}

// stopGraph sends what the workers left, until it is taken or the shutdown is cut off.
func (c *core) stopGraph() {
	g := c.graph
	if g == nil {
		return
	}
	close(g.quit)
	<-g.done
	g.gather(time.Now(), true)
	for c.sendGraph(); len(g.unsent) > 0; c.sendGraph() {
		select {
		case <-time.After(minBackoff):
		case <-c.ctx.Done():
			c.loseGraph(len(g.unsent), c.ctx.Err())
			return
		}
	}
}

// countLogs judges the log records of a resource.
func (c *core) countLogs(rl plog.ResourceLogs) {
	if c.graph == nil {
		return
	}
	var records, unset, debug int64
	var minute operation.Time
	for _, sl := range rl.ScopeLogs().All() {
		for _, record := range sl.LogRecords().All() {
			records++
			switch n := record.SeverityNumber(); {
			case n == plog.SeverityNumberUnspecified:
				unset++
			case n >= plog.SeverityNumberDebug && n <= plog.SeverityNumberDebug4:
				debug++
			}
			minute = max(minute, operation.Time(record.Timestamp()), operation.Time(record.ObservedTimestamp()))
		}
	}
	if records > 0 {
		r := c.deriver.Resource(rl.Resource())
		c.graph.ledger.Logs(minute, r, records, unset, debug)
	}
}
