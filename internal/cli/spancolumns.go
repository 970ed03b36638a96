package cli

import (
	"strconv"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// spanColumns are those of lists of spans.
func spanColumns(zone *time.Location) []column[*operation.Span] {
	bad := func(s *operation.Span) bool { return s.Status == operation.StatusError }
	text := func(name string, wide bool, get func(*operation.Span) string) column[*operation.Span] {
		return column[*operation.Span]{name: name, wide: wide, left: true, text: func(s *operation.Span) string { return printable(get(s), 60) }, raw: get}
	}
	return []column[*operation.Span]{
		{name: "TIME", text: func(s *operation.Span) string { return s.StartTime.Std().In(zone).Format(timeLayout) },
			raw: func(s *operation.Span) string { return s.StartTime.Std().In(zone).Format(time.RFC3339Nano) }},
		{name: "STATUS", text: func(s *operation.Span) string { return s.Status }, bad: bad},
		{name: "KIND", text: func(s *operation.Span) string { return s.Kind }},
		text("SPAN", false, func(s *operation.Span) string { return s.Name }),
		text("SERVICE", false, func(s *operation.Span) string { return s.ServiceName }),
		{name: "DURATION", text: func(s *operation.Span) string { return duration(s.Duration) },
			raw: func(s *operation.Span) string {
				return strconv.FormatFloat(float64(s.Duration)/float64(time.Millisecond), 'f', -1, 64)
			}},
		{name: "MESSAGE", left: true, text: func(s *operation.Span) string { return printable(s.StatusMessage, 60) }, raw: func(s *operation.Span) string { return s.StatusMessage }, bad: bad},
		text("SCOPE", true, func(s *operation.Span) string { return s.Scope }),
		{name: "SPAN_ID", wide: true, text: func(s *operation.Span) string { return s.SpanID.String() }},
		{name: "PARENT", wide: true, text: func(s *operation.Span) string { return s.ParentSpanID.String() }},
		{name: "TRACE", text: func(s *operation.Span) string { return s.TraceID.String() }},
	}
}
