package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// canarySample is an operation that the canary wrote and expects back.
type canarySample struct {
	id       operation.ID
	at       time.Time // when it was acknowledged
	duration time.Duration
	number   string
	failure  string // error message; empty is a success
}

// Names by which canaries can be told from everything else.
const (
	canaryService   = "opslog-canary"
	canaryName      = "POST /opslog-canary"
	canaryAttribute = "canary.number"
)

// canaryWatch writes operations, reads them back soon and again later, and counts what became of them.
type canaryWatch struct {
	write    func(context.Context, time.Time, int) (*canarySample, error)
	read     func(context.Context, operation.ID) (*operation.Operation, error)
	deadline time.Duration // an acknowledged operation must be visible by then
	say      io.Writer

	mu      sync.Mutex // the metrics are read from outside
	pending []*canarySample
	kept    []*canarySample // verified once, asked for again at random
	counts  canaryCounts
}

// canaryCounts is what the metrics tell.
type canaryCounts struct {
	written, refused, verified, missing, wrong, vanished, unreadable int
	lastVerified                                                     time.Time
	visible                                                          [len(canaryBuckets) + 1]int
	visibleSum                                                       float64
}

// canaryBuckets are upper bounds in seconds of the time until an operation was visible.
var canaryBuckets = [...]float64{0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120}

// canaryMemory is how many verified operations are remembered for being asked for again.
const canaryMemory = 1000

// send writes one operation.
func (w *canaryWatch) send(ctx context.Context, now time.Time) {
	w.mu.Lock()
	number := w.counts.written + w.counts.refused
	w.mu.Unlock()
	s, err := w.write(ctx, now, number)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.counts.refused++
		w.tell("not accepted: %v", err)
		return
	}
	w.counts.written++
	w.pending = append(w.pending, s)
}

// check looks for all that is not decided yet, and for one that was there before.
func (w *canaryWatch) check(ctx context.Context, now time.Time) {
	w.mu.Lock()
	pending := w.pending
	var again *canarySample
	if len(w.kept) > 0 {
		again = w.kept[rand.IntN(len(w.kept))]
	}
	w.mu.Unlock()
	var open []*canarySample
	for _, s := range pending {
		if !w.decide(ctx, now, s) {
			open = append(open, s)
		}
	}
	if again != nil {
		w.recheck(ctx, again)
	}
	w.mu.Lock()
	w.pending = open
	w.mu.Unlock()
}

// decide answers whether something final can be said of the sample, and counts it.
func (w *canaryWatch) decide(ctx context.Context, now time.Time, s *canarySample) bool {
	op, err := w.read(ctx, s.id)
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case err == nil:
		if difference := s.differs(op); difference != "" {
			w.counts.wrong++
			w.tell("%s is not what was written: %s", s.id, difference)
			return true
		}
		w.verified(s, now)
		return true
	case ExitCode(err) != exitNotFound: // nothing can be said while the API does not answer
		w.counts.unreadable++
		w.tell("cannot be read: %v", err)
		return false
	case now.Sub(s.at) < w.deadline:
		return false
	default:
		w.counts.missing++
		w.tell("%s was acknowledged %v ago and is not there", s.id, now.Sub(s.at).Round(time.Second))
		return true
	}
}

func (w *canaryWatch) verified(s *canarySample, now time.Time) {
	took := now.Sub(s.at).Seconds()
	bucket := 0
	for bucket < len(canaryBuckets) && took > canaryBuckets[bucket] {
		bucket++
	}
	w.counts.verified++
	w.counts.lastVerified = now
	w.counts.visible[bucket]++
	w.counts.visibleSum += took
	if len(w.kept) < canaryMemory {
		w.kept = append(w.kept, s)
		return
	}
	w.kept[rand.IntN(canaryMemory)] = s
}

// recheck wants an operation that was there to be there still.
func (w *canaryWatch) recheck(ctx context.Context, s *canarySample) {
	op, err := w.read(ctx, s.id)
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case err == nil && s.differs(op) == "":
		return
	case err != nil && ExitCode(err) != exitNotFound:
		w.counts.unreadable++
		return
	case err != nil:
		w.counts.vanished++
		w.tell("%s was there and is gone", s.id)
	default:
		w.counts.wrong++
		w.tell("%s changed: %s", s.id, s.differs(op))
	}
	for i := range w.kept {
		if w.kept[i] == s {
			w.kept = append(w.kept[:i], w.kept[i+1:]...)
			return
		}
	}
}

// differs names the first field that is not what was written.
func (s *canarySample) differs(op *operation.Operation) string {
	status := operation.StatusOK
	if s.failure != "" {
		status = operation.StatusError
	}
	for _, f := range []struct {
		name      string
		got, want any
	}{
		{"service_name", op.ServiceName, canaryService},
		{"name", op.Name, canaryName},
		{"duration", op.Duration, s.duration},
		{"status", op.Status, status},
		{"error_message", op.ErrorMessage, s.failure},
		{canaryAttribute, op.Attributes[canaryAttribute], s.number},
	} {
		if f.got != f.want {
			return fmt.Sprintf("%s is %v, want %v", f.name, f.got, f.want)
		}
	}
	return ""
}

func (w *canaryWatch) tell(format string, args ...any) {
	_, _ = fmt.Fprintf(w.say, "canary: "+format+"\n", args...)
}

// done answers whether so many were tried and all of them are decided; 0 is never done.
func (w *canaryWatch) done(count int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return count > 0 && w.counts.written+w.counts.refused >= count && len(w.pending) == 0
}

// full answers whether so many were tried.
func (w *canaryWatch) full(count int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return count > 0 && w.counts.written+w.counts.refused >= count
}

// outcome is what the command ends with.
func (w *canaryWatch) outcome() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := &w.counts
	w.tell("%d written, %d not accepted, %d verified, %d missing, %d wrong, %d vanished, %d open", c.written, c.refused, c.verified, c.missing, c.wrong, c.vanished, len(w.pending))
	if c.missing+c.wrong+c.vanished > 0 {
		return checkFailed{errors.New("what was acknowledged is not stored as it was written")}
	}
	if c.verified == 0 {
		return errors.New("nothing could be verified")
	}
	return nil
}
