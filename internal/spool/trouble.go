package spool

import (
	"sync"
	"time"
)

// slow is how long handing something over may take before it counts as trouble.
const slow = time.Second

// trouble knows whether what is handed to the queues gets there. As long as it does not, somebody before the queues
// holds acknowledged data in memory for longer than usual.
type trouble struct {
	mu      sync.Mutex
	waiting map[*time.Time]struct{} // when the calls began that are under way
	last    time.Time               // when a call last failed, or ended late
}

func (t *trouble) begin(at time.Time) func(end time.Time, err error) {
	began := &at
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waiting == nil {
		t.waiting = map[*time.Time]struct{}{}
	}
	t.waiting[began] = struct{}{}
	return func(end time.Time, err error) {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.waiting, began)
		if err != nil || end.Sub(at) > slow {
			t.last = end
		}
	}
}

// since tells whether a call failed or was slow after that time, or is so now.
func (t *trouble) since(after, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for began := range t.waiting {
		if now.Sub(*began) > slow {
			t.last = now
		}
	}
	return t.last.After(after)
}
