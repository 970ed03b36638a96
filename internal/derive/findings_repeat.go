package derive

import (
	"fmt"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// repeated is a group of calls that differ in their values only.
type repeated struct {
	call     *call
	members  []int32
	sum, max time.Duration
	union    time.Duration
	failed   int
	values   map[uint64]struct{} // nil when one was not recorded
}

// repeatedCalls reports N+1 access, redundant calls, parallel fan-outs and storms of retries. The calls need not
// stand next to each other, nor under one parent.
func (w *detective) repeatedCalls() {
	for _, g := range w.groups() {
		switch {
		case g.failed >= w.limits.RetryCount-1 && len(g.members) >= w.limits.RetryCount && g.failed >= len(g.members)-1 && g.sameValues():
			w.retryStorm(g)
		case len(g.members) >= w.limits.RepeatCount:
			w.repetition(g)
		}
	}
	w.resent()
}

// groups lists the calls by template, in the order of their first one.
func (w *detective) groups() []*repeated {
	var out []*repeated
	at := map[*call]*repeated{}
	unions := map[*call]*sweep{}
	for i, s := range w.spans {
		if !w.counted[i] || i == w.entry || s.call.access == accessSettle {
			continue
		}
		g := at[s.call]
		if g == nil {
			g = &repeated{call: s.call, values: map[uint64]struct{}{}}
			at[s.call], unions[s.call] = g, &sweep{}
			out = append(out, g)
		}
		g.members = append(g.members, int32(i))
		g.sum += s.Duration()
		g.max = max(g.max, s.Duration())
		g.union += unions[s.call].add(s.Start, s.End)
		if s.failed {
			g.failed++
		}
		if s.values == 0 {
			g.values = nil
		} else if g.values != nil {
			g.values[s.values] = struct{}{}
		}
	}
	return out
}

func (g *repeated) sameValues() bool { return g.values == nil || len(g.values) == 1 }

// overlap is how much of the calls' time ran side by side, 0 to 1.
func (g *repeated) overlap() float64 {
	if g.sum <= 0 {
		return 0
	}
	return 1 - float64(g.union)/float64(g.sum)
}

func (w *detective) repetition(g *repeated) {
	if g.union < w.limits.RepeatTime || w.share(g.union) < w.limits.RepeatShare {
		return
	}
	w.markRepeat(g.call)
	n := len(g.members)
	f := operation.Finding{Kind: findingNPlusOne, Severity: severityWarning, Count: int64(n), Saving: g.sum - g.max, SpanIDs: w.idsOf(g)}
	const parallel = 0.5
	side := "one after the other"
	switch {
	case g.overlap() > parallel:
		f.Kind, f.Severity, f.Saving = findingFanOut, severityInfo, 0
		side = "side by side"
	case g.values != nil && len(g.values) == 1:
		f.Kind = findingRedundant
	}
	const many, muchOfIt = 20, 0.3
	if f.Kind != findingFanOut && (n >= many || w.share(g.union) >= muchOfIt) {
		f.Severity = severityHigh
	}
	f.Evidence = fmt.Sprintf("%d × %s, %s, %s in all", n, said(g.call), side, inWords(g.union))
	if g.values != nil && len(g.values) > 1 && len(g.values) < n {
		f.Evidence += fmt.Sprintf(", %d different", len(g.values))
	}
	if source := w.source(g); source != nil && f.Kind == findingNPlusOne {
		f.Evidence += fmt.Sprintf("; %d rows came from %s before", source.rows, said(source.call))
	}
	if under := w.commonAncestor(g.members); under != nil {
		f.Evidence += fmt.Sprintf("; under %q", under.Name)
	}
	w.report(f)
}

func (w *detective) markRepeat(c *call) {
	if w.repeats == nil {
		w.repeats = map[*call]bool{}
	}
	w.repeats[c] = true
}

func (w *detective) idsOf(g *repeated) []operation.SpanID {
	var ids []operation.SpanID
	for _, i := range g.members {
		ids = appendID(ids, w.spans[i].ID)
	}
	return ids
}

// source is the call before the group that brought about as many rows as the group has calls: the 1 of N+1.
func (w *detective) source(g *repeated) *Span {
	n := int64(len(g.members))
	for i := int(g.members[0]) - 1; i >= 0; i-- {
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
func (w *detective) retryStorm(g *repeated) {
	w.markRepeat(g.call)
	f := operation.Finding{Kind: findingRetries, Severity: severityWarning, Count: int64(len(g.members)), Saving: g.sum - g.max, SpanIDs: w.idsOf(g)}
	f.Evidence = fmt.Sprintf("%s tried %d times, %d failed, %s in all", said(g.call), len(g.members), g.failed, inWords(g.union))
	if g.failed == len(g.members) {
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
