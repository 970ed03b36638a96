package opslogexporter

import (
	"hash/maphash"
	"sync"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

const (
	// recentBytes bounds what recent holds, by its size in the queue; in memory it is some times that.
	recentBytes    = 16 << 20
	recentRequests = 1000
	// recentTime is when what nobody took is forgotten: the queue did not keep it, or it was changed there.
	recentTime = time.Minute
)

// recent has the operations of requests that went to the queue's disk a moment ago. While the database keeps up they
// come back at once and need not be read. What is beyond the bound is read from disk: the queue gives the oldest first,
// so these are kept, and the newest are not taken in.
type recent struct {
	seed maphash.Seed

	mu    sync.Mutex
	known map[uint64]kept
	order []arrival // oldest first; those that were taken are still in it
	bytes int
}

// kept are the operations of a request. Its bytes, of which it is so many, are on disk.
type kept struct {
	ops   []*operation.Operation
	bytes int
}

type arrival struct {
	key uint64
	at  time.Time
}

func newRecent() *recent { return &recent{seed: maphash.MakeSeed(), known: map[uint64]kept{}} }

// put keeps the operations of a request, if there are any beside the encoded ones.
func (r *recent) put(c chunk, now time.Time) {
	if r == nil || c.ops == nil {
		return
	}
	key := maphash.Bytes(r.seed, c.data)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(key)
	r.tidy(now)
	if r.bytes+len(c.data) > recentBytes || len(r.order) >= recentRequests {
		return
	}
	r.known[key] = kept{c.ops, len(c.data)}
	r.order = append(r.order, arrival{key, now})
	r.bytes += len(c.data)
}

// take answers the operations of a request once, or nil.
func (r *recent) take(data []byte) []*operation.Operation {
	if r == nil {
		return nil
	}
	key := maphash.Bytes(r.seed, data)
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.forget(key)
}

// tidy lets go of what was taken or has been there for too long.
func (r *recent) tidy(now time.Time) {
	for len(r.order) > 0 && (r.known[r.order[0].key].ops == nil || now.Sub(r.order[0].at) > recentTime) {
		r.forget(r.order[0].key)
		r.order = r.order[1:]
	}
}

func (r *recent) forget(key uint64) []*operation.Operation {
	k := r.known[key]
	delete(r.known, key)
	r.bytes -= k.bytes
	return k.ops
}
