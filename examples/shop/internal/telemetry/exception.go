package telemetry

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/global"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// Fail records err on the current span as an exception event with the stack and sets the span's status: the way
// most services still do it.
func Fail(ctx context.Context, err error) {
	span := trace.SpanFromContext(ctx)
	span.RecordError(err, trace.WithStackTrace(true))
	span.SetStatus(codes.Error, err.Error())
	span.SetAttributes(semconv.ErrorTypeKey.String(TypeOf(err)))
}

// EmitException records an exception as a log record of the current span: the way of newer SDKs, in which span
// events are deprecated.
func EmitException(ctx context.Context, typ, message string) {
	now := time.Now()
	var r log.Record
	r.SetTimestamp(now)
	r.SetObservedTimestamp(now)
	r.SetSeverity(log.SeverityError)
	r.SetSeverityText("ERROR")
	r.SetEventName("exception")
	r.SetBody(attribute.StringValue(message))
	r.AddAttributes(
		semconv.ExceptionType(typ),
		semconv.ExceptionMessage(message),
		semconv.ExceptionStacktrace(string(debug.Stack())),
	)
	global.Logger("shop/exceptions").Emit(ctx, r)
}

// TypeOf names the type of err for error.type and exception.type.
func TypeOf(err error) string { return fmt.Sprintf("%T", err) }
