package opslogstorageextension

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	pdatareq "go.opentelemetry.io/collector/pdata/xpdata/request"

	"github.com/opslog/opslog/internal/erasure"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/spool"
	"github.com/opslog/opslog/internal/store"
)

// subjectEraser erases a subject from what waits on disk, in the forms that queue, journal and dead letters have.
type subjectEraser struct {
	*erasure.Match
	look bool // only learn the traces
}

func eraseWaiting(s *spool.Spool, m *erasure.Match, look bool) (spool.EraseSum, error) {
	w := &subjectEraser{Match: m, look: look}
	return s.Erase(spool.Eraser{Queue: w.queued, Journal: w.journaled, Letter: w.letterStays, Raw: func(text []byte) bool { return !look && w.raw(text) }})
}

// raw tells whether a text that nobody can read has the subject in it.
func (w *subjectEraser) raw(text []byte) bool {
	if w.Text(text) {
		return true
	}
	for _, id := range w.Traces() {
		if strings.Contains(string(text), string(id[:])) || strings.Contains(string(text), id.String()) {
			return true
		}
	}
	return false
}

// queued changes a request of an exporter's queue. Other values of the queue are numbers of requests.
func (w *subjectEraser) queued(queue, key string, value []byte) ([]byte, error) {
	if strings.Trim(key, "0123456789") != "" || key == "" {
		return value, nil
	}
	if strings.HasSuffix(queue, "traces") {
		ctx, td, err := pdatareq.UnmarshalTraces(value)
		if errors.Is(err, pdatareq.ErrInvalidFormat) {
			td, err = (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(value)
		}
		if err != nil {
			return nil, fmt.Errorf("read a request: %w", err)
		}
		if !w.traces(td) {
			return value, nil
		}
		return pdatareq.MarshalTraces(ctx, td)
	}
	ctx, ld, err := pdatareq.UnmarshalLogs(value)
	if errors.Is(err, pdatareq.ErrInvalidFormat) {
		ld, err = (&plog.ProtoUnmarshaler{}).UnmarshalLogs(value)
	}
	if err != nil {
		return nil, fmt.Errorf("read a request: %w", err)
	}
	if !w.logs(ld) {
		return value, nil
	}
	return pdatareq.MarshalLogs(ctx, ld)
}

// journaled changes a batch of a journal; one of which nothing is left goes.
func (w *subjectEraser) journaled(journal string, data []byte) ([]byte, error) {
	if strings.HasPrefix(journal, "traces") {
		td, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(data)
		if err != nil || !w.traces(td) {
			return data, err
		}
		if td.SpanCount() == 0 {
			return nil, nil
		}
		return (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	}
	ld, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
	if err != nil || !w.logs(ld) {
		return data, err
	}
	if ld.LogRecordCount() == 0 {
		return nil, nil
	}
	return (&plog.ProtoMarshaler{}).MarshalLogs(ld)
}

// traces removes the subject's spans and tells whether there were any.
func (w *subjectEraser) traces(td ptrace.Traces) (changed bool) {
	td.ResourceSpans().RemoveIf(func(rs ptrace.ResourceSpans) bool {
		rs.ScopeSpans().RemoveIf(func(ss ptrace.ScopeSpans) bool {
			ss.Spans().RemoveIf(func(s ptrace.Span) bool {
				return w.theirs(operation.TraceID(s.TraceID()), &changed, s.Attributes(), func() []byte { return spanText(rs, s) })
			})
			return ss.Spans().Len() == 0
		})
		return rs.ScopeSpans().Len() == 0
	})
	return changed
}

// logs does the same with log records, among which are operations.
func (w *subjectEraser) logs(ld plog.Logs) (changed bool) {
	ld.ResourceLogs().RemoveIf(func(rl plog.ResourceLogs) bool {
		rl.ScopeLogs().RemoveIf(func(sl plog.ScopeLogs) bool {
			sl.LogRecords().RemoveIf(func(r plog.LogRecord) bool {
				return w.theirs(operation.TraceID(r.TraceID()), &changed, r.Attributes(), func() []byte { return logText(rl, r) })
			})
			return sl.LogRecords().Len() == 0
		})
		return rl.ScopeLogs().Len() == 0
	})
	return changed
}

// theirs decides about a record, and learns its trace.
func (w *subjectEraser) theirs(id operation.TraceID, changed *bool, attributes pcommon.Map, text func() []byte) bool {
	theirs := w.Trace(id) || w.named(attributes) || w.Kind == store.SubjectAny && w.Text(text())
	if !theirs {
		return false
	}
	w.Learn(id)
	if w.look {
		return false
	}
	*changed = true
	return true
}

func (w *subjectEraser) named(attributes pcommon.Map) bool {
	for key, value := range attributes.All() {
		if w.Attribute(key, value.AsString()) {
			return true
		}
	}
	return false
}

// spanText is a span with its resource, as text.
func spanText(rs ptrace.ResourceSpans, s ptrace.Span) []byte {
	td := ptrace.NewTraces()
	out := td.ResourceSpans().AppendEmpty()
	rs.Resource().CopyTo(out.Resource())
	s.CopyTo(out.ScopeSpans().AppendEmpty().Spans().AppendEmpty())
	text, err := (&ptrace.JSONMarshaler{}).MarshalTraces(td)
	if err != nil {
		return nil
	}
	return text
}

func logText(rl plog.ResourceLogs, r plog.LogRecord) []byte {
	ld := plog.NewLogs()
	out := ld.ResourceLogs().AppendEmpty()
	rl.Resource().CopyTo(out.Resource())
	r.CopyTo(out.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty())
	text, err := (&plog.JSONMarshaler{}).MarshalLogs(ld)
	if err != nil {
		return nil
	}
	return text
}

// letterStays decides about a dead letter. The database's complaint may repeat what was refused.
func (w *subjectEraser) letterStays(l spool.Letter) bool {
	id, theirs := w.letter(l)
	if theirs {
		w.Learn(id)
	}
	return w.look || !theirs && (w.Kind != store.SubjectAny || !w.Text([]byte(l.Error)))
}

func (w *subjectEraser) letter(l spool.Letter) (id operation.TraceID, theirs bool) {
	switch l.Record {
	case "operation":
		var op operation.Operation
		theirs = readLetter(l.Data, &op) && w.Operation(&op)
		return op.TraceID, theirs
	case "span":
		var s operation.Span
		theirs = readLetter(l.Data, &s) && w.Span(&s)
		return s.TraceID, theirs
	case "log_record":
		var r operation.LogRecord
		theirs = readLetter(l.Data, &r) && w.Log(&r)
		return r.TraceID, theirs
	default: // about services
		return id, false
	}
}

func readLetter(data []byte, record any) bool { return json.Unmarshal(data, record) == nil }
