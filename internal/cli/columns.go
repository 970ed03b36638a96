package cli

import (
	"strconv"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// timeLayout shows milliseconds; CSV has RFC 3339 instead.
const timeLayout = "2006-01-02 15:04:05.000"

// operationColumns are those of lists of operations.
func operationColumns(zone *time.Location) []column[*operation.Operation] {
	text := func(name string, get func(*operation.Operation) string) column[*operation.Operation] {
		return column[*operation.Operation]{name: name, wide: true, left: true, text: get}
	}
	number := func(name string, get func(*operation.Operation) int64) column[*operation.Operation] {
		return column[*operation.Operation]{name: name, wide: true, text: func(op *operation.Operation) string {
			return strconv.FormatInt(get(op), 10)
		}}
	}
	return []column[*operation.Operation]{
		{name: "TIME", text: func(op *operation.Operation) string { return op.StartTime.Std().In(zone).Format(timeLayout) },
			raw: func(op *operation.Operation) string { return op.StartTime.Std().In(zone).Format(time.RFC3339Nano) }},
		{name: "STATUS", text: status, bad: failed,
			raw: func(op *operation.Operation) string { return op.Status }},
		{name: "KIND", text: func(op *operation.Operation) string { return op.Kind }},
		{name: "OPERATION", left: true, text: func(op *operation.Operation) string { return printable(op.Name, 60) },
			raw: func(op *operation.Operation) string { return op.Name }},
		{name: "SERVICE", left: true, text: func(op *operation.Operation) string { return printable(op.ServiceName, 30) },
			raw: func(op *operation.Operation) string { return op.ServiceName }},
		{name: "DURATION", text: func(op *operation.Operation) string { return duration(op.Duration) },
			raw: func(op *operation.Operation) string {
				return strconv.FormatFloat(float64(op.Duration)/float64(time.Millisecond), 'f', -1, 64)
			}},
		{name: "SPANS", text: spans, raw: func(op *operation.Operation) string { return strconv.FormatInt(op.SpanCount, 10) }},
		{name: "WHAT", left: true, text: func(op *operation.Operation) string { return printable(what(op), 60) }, bad: failed, raw: what},
		number("CODE", func(op *operation.Operation) int64 { return op.StatusCode }),
		text("VERSION", func(op *operation.Operation) string { return op.ServiceVersion }),
		text("ENVIRONMENT", func(op *operation.Operation) string { return op.Environment }),
		text("USER", func(op *operation.Operation) string { return op.UserID }),
		text("TENANT", func(op *operation.Operation) string { return op.TenantID }),
		text("TARGET", func(op *operation.Operation) string { return op.Target }),
		text("REQUEST", func(op *operation.Operation) string { return op.RequestID }),
		text("HOST", func(op *operation.Operation) string { return op.HostName }),
		number("ERRORS", func(op *operation.Operation) int64 { return op.ErrorSpanCount }),
		number("DB", func(op *operation.Operation) int64 { return op.DB.Calls }),
		number("HTTP", func(op *operation.Operation) int64 { return op.HTTP.Calls }),
		text("FINDINGS", findingKinds),
		text("FINGERPRINT", func(op *operation.Operation) string { return op.ErrorFingerprint }),
		{name: "ID", text: func(op *operation.Operation) string { return op.ID.String() }},
		{name: "TRACE", wide: true, text: func(op *operation.Operation) string { return op.TraceID.String() }},
	}
}

func failed(op *operation.Operation) bool { return op.Status == operation.StatusError }

func findingKinds(op *operation.Operation) string {
	kinds := make([]string, len(op.Findings))
	for i := range op.Findings {
		kinds[i] = op.Findings[i].Kind
	}
	return strings.Join(kinds, " ")
}
