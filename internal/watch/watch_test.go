//go:build cgo && !noduckdb

package watch

import (
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/notify"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/embedded"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// receiver is a person who may be away.
type receiver struct {
	mu   sync.Mutex
	away bool
	got  []notify.Message
}

func (r *receiver) Send(_ context.Context, m *notify.Message, _ time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.away {
		return errors.New("nobody at home")
	}
	r.got = append(r.got, *m)
	return nil
}

func (r *receiver) titles() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := []string{}
	for _, m := range r.got {
		out = append(out, m.Title)
	}
	r.got = nil
	return out
}

// ear hears what happens to the watch.
type ear struct{ t *testing.T }

func (e ear) Transition(alert.Transition)     {}
func (e ear) Sent(string)                     {}
func (e ear) Failed(string, error)            {}
func (e ear) GivenUp(int)                     {}
func (e ear) Missed(int)                      {}
func (e ear) Evaluated(time.Duration)         {}
func (e ear) Trouble(doing string, err error) { e.t.Errorf("could not %s: %v", doing, err) }

// scene is a watch over a real store, whose loops are turned by hand.
type scene struct {
	t        *testing.T
	store    store.Backend
	receiver *receiver
	watch    *Watch
	clock    time.Time
	next     uint64
}

func openStore(t *testing.T) store.Backend {
	t.Helper()
	cfg := embedded.DefaultConfig()
	cfg.Directory, cfg.MemoryLimit, cfg.Threads = t.TempDir(), 128<<20, 1
	s, err := embedded.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close(context.Background())) })
	return s
}

func play(t *testing.T, s store.Backend, instance string, rules ...alert.Rule) *scene {
	sc := &scene{t: t, store: s, receiver: &receiver{}, clock: time.Now()} // the store stamps entries with its own clock
	sc.start(instance, rules...)
	return sc
}

// start begins anew, as after a kill: what the process before held is gone.
func (s *scene) start(instance string, rules ...alert.Rule) {
	s.t.Helper()
	cfg := Config{Alert: alert.DefaultConfig(), Limits: notify.DefaultLimits(), Instance: instance}
	cfg.Alert.LearningPeriod = 0
	if len(rules) > 0 {
		cfg.Alert.Rules = rules
	}
	templates, err := notify.ParseTemplates("", "")
	require.NoError(s.t, err)
	cfg.Notifiers = []Notifier{{Name: "chat", Sender: s.receiver, Templates: templates}}
	s.watch, err = New(cfg, s.store, ear{s.t}, func() time.Time { return s.clock })
	require.NoError(s.t, err)
	require.True(s.t, s.watch.begin(s.t.Context()))
}

func (s *scene) fail(fingerprint string, n int) {
	s.watch.Observe(func(take func(*operation.Operation)) {
		for range n {
			s.next++
			op := &operation.Operation{
				Revision: 1, Complete: true, StartTime: operation.TimeOf(s.clock), ServiceName: "orders", Name: "POST /orders",
				Status: operation.StatusError, ErrorFingerprint: fingerprint, ErrorType: "Timeout", ErrorMessage: "charge timed out",
			}
			binary.BigEndian.PutUint64(op.ID[:], s.next)
			take(op)
		}
	})
}

// turn is one turn of the loops.
func (s *scene) turn() {
	s.t.Helper()
	require.NoError(s.t, s.watch.persist(s.t.Context(), false))
	for _, b := range s.watch.outbox.Due(s.clock) {
		s.watch.send(s.t.Context(), b)
	}
}

func (s *scene) pass(d time.Duration) {
	s.t.Helper()
	for end := s.clock.Add(d); s.clock.Before(end); {
		s.clock = s.clock.Add(10 * time.Second)
		s.watch.round(s.t.Context())
		s.turn()
	}
}

const firstError = "New error Timeout: charge timed out in orders POST /orders"

func TestAnErrorIsToldOnceOverAKill(t *testing.T) {
	s := play(t, openStore(t), "a")
	s.fail("fp1:a", 1)
	s.turn()
	assert.Empty(t, s.receiver.titles(), "waits a second for others")
	s.start("a")
	s.clock = s.clock.Add(2 * time.Second)
	s.turn()
	assert.Equal(t, []string{firstError}, s.receiver.titles(), "stored before the kill, told after it")
	s.start("a")
	s.fail("fp1:a", 5)
	s.pass(5 * time.Minute)
	assert.Empty(t, s.receiver.titles())
	s.pass(15 * time.Minute)
	assert.Equal(t, []string{"Resolved: " + firstError}, s.receiver.titles())
	s.start("a")
	s.fail("fp1:a", 1)
	s.pass(time.Minute)
	assert.Empty(t, s.receiver.titles(), "known")
}

func TestFiringOutlivesAKill(t *testing.T) {
	rule := alert.Rule{Name: "Rate", Type: alert.TypeErrorRate}
	s := play(t, openStore(t), "a", rule)
	s.fail("fp1:a", 50)
	s.pass(time.Minute)
	require.Len(t, s.receiver.titles(), 1)
	require.NoError(t, s.watch.checkpoint(t.Context()))
	s.start("a", rule)
	s.fail("fp1:a", 50)
	s.pass(time.Minute)
	assert.Empty(t, s.receiver.titles(), "neither resolved nor told again")
	assert.Equal(t, alert.StateFiring, s.watch.engine.Alerts()[0].State)
	assert.EqualValues(t, 100, s.watch.engine.Alerts()[0].Errors, "the counts are there, too")
}

func TestAReceiverThatIsAway(t *testing.T) {
	s := play(t, openStore(t), "a")
	s.receiver.away = true
	s.fail("fp1:a", 1)
	s.pass(2 * time.Minute)
	s.start("a")
	s.pass(2 * time.Minute)
	s.receiver.away = false
	s.pass(time.Minute)
	require.Len(t, s.receiver.got, 1)
	assert.True(t, s.receiver.got[0].Late)
	assert.Zero(t, s.watch.Waiting())
	entries, err := s.store.ListState(t.Context(), store.StateQuery{Prefix: outboxPrefix, Limit: 10})
	require.NoError(t, err)
	assert.Empty(t, entries)
}

func TestOfTwoProcessesOneTells(t *testing.T) {
	shared := openStore(t)
	a, b := play(t, shared, "a"), play(t, shared, "b")
	a.fail("fp1:a", 1)
	b.fail("fp1:a", 1)
	a.pass(20 * time.Second)
	b.pass(20 * time.Second)
	assert.Len(t, append(a.receiver.titles(), b.receiver.titles()...), 1)
	assert.Zero(t, b.watch.Waiting())
}

func TestWhatPeopleSay(t *testing.T) {
	s := play(t, openStore(t), "a")
	s.fail("fp1:a", 1)
	s.pass(10 * time.Second)
	a := s.watch.engine.Alerts()[0]
	act := func(key string, action Action) {
		require.NoError(t, s.watch.put(t.Context(), ActionPrefix+key, action))
		s.pass(10 * time.Second)
	}
	act("1", Action{By: "eve", Alert: a.ID, Ack: true, At: operation.TimeOf(s.clock)})
	act("2", Action{By: "eve", Alert: a.ID, Mute: true, Until: operation.TimeOf(s.clock.Add(time.Hour)), Reason: "known"})
	key := alert.GroupKey{Service: "orders", Fingerprint: "fp1:a"}
	act("3", Action{By: "eve", Error: &key, Change: &alert.ErrorChange{Ignore: true}, At: operation.TimeOf(s.clock)})
	got := s.watch.engine.Alerts()[0]
	assert.Equal(t, "eve", got.AckedBy)
	assert.Equal(t, "known", got.MutedReason)
	assert.Equal(t, alert.StateResolved, got.State)
	g, err := s.watch.engine.Group(key)
	require.NoError(t, err)
	assert.Equal(t, alert.GroupIgnored, g.State)
	s.receiver.titles()
	s.start("a")
	s.pass(10 * time.Second)
	g, err = s.watch.engine.Group(key)
	require.NoError(t, err)
	assert.Equal(t, alert.GroupIgnored, g.State, "after a restart, too")
	assert.Empty(t, s.receiver.titles(), "muted")
}

func TestARuleOnAQuery(t *testing.T) {
	s := play(t, openStore(t), "a", alert.Rule{Name: "Many", Type: alert.TypeQuery, Query: "status = error | count() by service", Threshold: 2, Window: time.Hour})
	var ops []*operation.Operation
	for i := range 3 {
		at := operation.TimeOf(s.clock.Add(-time.Minute))
		op := &operation.Operation{Revision: 1, Complete: true, StartTime: at, ServiceName: "orders", Name: "x", Status: operation.StatusError, TraceID: operation.TraceID{1}, SpanID: operation.SpanID{byte(i + 1)}}
		op.ID = operation.NewID(op.StartTime, op.TraceID, op.SpanID)
		ops = append(ops, op)
	}
	require.NoError(t, s.store.WriteOperations(t.Context(), ops))
	s.pass(10 * time.Second)
	require.Len(t, s.watch.engine.Alerts(), 1)
	assert.Equal(t, "orders", s.watch.engine.Alerts()[0].Labels["service"])
}

// The store is asked which errors are new.
func TestARuleOnNewErrors(t *testing.T) {
	s := play(t, openStore(t), "a", alert.Rule{Name: "New", Type: alert.TypeQuery, Query: "error.new = true | count() by error.group", Threshold: 0.5, Window: time.Hour})
	var ops []*operation.Operation
	for i, ago := range []time.Duration{40 * time.Hour, time.Minute, time.Minute} {
		op := &operation.Operation{Revision: 1, Complete: true, StartTime: operation.TimeOf(s.clock.Add(-ago)), ServiceName: "orders", Name: "x", Status: operation.StatusError, TraceID: operation.TraceID{1}, SpanID: operation.SpanID{byte(i + 1)}}
		op.ID, op.ErrorFingerprint = operation.NewID(op.StartTime, op.TraceID, op.SpanID), []string{"old", "old", "fresh"}[i]
		ops = append(ops, op)
	}
	require.NoError(t, s.store.WriteOperations(t.Context(), ops))
	s.pass(10 * time.Second)
	require.Len(t, s.watch.engine.Alerts(), 1)
	assert.Equal(t, "fresh", s.watch.engine.Alerts()[0].Labels["error_group"])
}

func TestLoops(t *testing.T) {
	s := play(t, openStore(t), "a")
	s.watch.now = time.Now
	s.watch.Start(t.Context())
	s.fail("fp1:a", 1)
	require.Eventually(t, func() bool { return len(s.receiver.titles()) == 1 }, 30*time.Second, 10*time.Millisecond)
	require.NoError(t, s.watch.Stop(t.Context()))
	list, err := s.store.ListState(t.Context(), store.StateQuery{Prefix: AlertPrefix, Limit: 10})
	require.NoError(t, err)
	assert.Len(t, list, 1)
}

// away is a store that cannot be reached for a while.
type away struct {
	store.Backend
	gone bool
}

func (a *away) ListState(ctx context.Context, q store.StateQuery) ([]store.Entry, error) {
	if a.gone {
		return nil, store.ErrUnavailable
	}
	return a.Backend.ListState(ctx, q)
}

type calm struct{ ear }

func (calm) Trouble(string, error) {}

func TestAStoreThatIsAwayAtTheStart(t *testing.T) {
	s := play(t, openStore(t), "a")
	s.fail("fp1:known", 1)
	s.pass(20 * time.Second)
	require.Len(t, s.receiver.titles(), 1)
	reach := &away{Backend: s.store, gone: true}
	next, err := New(s.watch.cfg, reach, calm{}, s.watch.now)
	require.NoError(t, err)
	s.watch = next
	assert.False(t, s.watch.begin(t.Context()))
	s.fail("fp1:known", 1)
	s.fail("fp1:new", 1)
	reach.gone = false
	assert.True(t, s.watch.begin(t.Context()))
	s.pass(20 * time.Second)
	require.Len(t, s.receiver.got, 1, "of the two errors one is new")
	assert.Equal(t, "fp1:new", s.receiver.got[0].Alerts[0].Evidence.Fingerprint)
}
