package oplog

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/opslog/opslog/internal/operation"
)

// Handed are operations that go in a context, beside log records that only stand for them: as many, without content.
// Nobody changes the operations any more, and who keeps them behind the call says so.
type Handed struct {
	ops     []*operation.Operation
	request []byte
	kept    atomic.Bool
}

type handedKey struct{}

// HandOver puts operations into the context, where they are exactly what who reads them encoded would get. Otherwise
// the log records are those of EncodePacked, and there is no Handed.
func HandOver(ctx context.Context, ops []*operation.Operation) (context.Context, plog.Logs, *Handed) {
	room := usual.room(len(ops))
	w := &backward{buf: make([]byte, room), at: room}
	groups := byResource(ops)
	w.groups(groups)
	if w.inexact {
		return ctx, w.packed(groups), nil
	}
	usual.took(len(ops), w.mark())
	h := &Handed{ops: slices.Clone(ops), request: w.request()}
	return context.WithValue(ctx, handedKey{}, h), standIns(len(ops)), h
}

// request is what was written, in its place unless that has much more room.
func (w *backward) request() []byte {
	written := w.buf[w.at:]
	if 4*len(written) >= 3*len(w.buf) {
		return written
	}
	return slices.Clone(written)
}

// usual is how long operations are, so that a request gets the room that it needs at once: one that grows, and one that
// is copied, are as long again or longer, and a request waits until it is written.
var usual lengths

// lengths are of the last operations, later ones counting more.
type lengths struct {
	mu         sync.Mutex
	ops, bytes float64
}

// room is for so many operations, an eighth more than usual.
func (l *lengths) room(ops int) int {
	const least, most = 1 << 10, 8 << 20
	l.mu.Lock()
	defer l.mu.Unlock()
	return int(min(least+float64(ops)*l.bytes/max(l.ops, 1)*9/8, most))
}

func (l *lengths) took(ops, bytes int) {
	const fade = 0.75
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ops, l.bytes = fade*l.ops+float64(ops), fade*l.bytes+float64(bytes)
}

// standIns are packed records without content.
func standIns(n int) plog.Logs {
	logs := plog.NewLogs()
	records := begin(logs, nil)
	records.EnsureCapacity(n)
	for range n {
		records.AppendEmpty().SetEventName(PackedEventName)
	}
	return logs
}

// Kept tells whether somebody keeps the operations.
func (h *Handed) Kept() bool { return h != nil && h.kept.Load() }

// HandedOperations are those that came with log records, or nil: then the records have them, or not they alone.
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
