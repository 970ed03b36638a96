package explain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/opslog/opslog/internal/operation"
)

var incomplete = map[string]string{
	operation.IncompleteNoEntry:  "The span that this operation began with never came, so its name and outcome are guessed from the rest.",
	operation.IncompleteOverflow: "Memory ran short while it was put together: some of its spans may be missing.",
	operation.IncompleteShutdown: "opslog was stopped while it was put together: some of its spans may be missing.",
	operation.IncompleteRunning:  "It had not ended when this was recorded.",
}

// notes are the doubts that a reader should have.
func (t *teller) notes() []Line {
	op := t.op
	var out []Line
	if text := incomplete[op.IncompleteReason]; !op.Complete && text != "" {
		out = append(out, sentence(text))
	} else if !op.Complete {
		out = append(out, sentence("The record is incomplete."))
	}
	if op.Status != operation.StatusError && op.ErrorSpanCount > 0 && !refused(op) {
		out = append(out, sentence(fmt.Sprintf("%s failed on the way; the operation counts as a success all the same.", counted(op.ErrorSpanCount, "step"))))
	}
	if op.Revision > 1 {
		out = append(out, sentence(fmt.Sprintf("Some of its spans came late; this is version %d of the record.", op.Revision)))
	}
	if op.SpanCount > 1 && len(t.spans.own) == 0 {
		out = append(out, sentence(fmt.Sprintf("Its %d spans were not kept or are still to come: this is told from the record alone.", op.SpanCount)))
	}
	if op.Truncated {
		out = append(out, sentence("The request or the answer was too long to be kept whole."))
	}
	return append(out, t.skew()...)
}

// skew finds clocks that disagree: a called service that began before its caller called it.
func (t *teller) skew() []Line {
	if i := slices.IndexFunc(t.op.Findings, isSkew); i >= 0 {
		return []Line{sentence("Clocks disagree: " + ended(Clean(t.op.Findings[i].Evidence, messageLength)))}
	}
	const tolerated = operation.Time(1_000_000) // 1 ms
	type pair struct{ ahead, behind string }
	most := map[pair]operation.Time{}
	for _, s := range t.spans.byID {
		caller := t.spans.byID[s.ParentSpanID]
		if caller == nil || s.Kind != operation.SpanServer || caller.ServiceName == s.ServiceName {
			continue
		}
		if caller.SpanID != t.op.SpanID && s.SpanID != t.op.SpanID && !t.owns(caller) {
			continue
		}
		if by := caller.StartTime - s.StartTime; by > tolerated {
			p := pair{caller.ServiceName, s.ServiceName}
			most[p] = max(most[p], by)
		}
	}
	var out []Line
	for _, p := range slices.SortedFunc(maps.Keys(most), func(a, b pair) int { return cmp.Or(cmp.Compare(a.ahead, b.ahead), cmp.Compare(a.behind, b.behind)) }) {
		out = append(out, sentence(fmt.Sprintf("The clock of %s is at least %s behind that of %s: times across the two do not fit.",
			Clean(p.behind, valueLength), took(operation.Duration(most[p])), Clean(p.ahead, valueLength))))
	}
	return out
}

func (t *teller) owns(s *operation.Span) bool { return slices.Contains(t.spans.own, s) }
