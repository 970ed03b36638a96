package alert

import (
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// counts are operations of one series.
type counts struct{ total, errors uint32 }

// ring counts in buckets of event time. head is the epoch (time / width) of the newest bucket; what is older than the
// ring is told by add. A time far in the future would clear the ring: callers refuse such times first.
type ring struct {
	width   operation.Duration
	head    int64
	buckets []counts
}

func newRing(width time.Duration, n int) ring { return ring{width: width, buckets: make([]counts, n)} }

// span is how far back the ring reaches.
func (r *ring) span() operation.Duration { return r.width * operation.Duration(len(r.buckets)) }

// add counts at a time; false says that the time was left behind already.
func (r *ring) add(at operation.Time, c counts) bool {
	epoch := int64(at) / int64(r.width)
	n := int64(len(r.buckets))
	if epoch <= r.head-n {
		return false
	}
	if epoch > r.head {
		for e := max(r.head+1, epoch-n+1); e <= epoch; e++ {
			r.buckets[e%n] = counts{}
		}
		r.head = epoch
	}
	b := &r.buckets[epoch%n]
	b.total += c.total
	b.errors += c.errors
	return true
}

// rewind empties a ring that reaches ahead of now.
func (r *ring) rewind(now operation.Time) {
	if r.buckets != nil && r.head > int64(now+Tolerance)/int64(r.width) {
		clear(r.buckets)
		r.head = 0
	}
}

// sum counts the buckets of the window that ends with the one that holds now.
func (r *ring) sum(now operation.Time, window operation.Duration) counts {
	n := int64(len(r.buckets))
	last := int64(now) / int64(r.width)
	first := max(last-int64(window/r.width)+1, r.head-n+1, 0)
	var out counts
	for e := first; e <= min(last, r.head); e++ {
		b := r.buckets[e%n]
		out.total += b.total
		out.errors += b.errors
	}
	return out
}

// The levels reach six minutes, six hours and three days back, as far as the windows of the SRE workbook's burn-rate
// table do. They take 6.6 kB; 3.2 kB without the last, which only burn-rate rules ask for.
const (
	fineWidth, fineBuckets     = 10 * time.Second, 36
	midWidth, midBuckets       = time.Minute, 360
	coarseWidth, coarseBuckets = 10 * time.Minute, 432
)

// rings are the levels of one series.
type rings struct{ fine, mid, coarse ring }

func newRings(long bool) rings {
	r := rings{fine: newRing(fineWidth, fineBuckets), mid: newRing(midWidth, midBuckets)}
	if long {
		r.coarse = newRing(coarseWidth, coarseBuckets)
	}
	return r
}

// add counts on every level that still reaches the time, and tells whether one did.
func (r *rings) add(at operation.Time, c counts) bool {
	kept := r.fine.add(at, c)
	kept = r.mid.add(at, c) || kept
	if r.coarse.buckets != nil {
		kept = r.coarse.add(at, c) || kept
	}
	return kept
}

// sum takes the finest level that reaches over the window.
func (r *rings) sum(now operation.Time, window operation.Duration) counts {
	switch {
	case window <= r.fine.span():
		return r.fine.sum(now, window)
	case window <= r.mid.span() || r.coarse.buckets == nil:
		return r.mid.sum(now, window)
	default:
		return r.coarse.sum(now, window)
	}
}
