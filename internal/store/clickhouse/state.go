package clickhouse

import (
	"errors"
	"fmt"
	"sync"

	"github.com/opslog/opslog/internal/store"
)

var errStarting = errors.New("not connected yet")

// state is whether calls may be made, and why not.
type state struct {
	mu           sync.Mutex
	closed       bool
	cause        error // why not ready; nil when ready
	capabilities capabilities
	changed      chan struct{} // closed and replaced when readiness changes
	wake         chan struct{} // tells the connector that the server is gone
}

func newState() *state {
	return &state{cause: errStarting, changed: make(chan struct{}), wake: make(chan struct{}, 1)}
}

// admit counts a call, or says why it may not be made.
func (s *state) admit(running *sync.WaitGroup) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return store.ErrClosed
	case errors.Is(s.cause, store.ErrSchemaNewer), errors.Is(s.cause, store.ErrForeign):
		return s.cause
	case s.cause != nil:
		return fmt.Errorf("%w: %w", store.ErrUnavailable, s.cause)
	}
	running.Add(1)
	return nil
}

// set makes the state ready, or not for a reason. It answers whether that is news.
func (s *state) set(c capabilities, cause error) (news bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	news = fmt.Sprint(s.cause) != fmt.Sprint(cause)
	s.capabilities, s.cause = c, cause
	close(s.changed)
	s.changed = make(chan struct{})
	return news
}

// lost tells the connector that a call found no server, or no tables.
func (s *state) lost() {
	select {
	case s.wake <- struct{}{}:
	default: // it knows
	}
}

// close answers false when the state was closed before.
func (s *state) close() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.closed
	s.closed = true
	return !was
}

func (s *state) able() capabilities {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.capabilities
}

// watch answers why calls may not be made, nil when they may, and a channel that is closed when that changes.
func (s *state) watch() (changed <-chan struct{}, cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed, s.cause
}
