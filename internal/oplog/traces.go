package oplog

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// Traces writes spans as OpenTelemetry has them: the opposite of Spans. Those of one resource and scope share them.
func Traces(spans []*operation.Span) ptrace.Traces {
	out := ptrace.NewTraces()
	resources, scopes := map[string]ptrace.ResourceSpans{}, map[string]ptrace.ScopeSpans{}
	for _, s := range spans {
		owner := s.ServiceName + "\x00" + mapText(s.Resource)
		resource, known := resources[owner]
		if !known {
			resource = out.ResourceSpans().AppendEmpty()
			resources[owner] = resource
			fill(resource.Resource().Attributes(), s.Resource)
			if _, named := s.Resource["service.name"]; !named && s.ServiceName != "" {
				resource.Resource().Attributes().PutStr("service.name", s.ServiceName)
			}
		}
		scope, known := scopes[owner+"\x00"+s.Scope]
		if !known {
			scope = resource.ScopeSpans().AppendEmpty()
			scope.Scope().SetName(s.Scope)
			scopes[owner+"\x00"+s.Scope] = scope
		}
		writeSpan(s, scope.Spans().AppendEmpty())
	}
	return out
}

// mapText is the same for equal maps: its keys are sorted.
func mapText(attrs operation.Attributes) string {
	v := pcommon.NewValueMap()
	fill(v.Map(), attrs)
	return v.AsString()
}

// fill takes what attributesOf gives; other values become text.
func fill(m pcommon.Map, attrs operation.Attributes) {
	if err := m.FromRaw(attrs); err != nil {
		for key, value := range attrs {
			v := m.PutEmpty(key)
			if v.FromRaw(value) != nil {
				v.SetStr("")
			}
		}
	}
}

func writeSpan(s *operation.Span, out ptrace.Span) {
	out.SetTraceID(pcommon.TraceID(s.TraceID))
	out.SetSpanID(pcommon.SpanID(s.SpanID))
	out.SetParentSpanID(pcommon.SpanID(s.ParentSpanID))
	out.TraceState().FromRaw(s.TraceState)
	out.SetFlags(s.Flags)
	out.SetName(s.Name)
	out.SetKind(keyOf(spanKinds, s.Kind))
	out.SetStartTimestamp(pcommon.Timestamp(s.StartTime))
	out.SetEndTimestamp(pcommon.Timestamp(int64(s.StartTime) + int64(s.Duration)))
	out.Status().SetCode(keyOf(spanStatuses, s.Status))
	out.Status().SetMessage(s.StatusMessage)
	fill(out.Attributes(), s.Attributes)
	for _, e := range s.Events {
		event := out.Events().AppendEmpty()
		event.SetTimestamp(pcommon.Timestamp(e.Time))
		event.SetName(e.Name)
		fill(event.Attributes(), e.Attributes)
	}
	for _, l := range s.Links {
		link := out.Links().AppendEmpty()
		link.SetTraceID(pcommon.TraceID(l.TraceID))
		link.SetSpanID(pcommon.SpanID(l.SpanID))
		fill(link.Attributes(), l.Attributes)
	}
}

// keyOf is the key of a name; the zero value for others.
func keyOf[K comparable](names map[K]string, name string) (key K) {
	for k, n := range names {
		if n == name {
			return k
		}
	}
	return key
}
