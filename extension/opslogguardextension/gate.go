package opslogguardextension

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
)

// turnsPerProcessor is how many requests share one processor by default: enough for those that wait for the disk, and few
// enough that an answer to another sender does not wait long for its turn on the processor.
const turnsPerProcessor = 4

var errBusy = errors.New("too many requests wait already")

// gate gives turns to so many requests at once, from decoding until they are answered. Others wait in order, with their
// bodies, as long as those are not too many bytes together.
type gate struct {
	turns   chan struct{}
	most    int64
	waiting atomic.Int64 // bytes
}

func newGate(turns int, most int64) *gate {
	if turns == 0 {
		turns = turnsPerProcessor * runtime.GOMAXPROCS(0)
	}
	return &gate{turns: make(chan struct{}, turns), most: most}
}

// full says that another request would not be let wait.
func (g *gate) full() bool { return g.waiting.Load() >= g.most }

// enter gets a turn for a request of so many bytes, which leave gives back. It answers errBusy when too much waits, and
// the error of ctx when that ends first.
func (g *gate) enter(ctx context.Context, size int) error {
	select {
	case g.turns <- struct{}{}:
		return nil
	default:
	}
	if g.full() {
		return errBusy
	}
	g.waiting.Add(int64(size))
	defer g.waiting.Add(-int64(size))
	select {
	case g.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *gate) leave() { <-g.turns }
