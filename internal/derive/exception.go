package derive

import (
	"strings"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/opslog/opslog/internal/operation"
)

// Exception is an error that came as a log record with exception attributes.
type Exception struct {
	TraceID  operation.TraceID
	SpanID   operation.SpanID
	Resource *Resource
	Time     operation.Time
	Type     string
	Message  string
	Stack    string
}

// Size is the number of bytes that holding the exception costs.
func (e *Exception) Size() int {
	return int(unsafe.Sizeof(*e)) + len(e.Message) + len(e.Stack)
}

// Exception reads a log record; it answers false if the record is no exception or names no span.
func (d *Deriver) Exception(r *Resource, record plog.LogRecord) (Exception, bool) {
	kind, message, stack := exceptionOf(record.Attributes())
	if kind == "" && message == "" || record.TraceID().IsEmpty() || record.SpanID().IsEmpty() {
		return Exception{}, false
	}
	at := record.Timestamp()
	if at == 0 {
		at = record.ObservedTimestamp()
	}
	return Exception{
		TraceID: operation.TraceID(record.TraceID()), SpanID: operation.SpanID(record.SpanID()), Resource: r, Time: timeOf(at),
		Type: d.text(kind), Message: d.message(message), Stack: d.stack(stack),
	}, true
}

// maxMessage cuts error messages.
const maxMessage = 2 << 10

func (d *Deriver) message(s string) string { return owned(s, maxMessage) }
func (d *Deriver) stack(s string) string   { return owned(s, d.cfg.StackMaxBytes) }

// owned is s, or a copy of its beginning that does not keep the rest alive.
func owned(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.Clone(cut(s, limit))
}

// exceptionOf reads the attributes of an event or a log record, OpenTracing's names too.
func exceptionOf(attributes pcommon.Map) (kind, message, stack string) {
	first := func(keys ...string) string {
		for _, key := range keys {
			if v, ok := attributes.Get(key); ok && !isEmpty(v) {
				return v.AsString()
			}
		}
		return ""
	}
	kind = first("exception.type", "error.kind")
	message = first("exception.message", "error.object")
	if kind != "" && message == "" {
		message = first("message")
	}
	if kind != "" || message != "" {
		stack = first("exception.stacktrace", "stack")
	}
	return kind, message, stack
}

// lastException finds the last exception among the events of a span: the one that got out.
func lastException(events ptrace.SpanEventSlice) *pcommon.Map {
	for i := events.Len() - 1; i >= 0; i-- {
		event := events.At(i)
		switch event.Name() {
		case "exception", "error", "log", "":
			attributes := event.Attributes()
			if kind, message, _ := exceptionOf(attributes); kind != "" || message != "" {
				return &attributes
			}
		}
	}
	return nil
}
