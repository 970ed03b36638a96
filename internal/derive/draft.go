package derive

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/semconv"
)

// draft is the record as far as the entry span's own attributes tell it, under the record's names. It is a third of
// the record's size, and every operation that waits holds one.
type draft struct {
	Name, Transport, Method, Route, Target                                     string
	Kind, KindEvidence                                                         string
	KindConfidence                                                             float64
	UserID, UserType, TenantID, SessionID, RequestID, ClientAddress, UserAgent string
	StatusMessage, MessageID, IdempotencyKey, Scope                            string
	StatusCode, Attempt                                                        int64
	RequestBody, ResponseBody                                                  string
	RequestSize, ResponseSize                                                  int64
	RequestHeaders, ResponseHeaders, Attributes                                operation.Attributes
	Links                                                                      []operation.Link
	Truncated, DeadLettered                                                    bool
}

// fill begins a record with it.
func (op *draft) fill(r *operation.Operation) {
	*r = operation.Operation{
		Name: op.Name, Transport: op.Transport, Method: op.Method, Route: op.Route, Target: op.Target,
		Kind: op.Kind, KindConfidence: op.KindConfidence, KindEvidence: op.KindEvidence,
		UserID: op.UserID, UserType: op.UserType, TenantID: op.TenantID, SessionID: op.SessionID, RequestID: op.RequestID,
		ClientAddress: op.ClientAddress, UserAgent: op.UserAgent,
		StatusCode: op.StatusCode, StatusMessage: op.StatusMessage,
		RequestHeaders: op.RequestHeaders, ResponseHeaders: op.ResponseHeaders, RequestBody: op.RequestBody, ResponseBody: op.ResponseBody,
		RequestSize: op.RequestSize, ResponseSize: op.ResponseSize, Truncated: op.Truncated,
		Attempt: op.Attempt, MessageID: op.MessageID, IdempotencyKey: op.IdempotencyKey, DeadLettered: op.DeadLettered,
		Attributes: op.Attributes, Scope: op.Scope, Links: op.Links,
	}
}

func (d *Deriver) draft(f *fields, span ptrace.Span, scope pcommon.InstrumentationScope, s *Span) *draft {
	op := &draft{
		Scope:          scope.Name(),
		UserID:         f.str(userID),
		UserType:       f.str(userType),
		TenantID:       f.str(tenantID),
		SessionID:      f.str(sessionID),
		RequestID:      f.str(requestID),
		ClientAddress:  clientOf(f, s.Kind),
		UserAgent:      f.str(userAgent),
		IdempotencyKey: f.str(idempotencyKey),
		MessageID:      f.str(messagingID),
		StatusMessage:  span.Status().Message(),
		Links:          linksOf(span.Links()),
	}
	op.Attempt, _ = f.num(messagingAttempt)
	op.DeadLettered, _ = f.truth(messagingDeadLetter)
	if s.code >= 0 {
		op.StatusCode = int64(s.code)
	}
	d.nameOperation(op, f, s)
	d.payload(op, f, span.Attributes())
	op.Attributes = d.rest(f, span.Attributes(), s.Kind)
	explicitKind(op, f)
	return op
}

// explicitKind takes the word of an application that names the kind itself.
func explicitKind(op *draft, f *fields) {
	switch kind := strings.ToLower(f.str(operationKind)); kind {
	case operation.KindQuery, operation.KindCommand:
		op.Kind, op.KindConfidence, op.KindEvidence = kind, 1, "the span says so"
	}
}

// clientOf is who called: on the server side the older net.peer names mean the client.
func clientOf(f *fields, kind ptrace.SpanKind) string {
	if kind == ptrace.SpanKindClient || kind == ptrace.SpanKindProducer {
		return ""
	}
	return f.first(clientAddress, netPeerName, peerAddress)
}

func linksOf(links ptrace.SpanLinkSlice) []operation.Link {
	if links.Len() == 0 {
		return nil
	}
	const most = 128
	out := make([]operation.Link, 0, min(links.Len(), most))
	for i := range min(links.Len(), most) {
		l := links.At(i)
		out = append(out, operation.Link{TraceID: operation.TraceID(l.TraceID()), SpanID: operation.SpanID(l.SpanID()), Attributes: attributesOf(l.Attributes())})
	}
	return out
}

// rest is every attribute without a field of its own, under its current name.
func (d *Deriver) rest(f *fields, attributes pcommon.Map, kind ptrace.SpanKind) operation.Attributes {
	type kept struct {
		key   string
		value pcommon.Value
	}
	var room [32]kept // counted first, because an entry span has far more attributes than stay
	stay := room[:0]
	for key, v := range attributes.All() {
		sp, known := d.dict[key]
		switch {
		case known && vocabulary[sp.attr].Kept == semconv.Field && f.rank[sp.attr] == sp.rank:
		case !known && d.isHeader(key):
		case !known || vocabulary[sp.attr].Kept == semconv.AsSent:
			stay = append(stay, kept{key, v})
		case vocabulary[sp.attr].Kept == semconv.Renamed && f.rank[sp.attr] == sp.rank:
			stay = append(stay, kept{vocabulary[sp.attr].Name(), v})
		case sp.attr >= requestBody && f.rank[sp.attr] != sp.rank && !isEmpty(v) && !f.value[sp.attr].Equal(v) && !d.isHeader(key):
			stay = append(stay, kept{key, v}) // two configured keys that disagree: both are worth keeping
		}
	}
	out := make(operation.Attributes, len(stay))
	for _, k := range stay {
		out[k.key] = d.limited(k.value)
	}
	addComposed(out, f, kind)
	if len(out) == 0 {
		return nil
	}
	return out
}

// limited is the value, text cut to the length of a payload.
func (d *Deriver) limited(v pcommon.Value) any {
	if v.Type() == pcommon.ValueTypeStr {
		return cut(v.Str(), d.cfg.PayloadMaxBytes)
	}
	return valueOf(v)
}

// addComposed puts what older conventions said in other pieces under the current names.
func addComposed(out operation.Attributes, f *fields, kind ptrace.SpanKind) {
	setText := func(key, value string) {
		if _, taken := out[key]; !taken && value != "" {
			out[key] = value
		}
	}
	setNumber := func(key string, a attr) {
		if n, ok := f.num(a); ok {
			if _, taken := out[key]; !taken {
				out[key] = n
			}
		}
	}
	if _, query, found := strings.Cut(f.str(httpTarget), "?"); found {
		setText("url.query", query)
	}
	if kind == ptrace.SpanKindClient || kind == ptrace.SpanKindProducer {
		setText("server.address", f.str(netPeerName))
		setNumber("server.port", netPeerPort)
	} else {
		setText("server.address", f.str(netHostName))
		setNumber("server.port", netHostPort)
		setNumber("network.peer.port", netPeerPort)
	}
	host, port, found := strings.Cut(f.str(httpHost), ":")
	setText("server.address", host)
	if found {
		if n, ok := parseNumber(port); ok && out["server.port"] == nil {
			out["server.port"] = n
		}
	}
	if text, ok := out["network.transport"].(string); ok {
		out["network.transport"] = strings.TrimPrefix(text, "ip_")
	}
	if text, ok := out["db.system.name"].(string); ok {
		out["db.system.name"] = systemName(text)
	}
	if namespace, function := f.str(codeNamespace), f.str(codeFunction); namespace != "" && !strings.HasPrefix(function, namespace) {
		out["code.function.name"] = strings.Trim(namespace+"."+function, ".")
	}
}
