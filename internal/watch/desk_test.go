//go:build cgo && !noduckdb

package watch

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

func (s *scene) desk() Desk { return Desk{Store: s.store, Now: func() time.Time { return s.clock }} }

func TestTheDeskShowsAtOnceWhatIsSaid(t *testing.T) {
	s := play(t, openStore(t), "a")
	s.fail("fp1:a", 1)
	s.turn()
	d := s.desk()
	alerts, err := d.Alerts(t.Context())
	require.NoError(t, err)
	require.Len(t, alerts, 1)
	id := alerts[0].ID
	s.clock = s.clock.Add(time.Second)
	acked, err := d.Ack(t.Context(), id, "eve")
	require.NoError(t, err)
	assert.Equal(t, "eve", acked.AckedBy)
	until := operation.TimeOf(s.clock.Add(time.Hour))
	_, err = d.Mute(t.Context(), id, "eve", until, "known")
	require.NoError(t, err)
	shown, history, err := d.Alert(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, until, shown.MutedUntil, "although nobody has applied it yet")
	assert.Len(t, history, 1)

	s.pass(10 * time.Second)
	assert.Equal(t, until, s.watch.engine.Alerts()[0].MutedUntil)
	s.start("a")
	s.pass(40 * time.Minute)
	shown, history, err = d.Alert(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, alert.StateResolved, shown.State, "gone from the list, and still to be read")
	assert.Len(t, history, 2)
	assert.Greater(t, history[0].At, history[1].At)
	alerts, err = d.Alerts(t.Context())
	require.NoError(t, err)
	assert.Empty(t, alerts)
	_, err = d.Ack(t.Context(), "none", "eve")
	assert.ErrorIs(t, err, store.ErrNotFound)
}

func TestDecisionsOnErrors(t *testing.T) {
	s := play(t, openStore(t), "a")
	d := s.desk()
	s.fail("fp1:a", 1)
	s.turn()
	s.clock = s.clock.Add(time.Second)
	key := alert.GroupKey{Service: "orders", Fingerprint: "fp1:a"}
	g, err := d.Decide(t.Context(), alert.Group{GroupKey: key}, alert.ErrorChange{Resolve: true, By: "eve"}, 0)
	require.NoError(t, err)
	assert.EqualValues(t, 1, g.Count, "what is known of it stays")
	_, err = d.Decide(t.Context(), alert.Group{GroupKey: key}, alert.ErrorChange{Ignore: true}, 0)
	assert.ErrorIs(t, err, store.ErrConflict, "decided meanwhile")
	require.NoError(t, s.watch.put(t.Context(), ErrorKey(key), alert.Group{GroupKey: key, State: alert.GroupNew})) // by a watch that has not heard
	known, err := d.Errors(t.Context(), "fp1:a")
	require.NoError(t, err)
	require.Len(t, known, 1)
	assert.Equal(t, alert.GroupResolved, known[0].State)
	s.pass(10 * time.Second)
	assert.Equal(t, alert.GroupResolved, s.watch.engine.Groups()[0].State)
}

// A decision that was made while nobody watched, of an error that nobody knew.
func TestDecisionsWithoutAWatch(t *testing.T) {
	s := play(t, openStore(t), "a")
	d := s.desk()
	key := alert.GroupKey{Service: "orders", Fingerprint: "fp1:a"}
	_, err := d.Decide(t.Context(), alert.Group{GroupKey: key, FirstSeen: 1}, alert.ErrorChange{Ignore: true}, store.AnyRevision)
	require.NoError(t, err)
	s.pass(10 * time.Second) // one that runs already hears of it
	g, err := s.watch.engine.Group(key)
	require.NoError(t, err)
	assert.Equal(t, alert.GroupIgnored, g.State)
	s.start("b")
	s.fail("fp1:a", 3)
	s.pass(time.Minute)
	assert.Empty(t, s.receiver.titles())
}

func TestRulesAreShown(t *testing.T) {
	s := play(t, openStore(t), "a", alert.Rule{Name: "Rate", Type: alert.TypeErrorRate, For: time.Minute, Overrides: []alert.Override{{Service: "a*", Threshold: 0.5}}})
	require.NoError(t, s.watch.publish(t.Context()))
	rules, err := s.desk().Rules(t.Context())
	require.NoError(t, err)
	require.Len(t, rules, 1)
	assert.Equal(t, []string{"chat"}, rules[0].Notifiers)
	rule := rules[0].Rules[0]
	assert.Equal(t, "1m0s", rule["for"])
	assert.Equal(t, "5m0s", rule["window"], "defaults are filled in")
	assert.Equal(t, []any{map[string]any{"service": "a*", "threshold": 0.5}}, rule["overrides"])
}

func TestOldEntriesAreCleared(t *testing.T) {
	s := play(t, openStore(t), "a")
	for range 3 {
		require.NoError(t, s.desk().say(t.Context(), Action{At: operation.TimeOf(s.clock)}))
	}
	s.clock = s.clock.Add(2 * actionsKept)
	require.NoError(t, s.watch.prune(t.Context()))
	said, err := s.desk().actions(t.Context())
	require.NoError(t, err)
	assert.Empty(t, said)
}
