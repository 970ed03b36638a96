package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// Action is what a person says of an alert or of a known error. It is written to the store, under ActionPrefix and an
// id of its own, by whoever took it, and applied by each process that watches.
type Action struct {
	By     string             `json:"by"`
	At     operation.Time     `json:"at"`
	Alert  string             `json:"alert,omitempty"` // its id
	Ack    bool               `json:"ack,omitempty"`
	Mute   bool               `json:"mute,omitempty"`
	Until  operation.Time     `json:"until"`
	Reason string             `json:"reason,omitempty"`
	Error  *alert.GroupKey    `json:"error,omitempty"`
	Change *alert.ErrorChange `json:"change,omitempty"`
}

// actionsKept is how long actions stay, for processes that were away.
const actionsKept = time.Hour

// act applies the actions that were written since the last time.
func (w *Watch) act(ctx context.Context) error {
	seen := map[string]bool{}
	err := each(ctx, w.store, ActionPrefix, func(key string, a Action) {
		seen[key] = true
		if !w.applied[key] {
			w.apply(ctx, a)
		}
	})
	if err == nil {
		w.applied = seen
	}
	return err
}

func (w *Watch) apply(ctx context.Context, a Action) {
	var err error
	switch {
	case a.Alert != "" && a.Ack:
		err = w.engine.Ack(a.Alert, a.By, a.At)
	case a.Alert != "" && a.Mute:
		err = w.engine.Mute(a.Alert, a.Until, a.Reason)
	case a.Error != nil && a.Change != nil:
		if _, err = w.engine.ChangeError(*a.Error, *a.Change, a.At); errors.Is(err, alert.ErrUnknown) {
			err = w.adopt(ctx, *a.Error)
		}
	}
	if !errors.Is(err, alert.ErrUnknown) { // resolved meanwhile, or another process's
		w.report("apply what a person said", err)
	}
}

// adopt takes an error that is known to the store only, as decided there.
func (w *Watch) adopt(ctx context.Context, key alert.GroupKey) error {
	e, err := w.store.GetState(ctx, ErrorKey(key))
	if errors.Is(err, store.ErrNotFound) {
		return alert.ErrUnknown
	}
	if err != nil {
		return err
	}
	var g alert.Group
	if err := json.Unmarshal(e.Value, &g); err != nil {
		return fmt.Errorf("read state %s: %w", e.Key, err)
	}
	w.engine.Adopt(g)
	return nil
}

// ask evaluates the rules whose value the store computes.
func (w *Watch) ask(ctx context.Context) {
	for _, r := range w.engine.Queries() {
		now := w.now()
		rows, err := Rows(ctx, w.store, r.Rule, now)
		if err != nil {
			w.report("evaluate rule "+r.Name, err)
			continue
		}
		w.engine.ObserveRows(r.Name, rows, operation.TimeOf(now))
	}
}

// Rows are what the query of a query rule answers for the window that ends now.
func Rows(ctx context.Context, s store.ErrorHistory, r alert.Rule, now time.Time) ([]alert.Row, error) {
	window := r.Window
	if window == 0 {
		window = alert.DefaultWindow
	}
	q, err := query.Parse(r.Query, operation.TimeOf(now))
	if err != nil {
		return nil, err
	}
	plan := store.PlanOf(q, store.Range{From: operation.TimeOf(now.Add(-window)), To: operation.TimeOf(now)}, 1)
	if plan.Aggregate == nil {
		return nil, errors.New("the query has no aggregate")
	}
	ask := *plan.Aggregate
	if ask.Filter, err = store.ResolveNew(ctx, s, ask.Filter, ask.Range, ask.Limits); err != nil {
		return nil, err
	}
	table, err := s.Aggregate(ctx, ask)
	if err != nil {
		return nil, err
	}
	var rows []alert.Row
	for _, cells := range table.Rows {
		row := alert.Row{Labels: map[string]string{}}
		counted := false
		for i, c := range table.Columns {
			switch {
			case c.Group && cells[i] != nil:
				row.Labels[labelName(c.Name)] = fmt.Sprint(cells[i])
			case !c.Group && !counted:
				row.Value, counted = asNumber(cells[i]), true
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// labelName makes a column's name one that Alertmanager takes.
func labelName(column string) string {
	out := []byte(column)
	for i, c := range out {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			out[i] = '_'
		}
	}
	return string(out)
}

// asNumber reads an aggregate's value; durations are in seconds.
func asNumber(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	case operation.Duration:
		return v.Seconds()
	}
	return 0
}
