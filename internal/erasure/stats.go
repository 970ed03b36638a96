package erasure

import "maps"

// Stats are of the life of an executor. Nobody's id is in there.
type Stats struct {
	States map[string]int // jobs by state; those that are done only since the start
	Erased Result         // of all jobs, but not what dry runs counted
}

func newStats() Stats {
	return Stats{States: map[string]int{StateQueued: 0, StateRunning: 0, StateSettling: 0, StateDone: 0}}
}

// Stats are of now.
func (e *Executor) Stats() Stats {
	e.mu.Lock()
	defer e.mu.Unlock()
	return Stats{States: maps.Clone(e.stats.States), Erased: e.stats.Erased}
}
