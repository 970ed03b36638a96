package store

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/opslog/opslog/internal/operation"
)

// ErrConflict says that the entry is not at the revision that the caller expected: read it again and decide anew.
var ErrConflict = errors.New("changed by somebody else")

// Bounds of an entry.
const (
	MaxStateKey   = 512     // bytes
	MaxStateValue = 1 << 20 // bytes
)

// AnyRevision expects nothing of an entry's revision.
const AnyRevision int64 = -1

// Entry is a small document under a key, such as a saved query or the state of an alert. Keys are paths like
// "saved/7f3a": who owns a document begins its key with a word of its own.
type Entry struct {
	Key      string
	Value    []byte
	Revision int64 // grows with each change, also over deletion
	Updated  operation.Time
}

// State keeps entries. Each change is atomic and stored durably before the call answers; of several changes that
// expect the same revision, from whatever process, one succeeds and the others answer ErrConflict. A key is valid
// UTF-8, not empty and of MaxStateKey bytes at most; a value has MaxStateValue bytes at most.
type State interface {
	// GetState reads an entry, or answers ErrNotFound.
	GetState(ctx context.Context, key string) (Entry, error)
	// PutState writes an entry and answers it with its new revision. expected is the revision to replace, 0 for an
	// entry that must not exist yet, or AnyRevision.
	PutState(ctx context.Context, key string, value []byte, expected int64) (Entry, error)
	// DeleteState deletes an entry at the expected revision, or AnyRevision; ErrNotFound when there is none.
	DeleteState(ctx context.Context, key string, expected int64) error
	// ListState lists entries by key, ascending (by bytes).
	ListState(ctx context.Context, q StateQuery) ([]Entry, error)
}

// StateQuery selects entries.
type StateQuery struct {
	Prefix string // of their keys
	After  string // continue behind this key
	Limit  int    // at least 1
}

// CheckEntry tells what is wrong with an entry that is to be written.
func CheckEntry(key string, value []byte) error {
	switch {
	case key == "" || len(key) > MaxStateKey || !utf8.ValidString(key):
		return fmt.Errorf("a key of state must be UTF-8 of 1 to %d bytes, this one has %d", MaxStateKey, len(key))
	case len(value) > MaxStateValue:
		return fmt.Errorf("a value of state has at most %d bytes, this one has %d", MaxStateValue, len(value))
	default:
		return nil
	}
}
