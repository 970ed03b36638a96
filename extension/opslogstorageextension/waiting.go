package opslogstorageextension

import (
	"encoding/json"
	"errors"
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
	look bool // only learn the traces, and count
	sum  spool.EraseSum
}

// eraseWaiting changes what waits, or with look only counts what it would change.
func eraseWaiting(s *spool.Spool, m *erasure.Match, look bool) (spool.EraseSum, error) {
	w := &subjectEraser{Match: m, look: look}
	done, err := s.Erase(spool.Eraser{Queue: w.queue, Journal: w.journal, Letter: w.letterStays, Raw: w.damaged})
	if look {
		return w.sum, err
	}
	return done, err
}

func (w *subjectEraser) queue(queue, key string, value []byte) ([]byte, error) {
	next, changed := w.queued(queue, key, value)
	return w.decide(&w.sum.Queue, value, next, changed), nil
}

func (w *subjectEraser) journal(journal string, data []byte) ([]byte, error) {
	next, changed := w.journaled(journal, data)
	return w.decide(&w.sum.Journal, data, next, changed), nil
}

// decide keeps the value as it is when there is nothing of the subject in it, or when it is only counted.
func (w *subjectEraser) decide(count *int, value, next []byte, changed bool) []byte {
	if !changed {
		return value
	}
	*count++
	if w.look {
		return value
	}
	return next
}

func (w *subjectEraser) damaged(text []byte) bool {
	if !w.raw(text) {
		return false
	}
	w.sum.Damaged++
	return !w.look
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

// queued changes a request of an exporter's queue. What is no request of spans or log records, or cannot be read, is
// removed when it names the subject; other values of a queue are numbers of requests.
func (w *subjectEraser) queued(queue, key string, value []byte) (next []byte, changed bool) {
	var err error
	request := isRequest(key)
	switch {
	case request && strings.HasSuffix(queue, "_traces"):
		next, changed, err = w.queuedTraces(value)
	case request && strings.HasSuffix(queue, "_logs"):
		next, changed, err = w.queuedLogs(value)
	default:
		return nil, w.raw(value)
	}
	if err != nil {
		return nil, w.raw(value)
	}
	return next, changed
}

// queuedTraces reads both forms of a request: with a context, as exporterhelper writes it, and without.
func (w *subjectEraser) queuedTraces(value []byte) (next []byte, changed bool, err error) {
	ctx, td, err := pdatareq.UnmarshalTraces(value)
	if errors.Is(err, pdatareq.ErrInvalidFormat) {
		return w.plainTraces(value)
	}
	if err != nil || !w.traces(td) {
		return nil, false, err
	}
	next, err = pdatareq.MarshalTraces(ctx, td)
	return next, true, err
}

func (w *subjectEraser) queuedLogs(value []byte) (next []byte, changed bool, err error) {
	ctx, ld, err := pdatareq.UnmarshalLogs(value)
	if errors.Is(err, pdatareq.ErrInvalidFormat) {
		return w.plainLogs(value)
	}
	if err != nil || !w.logs(ld) {
		return nil, false, err
	}
	next, err = pdatareq.MarshalLogs(ctx, ld)
	return next, true, err
}

// journaled changes a batch of a journal.
func (w *subjectEraser) journaled(journal string, data []byte) (next []byte, changed bool) {
	var err error
	if strings.HasPrefix(journal, "traces") {
		next, changed, err = w.plainTraces(data)
	} else {
		next, changed, err = w.plainLogs(data)
	}
	if err != nil {
		return nil, w.raw(data)
	}
	return next, changed
}

// plainTraces is nil when nothing is left.
func (w *subjectEraser) plainTraces(data []byte) (next []byte, changed bool, err error) {
	td, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(data)
	if err != nil || !w.traces(td) {
		return nil, false, err
	}
	if td.SpanCount() == 0 {
		return nil, true, nil
	}
	next, err = (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	return next, true, err
}

func (w *subjectEraser) plainLogs(data []byte) (next []byte, changed bool, err error) {
	ld, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
	if err != nil || !w.logs(ld) {
		return nil, false, err
	}
	if ld.LogRecordCount() == 0 {
		return nil, true, nil
	}
	next, err = (&plog.ProtoMarshaler{}).MarshalLogs(ld)
	return next, true, err
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
	*changed = true
	return !w.look
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
	if !theirs && !w.Text([]byte(l.Error)) {
		return true
	}
	w.sum.DeadLetters++
	return w.look
}

func (w *subjectEraser) letter(l spool.Letter) (id operation.TraceID, theirs bool) {
	switch l.Record {
	case "operation":
		var op operation.Operation
		if json.Unmarshal(l.Data, &op) == nil {
			return op.TraceID, w.Operation(&op)
		}
	case "span":
		var s operation.Span
		if json.Unmarshal(l.Data, &s) == nil {
			return s.TraceID, w.Span(&s)
		}
	case "log_record":
		var r operation.LogRecord
		if json.Unmarshal(l.Data, &r) == nil {
			return r.TraceID, w.Log(&r)
		}
	}
	return id, w.raw(l.Data) // it is about services, or cannot be read: then it goes when it names them
}
