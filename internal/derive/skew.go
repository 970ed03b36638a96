package derive

import (
	"fmt"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// Skew is how far the clock behind an entry span differs from the one behind the span that called it, as far as the
// two spans prove it: positive if it runs ahead. Nothing is ever corrected by it: the record says so, that is all.
type Skew struct {
	By      operation.Duration
	Service string // of the caller
	Span    operation.SpanID
	Caller  *Resource
}

// SkewOf compares an entry span with its caller's. Work that was called for cannot begin before the call; if somebody
// waited for the answer, it cannot end after it either. Then the best guess centres it in the call (Jaeger's rule);
// work that takes longer than the call is only moved to its start.
func SkewOf(caller, entry *Span) Skew {
	if caller.Resource == entry.Resource || caller.Resource.Identity == entry.Resource.Identity {
		return Skew{}
	}
	waited := caller.Kind == ptrace.SpanKindClient && !caller.Failed() // who failed may have given up before the end
	early, late := entry.Start < caller.Start, waited && entry.End > caller.End
	spare := caller.Duration() - entry.Duration()
	by := operation.Duration(entry.Start - caller.Start)
	switch {
	case waited && spare >= 0 && (early || late):
		by -= spare / 2
	case !early:
		return Skew{}
	}
	return Skew{By: by, Service: caller.Resource.ServiceName, Span: caller.ID, Caller: caller.Resource}
}

// clockSkew says that times cannot be compared: between the caller and this operation, or within it.
func (w *detective) clockSkew() {
	if by := w.skew.By; by.Abs() >= w.limits.ClockSkew && by != 0 {
		side := "ahead of"
		if by < 0 {
			side = "behind"
		}
		w.report(operation.Finding{Kind: findingSkew, Severity: severityInfo, Count: 1, SpanIDs: []operation.SpanID{w.op.SpanID, w.skew.Span},
			Evidence: fmt.Sprintf("the clock is about %s %s that of %s, which called: the two spans do not fit into each other; times are shown as they were sent",
				inWords(by.Abs()), side, w.skew.Service)})
	}
	f := operation.Finding{Kind: findingSkew, Severity: severityInfo}
	var most operation.Duration
	for i, s := range w.spans {
		p := w.parent[i]
		if p < 0 || w.spans[p].ID != s.Parent {
			continue
		}
		if by := operation.Duration(w.spans[p].Start - s.Start); by >= w.limits.ClockSkew && by > 0 {
			f.Count++
			f.SpanIDs = appendID(f.SpanIDs, s.ID)
			most = max(most, by)
		}
	}
	if f.Count > 0 {
		f.Evidence = fmt.Sprintf("%s earlier than the span that started it, by up to %s: a clock was set, or not all times are from one clock",
			begins(int(f.Count)), inWords(most))
		w.report(f)
	}
}

func begins(n int) string {
	if n == 1 {
		return "1 span begins"
	}
	return fmt.Sprintf("%d spans begin", n)
}
