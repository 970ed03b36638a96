package notify

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/opslog/opslog/internal/alert"
)

// Entry is a transition that one receiver is still to be told of.
type Entry struct {
	ID         string           `json:"id"` // the transition's key and the receiver
	Notifier   string           `json:"notifier"`
	Transition alert.Transition `json:"transition"`
	Created    time.Time        `json:"created"`
	NotBefore  time.Time        `json:"not_before"`
	Attempts   int              `json:"attempts"`
}

// Limits of an outbox.
type Limits struct {
	GroupWait  time.Duration // how long a first message waits for others that belong with it
	MaxAge     time.Duration // what could not be told for so long is given up, and counted
	RateLimit  int           // messages to one receiver in RateWindow; what is more waits and goes as one summary
	RateWindow time.Duration
}

// DefaultLimits tell a first error within a second, and nobody more than twenty times in ten minutes.
func DefaultLimits() Limits {
	return Limits{GroupWait: time.Second, MaxAge: 24 * time.Hour, RateLimit: 20, RateWindow: 10 * time.Minute}
}

// Backoff doubles from a second to half a minute, so that a receiver that is back is told within a minute.
const (
	firstBackoff = time.Second
	lastBackoff  = 30 * time.Second
	// lateAfter is when a message says of itself that it waited.
	lateAfter = 2 * time.Minute
)

// Outbox holds what is still to be told. It does not send and does not store: Due hands out messages, Sent and Failed
// take them back, Entries is what to store before anything is sent. It is safe for concurrent use.
type Outbox struct {
	limits Limits
	router *Router
	links  Links

	mu      sync.Mutex
	entries []Entry
	sent    map[string][]time.Time // by receiver, within the rate window
	paused  map[string]time.Time   // by receiver: after a failure
	tries   map[string]int
	taken   map[string]bool // ids that are being sent
}

// NewOutbox makes an empty outbox.
func NewOutbox(limits Limits, router *Router, links Links) *Outbox {
	return &Outbox{
		limits: limits, router: router, links: links,
		sent: map[string][]time.Time{}, paused: map[string]time.Time{}, tries: map[string]int{}, taken: map[string]bool{},
	}
}

// Add takes transitions that somebody must hear of: those to firing and resolved that nothing suppresses. It answers
// how many were left out because somebody muted them.
func (o *Outbox) Add(transitions []alert.Transition, now time.Time) (muted int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, t := range transitions {
		if t.To != alert.StateFiring && t.To != alert.StateResolved || t.Alert.Suppressed != "" {
			continue
		}
		if t.Alert.Muted(t.At) {
			muted++
			continue
		}
		for _, to := range o.router.targets(&t.Alert, now) {
			o.put(Entry{
				ID: t.Key + "/" + to.notifier, Notifier: to.notifier, Transition: t, Created: now,
				NotBefore: latest(to.notBefore, now.Add(o.limits.GroupWait)),
			})
		}
	}
	return muted
}

func (o *Outbox) put(e Entry) {
	if !slices.ContainsFunc(o.entries, func(have Entry) bool { return have.ID == e.ID }) {
		o.entries = append(o.entries, e)
	}
}

// Restore takes back what an earlier run did not send.
func (o *Outbox) Restore(entries []Entry) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range entries {
		o.put(e)
	}
}

// Entries are all that is still to be told.
func (o *Outbox) Entries() []Entry {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.entries)
}

// Batch is a message for a receiver, with the entries that it settles.
type Batch struct {
	Notifier string
	Message  Message
	ids      []string
}

// Due hands out at most one message for each receiver: of the alerts of one service, or of everything that waits when
// there is much of it or the receiver was away. Entries handed out are not handed out again before Sent or Failed.
func (o *Outbox) Due(now time.Time) []Batch {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []Batch
	for _, name := range o.router.notifiers {
		if now.Before(o.paused[name]) || o.sending(name) {
			continue
		}
		if b, ok := o.batch(name, now); ok {
			out = append(out, b)
		}
	}
	return out
}

func (o *Outbox) sending(name string) bool {
	return slices.ContainsFunc(o.entries, func(e Entry) bool { return e.Notifier == name && o.taken[e.ID] })
}

// summaryAbove is the number of services above which one message tells them all.
const summaryAbove = 3

func (o *Outbox) batch(name string, now time.Time) (Batch, bool) {
	var due []Entry
	services := map[string]bool{}
	for _, e := range o.entries {
		if e.Notifier == name && !now.Before(e.NotBefore) {
			due = append(due, e)
			services[e.Transition.Alert.Labels["service"]] = true
		}
	}
	if len(due) == 0 || o.limited(name, now) {
		return Batch{}, false
	}
	if len(services) <= summaryAbove && o.tries[name] == 0 {
		first := due[0].Transition.Alert.Labels["service"]
		due = slices.DeleteFunc(due, func(e Entry) bool { return e.Transition.Alert.Labels["service"] != first })
	}
	b := Batch{Notifier: name, Message: Message{Key: due[0].ID}}
	if len(due) > 1 {
		b.Message.Key = fmt.Sprintf("%s+%d", due[len(due)-1].ID, len(due)-1)
	}
	for _, e := range due {
		o.taken[e.ID] = true
		b.ids = append(b.ids, e.ID)
		b.Message.Late = b.Message.Late || now.Sub(e.NotBefore) > lateAfter
	}
	b.Message.Alerts = o.current(due)
	return b, true
}

// current is the latest state of each alert, in the order in which they came.
func (o *Outbox) current(entries []Entry) []Alert {
	var out []Alert
	place := map[string]int{}
	for _, e := range entries {
		a := o.links.Of(e.Transition.Alert)
		if i, ok := place[a.ID]; ok {
			out[i] = a
			continue
		}
		place[a.ID] = len(out)
		out = append(out, a)
	}
	return out
}

// limited tells whether a receiver was told enough for now.
func (o *Outbox) limited(name string, now time.Time) bool {
	o.sent[name] = slices.DeleteFunc(o.sent[name], func(at time.Time) bool { return now.Sub(at) >= o.limits.RateWindow })
	return len(o.sent[name]) >= o.limits.RateLimit
}

// Sent settles a message.
func (o *Outbox) Sent(b Batch, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.entries = slices.DeleteFunc(o.entries, func(e Entry) bool { return slices.Contains(b.ids, e.ID) })
	o.release(b)
	o.sent[b.Notifier] = append(o.sent[b.Notifier], now)
	delete(o.paused, b.Notifier)
	delete(o.tries, b.Notifier)
}

// Failed keeps a message for later: as long as the receiver asked for, or twice as long as the last time.
func (o *Outbox) Failed(b Batch, retryAfter time.Duration, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.release(b)
	for i := range o.entries {
		if slices.Contains(b.ids, o.entries[i].ID) {
			o.entries[i].Attempts++
		}
	}
	wait := min(firstBackoff<<min(o.tries[b.Notifier], 10), lastBackoff)
	o.tries[b.Notifier]++
	o.paused[b.Notifier] = now.Add(max(wait, retryAfter))
}

func (o *Outbox) release(b Batch) {
	for _, id := range b.ids {
		delete(o.taken, id)
	}
}

// Expire gives up what is too old, and what is for receivers that are configured no more; it answers how many.
func (o *Outbox) Expire(now time.Time) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	before := len(o.entries)
	o.entries = slices.DeleteFunc(o.entries, func(e Entry) bool {
		return !o.taken[e.ID] && (now.Sub(e.Created) > o.limits.MaxAge || !slices.Contains(o.router.notifiers, e.Notifier))
	})
	return before - len(o.entries)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
