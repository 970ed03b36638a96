package derive

import (
	"github.com/opslog/opslog/internal/operation"
)

// markCalls finds for every span the call above it, and which calls count. A call under another one that says the
// same, or that only carries it (the HTTP request of an Elasticsearch query), is a detail of it.
func (t *tree) markCalls() {
	n := len(t.spans)
	t.caller, t.counted = resized(t.caller, n), resized(t.counted, n)
	for _, i := range t.order {
		above := int32(-1)
		if p := t.parent[i]; p >= 0 {
			above = t.caller[p]
			if t.spans[p].call != nil {
				above = p
			}
		}
		t.caller[i] = above
		c := t.spans[i].call
		t.counted[i] = c != nil && c.countable() && (above < 0 || !isDetail(c, t.spans[above].call))
	}
}

func isDetail(c, above *call) bool {
	if c == above || c.category == above.category && c.template == above.template {
		return true
	}
	carries := c.category == operation.CategoryHTTP || c.category == operation.CategoryRPC
	return carries && above.category != operation.CategoryHTTP && above.category != operation.CategoryCache
}

// callsOf is where a category is summed up in the record.
func callsOf(op *operation.Operation, category string) *operation.Calls {
	switch category {
	case operation.CategoryDB:
		return &op.DB
	case operation.CategoryHTTP:
		return &op.HTTP
	case operation.CategoryRPC:
		return &op.RPC
	case operation.CategoryMessaging:
		return &op.Messaging
	case operation.CategoryCache:
		return &op.Cache
	default:
		return &op.File
	}
}

// sweep unites intervals that come in the order of their starts.
type sweep struct{ until operation.Time }

// add answers how much of the interval is new.
func (s *sweep) add(from, to operation.Time) operation.Duration {
	from = max(from, s.until)
	s.until = max(s.until, to)
	return operation.Duration(max(to-from, 0))
}

// rollUp sums up the spans.
func (t *tree) rollUp(op *operation.Operation) {
	var unions [len(categories)]sweep
	var external sweep
	var sum operation.Duration
	for i, s := range t.spans {
		op.SpanCount++
		if s.failed {
			op.ErrorSpanCount++
		}
		switch s.cache {
		case cacheWasHit:
			op.CacheHits++
		case cacheMissed:
			op.CacheMisses++
		}
		if s.call == nil {
			continue
		}
		calls := callsOf(op, s.call.category)
		if t.counted[i] {
			calls.Calls++
			calls.Max = max(calls.Max, s.Duration())
			if s.failed {
				calls.Errors++
			}
		}
		if t.counted[i] || t.caller[i] < 0 {
			calls.Time += unions[categoryIndex(s.call.category)].add(s.Start, s.End)
		}
		if s.call.remote {
			op.ExternalTime += external.add(s.Start, s.End)
			if t.counted[i] || t.caller[i] < 0 {
				sum += t.exclusive(i)
			}
		}
	}
	if op.ExternalTime > 0 {
		op.Parallelism = rounded(float64(sum) / float64(op.ExternalTime))
	}
	t.slowest(op)
}

// exclusive is the time of a call without that of other calls right under it, which count themselves.
func (t *tree) exclusive(i int) operation.Duration {
	for _, kid := range t.children(i) {
		if t.counted[kid] {
			return t.self[i]
		}
	}
	return t.spans[i].Duration()
}

func categoryIndex(category string) int {
	for i, c := range categories {
		if c == category {
			return i
		}
	}
	return 0
}

// slowest names the step that worked longest itself: the first of equals, and never the entry while it has steps.
func (t *tree) slowest(op *operation.Operation) {
	if t.entry >= 0 {
		op.SelfTime = t.self[t.entry]
	}
	best := -1
	for i := range t.spans {
		if i != t.entry && (best < 0 || t.self[i] > t.self[best]) {
			best = i
		}
	}
	if best >= 0 {
		s := t.spans[best]
		op.SlowestStepName, op.SlowestStepSelfTime, op.SlowestStepSpanID = stepName(s), t.self[best], s.ID
	}
}

// rounded keeps four digits, so that sums in another order give the same record.
func rounded(x float64) float64 {
	const scale = 1e4
	return float64(int64(x*scale+0.5)) / scale
}
