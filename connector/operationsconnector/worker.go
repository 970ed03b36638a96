package operationsconnector

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/derive"
	"github.com/opslog/opslog/internal/derive/assemble"
	"github.com/opslog/opslog/internal/operation"
)

const (
	tickInterval = 100 * time.Millisecond
	// queuedBatches is how many deliveries may wait for a worker before the sender waits.
	queuedBatches = 16
	// sendRecords is how many records travel together.
	sendRecords = 1000
	minBackoff  = 100 * time.Millisecond
	maxBackoff  = 10 * time.Second
	// unsentShare is the part of the memory that unsent records may fill.
	unsentShare = 4
)

// batch is what one delivery brings for one worker.
type batch struct {
	spans      []derive.Span
	exceptions []derive.Exception
}

var batches = sync.Pool{New: func() any { return new(batch) }}

func newBatch() *batch { return batches.Get().(*batch) }

func (b *batch) free() {
	clear(b.spans)
	clear(b.exceptions)
	b.spans, b.exceptions = b.spans[:0], b.exceptions[:0]
	batches.Put(b)
}

// worker owns a shard and sends its records. All of it belongs to the goroutine of run, apart from what is atomic
// or a channel.
type worker struct {
	core  *core
	shard *assemble.Shard
	in    chan *batch
	done  chan struct{}

	out         []*operation.Operation // not taken by the next component yet
	outBytes    int64
	maxOutBytes int64
	backoff     time.Duration
	retryAt     time.Time
	published   map[assemble.Reason]int64
	old         int64 // operations that were counted long after they ended
	again       again
	observer    *observer // nil when nothing is observed

	full  atomic.Bool // no room, and nothing may be published early
	stuck atomic.Bool // the next component does not take records
	stats atomic.Pointer[workerStats]
}

type workerStats struct {
	assemble.Stats
	unsent  int64
	old     int64
	pending int64 // sides of calls that wait for the other one
}

func newWorker(c *core, at time.Time) *worker {
	cfg := c.cfg.assembly()
	w := &worker{core: c, in: make(chan *batch, queuedBatches), done: make(chan struct{}), maxOutBytes: cfg.MaxBytes / unsentShare,
		published: make(map[assemble.Reason]int64)}
	cfg.MaxBytes -= w.maxOutBytes
	w.shard = assemble.New(cfg, c.deriver, at, w.take)
	w.stats.Store(&workerStats{})
	if w.observer = c.graph.observer(); w.observer != nil {
		w.shard.OnLost = w.observer.checks.Lost
	}
	return w
}

// run works until in is closed; then it publishes and sends what is left.
func (w *worker) run() {
	defer close(w.done)
	ticker := time.NewTicker(tickInterval)
	defer ticker.Stop()
	for {
		select {
		case b, ok := <-w.in:
			if !ok {
				w.finish()
				return
			}
			w.add(b)
			w.send(sendRecords)
		case <-ticker.C:
			if !w.stuck.Load() { // what is held can wait; more unsent records would not fit
				w.publishAgain(time.Now())
				w.shard.Tick(time.Now())
			}
			w.observer.tick(time.Now())
			w.send(1)
			w.core.watchStress(w)
		}
		w.report()
	}
}

func (w *worker) add(b *batch) {
	at := time.Now()
	for i := range b.spans {
		w.observer.arrived(&b.spans[i])
		w.shard.Add(at, &b.spans[i])
	}
	for i := range b.exceptions {
		w.shard.AddException(at, &b.exceptions[i])
	}
	b.free()
}

// take is where the shard's records come out.
func (w *worker) take(e assemble.Emission) {
	w.published[e.Reason]++
	at := time.Now()
	w.core.learner.Learn(e.Operation, &e.Lesson)
	if w.core.cfg.RetryWindow > 0 {
		w.core.publishAgain(w.core.lineage.Join(&e, at))
	}
	if e.Count {
		w.core.red.record(e.Operation, at)
		if at.Sub(e.Operation.StartTime.Std().Add(e.Operation.Duration)) > w.core.cfg.LateWindow {
			w.old++ // a delivery before may have been counted and forgotten since
		}
	}
	w.observer.observe(&e, at)
	if w.core.sendsOperations() && !w.core.stress.sheds(e.Operation) {
		w.out = append(w.out, e.Operation)
		w.outBytes += recordBytes(e.Operation)
	}
}

// recordBytes is about what holding a record costs. Bodies and stack traces make the difference.
func recordBytes(op *operation.Operation) int64 {
	const attributeBytes = 64
	return int64(unsafe.Sizeof(*op)) + int64(len(op.RequestBody)+len(op.ResponseBody)+len(op.ErrorStack)+len(op.ErrorMessage)) +
		attributeBytes*int64(len(op.Attributes)+len(op.RequestHeaders)+len(op.ResponseHeaders)+len(op.External)+len(op.Effects))
}

// send gives records to the next component if there are at least so many. What it refuses stays and is offered
// again, later each time.
func (w *worker) send(least int) {
	ctx := w.core.ctx
	for len(w.out) >= least && !time.Now().Before(w.retryAt) {
		n := min(len(w.out), sendRecords)
		kept, err := w.core.handOver(w.out[:n])
		switch {
		case err == nil:
			w.backoff, w.retryAt = 0, time.Time{}
		case consumererror.IsPermanent(err):
			w.core.log.Error("the next component refused operations for good; they are lost", zap.Int("operations", n), zap.Error(err))
			w.core.tel.lost(ctx, n)
		default:
			w.core.tel.sendFailed(ctx)
			w.backoff = min(max(2*w.backoff, minBackoff), maxBackoff)
			w.retryAt = time.Now().Add(w.backoff)
			w.core.log.Warn("the next component did not take operations; they will be sent again",
				zap.Int("operations", len(w.out)), zap.Duration("in", w.backoff), zap.Error(err))
			return
		}
		w.sent(n, kept)
	}
}

// sent forgets records; who keeps them needs what they are in, too.
func (w *worker) sent(n int, kept bool) {
	for _, op := range w.out[:n] {
		w.outBytes -= recordBytes(op)
		if !kept {
			derive.Release(op)
		}
	}
	left := copy(w.out, w.out[n:])
	clear(w.out[left:])
	w.out = w.out[:left]
}

// finish publishes what the shard holds and sends until everything is taken or the shutdown is cut off.
func (w *worker) finish() {
	defer w.report()
	w.publishAgain(time.Now())
	w.shard.Flush(time.Now())
	w.observer.finish(time.Now())
	w.retryAt = time.Time{}
	for w.send(1); len(w.out) > 0; w.send(1) {
		select {
		case <-time.After(time.Until(w.retryAt)):
		case <-w.core.ctx.Done():
			w.core.tel.lost(context.Background(), len(w.out))
			return
		}
	}
}

// report shows the outside how the worker is doing.
func (w *worker) report() {
	st := &workerStats{Stats: w.shard.Stats(), unsent: w.outBytes, old: w.old, pending: w.observer.pending()}
	w.stats.Store(st)
	w.full.Store(w.shard.Full())
	w.stuck.Store(w.outBytes > w.maxOutBytes)
	for reason, n := range w.published {
		w.core.tel.published(context.Background(), string(reason), n)
	}
	clear(w.published)
}
