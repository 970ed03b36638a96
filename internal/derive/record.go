package derive

import (
	"strings"
	"sync"

	"github.com/opslog/opslog/internal/operation"
)

// Operation derives the record. It leaves the group as it is, gives the same record for any order of spans and
// exceptions, and answers nil for a group without spans. Without an entry span the record starts at the first
// span and has the id of the missing parent. The map of the resource is shared and must not be changed.
func (d *Deriver) Operation(g *Group) *operation.Operation {
	op, _ := d.Derive(g)
	return op
}

// Derive is Operation together with what a Learner takes from it.
func (d *Deriver) Derive(g *Group) (*operation.Operation, Lesson) {
	if g.Entry == nil && len(g.Spans) == 0 {
		return nil, Lesson{}
	}
	t := plant(g)
	defer t.release()
	op := t.begin()
	op.ParentOperationID, op.Revision, op.TraceDuration = g.ParentOperation, g.Revision, g.TraceDuration
	op.Complete, op.IncompleteReason = g.Complete, g.IncompleteReason
	op.ID = g.ID
	if op.ID.IsZero() {
		op.ID = operation.NewID(op.StartTime, op.TraceID, op.SpanID)
	}
	t.markCalls()
	t.groupCalls()
	t.followCritical()
	t.rollUp(op)
	t.shares(op)
	op.External, op.Effects = t.steps(), t.effects()
	op.DeadLettered = op.DeadLettered || t.gaveUp(op)
	d.outcome(op, t, g)
	d.classify(op, t)
	var lesson Lesson
	op.Findings, lesson = d.findings(op, t, g)
	if t.entry >= 0 {
		lesson.Caller = t.spans[t.entry].Parent
	}
	return op, lesson
}

// records that were given back; a record is large and lives for a moment.
var records = sync.Pool{New: func() any { return &operation.Operation{} }}

// Release takes back a record of Operation that nobody will look at any more. It need not be called.
func Release(op *operation.Operation) { records.Put(op) }

// begin is the draft of the entry span with time and place.
func (t *tree) begin() *operation.Operation {
	s := t.top()
	op := records.Get().(*operation.Operation)
	if s.more != nil && s.more.heading != nil && t.entry >= 0 {
		s.more.heading.fill(op, s.more.packed)
	} else {
		*op = operation.Operation{}
		t.nameWithoutDraft(op, s)
	}
	if t.entry >= 0 {
		op.SpanID = s.ID
	}
	op.TraceID, op.StartTime, op.Duration = s.TraceID, t.start, operation.Duration(t.end-t.start)
	r := s.Resource
	op.ServiceName, op.ServiceNamespace, op.ServiceVersion = r.ServiceName, r.Namespace, r.Version
	op.ServiceInstanceID, op.Environment, op.HostName, op.Resource = r.InstanceID, r.Environment, r.HostName, r.Attributes
	return op
}

// top is the entry, or the first span without a parent while the entry is missing.
func (t *tree) top() *Span {
	if t.entry >= 0 {
		return t.spans[t.entry]
	}
	return t.spans[t.order[0]]
}

// nameWithoutDraft names an operation by what every span has: of an entry that only its parent's resource made
// one, or of the first span when the entry is missing.
func (t *tree) nameWithoutDraft(op *operation.Operation, s *Span) {
	op.Transport = operation.TransportInternal
	if t.entry < 0 {
		op.SpanID, op.Name = s.Parent, "unknown"
		return
	}
	op.Name = templated(s.Name)
	if s.call == nil {
		return
	}
	switch s.call.category {
	case operation.CategoryHTTP:
		op.Transport, op.Method, op.Route = operation.TransportHTTP, s.call.action, s.call.object
	case operation.CategoryRPC:
		op.Transport, op.Method = operation.TransportRPC, s.call.action
	case operation.CategoryMessaging:
		op.Transport, op.Method, op.Route = operation.TransportMessage, s.call.action, s.call.object
	}
	op.Name = firstText(strings.TrimSpace(s.call.template), op.Name)
}
