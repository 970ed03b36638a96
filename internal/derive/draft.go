package derive

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// draft is the record as far as the entry span's own attributes tell it.
func (d *Deriver) draft(f *fields, span ptrace.Span, scope pcommon.InstrumentationScope, s *Span) *operation.Operation {
	op := &operation.Operation{
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
func explicitKind(op *operation.Operation, f *fields) {
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
	out := make(operation.Attributes, attributes.Len())
	for key, v := range attributes.All() {
		sp, known := d.dict[key]
		switch {
		case d.isHeader(key):
		case !known || vocabulary[sp.attr].place == asItIs:
			out[key] = d.limited(v)
		case vocabulary[sp.attr].place == toAttributes && f.rank[sp.attr] == sp.rank:
			out[vocabulary[sp.attr].names[0]] = d.limited(v)
		case sp.attr >= requestBody && f.rank[sp.attr] != sp.rank && !isEmpty(v) && !f.value[sp.attr].Equal(v):
			out[key] = d.limited(v) // two configured keys that disagree: both are worth keeping
		}
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
	if n, ok := parseNumber(port); found && ok {
		if _, taken := out["server.port"]; !taken {
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
