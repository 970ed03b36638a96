package clickhouse

import (
	"slices"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// operationFields are the fields of the record, all or those that lists show and are sorted by.
func operationFields(detail bool, sort ...query.SortKey) []field[operation.Operation] {
	var out []field[operation.Operation]
	for i := range operation.Fields() {
		f := &operation.Fields()[i]
		sorted := slices.ContainsFunc(sort, func(k query.SortKey) bool { return k.Field.Name == f.Name })
		if detail || !f.Detail || sorted {
			out = append(out, field[operation.Operation]{f.Name, f.Ref})
		}
	}
	return out
}

var spanFields = []field[operation.Span]{
	{"trace_id", func(s *operation.Span) any { return &s.TraceID }},
	{"span_id", func(s *operation.Span) any { return &s.SpanID }},
	{"parent_span_id", func(s *operation.Span) any { return &s.ParentSpanID }},
	{"trace_state", func(s *operation.Span) any { return &s.TraceState }},
	{"flags", func(s *operation.Span) any { return &s.Flags }},
	{"name", func(s *operation.Span) any { return &s.Name }},
	{"kind", func(s *operation.Span) any { return &s.Kind }},
	{"start_time", func(s *operation.Span) any { return &s.StartTime }},
	{"duration", func(s *operation.Span) any { return &s.Duration }},
	{"status", func(s *operation.Span) any { return &s.Status }},
	{"status_message", func(s *operation.Span) any { return &s.StatusMessage }},
	{"service_name", func(s *operation.Span) any { return &s.ServiceName }},
	{"scope", func(s *operation.Span) any { return &s.Scope }},
	{"resource", func(s *operation.Span) any { return &s.Resource }},
	{"attributes", func(s *operation.Span) any { return &s.Attributes }},
	{"events", func(s *operation.Span) any { return &s.Events }},
	{"links", func(s *operation.Span) any { return &s.Links }},
}

var logFields = []field[operation.LogRecord]{
	{"log_id", func(l *operation.LogRecord) any { return &l.ID }},
	{"time", func(l *operation.LogRecord) any { return &l.Time }},
	{"trace_id", func(l *operation.LogRecord) any { return &l.TraceID }},
	{"span_id", func(l *operation.LogRecord) any { return &l.SpanID }},
	{"severity_number", func(l *operation.LogRecord) any { return &l.SeverityNumber }},
	{"severity_text", func(l *operation.LogRecord) any { return &l.SeverityText }},
	{"event_name", func(l *operation.LogRecord) any { return &l.EventName }},
	{"body", func(l *operation.LogRecord) any { return &l.Body }},
	{"service_name", func(l *operation.LogRecord) any { return &l.ServiceName }},
	{"scope", func(l *operation.LogRecord) any { return &l.Scope }},
	{"resource", func(l *operation.LogRecord) any { return &l.Resource }},
	{"attributes", func(l *operation.LogRecord) any { return &l.Attributes }},
}
