package oplog

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/opslog/opslog/internal/operation"
)

// Outlines calls take with each operation of a batch for those who count: whole where it failed or destroys something,
// otherwise with its identity, service, name, outcome, duration and numbers of calls only, and then it is used again
// after the call. whole asks for all of everything. A record that cannot be read is left out; the exporter counts it.
// Operations that were handed over beside the records spare reading them.
func Outlines(ctx context.Context, logs plog.Logs, whole bool, take func(*operation.Operation)) {
	if h := HandedOperations(ctx, logs); h != nil {
		(&outliner{whole: whole, take: take}).handed(h)
		return
	}
	o := outliner{whole: whole, take: take, reader: newWireReader()}
	for _, rl := range logs.ResourceLogs().All() {
		o.resource = sync.OnceValue(func() operation.Attributes { return rl.Resource().Attributes().AsRaw() })
		for _, sl := range rl.ScopeLogs().All() {
			for _, record := range sl.LogRecords().All() {
				if data, ok := packed(record); ok {
					o.packed(data)
				} else if Is(record) {
					o.record(record)
				}
			}
		}
	}
}

type outliner struct {
	whole    bool
	take     func(*operation.Operation)
	resource func() operation.Attributes
	reader   *wireReader
	outline  operation.Operation
}

func (o *outliner) record(record plog.LogRecord) {
	o.outline = operation.Operation{
		TraceID: operation.TraceID(record.TraceID()), SpanID: operation.SpanID(record.SpanID()), StartTime: operation.Time(record.Timestamp()),
	}
	if !o.whole && sketch(record, &o.outline) {
		o.take(&o.outline)
		return
	}
	if op, err := decode(record, o.resource()); err == nil {
		o.take(op)
	}
}

func (o *outliner) packed(data []byte) {
	o.outline = operation.Operation{}
	if !o.whole && o.reader.sketch(data, &o.outline) {
		o.take(&o.outline)
		return
	}
	if op, err := o.reader.unpack(data, o.resource()); err == nil {
		o.take(op)
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

// outlined are the fields of an outline.
var outlined = map[string]bool{"operation_id": true, "revision": true, "complete": true, "incomplete_reason": true, "duration": true,
	"service_name": true, "service_version": true, "environment": true, "name": true, "transport": true, "status": true, "destructive": true,
	"db_calls": true, "http_calls": true, "rpc_calls": true, "messaging_calls": true, "cache_calls": true}

// sketch is the same for a packed record.
func (r *wireReader) sketch(data []byte, op *operation.Operation) bool {
	m := message{data: data}
	for m.next() {
		switch {
		case m.number == 1 && m.kind == protowire.Fixed64Type:
			op.StartTime = operation.Time(m.value)
		case m.kind != protowire.BytesType:
		case m.number == 9:
			m.broken = readID(op.TraceID[:], m.bytes()) != nil
		case m.number == 10:
			m.broken = readID(op.SpanID[:], m.bytes()) != nil
		case m.number == 6:
			m.broken = r.sketchField(m.bytes(), op) != nil
		}
	}
	return !m.broken && !op.ID.IsZero() && op.Status != operation.StatusError && !op.Destructive
}

func (r *wireReader) sketchField(pair []byte, op *operation.Operation) error {
	name, value, err := r.pair(pair)
	if err != nil || !outlined[name] {
		return err
	}
	return r.set(operation.FieldByName(name).Ref(op), value)
}
