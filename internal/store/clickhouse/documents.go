package clickhouse

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// document is a row of the state: an entry, or what is left of a deleted one, so that its revision goes on. changes
// are the random names of its latest changes, newest first.
type document struct {
	key, value string
	revision   int64
	updated    operation.Time
	deleted    bool
	changes    string
}

var documentFields = []field[document]{
	{"key", func(d *document) any { return &d.key }},
	{"value", func(d *document) any { return &d.value }},
	{"revision", func(d *document) any { return &d.revision }},
	{"updated", func(d *document) any { return &d.updated }},
	{"deleted", func(d *document) any { return &d.deleted }},
	{"changes", func(d *document) any { return &d.changes }},
}

func (d *document) entry() store.Entry {
	return store.Entry{Key: d.key, Value: []byte(d.value), Revision: d.revision, Updated: d.updated}
}

// GetState reads an entry.
func (b *Backend) GetState(ctx context.Context, key string) (store.Entry, error) {
	const doing = "read state"
	end, err := b.begin(ctx)
	if err != nil {
		return store.Entry{}, fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	d, err := b.document(ctx, doing, key)
	if err != nil {
		return store.Entry{}, err
	}
	if d == nil || d.deleted {
		return store.Entry{}, fmt.Errorf("%s: %w", doing, store.ErrNotFound)
	}
	return d.entry(), nil
}

// document reads the newest row of a key; nil when it was never used.
func (b *Backend) document(ctx context.Context, doing, key string) (*document, error) {
	r := request{limit: 1}
	r.where = []string{"key = " + r.params.text(key)}
	found, err := read(ctx, b, doing, "state_get.sql", documentFields, r)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// ListState lists entries by key.
func (b *Backend) ListState(ctx context.Context, q store.StateQuery) ([]store.Entry, error) {
	const doing = "list state"
	end, err := b.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	r := request{limit: q.Limit}
	r.where = []string{"startsWith(key, " + r.params.text(q.Prefix) + ")", "key > " + r.params.text(q.After)}
	found, err := read(ctx, b, doing, "state_list.sql", documentFields, r)
	if err != nil {
		return nil, err
	}
	out := make([]store.Entry, len(found))
	for i, d := range found {
		out[i] = d.entry()
	}
	return out, nil
}

// PutState writes an entry.
func (b *Backend) PutState(ctx context.Context, key string, value []byte, expected int64) (store.Entry, error) {
	if err := store.CheckEntry(key, value); err != nil {
		return store.Entry{}, err
	}
	d, err := b.change(ctx, "write state", &document{key: key, value: string(value)}, expected)
	if err != nil {
		return store.Entry{}, err
	}
	return d.entry(), nil
}

// DeleteState deletes an entry.
func (b *Backend) DeleteState(ctx context.Context, key string, expected int64) error {
	_, err := b.change(ctx, "delete state", &document{key: key, deleted: true}, expected)
	return err
}

const (
	attempts = 20 // bounds how often a change that expects nothing is tried against others
	history  = 16 // how many changes a row tells of
)

// change writes the next revision of a document. All who want to write that revision use the same token, of which
// the server takes the first block only; the names of the changes that are read back tell whose that was.
func (b *Backend) change(ctx context.Context, doing string, d *document, expected int64) (*document, error) {
	end, err := b.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	defer end()
	name := rand.Text()
	for range attempts {
		old, err := b.document(ctx, doing, d.key)
		if err != nil {
			return nil, err
		}
		if err := mayFollow(old, d, expected); err != nil {
			return nil, fmt.Errorf("%s: %w", doing, err)
		}
		d.follow(old, name)
		if err := b.write(ctx, doing, d); err != nil {
			return nil, err
		}
		now, err := b.document(ctx, doing, d.key)
		if err != nil {
			return nil, err
		}
		if now != nil && slices.Contains(strings.Fields(now.changes), name) {
			return d, nil
		}
	}
	return nil, fmt.Errorf("%s: %w: %s", doing, store.ErrConflict, d.key)
}

func mayFollow(old, d *document, expected int64) error {
	exists := old != nil && !old.deleted
	switch {
	case d.deleted && !exists:
		return store.ErrNotFound
	case expected == store.AnyRevision:
		return nil
	case exists && old.revision != expected, !exists && expected != 0:
		return fmt.Errorf("%w: %s", store.ErrConflict, d.key)
	default:
		return nil
	}
}

// follow makes the document the next revision of the old one.
func (d *document) follow(old *document, name string) {
	d.revision, d.changes = 1, name
	if old != nil {
		names := append([]string{name}, strings.Fields(old.changes)...)
		d.revision, d.changes = old.revision+1, strings.Join(names[:min(history, len(names))], " ")
	}
}

func (b *Backend) write(ctx context.Context, doing string, d *document) error {
	d.updated = operation.TimeOf(time.Now())
	token := sha256.Sum256([]byte(d.key + "\x00" + strconv.FormatInt(d.revision, 10)))
	columns := newSet(documentFields)
	err := b.pool.do(ctx, func() (ch.Query, error) {
		columns.reset()
		err := columns.put(d)
		return columns.into(b.layout.Table("state"), writeSettings(hex.EncodeToString(token[:]))), err
	})
	if err != nil {
		return b.failed(ctx, doing, err)
	}
	return nil
}
