package watch

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/notify"
	"github.com/opslog/opslog/internal/store"
)

const (
	// lookEvery is how often the outbox is looked at when nothing happens.
	lookEvery = 250 * time.Millisecond
	sendLimit = 15 * time.Second
)

// tell sends what is due. Each receiver has one message on its way at a time, and none waits for another. A stop lets
// what is on its way arrive: otherwise it would be told again after the next start.
func (w *Watch) tell(ctx context.Context) {
	defer w.done.Done()
	var sending sync.WaitGroup
	defer sending.Wait()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.deliver:
		case <-tick.C:
		}
		for _, b := range w.outbox.Due(w.now()) {
			sending.Go(func() { w.send(context.WithoutCancel(ctx), b) })
		}
	}
}

func (w *Watch) send(ctx context.Context, b notify.Batch) {
	i := slices.IndexFunc(w.cfg.Notifiers, func(n Notifier) bool { return n.Name == b.Notifier })
	mine, err := w.claim(ctx, &b)
	if err != nil {
		w.report("claim an alert", err)
		w.outbox.Failed(b, 0, w.now())
		return
	}
	if !mine {
		w.outbox.Sent(b, w.now())
		return
	}
	limited, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	if err = w.cfg.Notifiers[i].Templates.Fill(&b.Message); err == nil {
		err = w.cfg.Notifiers[i].Sender.Send(limited, &b.Message, w.now())
	}
	if err == nil {
		w.outbox.Sent(b, w.now())
		w.persisting.Lock()
		defer w.persisting.Unlock()
		w.report("store what was told", w.putOutbox(ctx))
		w.events.Sent(b.Notifier) // last: what counts as sent is not sent again by the next process
		return
	}
	var wrong *notify.SendError
	var retryAfter time.Duration
	if errors.As(err, &wrong) {
		retryAfter = wrong.RetryAfter
	}
	w.outbox.Failed(b, retryAfter, w.now())
	w.events.Failed(b.Notifier, err)
}

// claimHeld is how long the process that told of an alert keeps others that see the same from telling it too.
const claimHeld = 10 * time.Minute

// claim takes the alerts of a message for this process, and drops from it those that another has told already.
func (w *Watch) claim(ctx context.Context, b *notify.Batch) (mine bool, err error) {
	var kept []notify.Alert
	for _, a := range b.Message.Alerts {
		ok, err := w.claimOne(ctx, claimPrefix+digest(b.Notifier, a.ID, string(a.State)))
		if err != nil {
			return false, err
		}
		if ok {
			kept = append(kept, a)
		}
	}
	b.Message.Alerts = kept
	return len(kept) > 0, nil
}

func (w *Watch) claimOne(ctx context.Context, key string) (bool, error) {
	expected := int64(0)
	e, err := w.store.GetState(ctx, key)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return false, err
	case string(e.Value) == w.cfg.Instance:
		return true, nil
	case w.now().Sub(e.Updated.Std()) < claimHeld:
		return false, nil
	default:
		expected = e.Revision
	}
	_, err = w.store.PutState(ctx, key, []byte(w.cfg.Instance), expected)
	if errors.Is(err, store.ErrConflict) {
		return false, nil
	}
	return err == nil, err
}

// retryPost is how soon an Alertmanager that could not be told is told again.
const retryPost = 10 * time.Second

// post tells an Alertmanager the state of everything, at once when something changes and again every Resend.
func (w *Watch) post(ctx context.Context, n Notifier) {
	defer w.done.Done()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	var next time.Time
	var told map[string]alert.State
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		alerts := w.tellable()
		now := w.now()
		if len(alerts) == 0 || now.Before(next) && !changed(told, alerts) {
			continue
		}
		next, told = now.Add(w.cfg.Resend), states(alerts)
		if !w.postTo(ctx, n, alerts) {
			next = w.now().Add(min(retryPost, w.cfg.Resend))
		}
	}
}

// tellable are the alerts that an Alertmanager is told of.
func (w *Watch) tellable() []notify.Alert {
	var out []notify.Alert
	now := w.now()
	for _, a := range w.engine.Alerts() {
		if (a.State == alert.StateFiring || a.State == alert.StateResolved) && a.Suppressed == "" && now.UnixNano() >= int64(a.MutedUntil) {
			out = append(out, w.cfg.Links.Of(a))
		}
	}
	return out
}

func states(alerts []notify.Alert) map[string]alert.State {
	out := make(map[string]alert.State, len(alerts))
	for i := range alerts {
		out[alerts[i].ID] = alerts[i].State
	}
	return out
}

func changed(told map[string]alert.State, alerts []notify.Alert) bool {
	for i := range alerts {
		if told[alerts[i].ID] != alerts[i].State {
			return true
		}
	}
	return false
}

func (w *Watch) postTo(ctx context.Context, n Notifier, alerts []notify.Alert) bool {
	err := n.Alertmanager.Post(ctx, alerts, w.now())
	switch {
	case err == nil:
		w.events.Sent(n.Name)
	case ctx.Err() == nil:
		w.events.Failed(n.Name, err)
	}
	return err == nil
}
