// Package watch runs alerting: it feeds an alert engine, evaluates it by the clock, stores what changed before anybody
// is told, tells the receivers, and begins after a restart where it stopped. The engine decides, the outbox waits, the
// store remembers; this package only moves things between them.
package watch

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/opslog/opslog/internal/alert"
	"github.com/opslog/opslog/internal/notify"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// Store is what alerting needs of the store.
type Store interface {
	store.State
	store.ErrorHistory
}

// Sender tells one receiver.
type Sender interface {
	Send(ctx context.Context, m *notify.Message, now time.Time) error
}

// Notifier is a receiver with a name. Exactly one of Sender and Alertmanager is set: an Alertmanager takes states, again
// and again, the others messages, once.
type Notifier struct {
	Name         string
	Sender       Sender
	Alertmanager *notify.Alertmanager
	Templates    notify.Templates
}

// Events are told to whoever counts and logs. None of them carries text of telemetry; labels of alerts are names.
type Events interface {
	Transition(t alert.Transition)
	Sent(notifier string)
	Failed(notifier string, err error)
	GivenUp(n int)
	Missed(n int) // operations that were not watched, because the store was away for too long at the start
	Trouble(doing string, err error)
	Evaluated(took time.Duration)
}

// Config is what the watch goes by.
type Config struct {
	Alert     alert.Config
	Limits    notify.Limits
	Routes    []notify.Route
	Notifiers []Notifier
	Links     notify.Links
	Resend    time.Duration // how often an Alertmanager is told what fires
	// Instance names this process among those that share the store, and stays the same over a restart.
	Instance string
}

// checkpointEvery is how often counts and other changes that nobody waits for are stored.
const checkpointEvery = time.Minute

// Watch is alerting at work. Start it before operations come, and stop it after the last.
type Watch struct {
	cfg    Config
	engine *alert.Engine
	outbox *notify.Outbox
	store  Store
	events Events
	now    func() time.Time

	wake    chan struct{} // something changed that somebody should hear of now
	deliver chan struct{}
	cancel  context.CancelFunc
	done    sync.WaitGroup

	// persisting is held while changes go to the store: they are stored in the order in which they were made.
	persisting sync.Mutex
	early      early
	stored     map[string]bool   // outbox entries that the store holds
	held       alert.Changes     // changes that nobody waits for, until the next checkpoint
	applied    map[string]bool   // actions of people
	parts      int               // of the last snapshot of counts
	pruned     map[string]string // how far, by prefix
}

// New makes a watch. now is the clock.
func New(cfg Config, s Store, events Events, now func() time.Time) (*Watch, error) {
	engine, err := alert.New(cfg.Alert, operation.TimeOf(now()))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, n := range cfg.Notifiers {
		if n.Sender != nil {
			names = append(names, n.Name)
		}
	}
	all := make([]string, 0, len(cfg.Notifiers))
	for _, n := range cfg.Notifiers {
		all = append(all, n.Name)
	}
	if _, err := notify.NewRouter(cfg.Routes, all); err != nil {
		return nil, err
	}
	router, err := notify.NewRouter(onlyTo(cfg.Routes, names), names)
	if err != nil {
		return nil, err
	}
	return &Watch{
		cfg: cfg, engine: engine, outbox: notify.NewOutbox(cfg.Limits, router, cfg.Links), store: s, events: events, now: now,
		wake: make(chan struct{}, 1), deliver: make(chan struct{}, 1), stored: map[string]bool{}, applied: map[string]bool{}, pruned: map[string]string{},
	}, nil
}

// onlyTo leaves the Alertmanagers out of routes: they take every state, and route by themselves.
func onlyTo(routes []notify.Route, names []string) []notify.Route {
	known := map[string]bool{}
	for _, n := range names {
		known[n] = true
	}
	out := make([]notify.Route, len(routes))
	for i, r := range routes {
		out[i] = r
		out[i].To = nil
		for _, name := range r.To {
			if known[name] {
				out[i].To = append(out[i].To, name)
			}
		}
	}
	return out
}

// Start begins to evaluate and to tell, once it has read what an earlier run left. A store that is away does not keep it
// from starting: until it is back, operations wait.
func (w *Watch) Start(ctx context.Context) {
	w.begin(ctx)
	run, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	w.done.Add(2)
	go w.evaluate(run)
	go w.tell(run)
	for _, n := range w.cfg.Notifiers {
		if n.Alertmanager != nil {
			w.done.Add(1)
			go w.post(run, n)
		}
	}
}

// begin reads what an earlier run left, and then takes the operations that came before that was known: without it,
// each error would be new.
func (w *Watch) begin(ctx context.Context) bool {
	if w.early.over() {
		return true
	}
	if err := w.restore(ctx); err != nil {
		w.report("read the state of alerts", err)
		return false
	}
	w.report("store the rules", w.publish(ctx))
	w.engine.ObserveEach(w.early.end, operation.TimeOf(w.now()))
	return true
}

// Stop stores everything and ends. What could not be told by then is told after the next start.
func (w *Watch) Stop(ctx context.Context) error {
	if w.cancel == nil {
		return nil
	}
	w.cancel()
	w.done.Wait()
	if !w.early.over() {
		return nil // there is nothing to store that an earlier run has not stored
	}
	return errors.Join(w.persist(ctx, true), w.checkpoint(ctx))
}

// Engine is for those who ask about alerts and errors.
func (w *Watch) Engine() *alert.Engine { return w.engine }

// Waiting is the number of messages that are still to be told.
func (w *Watch) Waiting() int { return len(w.outbox.Entries()) }

// Observe takes the operations that each calls take with; the engine keeps those that failed or destroy something. It
// does not wait for the store or for any receiver.
func (w *Watch) Observe(each func(take func(*operation.Operation))) {
	if missed, kept := w.early.keep(each); kept {
		if missed > 0 {
			w.events.Missed(missed)
		}
		return
	}
	if w.engine.ObserveEach(each, operation.TimeOf(w.now())) {
		signal(w.wake)
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// evaluate moves the engine by the clock, and stores transitions as they come.
func (w *Watch) evaluate(ctx context.Context) {
	defer w.done.Done()
	tick := time.NewTicker(w.cfg.Alert.EvaluationInterval)
	defer tick.Stop()
	last := w.now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.wake:
			w.report("store alerts", w.persist(ctx, false))
		case <-tick.C:
			if !w.begin(ctx) {
				continue
			}
			w.round(ctx)
			if now := w.now(); now.Sub(last) >= checkpointEvery {
				last = now
				w.report("store the counts of alerting", w.checkpoint(ctx))
			}
		}
	}
}

// round is one evaluation.
func (w *Watch) round(ctx context.Context) {
	began := time.Now()
	w.report("read what people said of alerts", w.act(ctx))
	w.ask(ctx)
	w.engine.Evaluate(operation.TimeOf(w.now()))
	if n := w.outbox.Expire(w.now()); n > 0 {
		w.events.GivenUp(n)
	}
	w.events.Evaluated(time.Since(began))
	w.report("store alerts", w.persist(ctx, false))
}

func (w *Watch) report(doing string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		w.events.Trouble(doing, err)
	}
}
