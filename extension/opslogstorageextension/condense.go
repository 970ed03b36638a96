package opslogstorageextension

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

const (
	condenseKey   = "history/condensed"
	condenseEvery = time.Minute
	// condenseLease is for how long the others leave the work to the one who did it last.
	condenseLease = operation.Time(3 * time.Minute)
	// closing is how long after a minute its operations still come in as a rule: the wait for late spans, the queue.
	closing = operation.Time(2 * time.Minute)
	hour    = operation.Time(time.Hour)
	// chunk is how much is summed up at once.
	chunk = 6 * hour
)

// condensed is how far operations were summed up, by whom, and until when nobody else does it.
type condensed struct {
	Holder string         `json:"holder"`
	Until  operation.Time `json:"until"`
	// Through is the end of the minutes that were summed up. Those of the last hour, and of today and yesterday, are
	// summed up again every hour and every day, for what came late.
	Through operation.Time `json:"through"`
	Hour    operation.Time `json:"hour"`
	Day     operation.Time `json:"day"`
}

// condenser keeps the sums that outlive operations. Of several opslogs on one database one does it.
type condenser struct {
	store  store.Backend
	holder string
	log    *zap.Logger
}

// run works until ctx ends.
func (c *condenser) run(ctx context.Context, ticks <-chan time.Time) {
	for {
		select {
		case now := <-ticks:
			if err := c.step(ctx, operation.TimeOf(now)); err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrUnavailable) {
				c.log.Warn("Operations could not be summed up; it is tried again", zap.Error(err))
			}
		case <-ctx.Done():
			return
		}
	}
}

// step takes the lease, sums up what is due, and notes how far it came.
func (c *condenser) step(ctx context.Context, now operation.Time) error {
	state, revision, err := c.lease(ctx, now)
	if err != nil || revision == 0 {
		return err
	}
	work := c.due(&state, now)
	if state.Through == 0 {
		if work, err = c.all(ctx, now); err != nil {
			return err
		}
	}
	for _, r := range work {
		if err := store.Condense(ctx, c.store, r, now); err != nil {
			return err
		}
		state.Through = max(state.Through, r.To)
		if revision, err = c.put(ctx, &state, revision, now); err != nil {
			return err
		}
	}
	return nil
}

// lease answers the revision to go on from, 0 when somebody else works.
func (c *condenser) lease(ctx context.Context, now operation.Time) (state condensed, revision int64, err error) {
	entry, err := c.store.GetState(ctx, condenseKey)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return state, 0, err
	}
	if err == nil {
		if err := json.Unmarshal(entry.Value, &state); err != nil {
			return state, 0, fmt.Errorf("read state %s: %w", condenseKey, err)
		}
	}
	if state.Holder != c.holder && state.Until > now {
		return state, 0, nil
	}
	revision, err = c.put(ctx, &state, entry.Revision, now)
	if errors.Is(err, store.ErrConflict) {
		return state, 0, nil
	}
	return state, revision, err
}

func (c *condenser) put(ctx context.Context, state *condensed, revision int64, now operation.Time) (int64, error) {
	state.Holder, state.Until = c.holder, now+condenseLease
	text, err := json.Marshal(state)
	if err != nil {
		return 0, err
	}
	entry, err := c.store.PutState(ctx, condenseKey, text, revision)
	return entry.Revision, err
}

// due are the ranges to sum up, oldest first: the minutes since the last time and the ten before them; every hour the
// last three hours; every day the day before, whole. What comes later than that is not in the sums.
func (c *condenser) due(state *condensed, now operation.Time) []store.Range {
	to := (now - closing) / operation.Minute * operation.Minute
	from := min(state.Through, to) - 10*operation.Minute
	if now/hour != state.Hour {
		state.Hour, from = now/hour, min(from, to-3*hour)
	}
	if now/operation.Day != state.Day {
		state.Day, from = now/operation.Day, min(from, (now/operation.Day-1)*operation.Day)
	}
	return chunks(store.Range{From: from, To: to})
}

// all is everything that is stored, for the first time.
func (c *condenser) all(ctx context.Context, now operation.Time) ([]store.Range, error) {
	stats, err := c.store.Stats(ctx)
	if err != nil || stats.Oldest == 0 {
		return nil, err
	}
	return chunks(store.Range{From: stats.Oldest / operation.Minute * operation.Minute, To: (now - closing) / operation.Minute * operation.Minute}), nil
}

func chunks(r store.Range) []store.Range {
	var out []store.Range
	for from := r.From; from < r.To; from += chunk {
		out = append(out, store.Range{From: from, To: min(from+chunk, r.To)})
	}
	return out
}
