package watch

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// Desk is where people see alerts and known errors and say what is to be done about them. It works on the store alone,
// in any process: those that watch apply what is said within an evaluation interval, and until then the desk shows it
// as if they had. Without any of them, decisions on errors are stored and shown all the same.
type Desk struct {
	Store store.State
	Now   func() time.Time
}

func (d Desk) now() operation.Time { return operation.TimeOf(d.Now()) }

// actions are what people said lately, in order.
func (d Desk) actions(ctx context.Context) ([]Action, error) {
	var out []Action
	err := each(ctx, d.Store, ActionPrefix, func(_ string, a Action) { out = append(out, a) })
	return out, err
}

// say hands an action to those that watch, and clears away what they all had time to read.
func (d Desk) say(ctx context.Context, a Action) error {
	if _, err := prune(ctx, d.Store, ActionPrefix, "", d.Now().Add(-actionsKept)); err != nil {
		return err
	}
	key := fmt.Sprintf("%s%020d-%s", ActionPrefix, a.At, strings.ToLower(rand.Text()[:8]))
	return put(ctx, d.Store, key, a, 0)
}

// Alerts are all that are pending, firing, or were resolved a short while ago, the latest change first.
func (d Desk) Alerts(ctx context.Context) ([]alert.Alert, error) {
	out := []alert.Alert{}
	if err := each(ctx, d.Store, AlertPrefix, func(_ string, a alert.Alert) { out = append(out, a) }); err != nil {
		return nil, err
	}
	said, err := d.actions(ctx)
	if err != nil {
		return nil, err
	}
	for i := range out {
		apply(&out[i], said)
	}
	slices.SortFunc(out, func(a, b alert.Alert) int {
		return cmp.Or(cmp.Compare(lastChange(b), lastChange(a)), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// apply shows an alert as it is once everything that was said of it is done.
func apply(a *alert.Alert, said []Action) {
	for _, s := range said {
		switch {
		case s.Alert != a.ID:
		case s.Ack:
			a.Ack(s.By, s.At)
		case s.Mute:
			a.MutedUntil, a.MutedReason = s.Until, s.Reason
		}
	}
}

// maxHistory bounds the transitions of one alert that are shown.
const maxHistory = 500

// Alert is one alert with its history, the latest transition first; store.ErrNotFound when it never was, or long ago.
func (d Desk) Alert(ctx context.Context, id string) (alert.Alert, []alert.Transition, error) {
	history := []alert.Transition{}
	err := each(ctx, d.Store, historyOf(id), func(_ string, t alert.Transition) { history = append(history, t) })
	if err != nil {
		return alert.Alert{}, nil, err
	}
	slices.Reverse(history)
	a, err := get[alert.Alert](ctx, d.Store, AlertPrefix+id)
	if err != nil {
		if len(history) == 0 || !isNotFound(err) {
			return a, nil, err
		}
		a = history[0].Alert // it was resolved, and is over
	}
	said, err := d.actions(ctx)
	apply(&a, said)
	return a, history[:min(len(history), maxHistory)], err
}

// Ack says who looks after an alert.
func (d Desk) Ack(ctx context.Context, id, by string) (alert.Alert, error) {
	return d.tell(ctx, id, Action{By: by, Ack: true})
}

// Mute keeps an alert from being told until a time; 0 takes that back.
func (d Desk) Mute(ctx context.Context, id, by string, until operation.Time, reason string) (alert.Alert, error) {
	return d.tell(ctx, id, Action{By: by, Mute: true, Until: until, Reason: reason})
}

func (d Desk) tell(ctx context.Context, id string, action Action) (alert.Alert, error) {
	a, err := get[alert.Alert](ctx, d.Store, AlertPrefix+id)
	if err != nil {
		return a, err
	}
	action.Alert, action.At = id, d.now()
	if err := d.say(ctx, action); err != nil {
		return a, err
	}
	said, err := d.actions(ctx)
	apply(&a, said)
	return a, err
}

// Rules are what each process watches for.
func (d Desk) Rules(ctx context.Context) ([]alert.RuleSet, error) {
	out := []alert.RuleSet{}
	oldest := operation.TimeOf(d.Now().Add(-rulesKept))
	err := each(ctx, d.Store, RulePrefix, func(_ string, r alert.RuleSet) {
		if r.Started > oldest {
			out = append(out, r)
		}
	})
	return out, err
}

func get[T any](ctx context.Context, s store.State, key string) (out T, err error) {
	e, err := s.GetState(ctx, key)
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(e.Value, &out); err != nil {
		return out, fmt.Errorf("read state %s: %w", key, err)
	}
	return out, nil
}
