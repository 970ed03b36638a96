package erasure

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/spool"
	"github.com/opslog/opslog/internal/store"
)

// ErrRequest marks a mistake in a request.
var ErrRequest = errors.New("cannot erase that")

// Prefix is where the state keeps what became of erasures. Nobody's id is in there.
const Prefix = "erasures/"

// States of a job.
const (
	StateQueued   = "queued"
	StateRunning  = "running"
	StateSettling = "settling" // what was in memory comes to the disk; then it is looked through once more
	StateDone     = "done"
)

// Request says who is to be erased.
type Request struct {
	Kind   string `json:"kind"` // user, tenant or subject
	ID     string `json:"id"`   // as the applications send it, or as it is stored: a token or a label
	DryRun bool   `json:"dry_run"`
	By     string `json:"-"` // who asks
}

// Bounds of an id. A subject may stand anywhere in a text, so that short words would take far too much.
const (
	maxID           = 400
	leastSubjectID  = 6
	refusedInIDs    = "'\"\\<>&" // are written differently in different places
	refusedInIDsSay = `quotes, \, <, > and &`
)

// Validate says what is wrong, without repeating the id.
func (r Request) Validate() error {
	switch {
	case r.Kind != store.SubjectUser && r.Kind != store.SubjectTenant && r.Kind != store.SubjectAny:
		return fmt.Errorf("%w: kind must be user, tenant or subject", ErrRequest)
	case r.ID == "" || len(r.ID) > maxID:
		return fmt.Errorf("%w: id has %d bytes, want 1 to %d", ErrRequest, len(r.ID), maxID)
	case strings.ContainsFunc(r.ID, unicode.IsControl) || strings.TrimSpace(r.ID) != r.ID:
		return fmt.Errorf("%w: id has control characters, or spaces around it", ErrRequest)
	case r.Kind == store.SubjectAny && len(r.ID) < leastSubjectID:
		return fmt.Errorf("%w: the id of a subject has %d bytes, want at least %d, for it is looked for in all text", ErrRequest, len(r.ID), leastSubjectID)
	case r.Kind == store.SubjectAny && strings.ContainsAny(r.ID, refusedInIDs):
		return fmt.Errorf("%w: the id of a subject may not have %s", ErrRequest, refusedInIDsSay)
	default:
		return nil
	}
}

// Job is an erasure as everybody may see it.
type Job struct {
	ID       string         `json:"erasure_id"`
	Kind     string         `json:"kind"`
	Subject  string         `json:"subject_token"` // stands for who it is; only this installation can make it
	DryRun   bool           `json:"dry_run"`
	By       string         `json:"by"`
	State    string         `json:"state"`
	Created  operation.Time `json:"created"`
	Finished operation.Time `json:"finished,omitzero"`
	// Error says why it did not come further yet; it is tried again.
	Error  string `json:"error,omitempty"`
	Result Result `json:"result"`
}

// Result counts what was erased; of a dry run, what would be.
type Result struct {
	Traces      int            `json:"traces"`
	Records     store.Erased   `json:"records"`
	State       int            `json:"state"` // documents that were changed
	Waiting     spool.EraseSum `json:"waiting"`
	ArchiveKeys int            `json:"archive_keys"`
}

// add sums up passes.
func (r *Result) add(o Result) {
	r.Traces = max(r.Traces, o.Traces)
	r.Records.Operations += o.Records.Operations
	r.Records.Spans += o.Records.Spans
	r.Records.Logs += o.Records.Logs
	r.Records.ErrorTexts += o.Records.ErrorTexts
	r.State += o.State
	r.Waiting.Queue += o.Waiting.Queue
	r.Waiting.Journal += o.Waiting.Journal
	r.Waiting.DeadLetters += o.Waiting.DeadLetters
	r.Waiting.Damaged += o.Waiting.Damaged
	r.ArchiveKeys += o.ArchiveKeys
}

// secret is what a restart needs of an unfinished job. It is a file of its own beside the spool, and not in the
// database, so that it can be deleted for good.
type secret struct {
	Job    Job                 `json:"job"`
	Values []string            `json:"values"`
	Traces []operation.TraceID `json:"traces"`
}

// jobFiles keeps the secrets.
type jobFiles string

func (d jobFiles) path(id string) string { return filepath.Join(string(d), id+".json") }

func (d jobFiles) write(s *secret) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := d.replace(d.path(s.Job.ID), text); err != nil {
		return fmt.Errorf("keep an erasure: %w", err)
	}
	return nil
}

// replace writes a file so that it is there whole or as it was before.
func (d jobFiles) replace(path string, text []byte) error {
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return err
	}
	temp := path + ".new"
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(temp, path)
}

func (d jobFiles) remove(id string) error {
	if err := os.Remove(d.path(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget an erasure: %w", err)
	}
	return nil
}

// unfinished reads what a former process left.
func (d jobFiles) unfinished() ([]*secret, error) {
	left, err := filepath.Glob(filepath.Join(string(d), "*.new"))
	if err != nil {
		return nil, err
	}
	for _, path := range left {
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("read erasures: %w", err)
		}
	}
	files, err := filepath.Glob(filepath.Join(string(d), "*.json"))
	if err != nil {
		return nil, err
	}
	var out []*secret
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read erasures: %w", err)
		}
		s := &secret{}
		if err := json.Unmarshal(text, s); err != nil {
			return nil, fmt.Errorf("read erasures: %s is damaged: %w", filepath.Base(path), err)
		}
		out = append(out, s)
	}
	return out, nil
}
