package oplog

import (
	"context"
	"slices"
	"sync/atomic"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/opslog/opslog/internal/operation"
)

// Handed are the operations behind packed log records, beside them: who takes them need not read the records. They are
// what the records say, nobody changes them any more, and who keeps them behind the call says so.
type Handed struct {
	ops     []*operation.Operation
	request []byte
	kept    atomic.Bool
}

type handedKey struct{}

// HandOver encodes operations as EncodePacked does, and puts them into the context as well where they are exactly what
// the records say; otherwise the answer is nil.
func HandOver(ctx context.Context, ops []*operation.Operation) (context.Context, plog.Logs, *Handed) {
	logs, request, exact := pack(ops)
	if !exact {
		return ctx, logs, nil
	}
	h := &Handed{ops: slices.Clone(ops), request: request}
	return context.WithValue(ctx, handedKey{}, h), logs, h
}

// Kept tells whether somebody keeps the operations.
func (h *Handed) Kept() bool { return h != nil && h.kept.Load() }

// HandedOperations are those that came with log records, or nil: then only the records have them, or not they alone.
func HandedOperations(ctx context.Context, logs plog.Logs) *Handed {
	h, _ := ctx.Value(handedKey{}).(*Handed)
	if h == nil || logs.LogRecordCount() != len(h.ops) || Count(logs) != len(h.ops) {
		return nil
	}
	return h
}

// Keep answers the operations, for as long as one likes.
func (h *Handed) Keep() []*operation.Operation {
	h.kept.Store(true)
	return h.ops
}

// Request is the records encoded as OTLP.
func (h *Handed) Request() []byte { return h.request }

// handed is Outlines of what was handed over.
func (o *outliner) handed(h *Handed) {
	for _, op := range h.ops {
		if o.whole || op.Status == operation.StatusError || op.Destructive {
			h.kept.Store(true)
			o.take(op)
			continue
		}
		o.outline = operation.Operation{
			ID: op.ID, TraceID: op.TraceID, SpanID: op.SpanID, StartTime: op.StartTime, Duration: op.Duration, Revision: op.Revision,
			Complete: op.Complete, IncompleteReason: op.IncompleteReason, ServiceName: op.ServiceName, ServiceVersion: op.ServiceVersion,
			Environment: op.Environment, Name: op.Name, Transport: op.Transport, Status: op.Status,
		}
		to := &o.outline
		to.DB.Calls, to.HTTP.Calls, to.RPC.Calls, to.Messaging.Calls, to.Cache.Calls =
			op.DB.Calls, op.HTTP.Calls, op.RPC.Calls, op.Messaging.Calls, op.Cache.Calls
		o.take(to)
	}
}
