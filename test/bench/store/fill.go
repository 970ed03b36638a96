package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/storetest"
)

// workload is the data, and a sample of it to ask for.
type workload struct {
	options
	from, to operation.Time
	written  int
	samples  []*operation.Operation
	rare     []string // words that occur in one payload only
}

// operationsOf makes the next batch, in the order of time.
func (w *workload) operationsOf(n int) []*operation.Operation {
	step := (w.to - w.from) / operation.Time(w.operations)
	from := w.from + operation.Time(w.written)*step
	ops := storetest.NewGenerator(uint64(w.written), from, max(1, operation.Time(n)*step)).Operations(n)
	w.written += n
	if len(w.samples) < 1000 || w.written%(w.operations/100+1) < n {
		op := ops[n/2]
		word := "rare" + strconv.Itoa(w.written)
		op.RequestBody = `{"note":"` + word + `"}`
		w.rare, w.samples = append(w.rare, word), append(w.samples, op)
	}
	return ops
}

// recall finds a sample of what an earlier run wrote, by its rare words.
func (w *workload) recall(ctx context.Context, s *engine) error {
	stats, err := s.Stats(ctx)
	if err != nil {
		return err
	}
	w.from, w.to = stats.Oldest, stats.Oldest+operation.Time(w.days)*operation.Time(24*time.Hour)
	for n := w.batch; n <= w.operations; n += w.batch * max(1, w.operations/w.batch/200) {
		word := "rare" + strconv.Itoa(n)
		found, err := s.Operations(ctx, store.OperationQuery{Range: store.Range{From: w.from, To: w.to}, Filter: query.Text{Words: `"` + word + `"`}, Limit: 1, Detail: true})
		if err != nil {
			return err
		}
		if len(found) > 0 {
			w.rare, w.samples = append(w.rare, word), append(w.samples, found[0])
		}
	}
	if len(w.samples) == 0 {
		return fmt.Errorf("%s holds nothing that this run would have written", w.dir)
	}
	return nil
}

// fill writes everything and prints what that cost: the processor time of the store's process, and of this one.
func (w *workload) fill(ctx context.Context, s *engine) error {
	before, err := s.Stats(ctx)
	if err != nil {
		return err
	}
	if err := w.timed(s, "operations", func() (int, error) {
		for w.written < w.operations {
			if err := s.WriteOperations(ctx, w.operationsOf(min(w.batch, w.operations-w.written))); err != nil {
				return 0, err
			}
		}
		return w.written, nil
	}); err != nil {
		return err
	}
	cpu := cpuTime(s.pid)
	middle, err := w.settled(ctx, s)
	if err != nil {
		return err
	}
	fmt.Printf("  in order afterwards: %.1f µs of the store's CPU an operation more\n", float64((cpuTime(s.pid)-cpu).Microseconds())/float64(w.operations))
	if err := w.timed(s, "spans", func() (int, error) { return w.writeSpans(ctx, s) }); err != nil {
		return err
	}
	after, err := w.settled(ctx, s)
	if err != nil {
		return err
	}
	fmt.Printf("  room: %d bytes an operation, %d a span\n", (middle.Bytes-before.Bytes)/max(1, middle.Operations-before.Operations),
		(after.Bytes-middle.Bytes)/max(1, after.Spans-middle.Spans))
	return nil
}

// settled waits until the store has put in order what was written: its size stands still.
func (w *workload) settled(ctx context.Context, s *engine) (store.Stats, error) {
	last, err := s.Stats(ctx)
	for since := time.Now(); err == nil && time.Since(since) < w.settle; time.Sleep(time.Second) {
		var next store.Stats
		if next, err = s.Stats(ctx); next.Bytes != last.Bytes {
			last, since = next, time.Now()
		}
	}
	return last, err
}

func (w *workload) writeSpans(ctx context.Context, s *engine) (int, error) {
	gen := storetest.NewGenerator(1, w.from, w.to-w.from)
	written := 0
	for written < w.spans {
		var spans []*operation.Span
		for _, op := range w.samples {
			for len(spans) < w.batch && written+len(spans) < w.spans {
				more := gen.Spans(op, 10)
				if spans = append(spans, more...); len(spans)%100 == 0 {
					break
				}
			}
		}
		if err := s.WriteSpans(ctx, spans); err != nil {
			return 0, err
		}
		written += len(spans)
	}
	return written, nil
}

// goOn writes small batches of new operations until ctx ends.
func (w *workload) goOn(ctx context.Context, s *engine) error {
	for i := uint64(1); ; i++ {
		now := operation.TimeOf(time.Now())
		err := s.WriteOperations(ctx, storetest.NewGenerator(i<<32, now, operation.Time(time.Second)).Operations(1000))
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// timed runs a write and prints its rate for a second of the store's processor time and of real time. The embedded
// store shares its process with the making of the data, which is measured before and taken off.
func (w *workload) timed(s *engine, what string, write func() (int, error)) error {
	cpu, start := cpuTime(s.pid), time.Now()
	n, err := write()
	if err != nil {
		return err
	}
	spent, wall := cpuTime(s.pid)-cpu, time.Since(start)
	if s.pid == os.Getpid() && what == "operations" {
		spent -= w.making(n)
	}
	fmt.Printf("  %s: %.0f a second of the store's CPU, %.0f a second\n", what, float64(n)/spent.Seconds(), float64(n)/wall.Seconds())
	return nil
}

// making is the processor time that making n operations takes.
func (w *workload) making(n int) time.Duration {
	const some = 20_000
	cpu := cpuTime(os.Getpid())
	storetest.NewGenerator(1, w.from, w.to-w.from).Operations(some)
	return (cpuTime(os.Getpid()) - cpu) * time.Duration(n) / some
}

// cpuTime is the user and system time of a process; see proc(5).
func cpuTime(pid int) time.Duration {
	const tick = 10 * time.Millisecond
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick
}
