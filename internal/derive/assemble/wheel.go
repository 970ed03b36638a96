package assemble

import "time"

const (
	// resolution of the wheel: nothing is due more exactly than this.
	resolution = 100 * time.Millisecond
	wheelSlots = 1024
)

// wheel keeps traces by the time at which they want to be looked at. Scheduling and firing cost O(1). What lies
// further ahead than the wheel reaches comes round early and is put back.
type wheel struct {
	slots [wheelSlots]*trace
	tick  int64 // everything up to this tick was fired
}

func tickOf(at time.Duration) int64 { return int64((at + resolution - 1) / resolution) }

// schedule makes sure that t fires at the given time or before. It never fires in the past.
func (w *wheel) schedule(t *trace, at time.Duration) {
	tick := max(tickOf(at), w.tick+1)
	if t.scheduled {
		if tick >= t.wake {
			return
		}
		w.remove(t)
	}
	t.wake = tick
	w.insert(t)
}

func (w *wheel) insert(t *trace) {
	t.slot = int16(min(t.wake, w.tick+wheelSlots-1) % wheelSlots)
	t.scheduled = true
	t.before, t.after = nil, w.slots[t.slot]
	if t.after != nil {
		t.after.before = t
	}
	w.slots[t.slot] = t
}

func (w *wheel) remove(t *trace) {
	if !t.scheduled {
		return
	}
	if t.before != nil {
		t.before.after = t.after
	} else {
		w.slots[t.slot] = t.after
	}
	if t.after != nil {
		t.after.before = t.before
	}
	t.before, t.after, t.scheduled = nil, nil, false
}

// advance fires what is due up to now, in order of time. fire may schedule the trace again.
func (w *wheel) advance(now time.Duration, fire func(*trace)) {
	until := int64(now / resolution)
	for w.tick < until {
		w.tick++
		for t := w.slots[w.tick%wheelSlots]; t != nil; t = w.slots[w.tick%wheelSlots] {
			w.remove(t)
			if t.wake > w.tick {
				w.insert(t)
				continue
			}
			fire(t)
		}
	}
}
