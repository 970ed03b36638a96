package clickhouse

import (
	"context"
	"time"
)

// Waiting times between attempts to reach the server double from the first to the last.
const (
	firstWait = 250 * time.Millisecond
	lastWait  = 10 * time.Second
)

// readyWithin bounds one attempt: of a connection that went silent nobody would ever know. Migrations change what tables look
// like, not what is in them, and take seconds.
const readyWithin = 2 * time.Minute

// connect makes the database ready for calls, again whenever one finds it gone, until ctx ends.
func (b *Backend) connect(ctx context.Context) {
	defer close(b.done)
	wait := firstWait
	for ctx.Err() == nil {
		able, err := b.prepareWithin(ctx, readyWithin)
		if ctx.Err() != nil {
			return
		}
		b.report(able, err)
		if err == nil {
			wait = firstWait
			select {
			case <-ctx.Done():
			case <-b.state.wake:
			}
			continue
		}
		pause(ctx, wait)
		wait = min(2*wait, lastWait)
	}
}

func (b *Backend) prepareWithin(ctx context.Context, longest time.Duration) (capabilities, error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	return b.prepare(ctx)
}

// report logs one line on every change.
func (b *Backend) report(able capabilities, err error) {
	if err != nil {
		err = shorten(err)
	}
	if !b.state.set(able, err) {
		return
	}
	if err != nil {
		b.log.Warn("clickhouse is unavailable, trying again", "addresses", b.cfg.Addresses, "database", b.cfg.Database, "error", err)
		return
	}
	b.log.Info("clickhouse is ready", "addresses", b.cfg.Addresses, "database", b.cfg.Database, "version", able.version, "text_index", able.textIndex)
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
