package derive

import (
	"fmt"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// queryThatWrites reports a safe method or a read-named RPC that changed business state.
func (w *detective) queryThatWrites() {
	if !safe(w.op) {
		return
	}
	f := operation.Finding{Kind: operation.FindingQueryThatWrites, Severity: severityWarning}
	for i, s := range w.spans {
		if w.counted[i] && s.call.changes() {
			if f.Count == 0 {
				f.Evidence = fmt.Sprintf("%s promises to change nothing, yet: %s %s", w.op.Name, s.call.action, s.call.effectTarget())
			}
			f.Count++
			f.SpanIDs = appendID(f.SpanIDs, s.ID)
		}
	}
	if f.Count > 0 {
		w.report(f)
	}
}

func (w *detective) largePayload() {
	for _, p := range []struct {
		name string
		size int64
	}{{"request", w.op.RequestSize}, {"response", w.op.ResponseSize}} {
		if p.size >= w.limits.LargePayload {
			w.report(operation.Finding{Kind: findingPayload, Severity: severityInfo, Count: p.size, SpanIDs: []operation.SpanID{w.op.SpanID},
				Evidence: fmt.Sprintf("the %s has %.1f MiB", p.name, float64(p.size)/(1<<20))})
		}
	}
}

// slowStatements reports database calls that take long, and those that the database itself calls badly planned.
func (w *detective) slowStatements() {
	type place struct {
		call *call
		kind string
	}
	at := map[place]int{}
	for i, s := range w.spans {
		if !w.counted[i] || s.call.category != operation.CategoryDB {
			continue
		}
		plan := ""
		if s.more != nil {
			plan = s.more.plan
		}
		f := operation.Finding{Kind: findingSlow, Severity: severityWarning}
		switch {
		case s.Duration() >= w.limits.SlowStatement:
		case plan != "": // fast as yet; it grows with the table
			f.Kind, f.Severity = findingIndex, severityInfo
		default:
			continue
		}
		k, known := at[place{s.call, f.Kind}]
		if !known {
			k = len(w.found)
			at[place{s.call, f.Kind}] = k
			f.Evidence = slowEvidence(s, plan)
			w.report(f)
		}
		w.found[k].Count++
		w.found[k].SpanIDs = appendID(w.found[k].SpanIDs, s.ID)
		if f.Kind == findingSlow && w.share(s.Duration()) >= 0.5 {
			w.found[k].Severity = severityHigh
		}
	}
}

func slowEvidence(s *Span, plan string) string {
	text := fmt.Sprintf("%s took %s", said(s.call), inWords(s.Duration()))
	if plan != "" {
		text += ": " + plan
	}
	return text
}

// gap reports the longest time within one span that none of its steps covers.
func (w *detective) gap() {
	var longest time.Duration
	var inside, before, after *Span
	for i, s := range w.spans {
		kids := w.children(i)
		if len(kids) == 0 || s.call != nil {
			continue
		}
		until, last := s.Start, (*Span)(nil)
		for _, k := range kids {
			kid := w.spans[k]
			if d := operation.Duration(min(kid.Start, s.End) - until); d > longest {
				longest, inside, before, after = d, s, last, kid
			}
			if kid.End > until {
				until, last = kid.End, kid
			}
		}
		if d := operation.Duration(s.End - until); d > longest {
			longest, inside, before, after = d, s, last, nil
		}
	}
	if inside == nil || longest < w.limits.GapTime || w.share(longest) < w.limits.GapShare {
		return
	}
	w.report(operation.Finding{Kind: findingGap, Severity: severityInfo, Count: 1, SpanIDs: []operation.SpanID{inside.ID},
		Evidence: fmt.Sprintf("%s in %q%s without a span", inWords(longest), inside.Name, between(before, after))})
}

func between(before, after *Span) string {
	switch {
	case before != nil && after != nil:
		return fmt.Sprintf(" between %q and %q", before.Name, after.Name)
	case after != nil:
		return fmt.Sprintf(" before %q", after.Name)
	case before != nil:
		return fmt.Sprintf(" after %q", before.Name)
	default:
		return ""
	}
}

// chattySpans reports many short spans that reach out to nothing: they cost more than they tell.
func (w *detective) chattySpans() {
	short := 0
	names := map[string]int{}
	most := ""
	for i, s := range w.spans {
		if i == w.entry || s.call != nil || s.Duration() >= w.limits.ChattyTime {
			continue
		}
		short++
		names[s.Name]++
		if n, best := names[s.Name], names[most]; n > best || n == best && s.Name < most {
			most = s.Name
		}
	}
	if short > w.limits.ChattySpans {
		w.report(operation.Finding{Kind: findingChatty, Severity: severityInfo, Count: int64(short),
			Evidence: fmt.Sprintf("%d spans shorter than %s, %q alone %d times", short, w.limits.ChattyTime, most, names[most])})
	}
}

// cacheMisses reports look-ups that found nothing, with what had to be asked instead.
func (w *detective) cacheMisses() {
	var f operation.Finding
	hits, lookups := 0, 0
	for i, s := range w.spans {
		if s.cache == cacheNone || s.call == nil {
			continue
		}
		lookups++
		if s.cache == cacheWasHit {
			hits++
			continue
		}
		fetch := w.fetchAfter(i)
		if fetch == nil {
			continue
		}
		if f.Count == 0 {
			f.Evidence = fmt.Sprintf("%s missed, then %s took %s", said(s.call), said(fetch.call), inWords(fetch.Duration()))
		}
		f.Count++
		f.Saving += fetch.Duration()
		f.SpanIDs = appendID(appendID(f.SpanIDs, s.ID), fetch.ID)
	}
	if f.Count == 0 {
		return
	}
	const many = 10
	f.Kind, f.Severity = findingCacheMiss, severityInfo
	if f.Count >= many && f.Count > int64(hits) {
		f.Severity = severityWarning
	}
	f.Evidence += fmt.Sprintf("; %d of %s hit", hits, counted(lookups, "look-up"))
	if lookups > 1 {
		f.Evidence += fmt.Sprintf(" (%d %%)", 100*hits/lookups)
	}
	w.report(f)
}

// fetchAfter is the first read from another source after a look-up, before the next look-up of the same cache.
func (w *detective) fetchAfter(miss int) *Span {
	from := w.spans[miss]
	for j := miss + 1; j < min(len(w.spans), miss+farthest); j++ {
		s := w.spans[j]
		if s.call == nil || s.Start < from.End || !w.counted[j] {
			continue
		}
		if s.call.category == operation.CategoryCache {
			if s.call.access == accessRead {
				return nil
			}
			continue
		}
		if !strings.EqualFold(s.call.action, "publish") && s.call.access != accessWrite {
			return s
		}
	}
	return nil
}
