package erasure

import (
	"context"
	"crypto/rand"
	"encoding/json"
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
	// Waiting erases what waits on disk. It teaches the match the traces that it finds; with look it does nothing else.
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

	mu      sync.Mutex
	waiting []*secret
	wake    chan struct{}
	cancel  context.CancelFunc
	done    chan struct{}
}

// Start takes up what a former process left.
func Start(o Options) (*Executor, error) {
	e := &Executor{o: o, files: jobFiles(o.Directory), wake: make(chan struct{}, 1), done: make(chan struct{})}
	left, err := e.files.unfinished()
	if err != nil {
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
			ID: strings.ToLower(rand.Text()), Kind: r.Kind, DryRun: r.DryRun, By: r.By, State: StateQueued, Created: operation.TimeOf(e.o.Now()),
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
		return Job{}, err
	}
	e.add(s)
	return s.Job, nil
}

func (e *Executor) add(s *secret) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.waiting = append(e.waiting, s)
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

func (e *Executor) next() *secret {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.waiting) == 0 {
		return nil
	}
	s := e.waiting[0]
	e.waiting = e.waiting[1:]
	return s
}

func (e *Executor) run(ctx context.Context) {
	defer close(e.done)
	for {
		for s := e.next(); s != nil && ctx.Err() == nil; s = e.next() {
			e.carryOut(ctx, s)
		}
		select {
		case <-e.wake:
		case <-ctx.Done():
			return
		}
	}
}

// carryOut tries until it succeeds.
func (e *Executor) carryOut(ctx context.Context, s *secret) {
	m := NewMatch(store.Subject{Kind: s.Job.Kind, Values: s.Values})
	for _, id := range s.Traces {
		m.Learn(id)
	}
	if !s.Job.DryRun {
		e.o.Guard.begin(m)
	}
	for wait := minBackoff; ; wait = min(2*wait, maxBackoff) {
		err := e.passes(ctx, s, m)
		if err == nil || ctx.Err() != nil {
			return
		}
		s.Job.Error = m.hide(err.Error())
		e.o.Log.Warn("an erasure did not come through; it is tried again", "erasure_id", s.Job.ID, "error", s.Job.Error)
		_ = e.put(ctx, s.Job) // the database may be what is away
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
func (e *Executor) passes(ctx context.Context, s *secret, m *Match) error {
	if s.Job.State != StateSettling {
		s.Job.State = StateRunning
		if err := e.step(ctx, s, m); err != nil {
			return err
		}
		s.Job.State = StateSettling
	}
	if !s.Job.DryRun {
		if err := e.save(ctx, s, m); err != nil {
			return err
		}
		if left := s.Job.Created.Std().Add(e.o.Settle).Sub(e.o.Now()); left > 0 {
			select {
			case <-e.o.After(left):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if err := e.step(ctx, s, m); err != nil {
			return err
		}
		e.o.Guard.end(m)
	}
	s.Job.State, s.Job.Error, s.Job.Finished = StateDone, "", operation.TimeOf(e.o.Now())
	if err := e.put(ctx, s.Job); err != nil {
		return err
	}
	e.o.Log.Info("an erasure is done", "erasure_id", s.Job.ID, "dry_run", s.Job.DryRun, "by", s.Job.By, "operations", s.Job.Result.Records.Operations)
	return e.files.remove(s.Job.ID)
}

// step is one pass: first all traces are found, then everything of them goes.
func (e *Executor) step(ctx context.Context, s *secret, m *Match) error {
	if err := e.find(ctx, m); err != nil {
		return err
	}
	if err := e.save(ctx, s, m); err != nil {
		return err
	}
	pass, err := e.erase(ctx, s.Job, m)
	if err != nil {
		return err
	}
	s.Job.Result.add(pass)
	return nil
}

func (e *Executor) find(ctx context.Context, m *Match) error {
	traces, err := e.o.Eraser.SubjectTraces(ctx, m.Subject)
	if err != nil {
		return err
	}
	for _, id := range traces {
		m.Learn(id)
	}
	_, err = e.o.Waiting(m, true)
	return err
}

// save keeps how far it is, with the traces: their operations go, and late spans must still be known.
func (e *Executor) save(ctx context.Context, s *secret, m *Match) error {
	s.Traces = m.Traces()
	s.Job.Result.Traces = len(s.Traces)
	if err := e.files.write(s); err != nil {
		return err
	}
	return e.put(ctx, s.Job)
}

func (e *Executor) erase(ctx context.Context, job Job, m *Match) (Result, error) {
	traces := m.Traces()
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
			text, did := m.Document(entry.Value)
			if !did || strings.HasPrefix(entry.Key, Prefix) {
				continue
			}
			if _, err := e.o.Guard.PutState(ctx, entry.Key, text, entry.Revision); err != nil {
				return changed, fmt.Errorf("erase in state: %w", err) // changed by others meanwhile: the next attempt reads it again
			}
			changed++
		}
		if len(entries) < page {
			return changed, nil
		}
	}
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
