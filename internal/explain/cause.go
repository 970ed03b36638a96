package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// classes say who would have to act.
var classes = map[string]string{
	operation.FailureDependency: "The fault lies with what it depends on, not with the request",
	operation.FailureInput:      "It looks like bad input rather than a bug",
	operation.FailureTimeout:    "It waited too long for an answer",
	operation.FailureCancelled:  "It was cancelled before it could finish; the caller may have gone away",
	operation.FailureCode:       "It looks like a bug in the code",
}

// cause says why the operation failed, where it began and what else failed because of it.
func (t *teller) cause() []Line {
	op := t.op
	var out []Line
	if op.Status != operation.StatusError {
		return nil
	}
	root := t.rootCause()
	out = append(out, sentence(ended(t.error(root))))
	if root != op {
		out = append(out, sentence("Here it showed as: "+ended(t.error(op))))
	}
	if class := classes[root.FailureClass]; class != "" {
		out = append(out, sentence(class+"."))
	}
	if frame := thrownAt(root.ErrorStack); frame != "" {
		out = append(out, sentence("Thrown at "+ended(frame)))
	}
	out = append(out, t.cascade(root)...)
	return append(out, t.elsewhere()...)
}

// rootCause is the operation in which the failure began: the called one that failed last, and what it called.
func (t *teller) rootCause() *operation.Operation {
	at := t.op
	for range len(t.Others) {
		var next *operation.Operation
		for _, o := range t.Others {
			called := o != nil && o.ID != at.ID && o.ParentOperationID == at.ID && !at.ID.IsZero()
			if !called || o.Status != operation.StatusError || isAsync(o) || !t.causes(o, at) {
				continue
			}
			if next == nil || end(o) > end(next) {
				next = o
			}
		}
		if next == nil {
			return at
		}
		at = next
	}
	return at
}

// causes tells whether the failure of o can be why its caller failed: the caller's error stands at the call to o, as
// far as the spans tell.
func (t *teller) causes(o, caller *operation.Operation) bool {
	s := t.spans.byID[o.SpanID]
	if s == nil || caller.ErrorSpanID.IsZero() {
		return true
	}
	for range 10 { // levels between the call and the span that is blamed
		if s.ParentSpanID == caller.ErrorSpanID {
			return true
		}
		if s = t.spans.byID[s.ParentSpanID]; s == nil || s.SpanID == caller.SpanID {
			return false
		}
	}
	return false
}

// isAsync tells of work that nobody waited for.
func isAsync(op *operation.Operation) bool {
	return op.Transport == operation.TransportMessage || op.Transport == operation.TransportJob
}

func end(op *operation.Operation) operation.Time { return op.StartTime + operation.Time(op.Duration) }

// error says what failed and how.
func (t *teller) error(op *operation.Operation) string {
	what := errorText(op)
	place := ""
	if op.ErrorSpanID != op.SpanID {
		place = t.spans.nameOf(op.ErrorSpanID, "")
	}
	if place == "" {
		place = failedStep(op)
	}
	if op != t.op {
		at := Clean(op.Name, nameLength) + " on " + Clean(op.ServiceName, valueLength)
		if place != "" && !strings.Contains(at, place) {
			at += ", in " + place
		}
		return "It began in " + at + ": " + what
	}
	if place == "" || strings.HasPrefix(what, place) || isNumber(op.ErrorType) && strings.HasSuffix(what, " answered "+op.ErrorType) {
		return what // it names the call itself
	}
	return place + " failed: " + what
}

// failedStep names the only call that failed, for records whose spans were not kept.
func failedStep(op *operation.Operation) string {
	name := ""
	for i := range op.External {
		if op.External[i].Errors == 0 {
			continue
		}
		if name != "" || op.ErrorSpanID == op.SpanID {
			return ""
		}
		name = stepText(&op.External[i])
	}
	return name
}

func errorText(op *operation.Operation) string {
	kind, message := Clean(op.ErrorType, valueLength), Clean(op.ErrorMessage, messageLength)
	if slices.Contains(plain, kind) && message != "" {
		kind = ""
	}
	if message == "" {
		message = Clean(op.StatusMessage, messageLength)
	}
	switch {
	case kind == "" && message == "":
		return "no span says what went wrong"
	case kind == "" || strings.HasPrefix(message, kind):
		return message
	case isNumber(kind) && strings.Contains(message, kind):
		return message
	case isNumber(kind) && message != "":
		return message + " (code " + kind + ")"
	case message == "":
		return kind
	default:
		return kind + ": " + message
	}
}

// plain are types that say nothing beside a message.
var plain = []string{"*fmt.wrapError", "*fmt.wrapErrors", "*errors.errorString", "*errors.joinError", "Error", "Exception", "error"}

func isNumber(s string) bool { return strings.Trim(s, "0123456789") == "" }

// cascade lists what failed because of the cause, from there outward.
func (t *teller) cascade(root *operation.Operation) []Line {
	var names []string
	add := func(name, service string) {
		text := name
		if service != t.op.ServiceName && service != "" {
			text += " (" + Clean(service, valueLength) + ")"
		}
		if len(names) == 0 || names[len(names)-1] != text {
			names = append(names, text)
		}
	}
	const highest = 64
	at := t.spans.byID[root.ErrorSpanID]
	for level := 0; at != nil && level < highest; level++ {
		answered := at
		at = t.spans.byID[at.ParentSpanID]
		if at == nil || t.spans.isCallOf(at, answered) {
			continue // the caller's end of a call that was named by the other end
		}
		if at.Status != operation.StatusError && t.spans.entries[at.SpanID] == nil {
			continue
		}
		if at.SpanID == t.op.SpanID || at.SpanID == root.SpanID {
			continue // the headline says so, and the place where it began was named
		} else if entry := t.spans.entries[at.SpanID]; entry != nil && entry.Status == operation.StatusError {
			add(Clean(entry.Name, nameLength), entry.ServiceName)
		} else if at.Status == operation.StatusError {
			add(t.spans.nameOf(at.SpanID, at.Name), at.ServiceName)
		}
	}
	if len(names) == 0 {
		names = t.callersThatFailed()
	}
	if len(names) == 0 {
		return nil
	}
	const shown = 5
	if len(names) > shown {
		names = append(names[:shown-2:shown-2], fmt.Sprintf("%d more", len(names)-shown+1), names[len(names)-1])
	}
	return []Line{sentence("Also failed because of it: " + strings.Join(names, ", then ") + ".")}
}

// callersThatFailed goes up the operations when there are no spans.
func (t *teller) callersThatFailed() []string {
	var names []string
	at := t.op
	for range len(t.Others) {
		var caller *operation.Operation
		for _, o := range t.Others {
			if o != nil && o.ID == at.ParentOperationID && o.ID != at.ID && !o.ID.IsZero() {
				caller = o
			}
		}
		if caller == nil || caller.Status != operation.StatusError {
			break
		}
		names = append(names, fmt.Sprintf("%s (%s)", Clean(caller.Name, nameLength), Clean(caller.ServiceName, valueLength)))
		at = caller
	}
	return names
}

// elsewhere says where the same error was seen.
func (t *teller) elsewhere() []Line {
	if t.Same == nil || t.op.ErrorFingerprint == "" {
		return nil
	}
	if t.Same.Count == 0 {
		return []Line{sentence(fmt.Sprintf("No other operation failed with this error %s.", t.Same.Where))}
	}
	atLeast := ""
	if t.Same.More {
		atLeast = "at least "
	}
	text := fmt.Sprintf("The same error hit %s%s %s", atLeast, counted(int64(t.Same.Count), "other operation"), t.Same.Where)
	if from, to := t.clock(t.Same.First), t.clock(t.Same.Last); from == to {
		text += ", at " + from
	} else {
		text += fmt.Sprintf(", from %s to %s", from, to)
	}
	const shown = 3
	if names := t.Same.Operations; len(names) > 0 {
		said := make([]string, 0, shown)
		for _, name := range names[:min(len(names), shown)] {
			said = append(said, Clean(name, nameLength))
		}
		if len(names) > shown {
			said = append(said, fmt.Sprintf("%d more", len(names)-shown))
		}
		text += ": " + list(said)
	}
	return []Line{sentence(ended(text))}
}

func (t *teller) clock(at operation.Time) string { return at.Std().In(t.zone()).Format("15:04:05") }
