package oplog

import (
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// unknownService is what a resource without one is called, as the SDK specification says.
const unknownService = "unknown_service"

var spanKinds = map[ptrace.SpanKind]string{
	ptrace.SpanKindInternal: operation.SpanInternal,
	ptrace.SpanKindServer:   operation.SpanServer,
	ptrace.SpanKindClient:   operation.SpanClient,
	ptrace.SpanKindProducer: operation.SpanProducer,
	ptrace.SpanKindConsumer: operation.SpanConsumer,
}

var spanStatuses = map[ptrace.StatusCode]string{
	ptrace.StatusCodeOk:    operation.StatusOK,
	ptrace.StatusCodeError: operation.StatusError,
}

// Spans reads a batch of raw spans.
func Spans(traces ptrace.Traces) []*operation.Span {
	out := make([]*operation.Span, 0, traces.SpanCount())
	for _, rs := range traces.ResourceSpans().All() {
		resource := attributesOf(rs.Resource().Attributes())
		service := serviceOf(resource)
		for _, ss := range rs.ScopeSpans().All() {
			for _, s := range ss.Spans().All() {
				span := span(s)
				span.Resource, span.ServiceName, span.Scope = resource, service, ss.Scope().Name()
				out = append(out, span)
			}
		}
	}
	return out
}

func span(s ptrace.Span) *operation.Span {
	return &operation.Span{
		TraceID:       operation.TraceID(s.TraceID()),
		SpanID:        operation.SpanID(s.SpanID()),
		ParentSpanID:  operation.SpanID(s.ParentSpanID()),
		TraceState:    s.TraceState().AsRaw(),
		Flags:         s.Flags(),
		Name:          s.Name(),
		Kind:          named(spanKinds, s.Kind(), operation.SpanUnspecified),
		StartTime:     operation.Time(s.StartTimestamp()),
		Duration:      operation.Duration(int64(s.EndTimestamp()) - int64(s.StartTimestamp())),
		Status:        named(spanStatuses, s.Status().Code(), operation.StatusUnset),
		StatusMessage: s.Status().Message(),
		Attributes:    attributesOf(s.Attributes()),
		Events:        events(s.Events()),
		Links:         links(s.Links()),
	}
}

func events(in ptrace.SpanEventSlice) []operation.Event {
	var out []operation.Event
	for _, e := range in.All() {
		out = append(out, operation.Event{
			Time: operation.Time(e.Timestamp()), Name: e.Name(), Attributes: attributesOf(e.Attributes()),
		})
	}
	return out
}

func links(in ptrace.SpanLinkSlice) []operation.Link {
	var out []operation.Link
	for _, l := range in.All() {
		out = append(out, operation.Link{
			TraceID: operation.TraceID(l.TraceID()), SpanID: operation.SpanID(l.SpanID()),
			Attributes: attributesOf(l.Attributes()),
		})
	}
	return out
}

func named[K comparable](names map[K]string, key K, other string) string {
	if name, ok := names[key]; ok {
		return name
	}
	return other
}

func serviceOf(resource operation.Attributes) string {
	if name, ok := resource["service.name"].(string); ok && name != "" {
		return name
	}
	return unknownService
}
