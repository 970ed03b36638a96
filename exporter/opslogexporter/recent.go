package opslogexporter

import (
	"hash/maphash"
	"sync"

	"github.com/opslog/opslog/internal/operation"
)

const (
	// recentBytes bounds what recent holds, by its size in the queue; in memory it is some times that.
	recentBytes    = 16 << 20
	recentRequests = 1000
)

// recent has the operations of requests that went to the queue's disk a moment ago. While the database keeps up they
// come back at once and need not be read. What is beyond the bound is forgotten, the oldest first, and read from disk.
type recent struct {
	seed maphash.Seed

	mu    sync.Mutex
	known map[uint64]chunk
	order []uint64 // oldest first; those that were taken are still in it
	bytes int
}

func newRecent() *recent { return &recent{seed: maphash.MakeSeed(), known: map[uint64]chunk{}} }

// put keeps the operations of a request, if there are any beside the encoded ones.
func (r *recent) put(c chunk) {
	if r == nil || c.ops == nil {
		return
	}
	key := maphash.Bytes(r.seed, c.data)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(key)
	r.known[key] = c
	r.order = append(r.order, key)
	r.bytes += len(c.data)
	for r.bytes > recentBytes || len(r.order) > recentRequests {
		r.forget(r.order[0])
		r.order = r.order[1:]
	}
}

// take answers the operations of a request once, or nil.
func (r *recent) take(data []byte) []*operation.Operation {
	if r == nil {
		return nil
	}
	key := maphash.Bytes(r.seed, data)
	r.mu.Lock()
	defer r.mu.Unlock()
	ops := r.forget(key).ops
	for len(r.order) > 0 && r.known[r.order[0]].ops == nil {
		r.order = r.order[1:]
	}
	return ops
}

func (r *recent) forget(key uint64) chunk {
	c := r.known[key]
	delete(r.known, key)
	r.bytes -= len(c.data)
	return c
}
