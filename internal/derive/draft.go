package derive

import (
	"strings"
	"sync"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// draft is the record as far as the entry span's own attributes tell it, under the record's names. It points into
// pdata; what waits for the rest of the operation is its heading and the text that pack makes of it.
type draft struct {
	heading
	UserID, UserType, TenantID, SessionID, RequestID, ClientAddress, UserAgent string
	StatusMessage, MessageID, IdempotencyKey, Target                           string
	RequestBody, ResponseBody                                                  string
	StatusCode, Attempt, RequestSize, ResponseSize                             int64
	RequestHeaders, ResponseHeaders, Attributes                                []kept
	Kind                                                                       explicit
	Truncated, DeadLettered                                                    bool

	packer packer
}

// heading is what operations of the same name share.
type heading struct{ Name, Transport, Method, Route, Scope string }

// explicit is the kind that the application named itself.
type explicit byte

const (
	notExplicit explicit = iota
	explicitQuery
	explicitCommand
)

// drafts are used again: they are worked on for a moment.
var drafts = sync.Pool{New: func() any { return new(draft) }}

// free forgets everything but the room for the next.
func (op *draft) free() {
	const most = 256 // attributes; and bytes for each of them
	for _, list := range [][]kept{op.RequestHeaders, op.ResponseHeaders, op.Attributes} {
		if cap(list) > most {
			return
		}
		clear(list)
	}
	if cap(op.packer.buf) > most*most {
		return
	}
	*op = draft{RequestHeaders: op.RequestHeaders[:0], ResponseHeaders: op.ResponseHeaders[:0], Attributes: op.Attributes[:0],
		packer: packer{op.packer.buf[:0]}}
	drafts.Put(op)
}

// draft reads an entry span.
func (d *Deriver) draft(f *fields, span ptrace.Span, scope pcommon.InstrumentationScope, s *Span) (*heading, string) {
	op := drafts.Get().(*draft)
	defer op.free()
	op.Scope = scope.Name()
	op.UserID, op.UserType = f.str(userID), f.str(userType)
	op.TenantID, op.SessionID, op.RequestID = f.str(tenantID), f.str(sessionID), f.str(requestID)
	op.ClientAddress, op.UserAgent = clientOf(f, s.Kind), f.str(userAgent)
	op.IdempotencyKey, op.MessageID = f.str(idempotencyKey), f.str(messagingID)
	op.StatusMessage = span.Status().Message()
	op.Attempt, _ = f.num(messagingAttempt)
	op.DeadLettered, _ = f.truth(messagingDeadLetter)
	if s.code >= 0 {
		op.StatusCode = int64(s.code)
	}
	d.nameOperation(op, f, s)
	d.payload(op, f, span.Attributes())
	d.rest(op, f, span.Attributes(), s.Kind)
	op.Kind = explicitKind(f)
	return d.heading(op), d.pack(op, span.Links())
}

// heading answers the shared one.
func (d *Deriver) heading(op *draft) *heading {
	const longest = 1 << 10 // what is longer is hardly met again
	p := &op.packer
	p.buf = p.buf[:0]
	p.texts(op.Name, op.Transport, op.Method, op.Route, op.Scope)
	if len(p.buf) > longest {
		return newHeading(string(p.buf))
	}
	if known, ok := d.headings.getBytes(p.buf); ok {
		return known
	}
	key := string(p.buf)
	return d.headings.add(key, newHeading(key))
}

func newHeading(packed string) *heading {
	h, u := &heading{}, unpacker{packed}
	u.texts(&h.Name, &h.Transport, &h.Method, &h.Route, &h.Scope)
	return h
}

// pack writes what the heading does not say.
func (d *Deriver) pack(op *draft, links ptrace.SpanLinkSlice) string {
	p := &op.packer
	p.buf = p.buf[:0]
	p.texts(op.UserID, op.UserType, op.TenantID, op.SessionID, op.RequestID, op.ClientAddress, op.UserAgent,
		op.StatusMessage, op.MessageID, op.IdempotencyKey, op.Target, op.RequestBody, op.ResponseBody)
	for _, n := range [...]int64{op.StatusCode, op.Attempt, op.RequestSize, op.ResponseSize} {
		p.number(n)
	}
	p.form(byte(op.Kind))
	p.truth(op.Truncated)
	p.truth(op.DeadLettered)
	for _, list := range [...][]kept{op.RequestHeaders, op.ResponseHeaders, op.Attributes} {
		d.packKept(p, list)
	}
	packLinks(p, links)
	return string(p.buf)
}

// fill begins a record with what was packed. The record's texts are parts of it.
func (h *heading) fill(r *operation.Operation, packed string) {
	*r = operation.Operation{Name: h.Name, Transport: h.Transport, Method: h.Method, Route: h.Route, Scope: h.Scope}
	u := unpacker{packed}
	u.texts(&r.UserID, &r.UserType, &r.TenantID, &r.SessionID, &r.RequestID, &r.ClientAddress, &r.UserAgent,
		&r.StatusMessage, &r.MessageID, &r.IdempotencyKey, &r.Target, &r.RequestBody, &r.ResponseBody)
	r.TenantID = strings.Clone(r.TenantID) // of what is counted by tenant, it is a key: the rest is not to stay with it
	for _, n := range [...]*int64{&r.StatusCode, &r.Attempt, &r.RequestSize, &r.ResponseSize} {
		*n = u.number()
	}
	explicit(u.form()).fill(r)
	r.Truncated, r.DeadLettered = u.truth(), u.truth()
	r.RequestHeaders, r.ResponseHeaders, r.Attributes = u.attributes(), u.attributes(), u.attributes()
	r.Links = u.links()
}

// explicitKind takes the word of an application that names the kind itself.
func explicitKind(f *fields) explicit {
	switch strings.ToLower(f.str(operationKind)) {
	case operation.KindQuery:
		return explicitQuery
	case operation.KindCommand:
		return explicitCommand
	default:
		return notExplicit
	}
}

func (e explicit) fill(r *operation.Operation) {
	switch e {
	case explicitQuery:
		r.Kind = operation.KindQuery
	case explicitCommand:
		r.Kind = operation.KindCommand
	default:
		return
	}
	r.KindConfidence, r.KindEvidence = 1, "the span says so"
}

// clientOf is who called: on the server side the older net.peer names mean the client.
func clientOf(f *fields, kind ptrace.SpanKind) string {
	if kind == ptrace.SpanKindClient || kind == ptrace.SpanKindProducer {
		return ""
	}
	return f.first(clientAddress, netPeerName, peerAddress)
}

func packLinks(p *packer, links ptrace.SpanLinkSlice) {
	const most = 128
	n := min(links.Len(), most)
	p.count(n)
	for i := range n {
		l := links.At(i)
		trace, span := l.TraceID(), l.SpanID()
		p.buf = append(append(p.buf, trace[:]...), span[:]...)
		p.attributes(l.Attributes())
	}
}

func (u *unpacker) links() []operation.Link {
	n := u.count()
	if n == 0 {
		return nil
	}
	out := make([]operation.Link, n)
	for i := range out {
		l := &out[i]
		copy(l.TraceID[:], u.take(len(l.TraceID)))
		copy(l.SpanID[:], u.take(len(l.SpanID)))
		l.Attributes = u.attributes()
	}
	return out
}
