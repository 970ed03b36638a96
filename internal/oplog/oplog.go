// Package oplog is the only code that knows how an operation travels between components: as one log record, so
// that any exporter of the collector can carry it. The record's resource is the operation's, its event name is
// EventName, its body a one-line summary for people, and its attributes are the fields of operation.Fields()
// under their names, as far as they are not empty. Times and durations are integers in nanoseconds, ids are hex.
// The package also reads raw spans and application log records into the shapes that stores keep.
package oplog

import (
	"fmt"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/opslog/opslog/internal/operation"
)

const (
	// EventName tells an operation from an application's log record.
	EventName = "opslog.operation"
	// scopeName is the instrumentation scope of the records.
	scopeName = "github.com/opslog/opslog"
)

// native are the fields that the log record and its resource carry themselves.
var native = map[string]bool{"trace_id": true, "span_id": true, "start_time": true, "resource": true}

// Is tells whether a log record is an operation.
func Is(record plog.LogRecord) bool {
	return record.EventName() == EventName || record.EventName() == PackedEventName
}

// Encode makes one log record of each operation; operations that share a resource map share its place.
func Encode(ops []*operation.Operation) plog.Logs {
	logs := plog.NewLogs()
	places := make(map[uintptr]plog.LogRecordSlice, 1)
	for _, op := range ops {
		records, known := places[place(op.Resource)]
		if !known {
			records = begin(logs, op.Resource)
			places[place(op.Resource)] = records
		}
		encode(records.AppendEmpty(), op)
	}
	return logs
}

// begin makes the place for the operations of a resource.
func begin(logs plog.Logs, resource operation.Attributes) plog.LogRecordSlice {
	rl := logs.ResourceLogs().AppendEmpty()
	putAttributes(rl.Resource().Attributes(), resource)
	sl := rl.ScopeLogs().AppendEmpty()
	sl.Scope().SetName(scopeName)
	return sl.LogRecords()
}

func encode(record plog.LogRecord, op *operation.Operation) {
	record.SetEventName(EventName)
	record.SetTimestamp(pcommon.Timestamp(op.StartTime))
	record.SetObservedTimestamp(pcommon.Timestamp(op.StartTime) + pcommon.Timestamp(max(op.Duration, 0)))
	record.SetTraceID(pcommon.TraceID(op.TraceID))
	record.SetSpanID(pcommon.SpanID(op.SpanID))
	record.SetSeverityNumber(plog.SeverityNumberInfo)
	if op.Status == operation.StatusError {
		record.SetSeverityNumber(plog.SeverityNumberError)
	}
	record.SetSeverityText(record.SeverityNumber().String())
	record.Body().SetStr(Summary(op))

	putFields(record.Attributes(), op)
}

// Summary is the operation in one line.
func Summary(op *operation.Operation) string {
	line := make([]byte, 0, 128)
	line = append(line, op.ServiceName...)
	line = append(line, ' ')
	line = append(line, op.Name...)
	line = append(line, ' ')
	line = append(line, op.Status...)
	if op.StatusCode != 0 {
		line = fmt.Appendf(line, " %d", op.StatusCode)
	}
	line = append(line, ' ')
	line = append(line, op.Duration.String()...)
	if op.ErrorType != "" || op.ErrorMessage != "" {
		line = fmt.Appendf(line, " %s: %s", op.ErrorType, op.ErrorMessage)
	}
	if op.Attempt > 1 {
		line = fmt.Appendf(line, " (attempt %d)", op.Attempt)
	}
	if op.DeadLettered {
		line = append(line, " (dead-lettered)"...)
	}
	if !op.Complete {
		line = fmt.Appendf(line, " (incomplete: %s)", op.IncompleteReason)
	}
	return string(line)
}
