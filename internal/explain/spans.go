package explain

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// spanIndex finds the spans of a trace, those of the operation apart from the others.
type spanIndex struct {
	byID     map[operation.SpanID]*operation.Span
	children map[operation.SpanID]int    // how many of the operation's own spans each has
	own      []*operation.Span           // of the operation, without its entry span, by start
	names    map[operation.SpanID]string // what the record calls a span
	entries  map[operation.SpanID]*operation.Operation
}

func indexSpans(in Input) *spanIndex {
	x := &spanIndex{byID: map[operation.SpanID]*operation.Span{}, children: map[operation.SpanID]int{},
		names: map[operation.SpanID]string{}, entries: map[operation.SpanID]*operation.Operation{}}
	for _, other := range in.Others {
		if other != nil && !other.SpanID.IsZero() {
			x.entries[other.SpanID] = other
		}
	}
	for _, s := range in.Spans {
		if s != nil && s.TraceID == in.Operation.TraceID {
			x.byID[s.SpanID] = s
		}
	}
	x.collect(in.Operation)
	x.name(in.Operation)
	return x
}

// collect finds the operation's own spans: those under its entry span that are in no other operation.
func (x *spanIndex) collect(op *operation.Operation) {
	mine := map[operation.SpanID]bool{op.SpanID: true}
	decided := map[operation.SpanID]bool{op.SpanID: true}
	for _, s := range x.byID {
		var path []operation.SpanID
		at := s
		for at != nil && !decided[at.SpanID] {
			decided[at.SpanID] = true // also ends on rings
			path = append(path, at.SpanID)
			if x.entries[at.SpanID] != nil || remoteParent(at) {
				at = nil
				break
			}
			at = x.parentOf(at, op)
		}
		for _, id := range path {
			mine[id] = at != nil && mine[at.SpanID]
		}
	}
	for id, s := range x.byID {
		if !mine[id] || id == op.SpanID {
			continue
		}
		x.own = append(x.own, s)
		x.children[s.ParentSpanID]++
	}
	slices.SortFunc(x.own, func(a, b *operation.Span) int {
		return cmp.Or(cmp.Compare(a.StartTime, b.StartTime), strings.Compare(a.SpanID.String(), b.SpanID.String()))
	})
}

// parentOf is the parent of s; the entry span stands in for itself when it was not kept.
func (x *spanIndex) parentOf(s *operation.Span, op *operation.Operation) *operation.Span {
	if p := x.byID[s.ParentSpanID]; p != nil {
		return p
	}
	if s.ParentSpanID == op.SpanID && !op.SpanID.IsZero() {
		return &operation.Span{SpanID: op.SpanID}
	}
	return nil
}

// remoteParent tells that the flags name a parent in another process, where another operation begins.
func remoteParent(s *operation.Span) bool {
	const hasIsRemote, isRemote = 0x100, 0x200
	return s.Flags&hasIsRemote != 0 && s.Flags&isRemote != 0
}

// name takes the names of calls from the record, where they are normalised.
func (x *spanIndex) name(op *operation.Operation) {
	byOffset := map[operation.Duration][]*operation.Step{}
	for i := range op.External {
		step := &op.External[i]
		byOffset[step.FirstOffset] = append(byOffset[step.FirstOffset], step)
	}
	for _, s := range x.own {
		for _, step := range byOffset[operation.Duration(s.StartTime-op.StartTime)] {
			if isFirstOf(s, step) && (s.Kind != operation.SpanInternal || x.children[s.SpanID] == 0) {
				x.names[s.SpanID] = stepText(step)
			}
		}
	}
	for i := range op.Effects {
		if e := &op.Effects[i]; !e.SpanID.IsZero() {
			x.names[e.SpanID] = effectText(e)
		}
	}
}

// isFirstOf tells whether a span that starts with a step can be its first call.
func isFirstOf(s *operation.Span, step *operation.Step) bool {
	return s.Duration == step.Max || step.Count > 1 && s.Duration < step.Max
}

// nameOf is what a span is called in the story, "" when it is not known.
func (x *spanIndex) nameOf(id operation.SpanID, fallback string) string {
	if name := x.names[id]; name != "" {
		return name
	}
	s := x.byID[id]
	if s == nil {
		return Clean(fallback, nameLength)
	}
	if name := x.names[s.ParentSpanID]; name != "" && s.Kind == operation.SpanClient {
		return name // what carries a call is told as the call
	}
	if request := requestText(s); request != "" {
		return request
	}
	return Clean(s.Name, nameLength)
}

// requestText names an HTTP request that the span's name does not, "" for other spans.
func requestText(s *operation.Span) string {
	text := func(keys ...string) string {
		for _, key := range keys {
			if value, ok := s.Attributes[key].(string); ok && value != "" {
				return value
			}
		}
		return ""
	}
	method, host := text("http.request.method", "http.method"), text("server.address", "net.peer.name")
	if s.Kind != operation.SpanClient || method == "" || host == "" {
		return ""
	}
	full := text("url.template", "url.path", "url.full", "http.url", "http.target")
	if u, err := url.Parse(full); err == nil {
		full = u.Path
	}
	return Clean(strings.TrimSpace(method+" "+full), nameLength) + " at " + Clean(host, valueLength)
}

// leaves are the own spans without own spans under them.
func (x *spanIndex) leaves() []*operation.Span {
	var out []*operation.Span
	for _, s := range x.own {
		if x.children[s.SpanID] == 0 {
			out = append(out, s)
		}
	}
	return out
}

func (t *teller) zone() *time.Location {
	if t.Zone == nil {
		return time.UTC
	}
	return t.Zone
}

// offset is when something happened, from the operation's start.
func (t *teller) offset(at operation.Time) operation.Duration {
	return operation.Duration(at - t.op.StartTime)
}

// effectText names a change: INSERT orders, publish order.created.
func effectText(e *operation.Effect) string {
	target, action := Clean(e.Target, nameLength), Clean(e.Action, valueLength)
	switch {
	case action == "" || strings.HasSuffix(target, "/"+action) || target == action:
		return target
	case target == "":
		return action
	default:
		return action + " " + target
	}
}

// stepText names a call: its template, with the host for requests.
func stepText(s *operation.Step) string {
	text := Clean(s.Template, nameLength)
	switch {
	case text == "":
		text = Clean(s.Category+" "+s.System, valueLength)
	case s.Category == operation.CategoryCache && s.System != "":
		text = Clean(s.System, valueLength) + " " + text
	case s.Category == operation.CategoryMessaging && strings.HasPrefix(text, "settle "):
		text = "acknowledge" + strings.TrimPrefix(text, "settle")
	}
	if s.Category == operation.CategoryHTTP && s.Target != "" && !strings.Contains(text, s.Target) {
		text += " at " + Clean(s.Target, valueLength)
	}
	return text
}

// isCallOf tells whether a span is the caller's end of a call that another one answered.
func (x *spanIndex) isCallOf(caller, answer *operation.Span) bool {
	return caller.Kind == operation.SpanClient && (answer.Kind == operation.SpanServer || x.entries[answer.SpanID] != nil)
}
