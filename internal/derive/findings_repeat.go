package derive

import (
	"fmt"

	"github.com/opslog/opslog/internal/operation"
)

// repeatedCalls reports N+1 access, redundant calls, parallel fan-outs and storms of retries. The calls need not
// stand next to each other, nor under one parent.
func (w *detective) repeatedCalls() {
	for at := range w.groups {
		g := &w.groups[at]
		switch {
		case g.call.access == accessSettle || int(g.first) == w.entry:
		case g.count >= w.limits.RetryCount && g.failed >= g.count-1 && w.different(w.members(g)) <= 1:
			w.retryStorm(g, w.members(g))
		case g.count >= w.limits.RepeatCount && g.union >= w.limits.RepeatTime && w.share(g.union) >= w.limits.RepeatShare:
			w.repetition(g, w.members(g))
		}
	}
	w.resent()
}

func (w *detective) repetition(g *callGroup, members []int32) {
	w.markRepeat(g.call)
	different := w.different(members)
	f := operation.Finding{Kind: findingNPlusOne, Severity: severityWarning, Count: int64(g.count), Saving: g.sum - g.max, SpanIDs: w.idsOf(members)}
	const parallel = 0.5
	side := "one after the other"
	switch {
	case g.overlap() > parallel:
		f.Kind, f.Severity, f.Saving = findingFanOut, severityInfo, 0
		side = "side by side"
	case different == 1:
		f.Kind = findingRedundant
	}
	const many, muchOfIt = 20, 0.3
	if f.Kind != findingFanOut && (g.count >= many || w.share(g.union) >= muchOfIt) {
		f.Severity = severityHigh
	}
	f.Evidence = fmt.Sprintf("%d × %s, %s, %s in all", g.count, said(g.call), side, inWords(g.union))
	if different > 1 && different < g.count {
		f.Evidence += fmt.Sprintf(", %d different", different)
	}
	if f.Kind == findingNPlusOne {
		f.Evidence += w.sourceOf(g)
	}
	if under := w.commonAncestor(members); under != nil {
		f.Evidence += fmt.Sprintf("; under %q", under.Name)
	}
	f.Evidence += remedy(f.Kind, g.call)
	w.report(f)
}

// remedy is what usually helps.
func remedy(kind string, c *call) string {
	switch {
	case kind == findingRedundant:
		return ". Ask once and keep the answer"
	case kind != findingNPlusOne:
		return ""
	}
	switch c.category {
	case operation.CategoryDB:
		return ". Ask for all at once: a join, IN (...) or a DataLoader"
	case operation.CategoryCache:
		return ". Ask for all at once: a multi-key command or a pipeline"
	case operation.CategoryMessaging:
		return ". Send them as one batch"
	default:
		return ". Ask for all at once, if the other side offers it, or side by side"
	}
}

func (w *detective) markRepeat(c *call) {
	if w.repeats == nil {
		w.repeats = map[*call]bool{}
	}
	w.repeats[c] = true
}

// sourceOf names the call that brought about what the group asks for, one by one: the one with as many rows, or else
// the read right before the group.
func (w *detective) sourceOf(g *callGroup) string {
	if source := w.source(g); source != nil {
		return fmt.Sprintf("; %d rows came from %s before", source.rows, said(source.call))
	}
	for i := int(g.first) - 1; i >= max(0, int(g.first)-farthest); i-- {
		if s := w.spans[i]; w.counted[i] && i != w.entry && s.call.access == accessRead && s.call.category != operation.CategoryCache && s.rows < 0 {
			return "; right after " + said(s.call)
		}
	}
	return ""
}

// source is the call before the group that brought about as many rows as the group has calls: the 1 of N+1.
func (w *detective) source(g *callGroup) *Span {
	n := int64(g.count)
	for i := int(g.first) - 1; i >= max(0, int(g.first)-farthest); i-- {
		s := w.spans[i]
		if s.call != nil && s.call != g.call && s.rows > 0 && s.rows*10 >= n*9 && s.rows*9 <= n*10 {
			return s
		}
	}
	return nil
}

// commonAncestor is the lowest span above all members, within a bound of steps: deep traces are not worth more.
func (w *detective) commonAncestor(members []int32) *Span {
	budget := 10_000
	at := w.parent[members[0]]
	for _, m := range members[1:] {
		other := w.parent[m]
		for at != other && at >= 0 && other >= 0 {
			if w.depth[at] < w.depth[other] {
				other = w.parent[other]
			} else {
				at = w.parent[at]
			}
			if budget--; budget < 0 {
				return nil
			}
		}
		if at < 0 || other < 0 {
			return nil
		}
	}
	if at < 0 {
		return nil
	}
	return w.spans[at]
}

// retryStorm reports a call that failed and was tried again.
func (w *detective) retryStorm(g *callGroup, members []int32) {
	w.markRepeat(g.call)
	f := operation.Finding{Kind: findingRetries, Severity: severityWarning, Count: int64(g.count), Saving: g.sum - g.max, SpanIDs: w.idsOf(members)}
	f.Evidence = fmt.Sprintf("%s tried %d times, %d failed, %s in all", said(g.call), g.count, g.failed, inWords(g.union))
	if g.failed == g.count {
		f.Severity = severityHigh
	}
	w.report(f)
}

// resent reports requests that say themselves how often they were sent again.
func (w *detective) resent() {
	for i, s := range w.spans {
		if w.counted[i] && s.more != nil && s.more.resends >= int64(w.limits.RetryCount) && !w.repeats[s.call] {
			w.markRepeat(s.call)
			w.report(operation.Finding{Kind: findingRetries, Severity: severityWarning, Count: s.more.resends + 1, SpanIDs: []operation.SpanID{s.ID},
				Evidence: fmt.Sprintf("%s was sent again %d times", said(s.call), s.more.resends)})
		}
	}
}
