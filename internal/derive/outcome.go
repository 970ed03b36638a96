package derive

import (
	"cmp"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// outcome fills status and error.
func (d *Deriver) outcome(op *operation.Operation, t *tree, g *Group) {
	thrown := exceptionsBySpan(g.Exceptions)
	op.Status = operation.StatusOK
	if !t.isFailed(thrown) {
		return
	}
	op.Status = operation.StatusError
	i := t.cause()
	if i < 0 {
		return
	}
	f := t.describe(i, thrown)
	s := t.spans[i]
	op.ErrorType, op.ErrorMessage, op.ErrorStack = f.kind, f.message, f.stack
	op.ErrorSpanID, op.ErrorService = s.ID, s.Resource.ServiceName
	op.FailureClass = classOf(op, s, f)
	op.ErrorFingerprint, op.ErrorVariant = d.fingerprint(op, s, f)
	if op.ErrorMessage == "" && s.call != nil && s.code > 0 {
		op.ErrorMessage = said(s.call) + " answered " + s.codeName()
	}
}

// exceptionsBySpan picks the last exception that was logged for each span.
func exceptionsBySpan(exceptions []Exception) map[operation.SpanID]*Exception {
	if len(exceptions) == 0 {
		return nil
	}
	out := make(map[operation.SpanID]*Exception, len(exceptions))
	for i := range exceptions {
		e := &exceptions[i]
		if held := out[e.SpanID]; held == nil || e.laterThan(held) {
			out[e.SpanID] = e
		}
	}
	return out
}

func (e *Exception) laterThan(o *Exception) bool {
	return cmp.Or(cmp.Compare(e.Time, o.Time), strings.Compare(e.Type, o.Type), strings.Compare(e.Message, o.Message), strings.Compare(e.Stack, o.Stack)) > 0
}

// isFailed judges the operation by its entry span: by an exception that was logged for it too, when neither the
// span nor its protocol says how it ended. Without an entry any failed span makes a failure.
func (t *tree) isFailed(thrown map[operation.SpanID]*Exception) bool {
	if t.entry < 0 {
		return slices.ContainsFunc(t.spans, (*Span).Failed)
	}
	s := t.spans[t.entry]
	return s.failed || thrown[s.ID] != nil && s.code < 0 && s.status == 0
}

// cause finds the span that the failure began with: the latest failed span without a failed one below it, unless
// the work went on after it, which says that it was handled. Then the entry itself is the cause.
func (t *tree) cause() int {
	t.markFailed()
	wentOn := t.lastSuccess()
	best := t.entry
	for i, s := range t.spans {
		if !s.failed || t.below[i] || i == t.entry || s.End <= wentOn {
			continue
		}
		if best == t.entry || s.End > t.spans[best].End || s.End == t.spans[best].End && t.parent[i] == int32(best) {
			best = i
		}
	}
	return best
}

// markFailed marks every span with a failed one under it.
func (t *tree) markFailed() {
	t.below = resized(t.below, len(t.spans))
	clear(t.below)
	for _, i := range slices.Backward(t.order) {
		if p := t.parent[i]; p >= 0 && (t.below[i] || t.spans[i].failed) {
			t.below[p] = true
		}
	}
}

// lastSuccess is the start of the last call that went well, -1 if none did; writing down what happened does not count.
func (t *tree) lastSuccess() operation.Time {
	last := operation.Time(-1)
	for i, s := range t.spans {
		if t.counted[i] && !s.failed && (s.call.access != accessWrite || s.call.changes()) {
			last = max(last, s.Start)
		}
	}
	return last
}

// describe is what the span says about its failure, completed by the spans above it: the client of a database
// knows the message, its caller the stack.
func (t *tree) describe(i int, thrown map[operation.SpanID]*Exception) failure {
	const highest = 64
	var out failure
	if s := t.spans[i]; s.more != nil && s.more.failure != nil {
		out = *s.more.failure
	}
	for level := 0; i >= 0 && level < highest; level, i = level+1, int(t.parent[i]) {
		s := t.spans[i]
		if s.more != nil && s.more.failure != nil {
			out.complete(s.more.failure)
		}
		if e := thrown[s.ID]; e != nil {
			out.complete(&failure{kind: e.Type, message: e.Message, stack: e.Stack, thrown: true})
		}
	}
	if s := t.top(); out.kind == "" && s.code > 0 {
		out.kind = s.codeName()
	}
	return out
}

// complete fills what is missing. A stack belongs to its type: it comes only with the exception it was thrown with.
func (f *failure) complete(o *failure) {
	if !f.thrown && o.thrown && (f.kind == "" || f.message == "" || isCode(f.kind)) {
		f.kind, f.thrown = firstText(o.kind, f.kind), true
	}
	if o.thrown || !isCode(o.kind) {
		f.kind = firstText(f.kind, o.kind)
	}
	f.message = firstText(f.message, o.message)
	f.stack = firstText(f.stack, o.stack)
	f.code = firstText(f.code, o.code)
	f.fingerprint = firstText(f.fingerprint, o.fingerprint)
}

// isCode tells a protocol's code from the type of an exception.
func isCode(kind string) bool {
	return strings.ToUpper(kind) == kind && !strings.ContainsAny(kind, ".:")
}
