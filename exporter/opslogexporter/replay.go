package opslogexporter

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/spool"
	"github.com/opslog/opslog/internal/store"
)

// replayInterval is how often the exporter looks for dead letters that were handed in.
const replayInterval = time.Second

// replayLoop writes dead letters again that somebody handed in. The store shows nothing twice, so that it does not
// matter whether some of them were written before.
func (e *opslogExporter) replayLoop(ctx context.Context) {
	ticker := time.NewTicker(replayInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if err := e.letters.Replay(ctx, func(l []spool.Letter) error { return e.resend(ctx, l) }); err != nil && ctx.Err() == nil {
				e.log.Warn("dead letters could not be replayed; they are tried again", zap.Error(err))
			}
		case <-ctx.Done():
			return
		}
	}
}

// resend writes letters; those that are refused once more become dead letters once more.
func (e *opslogExporter) resend(ctx context.Context, letters []spool.Letter) error {
	ctx, cancel := context.WithTimeout(ctx, e.cfg.TimeoutConfig.Timeout)
	defer cancel()
	return errors.Join(
		resend(ctx, e, recordOperation, letters, e.writer.WriteOperations),
		resend(ctx, e, recordSpan, letters, e.writer.WriteSpans),
		resend(ctx, e, recordEdge, letters, e.writer.WriteEdges),
		resend(ctx, e, recordQuality, letters, e.writer.WriteQuality),
		resend(ctx, e, recordLogRecord, letters, e.writer.WriteLogs),
	)
}

func resend[T any](ctx context.Context, e *opslogExporter, record string, letters []spool.Letter, write func(context.Context, []*T) error) error {
	var rows []*T
	var unreadable []refusal[json.RawMessage]
	for _, l := range letters {
		if l.Record != record {
			continue
		}
		row := new(T)
		if err := json.Unmarshal(l.Data, row); err != nil {
			unreadable = append(unreadable, refusal[json.RawMessage]{&l.Data, &store.Refusal{Reason: store.RefusedEncoding, Err: err}})
			continue
		}
		rows = append(rows, row)
	}
	if err := bury(ctx, e, record, unreadable); err != nil {
		return err
	}
	e.replayed(ctx, record, len(unreadable))
	if len(rows) == 0 {
		return nil
	}
	if err := divideAndBury(ctx, e, record, rows, write); err != nil {
		return err
	}
	e.replayed(ctx, record, len(rows))
	return nil
}

func (e *opslogExporter) replayed(ctx context.Context, record string, n int) {
	if n > 0 {
		e.telemetry.ExporterOpslogReplayedRecords.Add(ctx, int64(n), recordOptions[record])
	}
}
