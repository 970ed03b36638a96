package operationsconnector

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/derive/assemble"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/oplog"
)

// Errors that ask the sender to deliver again.
var (
	errMemory  = errors.New("max_memory_mib is reached and block_on_overflow is on")
	errOutput  = errors.New("the next component does not take the operations, and what may wait for it is used up")
	errStopped = errors.New("the operations connector has stopped")
)

// core is the state that the connector's objects share. Spans and exceptions go by trace id to its workers, each of
// which owns one shard of the assembly.
type core struct {
	key     coreKey
	parts   int // of key's registry
	cfg     *Config
	log     *zap.Logger
	tel     *telemetry
	deriver *derive.Deriver
	entries *entries
	learner *derive.Learner
	lineage *assemble.Lineage
	red     *red
	graph   *graph // nil when it is turned off
	workers []*worker
	stress  stress
	next    atomic.Pointer[consumer.Logs]

	// ctx is that of all calls to the next components; cancel cuts them off when a shutdown takes too long.
	ctx    context.Context
	cancel context.CancelFunc

	// gate lets data in: deliveries share it, and stop takes it to know that none is under way.
	gate    sync.RWMutex
	stopped bool
	ended   chan struct{} // closed when the workers are done

	metrics sender
}

const (
	// learnedOperations is of how many operations the usual course is remembered.
	learnedOperations = 20_000
	// rememberedCommands is how many commands are kept to recognise further attempts; each takes about 300 bytes.
	rememberedCommands = 50_000
)

func newCore(set connector.Settings, cfg *Config) (*core, error) {
	deriver, err := derive.New(cfg.Derive)
	if err != nil {
		return nil, err
	}
	entries, err := newEntries(set.TelemetrySettings, cfg.Entries)
	if err != nil {
		return nil, err
	}
	c := &core{cfg: cfg, entries: entries, log: set.Logger, deriver: deriver, learner: derive.NewLearner(learnedOperations),
		lineage: assemble.NewLineage(cfg.RetryWindow, rememberedCommands), red: newRED(cfg.Metrics), graph: newGraph(cfg), stress: stress{cfg: cfg.Stress}, ended: make(chan struct{})}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	for range cfg.shards() {
		c.workers = append(c.workers, newWorker(c, time.Now()))
	}
	if c.tel, err = newTelemetry(set, c); err != nil {
		return nil, fmt.Errorf("set up the connector's own metrics: %w", err)
	}
	for _, w := range c.workers {
		go w.run()
	}
	if c.graph != nil {
		go c.runGraph()
	}
	return c, nil
}

func (c *core) sendOperationsTo(next consumer.Logs) { c.next.Store(&next) }

func (c *core) sendsOperations() bool { return c.next.Load() != nil }

// handOver gives records to the next component; kept tells that it goes on to use them.
func (c *core) handOver(ops []*operation.Operation) (kept bool, err error) {
	next := *c.next.Load()
	if !c.cfg.Packed {
		return false, next.ConsumeLogs(c.ctx, oplog.Encode(ops))
	}
	ctx, logs, handed := oplog.HandOver(c.ctx, ops)
	err = next.ConsumeLogs(ctx, logs)
	return handed.Kept(), err
}

// addTraces hands compact copies of the spans to the workers. An error means that some may have been taken; giving
// all of them again does no harm.
func (c *core) addTraces(ctx context.Context, td ptrace.Traces) error {
	if err := c.admit(ctx); err != nil {
		return err
	}
	batches := make([]*batch, len(c.workers))
	for _, rs := range td.ResourceSpans().All() {
		resource := c.deriver.Resource(rs.Resource())
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				b := c.batch(batches, operation.TraceID(span.TraceID()))
				b.spans = append(b.spans, c.span(ctx, resource, rs, ss, span))
			}
		}
	}
	return c.deliver(ctx, batches)
}

func (c *core) span(ctx context.Context, resource *derive.Resource, rs ptrace.ResourceSpans, ss ptrace.ScopeSpans, span ptrace.Span) derive.Span {
	if c.entries.match(ctx, rs, ss, span) {
		return c.deriver.EntrySpan(resource, ss.Scope(), span)
	}
	return c.deriver.Span(resource, ss.Scope(), span)
}

// addLogs takes the exceptions and leaves the rest.
func (c *core) addLogs(ctx context.Context, ld plog.Logs) error {
	if err := c.admit(ctx); err != nil {
		return err
	}
	batches := make([]*batch, len(c.workers))
	for _, rl := range ld.ResourceLogs().All() {
		c.addExceptions(rl, batches)
		c.countLogs(rl)
	}
	return c.deliver(ctx, batches)
}

func (c *core) addExceptions(rl plog.ResourceLogs, batches []*batch) {
	resource := sync.OnceValue(func() *derive.Resource { return c.deriver.Resource(rl.Resource()) })
	for _, sl := range rl.ScopeLogs().All() {
		for _, record := range sl.LogRecords().All() {
			if record.TraceID().IsEmpty() {
				continue // most logs; spares the look at the attributes
			}
			if e, ok := c.deriver.Exception(resource(), record); ok {
				b := c.batch(batches, e.TraceID)
				b.exceptions = append(b.exceptions, e)
			}
		}
	}
}

// batch is where the data of a trace goes.
func (c *core) batch(batches []*batch, trace operation.TraceID) *batch {
	i := c.shardOf(trace)
	if batches[i] == nil {
		batches[i] = newBatch()
	}
	return batches[i]
}

// admit refuses data for which there is no room.
func (c *core) admit(ctx context.Context) error {
	for _, w := range c.workers {
		if w.full.Load() {
			c.tel.refused(ctx, refusedMemory)
			return errMemory
		}
		if w.stuck.Load() {
			c.tel.refused(ctx, refusedOutput)
			return errOutput
		}
	}
	return nil
}

func (c *core) deliver(ctx context.Context, batches []*batch) error {
	c.gate.RLock()
	defer c.gate.RUnlock()
	if c.stopped {
		return errStopped
	}
	for i, b := range batches {
		if b == nil {
			continue
		}
		select {
		case c.workers[i].in <- b:
		case <-ctx.Done():
			return fmt.Errorf("wait for the assembly of operations: %w", ctx.Err())
		case <-c.ctx.Done():
			return errStopped
		}
	}
	return nil
}

// shutdownPatience is how long the next component may take for what is left at shutdown.
const shutdownPatience = 10 * time.Second

// stop publishes everything that is held and waits until it is sent. Calling it again only waits.
func (c *core) stop(ctx context.Context) error {
	if c == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, shutdownPatience)
	defer cancel()
	defer context.AfterFunc(ctx, c.cancel)()

	c.gate.Lock()
	first := !c.stopped
	c.stopped = true
	c.gate.Unlock()
	if !first {
		<-c.ended
		return nil
	}
	defer close(c.ended)
	var lost int
	for _, w := range c.workers {
		close(w.in)
	}
	for _, w := range c.workers {
		<-w.done
		lost += len(w.out)
	}
	c.stopGraph()
	if lost > 0 {
		return fmt.Errorf("%d operations are lost, because the next component did not take them before the end of the shutdown", lost)
	}
	return nil
}

// close ends what is left when no part of the connector is left.
func (c *core) close() {
	_ = c.stop(context.Background())
	c.cancel()
	c.tel.close()
}
