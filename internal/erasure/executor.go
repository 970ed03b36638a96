package erasure

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/opslog/opslog/internal/archive"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/spool"
	"github.com/opslog/opslog/internal/store"
)

// Options of an executor. All are needed, but for Archive.
type Options struct {
	Directory string // for what a restart needs
	Guard     *Guard
	Eraser    store.Eraser
	// Waiting erases what waits on disk. It teaches the match the traces that it finds; with look it only counts.
	Waiting func(m *Match, look bool) (spool.EraseSum, error)
	Archive *archive.Writer
	// Values are all forms in which an id may be stored, itself included.
	Values func(id string) []string
	// Settle is after how long what was in memory has come to the disk.
	Settle time.Duration
	Log    *slog.Logger
	Now    func() time.Time
	After  func(time.Duration) <-chan time.Time
}

// The times between attempts.
const (
	minBackoff = time.Second
	maxBackoff = time.Minute
)

// Executor carries out erasures, one after the other, until Close. An unfinished one goes on after a restart.
type Executor struct {
	o     Options
	files jobFiles

	started  operation.Time
	tokenKey []byte

	mu      sync.Mutex
	waiting []*task
	stats   Stats
	wake    chan struct{}
	cancel  context.CancelFunc
	done    chan struct{}
}

// task is a job with what it looks for.
type task struct {
	*secret
	match *Match
}

// Start takes up what a former process left.
func Start(o Options) (*Executor, error) {
	e := &Executor{
		o: o, files: jobFiles(o.Directory), started: operation.TimeOf(o.Now()), stats: newStats(), wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	left, err := e.files.unfinished()
	if err != nil {
		return nil, err
	}
	if e.tokenKey, err = e.files.key(); err != nil {
		return nil, err
	}
	for _, s := range left {
		e.add(s)
	}
	var ctx context.Context
	ctx, e.cancel = context.WithCancel(context.Background())
	go e.run(ctx)
	return e, nil
}

// Close interrupts what is going on, and waits for that.
func (e *Executor) Close() {
	e.cancel()
	<-e.done
}

// Submit begins an erasure. From when it answers, nothing of the subject is stored any more until it is done.
func (e *Executor) Submit(ctx context.Context, r Request) (Job, error) {
	if err := r.Validate(); err != nil {
		return Job{}, err
	}
	s := &secret{
		Job: Job{
			ID: strings.ToLower(rand.Text()), Kind: r.Kind, Subject: e.token(r.ID), DryRun: r.DryRun, By: r.By, State: StateQueued,
			Created: operation.TimeOf(e.o.Now()),
		},
		Values: e.o.Values(r.ID),
	}
	if slices.Contains(s.Values, r.By) {
		s.Job.By = erasedText // somebody erases themselves
	}
	if err := e.files.write(s); err != nil {
		return Job{}, err
	}
	if err := e.put(ctx, s.Job); err != nil {
		return Job{}, errors.Join(err, e.files.remove(s.Job.ID))
	}
	job := s.Job
	e.add(s)
	return job, nil
}

// add puts a job behind the others. What is to be erased is kept from being stored from now on.
func (e *Executor) add(s *secret) {
	t := &task{secret: s, match: NewMatch(store.Subject{Kind: s.Job.Kind, Values: s.Values})}
	for _, id := range s.Traces {
		t.match.Learn(id)
	}
	if !s.Job.DryRun && s.Job.State != StateDone {
		e.o.Guard.begin(t.match)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stats.States[s.Job.State]++
	e.waiting = append(e.waiting, t)
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// enter moves a job to another state.
func (e *Executor) enter(t *task, state string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stats.States[t.Job.State]--
	e.stats.States[state]++
	t.Job.State = state
}

func (e *Executor) next() *task {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.waiting) == 0 {
		return nil
	}
	t := e.waiting[0]
	e.waiting = e.waiting[1:]
	return t
}

func (e *Executor) run(ctx context.Context) {
	defer close(e.done)
	for {
		for t := e.next(); t != nil && ctx.Err() == nil; t = e.next() {
			e.carryOut(ctx, t)
		}
		select {
		case <-e.wake:
		case <-ctx.Done():
			return
		}
	}
}

// carryOut tries until it succeeds.
func (e *Executor) carryOut(ctx context.Context, t *task) {
	for wait := minBackoff; ; wait = min(2*wait, maxBackoff) {
		err := e.passes(ctx, t)
		if err == nil || ctx.Err() != nil {
			return
		}
		t.Job.Error = t.match.hide(err.Error())
		e.o.Log.Warn("an erasure did not come through; it is tried again", "erasure_id", t.Job.ID, "error", t.Job.Error)
		_ = e.put(ctx, t.Job) // the database may be what is away
		select {
		case <-e.o.After(wait):
		case <-ctx.Done():
			return
		}
	}
}

// hide keeps the subject out of what is said.
func (m *Match) hide(text string) string {
	for _, value := range m.Values {
		text = strings.ReplaceAll(text, value, erasedText)
	}
	return text
}

// passes looks twice: at once, and when what was in memory has come to the disk.
func (e *Executor) passes(ctx context.Context, t *task) error {
	if t.Job.State == StateDone { // all but the books
		return e.finish(ctx, t)
	}
	if t.Job.State != StateSettling {
		e.enter(t, StateRunning)
		if err := e.step(ctx, t); err != nil {
			return err
		}
	}
	if !t.Job.DryRun {
		e.enter(t, StateSettling)
		if err := e.save(ctx, t); err != nil {
			return err
		}
		if err := e.settle(ctx, t.Job); err != nil {
			return err
		}
		if err := e.step(ctx, t); err != nil {
			return err
		}
	}
	return e.finish(ctx, t)
}

// settle waits until what was in memory has come to the disk. A restart begins that anew, for it takes up the journal.
func (e *Executor) settle(ctx context.Context, job Job) error {
	left := max(job.Created, e.started).Std().Add(e.o.Settle).Sub(e.o.Now())
	if left <= 0 {
		return nil
	}
	select {
	case <-e.o.After(left):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// finish forgets who it was, tells the books, and removes the file. After a kill the next process does the rest.
func (e *Executor) finish(ctx context.Context, t *task) error {
	if t.Job.State != StateDone {
		e.enter(t, StateDone)
		t.Job.Error, t.Job.Finished = "", operation.TimeOf(e.o.Now())
	}
	t.Values, t.Traces = nil, nil
	if err := e.files.write(t.secret); err != nil {
		return err
	}
	job := t.Job
	if !job.DryRun {
		e.o.Guard.end(t.match, e.o.Now())
	}
	if err := e.put(ctx, job); err != nil {
		return err
	}
	e.o.Log.Info("an erasure is done", "erasure_id", job.ID, "dry_run", job.DryRun, "by", job.By, "operations", job.Result.Records.Operations)
	return e.files.remove(job.ID)
}

// step is one pass: first all traces are found, then everything of them goes.
func (e *Executor) step(ctx context.Context, t *task) error {
	found, err := e.find(ctx, t)
	if err != nil {
		return err
	}
	if err := e.save(ctx, t); err != nil {
		return err
	}
	pass, err := e.erase(ctx, t)
	if err != nil {
		return err
	}
	if t.Job.DryRun {
		pass.Waiting = found
	} else {
		e.mu.Lock()
		e.stats.Erased.add(pass)
		e.mu.Unlock()
	}
	t.Job.Result.add(pass)
	return nil
}

// find learns the traces, and answers what waits of them.
func (e *Executor) find(ctx context.Context, t *task) (spool.EraseSum, error) {
	traces, err := e.o.Eraser.SubjectTraces(ctx, t.match.Subject)
	if err != nil {
		return spool.EraseSum{}, err
	}
	for _, id := range traces {
		t.match.Learn(id)
	}
	return e.o.Waiting(t.match, true)
}

// save keeps how far it is, with the traces: their operations go, and late spans must still be known.
func (e *Executor) save(ctx context.Context, t *task) error {
	t.Traces = t.match.Traces()
	t.Job.Result.Traces = len(t.Traces)
	if err := e.files.write(t.secret); err != nil {
		return err
	}
	return e.put(ctx, t.Job)
}

func (e *Executor) erase(ctx context.Context, t *task) (Result, error) {
	job, m, traces := t.Job, t.match, t.match.Traces()
	r := Result{Traces: len(traces)}
	var err error
	if r.ArchiveKeys, err = e.archiveKeys(job, m, traces); err != nil {
		return r, err
	}
	if !job.DryRun {
		if r.Waiting, err = e.o.Waiting(m, false); err != nil {
			return r, err
		}
		if r.State, err = e.documents(ctx, m); err != nil {
			return r, err
		}
	}
	r.Records, err = e.o.Eraser.Erase(ctx, store.Erasure{Subject: m.Subject, Traces: traces, DryRun: job.DryRun})
	return r, err
}

func (e *Executor) archiveKeys(job Job, m *Match, traces []operation.TraceID) (int, error) {
	if e.o.Archive == nil {
		return 0, nil
	}
	whose := archive.Whose{}
	if m.Kind != store.SubjectTenant {
		whose.Users = m.Values
	}
	if m.Kind != store.SubjectUser {
		whose.Tenants = m.Values
	}
	for _, id := range traces {
		whose.Traces = append(whose.Traces, id.String())
	}
	return e.o.Archive.Destroy(e.o.Now(), whose, job.ID, job.DryRun)
}

// documents cleans the state.
func (e *Executor) documents(ctx context.Context, m *Match) (changed int, err error) {
	const page = 500
	for after := ""; ; {
		entries, err := e.o.Guard.ListState(ctx, store.StateQuery{After: after, Limit: page})
		if err != nil {
			return changed, err
		}
		for _, entry := range entries {
			after = entry.Key
			did, err := e.document(ctx, m, entry)
			if err != nil {
				return changed, fmt.Errorf("erase in state: %w", err) // changed by others meanwhile: the next attempt reads it again
			}
			if did {
				changed++
			}
		}
		if len(entries) < page {
			return changed, nil
		}
	}
}

// document cleans an entry. What a tenant has saved for itself goes with it.
func (e *Executor) document(ctx context.Context, m *Match, entry store.Entry) (changed bool, err error) {
	if m.keeps(entry.Key) {
		return true, e.o.Guard.DeleteState(ctx, entry.Key, entry.Revision)
	}
	text, did := m.Document(entry.Value)
	if !did || strings.HasPrefix(entry.Key, Prefix) {
		return false, nil
	}
	_, err = e.o.Guard.PutState(ctx, entry.Key, text, entry.Revision)
	return true, err
}

func (e *Executor) put(ctx context.Context, job Job) error {
	text, err := json.Marshal(job)
	if err != nil {
		return err
	}
	if _, err = e.o.Guard.Backend.PutState(ctx, Prefix+job.ID, text, store.AnyRevision); err != nil {
		return fmt.Errorf("keep the books of an erasure: %w", err)
	}
	return nil
}
