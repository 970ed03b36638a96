package derive

import (
	"fmt"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// link is a call of a chain of calls that follow each other.
type link struct {
	span     *Span
	from, to operation.Time // what the call took itself, without calls under it
}

func (l link) took() time.Duration { return operation.Duration(l.to - l.from) }

func (l link) name() string { return stepName(l.span) }

// doubt is what the spans of one run leave open; see Learner for what many runs say.
const doubt = "; low confidence: whether one needs another's answer cannot be seen"

// sequentialCalls reports different calls on the critical path that wait for each other and might not have to. The
// chain goes on into calls under calls: instrumentation often nests what merely follows.
func (w *detective) sequentialCalls() {
	var chain []link
	for _, l := range w.links() {
		if n := len(chain); n > 0 && !follows(chain[n-1], l) {
			w.reportChain(chain)
			chain = chain[:0]
		}
		chain = append(chain, l)
	}
	w.reportChain(chain)
}

// follows tells whether b starts about when a ends.
func follows(a, b link) bool {
	const gap = operation.Time(10 * time.Millisecond)
	return b.from >= a.to-overlapTolerance && b.from-a.to <= max(gap, operation.Time(a.took()/10))
}

// links are the calls on the critical path that could run side by side with others, by start. Cache look-ups come
// before what they save by nature; statements of one transaction share a connection; what repeats is reported as such.
func (w *detective) links() []link {
	out := w.tree.links[0][:0]
	inTransaction := false
	for i, s := range w.spans {
		if s.call == nil {
			continue
		}
		switch s.call.access {
		case accessBegin:
			inTransaction = true
		case accessCommit, accessRollback:
			inTransaction = false
		}
		if s.Duration() < w.limits.SequentialCall {
			continue
		}
		usable := w.counted[i] && i != w.entry && s.call.remote && w.path.spent[i] > 0 && s.call.category != operation.CategoryCache &&
			!w.repeats[s.call] && !(inTransaction && s.call.category == operation.CategoryDB)
		if l := w.linkOf(i); usable && l.took() >= w.limits.SequentialCall {
			out = append(out, l)
		}
	}
	w.tree.links[0] = out
	return out
}

// linkOf is the call until the first call under it starts.
func (w *detective) linkOf(i int) link {
	s := w.spans[i]
	l := link{span: s, from: s.Start, to: s.End}
	for _, kid := range w.children(i) {
		if w.counted[kid] {
			l.to = max(min(l.to, w.spans[kid].Start), l.from)
			break
		}
	}
	return l
}

func (w *detective) reportChain(links []link) {
	different := false
	var sum, longest time.Duration
	severity := severityWarning
	for _, l := range links {
		different = different || l.span.call != links[0].span.call
		sum += l.took()
		longest = max(longest, l.took())
		if l.span.call.access == accessWrite {
			severity = severityInfo // the order may matter
		}
	}
	saving := sum - longest
	if !different || saving < w.limits.SequentialSaving || w.share(saving) < w.limits.SequentialShare {
		return
	}
	f := operation.Finding{Kind: findingSequential, Severity: severity, Confidence: operation.ConfidenceLow, Count: int64(len(links)), Saving: saving}
	calls := make([]uint64, len(links))
	var parts []string
	const shown = 5
	for i, l := range links {
		f.SpanIDs = appendID(f.SpanIDs, l.span.ID)
		calls[i] = l.span.call.key
		if i < shown {
			parts = append(parts, fmt.Sprintf("%s (%s)", l.name(), inWords(l.took())))
		}
	}
	f.Evidence = fmt.Sprintf("%d calls one after the other take %s, side by side %s: %s%s",
		len(links), inWords(sum), inWords(longest), strings.Join(parts, ", "), doubt)
	if severity == severityInfo {
		f.Evidence = strings.TrimSuffix(f.Evidence, doubt) + "; some change things, so their order may matter" + doubt
	}
	w.report(f)
	w.lesson.sequences = append(w.lesson.sequences, sequence{f.SpanIDs[0], calls})
}
