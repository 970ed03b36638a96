package opslogjournalprocessor

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/spool"
	"github.com/opslog/opslog/internal/storehost"
	"github.com/opslog/opslog/processor/opslogjournalprocessor/internal/metadata"
)

const (
	minBackoff = 100 * time.Millisecond
	maxBackoff = 5 * time.Second
)

// journal is what the processors of both signals have in common.
type journal struct {
	cfg       *Config
	set       processor.Settings
	telemetry *metadata.TelemetryBuilder
	name      string
	replay    func(ctx context.Context, data []byte) (records int, err error)

	spool   *spool.Spool
	entries *spool.Journal
	cancel  context.CancelFunc
	running sync.WaitGroup
}

func newJournal(set processor.Settings, cfg *Config, signal string) (*journal, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	return &journal{cfg: cfg, set: set, telemetry: telemetry, name: signal + "_" + set.ID.String()}, nil
}

// Capabilities: data is read only.
func (j *journal) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: false}
}

// Start opens the journal and begins to pass on what a killed process left. It does not wait for that: what comes
// next may take its time.
func (j *journal) Start(_ context.Context, host component.Host) error {
	var err error
	if j.spool, err = storehost.FindSpool(host, j.cfg.Storage); err != nil {
		return err
	}
	if j.entries, err = j.spool.Journal(j.name, j.cfg.Keep, time.Now); err != nil {
		return err
	}
	if err := j.telemetry.RegisterProcessorOpslogJournalBytesCallback(func(_ context.Context, o metric.Int64Observer) error {
		o.Observe(j.entries.Bytes())
		return nil
	}); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	j.cancel = cancel
	j.running.Go(func() { j.replayAll(ctx) })
	j.running.Go(func() { j.expire(ctx) })
	return nil
}

// Shutdown ends a replay; the next start begins it again.
func (j *journal) Shutdown(context.Context) error {
	defer j.telemetry.Shutdown()
	if j.cancel == nil {
		return nil
	}
	j.cancel()
	j.running.Wait()
	return j.entries.Close()
}

// keep puts a batch into the journal and gives it to pass. The sender is told of success when both are done.
func (j *journal) keep(ctx context.Context, records int, data []byte, pass func() error) error {
	if err := j.entries.Append(0, data); err != nil {
		j.telemetry.ProcessorOpslogJournalRefusedRecords.Add(ctx, int64(records))
		return fmt.Errorf("keep data until it is stored: %w", err)
	}
	return j.hand(pass)
}

// hand calls the next component; the spool learns when it does not take what comes.
func (j *journal) hand(pass func() error) error {
	end := j.spool.Handing(time.Now())
	err := pass()
	end(time.Now(), err)
	return err
}

func (j *journal) replayAll(ctx context.Context) {
	var records int
	entries, err := j.entries.Replay(ctx, func(_ byte, data []byte) error {
		n, err := j.persist(ctx, data)
		records += n
		return err
	})
	switch {
	case ctx.Err() != nil: // this process must not count as ended in order
		j.spool.Handing(time.Now())(time.Now(), ctx.Err())
	case err != nil:
		j.set.Logger.Error("The journal cannot be read; what it holds is lost unless a restart reads it", zap.Error(err))
	case entries > 0:
		j.set.Logger.Info("The process before did not end in order; what it held in memory was passed on again",
			zap.Int("batches", entries), zap.Int("records", records))
	}
}

// persist passes a batch on until it is taken. A batch that cannot be read, or is refused for good, does not stop the others.
func (j *journal) persist(ctx context.Context, data []byte) (records int, err error) {
	for wait := minBackoff; ; wait = min(2*wait, maxBackoff) {
		err := j.hand(func() (err error) {
			records, err = j.replay(ctx, data)
			return err
		})
		if err == nil || consumererror.IsPermanent(err) {
			j.telemetry.ProcessorOpslogJournalReplayedRecords.Add(ctx, int64(records))
			return records, nil
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// expire lets the journal shrink when nothing comes.
func (j *journal) expire(ctx context.Context) {
	ticker := time.NewTicker(j.cfg.Keep / 4)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			j.entries.Expire()
		case <-ctx.Done():
			return
		}
	}
}
