package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// How many steps are told.
const (
	stepsTold  = 8
	beforeTold = 5 // before an error
	afterTold  = 2 // after it
)

// happening is a step, an event or a log record.
type happening struct {
	at     operation.Duration
	text   string
	took   operation.Duration
	count  int64
	failed int64
	step   bool
}

func (h *happening) line() Line {
	text := h.text
	if h.count > 1 {
		text += fmt.Sprintf(" ×%d", h.count)
	}
	if h.step {
		text += ", " + took(h.took)
		if h.count > 1 {
			text += " in all"
		}
	}
	at := h.at
	l := Line{Text: text, Item: true, Offset: &at}
	if h.failed > 0 {
		l.Outcome = operation.EffectFailed
		if h.count > 1 {
			l.Text += fmt.Sprintf(", %d failed", h.failed)
		}
	}
	return l
}

// chronology tells what happened in order. When the time of an error is known, it is what came before it, and before
// is true.
func (t *teller) chronology() (lines []Line, before bool) {
	all := t.steps()
	moment, known := t.errorMoment()
	if !known {
		return told(append(all, t.remarks(warning)...)), false
	}
	all = append(all, t.remarks(0)...)
	sortByTime(all)
	n := 0
	for n < len(all) && all[n].at <= moment {
		n++
	}
	from, to := max(0, n-beforeTold), min(len(all), n+afterTold)
	if from == 1 {
		from = 0 // a line that says "1 step" is no shorter than the step
	}
	if from > 0 {
		lines = append(lines, Line{Item: true, Text: fmt.Sprintf("… %s before that", counted(int64(from), "earlier step"))})
	}
	for i := from; i < to; i++ {
		lines = append(lines, all[i].line())
	}
	return lines, len(lines) > 0
}

// Chronology is everything that happened in the operation, in order: steps, events and log records, up to its error and
// a little beyond when it failed. At most so many lines are told, those nearest to the error or to the end.
func Chronology(in Input, most int) []Line {
	t := &teller{Input: in, op: in.Operation, spans: indexSpans(in)}
	all := append(t.everyStep(), t.remarks(0)...)
	sortByTime(all)
	if moment, known := t.errorMoment(); known {
		n := 0
		for n < len(all) && all[n].at <= moment {
			n++
		}
		all = all[:min(len(all), n+afterTold)]
	}
	var out []Line
	if left := len(all) - most; left > 0 {
		all = all[left:]
		out = append(out, Line{Item: true, Text: fmt.Sprintf("… %s before that", counted(int64(left), "earlier step"))})
	}
	for i := range all {
		out = append(out, all[i].line())
	}
	return out
}

// everyStep is each of the operation's own spans that has none under it; the record's calls where no spans were kept.
func (t *teller) everyStep() []happening {
	leaves := t.spans.leaves()
	if len(leaves) == 0 {
		return t.steps()
	}
	out := make([]happening, len(leaves))
	for i, s := range leaves {
		out[i] = happening{at: t.offset(s.StartTime), text: t.spans.nameOf(s.SpanID, s.Name), took: s.Duration, count: 1, step: true}
		if s.Status == operation.StatusError {
			out[i].failed = 1
			if s.StatusMessage != "" {
				out[i].text += " (" + Clean(s.StatusMessage, messageLength) + ")"
			}
		}
	}
	return out
}

// told picks the failed and the longest happenings when there are too many.
func told(all []happening) []Line {
	left := 0
	if len(all) > stepsTold+1 {
		left = len(all) - stepsTold
		slices.SortStableFunc(all, func(a, b happening) int {
			return cmp.Or(cmp.Compare(min(b.failed, 1), min(a.failed, 1)), cmp.Compare(b.took, a.took), cmp.Compare(a.at, b.at))
		})
		all = all[:stepsTold]
	}
	sortByTime(all)
	var out []Line
	for i := range all {
		out = append(out, all[i].line())
	}
	if left > 0 {
		out = append(out, Line{Item: true, Text: fmt.Sprintf("… and %d shorter ones", left)})
	}
	return out
}

func sortByTime(all []happening) {
	slices.SortStableFunc(all, func(a, b happening) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(b.took, a.took), strings.Compare(a.text, b.text))
	})
}

// steps are the record's calls, and the work in between that has spans of its own.
func (t *teller) steps() []happening {
	var out []happening
	for i := range t.op.External {
		s := &t.op.External[i]
		out = append(out, happening{at: s.FirstOffset, text: stepText(s), took: s.Total, count: s.Count, failed: s.Errors, step: true})
	}
	calls := len(out)
	at := map[string]int{}
	for _, s := range t.spans.leaves() {
		if t.spans.names[s.SpanID] != "" || isCall(s) {
			continue
		}
		name := Clean(s.Name, nameLength)
		i, ok := at[name]
		if !ok {
			i = len(out)
			at[name] = i
			out = append(out, happening{at: t.offset(s.StartTime), text: name, step: true})
		}
		out[i].count++
		out[i].took += s.Duration
		if s.Status == operation.StatusError {
			out[i].failed++
		}
	}
	if calls == 0 {
		return out
	}
	return append(out[:calls], slices.DeleteFunc(out[calls:], func(h happening) bool {
		return h.failed == 0 && h.took < max(t.op.Duration/100, time.Millisecond) // not worth telling beside calls
	})...)
}

// isCall tells of spans that the record sums up as calls.
func isCall(s *operation.Span) bool {
	switch s.Kind {
	case operation.SpanClient, operation.SpanProducer, operation.SpanConsumer, operation.SpanServer:
		return true
	}
	for key := range s.Attributes {
		for _, prefix := range []string{"db.", "rpc.", "messaging.", "http.", "cache.", "file."} {
			if strings.HasPrefix(key, prefix) {
				return true
			}
		}
	}
	return false
}

// warning is the least severity number of a warning.
const warning = 13

// remarks are events of the operation's spans and its log records from a severity on. The exceptions among them are
// the error itself.
func (t *teller) remarks(least int64) []happening {
	var out []happening
	mine := map[operation.SpanID]bool{t.op.SpanID: true}
	spans := t.spans.own
	if entry := t.spans.byID[t.op.SpanID]; entry != nil {
		spans = append([]*operation.Span{entry}, spans...)
	}
	for _, s := range spans {
		mine[s.SpanID] = true
		for _, e := range s.Events {
			if least == 0 && !isException(e.Name, e.Attributes) {
				out = append(out, happening{at: t.offset(e.Time), text: remark("", e.Name, e.Attributes)})
			}
		}
	}
	for _, l := range t.Logs {
		if l == nil || l.TraceID != t.op.TraceID || !mine[l.SpanID] || l.SeverityNumber < least || isException(l.EventName, l.Attributes) {
			continue
		}
		out = append(out, happening{at: t.offset(l.Time), text: remark(severity(l), l.Body, nil)})
	}
	return out
}

func isException(name string, attributes operation.Attributes) bool {
	return name == "exception" || attributes["exception.type"] != nil || attributes["exception.message"] != nil
}

func severity(l *operation.LogRecord) string {
	if l.SeverityText != "" {
		return strings.ToLower(l.SeverityText)
	}
	names := []string{"trace", "debug", "info", "warning", "error", "fatal"}
	if n := (l.SeverityNumber - 1) / 4; l.SeverityNumber > 0 && n < int64(len(names)) {
		return names[n]
	}
	return "log"
}

func remark(severity, text string, attributes operation.Attributes) string {
	text = Clean(text, nameLength)
	if message, ok := attributes["message"].(string); ok {
		text = strings.TrimSpace(text + ": " + Clean(message, nameLength))
	}
	if severity == "" {
		return "event: " + text
	}
	return Clean(severity, valueLength) + ": " + text
}

// errorMoment is when the error was raised: by its exception, else by the end of the span that failed.
func (t *teller) errorMoment() (operation.Duration, bool) {
	s := t.spans.byID[t.op.ErrorSpanID]
	if t.op.Status != operation.StatusError || s == nil {
		return 0, false
	}
	for _, e := range slices.Backward(s.Events) {
		if isException(e.Name, e.Attributes) {
			return t.offset(e.Time), true
		}
	}
	return t.offset(s.StartTime) + s.Duration, true
}
