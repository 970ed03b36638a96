package oplog

import (
	"time"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/opslog/opslog/internal/operation"
)

// Outlines calls take with each operation of a batch for those who count: whole where it failed or destroys something,
// otherwise with its identity, service, name, outcome, duration and numbers of calls only, and then it is used again
// after the call. whole asks for all of everything. A record that cannot be read is left out; the exporter counts it.
func Outlines(logs plog.Logs, whole bool, take func(*operation.Operation)) {
	var outline operation.Operation
	for _, rl := range logs.ResourceLogs().All() {
		var resource operation.Attributes
		for _, sl := range rl.ScopeLogs().All() {
			for _, record := range sl.LogRecords().All() {
				if !Is(record) {
					continue
				}
				outline = operation.Operation{
					TraceID: operation.TraceID(record.TraceID()), SpanID: operation.SpanID(record.SpanID()), StartTime: operation.Time(record.Timestamp()),
				}
				if !whole && sketch(record, &outline) {
					take(&outline)
					continue
				}
				if resource == nil {
					resource = operation.Attributes(rl.Resource().Attributes().AsRaw())
				}
				if op, err := decode(record, resource); err == nil {
					take(op)
				}
			}
		}
	}
}

// sketch reads what is counted; false says that the operation is of a kind that is wanted whole, or that it cannot be
// read.
func sketch(record plog.LogRecord, op *operation.Operation) bool {
	for name, value := range record.Attributes().All() {
		switch name {
		case "operation_id":
			id, err := operation.ParseID(value.Str())
			if err != nil {
				return false
			}
			op.ID = id
		case "revision":
			op.Revision = value.Int()
		case "complete":
			op.Complete = value.Bool()
		case "incomplete_reason":
			op.IncompleteReason = value.Str()
		case "duration":
			op.Duration = time.Duration(value.Int())
		case "service_name":
			op.ServiceName = value.Str()
		case "service_version":
			op.ServiceVersion = value.Str()
		case "environment":
			op.Environment = value.Str()
		case "name":
			op.Name = value.Str()
		case "transport":
			op.Transport = value.Str()
		case "status":
			if op.Status = value.Str(); op.Status == operation.StatusError {
				return false
			}
		case "destructive":
			if value.Bool() {
				return false
			}
		case "db_calls":
			op.DB.Calls = value.Int()
		case "http_calls":
			op.HTTP.Calls = value.Int()
		case "rpc_calls":
			op.RPC.Calls = value.Int()
		case "messaging_calls":
			op.Messaging.Calls = value.Int()
		case "cache_calls":
			op.Cache.Calls = value.Int()
		}
	}
	return !op.ID.IsZero()
}
