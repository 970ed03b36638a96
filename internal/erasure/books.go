package erasure

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/opslog/opslog/internal/store"
)

var jobID = regexp.MustCompile(`^[0-9a-z]{26}$`)

// Job answers an erasure by its id; store.ErrNotFound when there is none.
func (e *Executor) Job(ctx context.Context, id string) (job Job, err error) {
	if !jobID.MatchString(id) {
		return job, store.ErrNotFound
	}
	entry, err := e.o.Guard.GetState(ctx, Prefix+id)
	if err != nil {
		return job, err
	}
	return job, readJob(entry, &job)
}

// Jobs answers erasures, the latest first.
func (e *Executor) Jobs(ctx context.Context, limit int) (jobs []Job, err error) {
	const page = 500
	jobs = []Job{}
	for after := ""; ; {
		entries, err := e.o.Guard.ListState(ctx, store.StateQuery{Prefix: Prefix, After: after, Limit: page})
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			var job Job
			if err := readJob(entry, &job); err != nil {
				return nil, err
			}
			after, jobs = entry.Key, append(jobs, job)
		}
		if len(entries) < page {
			break
		}
	}
	slices.SortFunc(jobs, func(a, b Job) int { return cmp.Or(cmp.Compare(b.Created, a.Created), cmp.Compare(a.ID, b.ID)) })
	return jobs[:min(len(jobs), limit)], nil
}

func readJob(entry store.Entry, job *Job) error {
	if err := json.Unmarshal(entry.Value, job); err != nil {
		return fmt.Errorf("read the books of erasures: %w", err)
	}
	return nil
}
