package watch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/notify"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// Where things are kept. Alerts, errors, history, actions and claims are shared by all processes on a store; outbox and
// counts are a process's own.
const (
	AlertPrefix   = "alert/alerts/"
	ErrorPrefix   = "alert/errors/"
	HistoryPrefix = "alert/history/"
	ActionPrefix  = "alert/actions/"
	RulePrefix    = "alert/rules/"
	claimPrefix   = "alert/claims/"
	outboxPrefix  = "alert/outbox/"
	countsPrefix  = "alert/counts/"
)

// historyKept is how long transitions are kept.
const historyKept = 30 * 24 * time.Hour

// ErrorKey is where a known error is kept.
func ErrorKey(k alert.GroupKey) string {
	return errorsOf(k.Fingerprint) + digest(k.Environment, k.Service)
}

// errorsOf is where the errors of one fingerprint are kept, of all services and environments.
func errorsOf(fingerprint string) string { return ErrorPrefix + digest(fingerprint) + "/" }

// historyOf is where the transitions of one alert are kept.
func historyOf(alertID string) string { return HistoryPrefix + alertID + "/" }

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:12])
}

// persist stores what changed since the last time: first what is to be told, so that nothing is told that is not known
// after a crash, and nothing known that was never told. Unless everything is asked for, alerts and errors of which only
// the numbers changed wait for the next checkpoint.
func (w *Watch) persist(ctx context.Context, everything bool) error {
	w.persisting.Lock()
	defer w.persisting.Unlock()
	c := w.engine.Changes()
	w.outbox.Add(c.Transitions, w.now())
	if err := w.putOutbox(ctx); err != nil {
		w.engine.Undo(c)
		return err
	}
	if err := w.putChanges(ctx, c, everything); err != nil {
		w.engine.Undo(c)
		return err
	}
	for _, t := range c.Transitions {
		w.events.Transition(t)
	}
	if len(c.Transitions) > 0 {
		signal(w.deliver)
	}
	return nil
}

// putOutbox makes the stored entries those of the outbox.
func (w *Watch) putOutbox(ctx context.Context) error {
	current := map[string]bool{}
	for _, e := range w.outbox.Entries() {
		key := w.outboxKey(e.ID)
		current[key] = true
		if w.stored[key] {
			continue
		}
		if err := w.put(ctx, key, e); err != nil {
			return err
		}
		w.stored[key] = true
	}
	for key := range w.stored {
		if current[key] {
			continue
		}
		if err := w.remove(ctx, key); err != nil {
			return err
		}
		delete(w.stored, key)
	}
	return nil
}

func (w *Watch) outboxKey(id string) string { return outboxPrefix + w.cfg.Instance + "/" + digest(id) }

func (w *Watch) putChanges(ctx context.Context, c alert.Changes, everything bool) error {
	moved := map[string]bool{}
	for _, t := range c.Transitions {
		moved[t.Alert.ID] = true
		key := fmt.Sprintf("%s%020d-%s", historyOf(t.Alert.ID), t.At, t.To)
		if err := w.put(ctx, key, t); err != nil {
			return err
		}
	}
	for _, a := range c.Alerts {
		if !everything && !moved[a.ID] {
			w.held.Alerts = append(w.held.Alerts, a)
			continue
		}
		if err := w.put(ctx, AlertPrefix+a.ID, a); err != nil {
			return err
		}
	}
	for _, id := range c.Removed {
		if err := w.remove(ctx, AlertPrefix+id); err != nil {
			return err
		}
	}
	for i := range c.Groups {
		g := &c.Groups[i]
		if !everything && g.Count > 1 && g.ChangedAt < g.LastSeen {
			w.held.Groups = append(w.held.Groups, *g)
			continue
		}
		if err := w.put(ctx, ErrorKey(g.GroupKey), g); err != nil {
			return err
		}
	}
	for _, key := range c.Forgotten {
		if err := w.remove(ctx, ErrorKey(key)); err != nil {
			return err
		}
	}
	return nil
}

// checkpoint stores the counts, and what was held back.
func (w *Watch) checkpoint(ctx context.Context) error {
	w.persisting.Lock()
	held := w.held
	w.held = alert.Changes{}
	w.persisting.Unlock()
	w.engine.Undo(held) // as it stands now, not as it stood then
	if err := w.persist(ctx, true); err != nil {
		return err
	}
	w.persisting.Lock()
	defer w.persisting.Unlock()
	if err := w.putCounts(ctx); err != nil {
		return err
	}
	return w.prune(ctx)
}

// countPart is how much of a snapshot goes into one entry.
const countPart = store.MaxStateValue - 1024

func (w *Watch) putCounts(ctx context.Context) error {
	snapshot, err := w.engine.Windows(operation.TimeOf(w.now()))
	if err != nil {
		return err
	}
	packed, err := pack(snapshot)
	if err != nil {
		return err
	}
	n := 0
	for ; len(packed) > 0; n++ {
		part := packed[:min(countPart, len(packed))]
		packed = packed[len(part):]
		if _, err := w.store.PutState(ctx, w.countsKey(n), part, store.AnyRevision); err != nil {
			return fmt.Errorf("put %s: %w", w.countsKey(n), err)
		}
	}
	for i := n; i < w.parts; i++ {
		if err := w.remove(ctx, w.countsKey(i)); err != nil {
			return err
		}
	}
	w.parts = n
	return nil
}

func (w *Watch) countsKey(n int) string {
	return fmt.Sprintf("%s%s/%04d", countsPrefix, w.cfg.Instance, n)
}

// prunedAtOnce bounds how many entries of each kind a checkpoint looks at; the next goes on behind them.
const prunedAtOnce = 500

// prune deletes history, claims and actions that are old.
func (w *Watch) prune(ctx context.Context) error {
	for prefix, kept := range map[string]time.Duration{HistoryPrefix: historyKept, claimPrefix: actionsKept, ActionPrefix: actionsKept} {
		last, err := prune(ctx, w.store, prefix, w.pruned[prefix], w.now().Add(-kept))
		if err != nil {
			return err
		}
		w.pruned[prefix] = last
	}
	return nil
}

// prune deletes entries that were last written before a time. It answers behind which key to go on; empty is from the
// start.
func prune(ctx context.Context, s store.State, prefix, after string, before time.Time) (last string, err error) {
	entries, err := s.ListState(ctx, store.StateQuery{Prefix: prefix, After: after, Limit: prunedAtOnce})
	if err != nil {
		return after, err
	}
	for _, e := range entries {
		if e.Updated.Std().Before(before) {
			if err := remove(ctx, s, e.Key); err != nil {
				return after, err
			}
		}
	}
	if len(entries) < prunedAtOnce {
		return "", nil
	}
	return entries[len(entries)-1].Key, nil
}

func (w *Watch) put(ctx context.Context, key string, value any) error {
	return put(ctx, w.store, key, value, store.AnyRevision)
}

func put(ctx context.Context, s store.State, key string, value any, expected int64) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode %s: %w", key, err)
	}
	if _, err := s.PutState(ctx, key, text, expected); err != nil {
		return fmt.Errorf("put %s: %w", key, err)
	}
	return nil
}

func (w *Watch) remove(ctx context.Context, key string) error { return remove(ctx, w.store, key) }

func remove(ctx context.Context, s store.State, key string) error {
	if err := s.DeleteState(ctx, key, store.AnyRevision); err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("delete %s: %w", key, err)
	}
	return nil
}

// restore reads what an earlier run left. What it still had to tell is newer than what it stored of the alerts.
func (w *Watch) restore(ctx context.Context) error {
	alerts := map[string]alert.Alert{}
	if err := each(ctx, w.store, AlertPrefix, func(_ string, a alert.Alert) { alerts[a.ID] = a }); err != nil {
		return err
	}
	var entries []notify.Entry
	err := each(ctx, w.store, outboxPrefix+w.cfg.Instance+"/", func(key string, e notify.Entry) {
		w.stored[key] = true
		entries = append(entries, e)
		if a := e.Transition.Alert; e.Transition.At > lastChange(alerts[a.ID]) {
			alerts[a.ID] = a
		}
	})
	if err != nil {
		return err
	}
	var groups []alert.Group
	if err := each(ctx, w.store, ErrorPrefix, func(_ string, g alert.Group) { groups = append(groups, g) }); err != nil {
		return err
	}
	list := make([]alert.Alert, 0, len(alerts))
	for _, a := range alerts {
		list = append(list, a)
	}
	w.engine.Restore(list, groups)
	w.outbox.Restore(entries)
	return w.restoreCounts(ctx)
}

func lastChange(a alert.Alert) operation.Time { return max(a.PendingAt, a.FiringAt, a.ResolvedAt) }

// restoreCounts begins anew where the counts cannot be read: that delays alerts, and is no reason not to start.
func (w *Watch) restoreCounts(ctx context.Context) error {
	var packed []byte
	for w.parts = 0; ; w.parts++ {
		e, err := w.store.GetState(ctx, w.countsKey(w.parts))
		if errors.Is(err, store.ErrNotFound) {
			break
		}
		if err != nil {
			return err
		}
		packed = append(packed, e.Value...)
	}
	if len(packed) == 0 {
		return nil
	}
	snapshot, err := unpack(packed)
	if err == nil {
		err = w.engine.RestoreWindows(snapshot, operation.TimeOf(w.now()))
	}
	w.report("read the counts of alerting; it counts anew", err)
	return nil
}

// each reads the documents under a prefix. One that cannot be read is left out.
func each[T any](ctx context.Context, s store.State, prefix string, take func(key string, value T)) error {
	return entries(ctx, s, prefix, 1<<31, func(e store.Entry) {
		var value T
		if json.Unmarshal(e.Value, &value) == nil {
			take(e.Key, value)
		}
	})
}

// entries hands out the entries under a prefix page by page, at most about limit.
func entries(ctx context.Context, s store.State, prefix string, limit int, take func(store.Entry)) error {
	const page = 500
	for after, n := "", 0; n < limit; n += page {
		list, err := s.ListState(ctx, store.StateQuery{Prefix: prefix, After: after, Limit: page})
		if err != nil {
			return err
		}
		for _, e := range list {
			take(e)
			after = e.Key
		}
		if len(list) < page {
			return nil
		}
	}
	return nil
}
