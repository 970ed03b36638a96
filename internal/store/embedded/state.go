//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// entry is a row of the state: a document, or what is left of a deleted one, so that its revision goes on.
type entry struct {
	store.Entry
	deleted bool
}

func (e *entry) targets() []any {
	return []any{&e.Key, &e.Value, &e.Revision, (*int64)(&e.Updated), &e.deleted}
}

func (s *embedded) GetState(ctx context.Context, key string) (store.Entry, error) {
	return call(ctx, s, "read state", func(ctx context.Context) (store.Entry, error) {
		e, err := s.entry(ctx, key)
		if err == nil && (e == nil || e.deleted) {
			return store.Entry{}, store.ErrNotFound
		}
		if err != nil {
			return store.Entry{}, err
		}
		return e.Entry, nil
	})
}

// entry reads a row; nil when the key was never used.
func (s *embedded) entry(ctx context.Context, key string) (*entry, error) {
	s.metaUse.RLock()
	defer s.metaUse.RUnlock()
	e := &entry{}
	err := s.db.QueryRowContext(ctx, render("state_get", nil), key).Scan(e.targets()...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return e, err
}

func (s *embedded) PutState(ctx context.Context, key string, value []byte, expected int64) (store.Entry, error) {
	if err := store.CheckEntry(key, value); err != nil {
		return store.Entry{}, err
	}
	return call(ctx, s, "write state", func(ctx context.Context) (store.Entry, error) {
		return s.change(ctx, key, append([]byte{}, value...), expected, false)
	})
}

func (s *embedded) DeleteState(ctx context.Context, key string, expected int64) error {
	_, err := call(ctx, s, "delete state", func(ctx context.Context) (store.Entry, error) {
		return s.change(ctx, key, []byte{}, expected, true)
	})
	return err
}

// change writes the next revision of an entry. This process owns the file, so that one lock is enough.
func (s *embedded) change(ctx context.Context, key string, value []byte, expected int64, remove bool) (store.Entry, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	old, err := s.entry(ctx, key)
	if err != nil {
		return store.Entry{}, err
	}
	exists := old != nil && !old.deleted
	switch {
	case remove && !exists:
		return store.Entry{}, store.ErrNotFound
	case expected == store.AnyRevision:
	case exists && old.Revision != expected, !exists && expected != 0:
		return store.Entry{}, fmt.Errorf("%w: %s", store.ErrConflict, key)
	}
	statement, revision := "state_insert", int64(1)
	if old != nil {
		statement, revision = "state_update", old.Revision+1
	}
	s.metaUse.RLock()
	defer s.metaUse.RUnlock()
	next := store.Entry{Key: key, Value: value, Revision: revision, Updated: operation.TimeOf(s.now())}
	_, err = s.db.ExecContext(ctx, render(statement, nil), value, revision, int64(next.Updated), remove, key)
	return next, err
}

func (s *embedded) ListState(ctx context.Context, q store.StateQuery) ([]store.Entry, error) {
	return call(ctx, s, "list state", func(ctx context.Context) ([]store.Entry, error) {
		s.metaUse.RLock()
		defer s.metaUse.RUnlock()
		rows, err := s.db.QueryContext(ctx, render("state_list", nil), q.Prefix, q.After, q.Limit)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		out := []store.Entry{}
		for rows.Next() {
			var e entry
			if err := rows.Scan(e.targets()...); err != nil {
				return nil, err
			}
			out = append(out, e.Entry)
		}
		return out, rows.Err()
	})
}
