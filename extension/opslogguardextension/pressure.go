package opslogguardextension

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"
)

const (
	lookEvery = 100 * time.Millisecond
	// patientLooks without a collection, and one is asked for: without requests nothing else would start one, and what is
	// in use would not be known to be less.
	patientLooks = 5
)

// pressure tells when the heap leaves too little of Go's memory limit to collect in.
type pressure struct {
	limit   uint64 // bytes: Go's memory limit
	most    uint64 // bytes that may be in use after a collection
	read    func() heap
	collect func()

	high   atomic.Bool
	cycles uint64 // collections, at the last look
	looks  int    // since the last collection
}

// heap is what Go says of its heap.
type heap struct {
	live    uint64 // bytes that the last collection found in use
	objects uint64 // bytes, also of what is not in use any more
	cycles  uint64 // collections
}

// newPressure is nil when Go has no memory limit, or the percentage is 0.
func newPressure(percentage int) *pressure {
	limit := debug.SetMemoryLimit(-1)
	if limit == math.MaxInt64 || percentage == 0 {
		return nil
	}
	return &pressure{limit: uint64(limit), most: uint64(limit) / 100 * uint64(percentage), read: heapReader(), collect: runtime.GC}
}

func heapReader() func() heap {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/cycles/total:gc-cycles"}}
	return func() heap {
		metrics.Read(samples)
		return heap{live: samples[0].Value.Uint64(), objects: samples[1].Value.Uint64(), cycles: samples[2].Value.Uint64()}
	}
}

// isHigh is for every request.
func (p *pressure) isHigh() bool { return p != nil && p.high.Load() }

// look refuses from now on, or stops to.
func (p *pressure) look() {
	now := p.read()
	high := now.live > p.most || now.objects > p.limit
	p.high.Store(high)
	if now.cycles != p.cycles {
		p.cycles, p.looks = now.cycles, 0
	}
	p.looks++
	if high && p.looks > patientLooks {
		p.collect()
	}
}

// watch looks until stop is closed.
func (p *pressure) watch(stop <-chan struct{}, done *sync.WaitGroup) {
	if p == nil {
		return
	}
	done.Go(func() {
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				p.look()
			case <-stop:
				return
			}
		}
	})
}
