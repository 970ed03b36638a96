package opslogstorageextension

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// queueClient closes a gap in exporterhelper's persistent queue. When that starts, it reads the requests that were
// being sent when the process ended, deletes all of them, and then adds them again one by one: a kill, or a full
// disk, in between loses the rest. This client holds the deletes back until the queue reads its first request for
// sending, which it does when all are added again, and makes them part of that write. A kill before it leaves the
// requests twice, which the store does not show, instead of not at all.
//
// It depends on the order of the queue's calls; TestKillAtEveryWrite tells when an upgrade changes that.
type queueClient struct {
	next   storage.Client
	broken func(error) // told once when the queue can only go on after a restart

	mu      sync.Mutex
	started bool
	held    []*storage.Operation
	failed  error
}

// Batch does the operations, or holds them back.
func (c *queueClient) Batch(ctx context.Context, ops ...*storage.Operation) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.failed != nil:
		return c.failed
	case c.started:
		return c.next.Batch(ctx, ops...)
	}
	has := func(t storage.OpType) bool {
		return slices.ContainsFunc(ops, func(op *storage.Operation) bool { return op.Type == t })
	}
	if !has(storage.Get) && !has(storage.Set) {
		c.held = append(c.held, ops...)
		return nil
	}
	sets, dispatch := has(storage.Set), has(storage.Set) && has(storage.Get)
	if dispatch {
		ops = append(slices.Clone(ops), c.held...)
	}
	err := c.next.Batch(ctx, ops...)
	switch {
	case err == nil && dispatch:
		c.started, c.held = true, nil
	case err != nil && sets && slices.ContainsFunc(c.held, func(op *storage.Operation) bool { return isRequest(op.Key) }):
		c.fail(err)
		return c.failed
	}
	return err
}

// isRequest tells the keys of requests from those of the queue's own state.
func isRequest(key string) bool { return key != "" && strings.Trim(key, "0123456789") == "" }

// fail refuses everything from now on. What is on disk is true and whole; what the queue has in mind is not.
func (c *queueClient) fail(err error) {
	c.failed = fmt.Errorf("what waited in the queue could not be taken up again, and is kept for the next start: %w", err)
	c.broken(c.failed)
}

// Get reads a value.
func (c *queueClient) Get(ctx context.Context, key string) ([]byte, error) {
	op := storage.GetOperation(key)
	err := c.Batch(ctx, op)
	return op.Value, err
}

// Set writes a value.
func (c *queueClient) Set(ctx context.Context, key string, value []byte) error {
	return c.Batch(ctx, storage.SetOperation(key, value))
}

// Delete removes a key.
func (c *queueClient) Delete(ctx context.Context, key string) error {
	return c.Batch(ctx, storage.DeleteOperation(key))
}

// Close does what is still held back: when the queue closes, it has added everything again.
func (c *queueClient) Close(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failed == nil && len(c.held) > 0 {
		if err := c.next.Batch(ctx, c.held...); err != nil {
			return fmt.Errorf("tidy the queue: %w", err)
		}
		c.held = nil
	}
	return c.next.Close(ctx)
}
