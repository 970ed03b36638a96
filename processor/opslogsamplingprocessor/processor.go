package opslogsamplingprocessor

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/oplog"
	"github.com/opslog/opslog/internal/sampling"
	"github.com/opslog/opslog/processor/opslogsamplingprocessor/internal/metadata"
)

const (
	tickInterval = 250 * time.Millisecond
	// sendBytes is what goes to the next component before the tick; with mostBytes, senders wait.
	sendBytes  = 1 << 20
	mostBytes  = 16 << 20
	minBackoff = 100 * time.Millisecond
	maxBackoff = 5 * time.Second
)

var errOutput = errors.New("the next component does not take the spans that are kept, and what may wait for it is used up")

// sampler passes on what internal/sampling keeps.
type sampler struct {
	cfg       *Config
	log       *zap.Logger
	telemetry *metadata.TelemetryBuilder
	next      consumer.Traces
	sampling  *sampling.Sampler

	wake   chan struct{} // there is something to send
	quit   chan struct{}
	done   chan struct{}
	cancel context.CancelFunc // ends calls to the next component

	mu    sync.Mutex
	room  *sync.Cond // what waits to be sent became less, or is refused
	ready int        // bytes that wait
	stuck bool       // the next component refuses
}

func newSampler(set processor.Settings, cfg *Config, next consumer.Traces) (*sampler, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	s := &sampler{cfg: cfg, log: set.Logger, telemetry: telemetry, next: next, sampling: sampling.New(cfg.sampling()),
		wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
	s.room = sync.NewCond(&s.mu)
	return s, nil
}

// Capabilities: what waits is encoded before the call returns.
func (s *sampler) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: false}
}

// Start begins to decide.
func (s *sampler) Start(context.Context, component.Host) error {
	if err := s.observe(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	go s.run(ctx)
	return nil
}

// Shutdown decides what waits and sends what is kept. When ctx ends before that, it is lost for this process; the
// journal has it.
func (s *sampler) Shutdown(ctx context.Context) error {
	defer s.telemetry.Shutdown()
	if s.cancel == nil {
		return nil
	}
	defer s.cancel()
	defer context.AfterFunc(ctx, s.cancel)()
	close(s.quit)
	<-s.done
	return nil
}

// ConsumeTraces takes spans. An error means that none were taken.
func (s *sampler) ConsumeTraces(ctx context.Context, td ptrace.Traces) error {
	if err := s.wait(ctx); err != nil {
		return err
	}
	data, err := s.encoded(ctx, td)
	if err != nil {
		return consumererror.NewPermanent(err)
	}
	ready, err := s.sampling.Add(time.Now(), data)
	if err != nil {
		return consumererror.NewPermanent(fmt.Errorf("read spans to sample: %w", err))
	}
	s.tell(ready)
	return nil
}

func (s *sampler) encoded(ctx context.Context, td ptrace.Traces) ([]byte, error) {
	if s.cfg.Encoded {
		if data := oplog.Encoded(ctx); data != nil {
			return data, nil
		}
	}
	return oplog.MarshalTraces(ctx, td)
}

// wait lets senders wait while too much is to be sent, and refuses when it cannot be.
func (s *sampler) wait(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ready < mostBytes {
		return nil
	}
	defer context.AfterFunc(ctx, func() { s.mu.Lock(); defer s.mu.Unlock(); s.room.Broadcast() })()
	for s.ready >= mostBytes {
		switch {
		case s.stuck:
			return errOutput
		case ctx.Err() != nil:
			return fmt.Errorf("wait until kept spans are sent: %w", ctx.Err())
		}
		s.room.Wait()
	}
	return nil
}

// tell notes how much is to be sent, and wakes who does it.
func (s *sampler) tell(ready int) {
	s.mu.Lock()
	s.ready = ready
	s.mu.Unlock()
	if ready >= sendBytes {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

// run decides and sends until quit is closed.
func (s *sampler) run(ctx context.Context) {
	defer close(s.done)
	ticker := time.NewTicker(tickInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.sampling.Tick(time.Now())
			s.send(ctx)
		case <-s.wake:
			s.send(ctx)
		case <-s.quit:
			s.sampling.Flush()
			s.send(ctx)
			return
		}
	}
}

// send passes on what is kept, however often that takes, unless it is refused for good or ctx ends.
func (s *sampler) send(ctx context.Context) {
	data, spans := s.sampling.Take()
	if spans == 0 {
		return
	}
	for wait := minBackoff; ; wait = min(2*wait, maxBackoff) {
		err := s.pass(ctx, data, spans)
		if err == nil {
			break
		}
		if consumererror.IsPermanent(err) || ctx.Err() != nil {
			s.telemetry.ProcessorOpslogSamplingLostSpans.Add(context.WithoutCancel(ctx), int64(spans))
			s.log.Error("spans that are to be kept were not taken and are lost", zap.Int("spans", spans), zap.Error(err))
			break
		}
		s.refused(true)
		s.log.Warn("the next component did not take spans; they will be sent again", zap.Int("spans", spans), zap.Duration("in", wait), zap.Error(err))
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
	s.refused(false)
}

// refused notes whether the next component does not take spans.
func (s *sampler) refused(yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stuck = yes
	if !yes {
		s.ready = 0 // what came meanwhile is told with the next spans
	}
	s.room.Broadcast()
}

func (s *sampler) pass(ctx context.Context, data []byte, spans int) error {
	if s.cfg.Packed {
		return s.next.ConsumeTraces(oplog.PackTraces(ctx, data, spans))
	}
	td, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(data)
	if err != nil {
		return consumererror.NewPermanent(err)
	}
	return s.next.ConsumeTraces(ctx, td)
}
