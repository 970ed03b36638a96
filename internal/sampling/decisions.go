package sampling

import "github.com/opslog/opslog/internal/operation"

// decisions remembers the last ones, at least half as many as it may.
type decisions struct {
	limit      int // of each
	young, old map[operation.TraceID]Decision
}

func newDecisions(most int) decisions {
	return decisions{limit: max(most/2, 1), young: map[operation.TraceID]Decision{}}
}

func (d *decisions) get(id operation.TraceID) (Decision, bool) {
	if known, ok := d.young[id]; ok {
		return known, true
	}
	known, ok := d.old[id]
	return known, ok
}

func (d *decisions) put(id operation.TraceID, decision Decision) {
	if len(d.young) >= d.limit {
		d.old, d.young = d.young, map[operation.TraceID]Decision{}
	}
	d.young[id] = decision
}
