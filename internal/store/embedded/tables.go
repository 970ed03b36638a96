//go:build cgo && !noduckdb

package embedded

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/opslog/opslog/internal/operation"
)

// table is one kind of record: its columns, where a record belongs and what makes it one record.
type table[T any] struct {
	name    string // of the table, and of the files' first part
	time    string // the column of the record's time
	tie     string // the column that orders records of one time
	columns []column[T]
	at      func(*T) operation.Time
	home    func(*T) operation.Time // its UTC day is the file that holds the record, for ever
	key     func(*T) key
	version func(*T) int64
	order   func(a, b *T) int // by time, then by what identifies, ascending
	// candidates say how to look for stored records: from where to where, and the identifying values.
	candidates func(keys []key, times span) (from, to, candidates any)
}

// key tells records apart within one file.
type key [24]byte

type column[T any] struct {
	name   string
	detail bool
	ref    func(*T) any
}

var operations = table[operation.Operation]{
	name: "operations", time: "start_time", tie: "operation_id", columns: operationColumns(),
	at: func(op *operation.Operation) operation.Time { return op.StartTime },
	// A later revision may correct the start, even to another day, but never the id.
	home:       func(op *operation.Operation) operation.Time { return op.ID.Start() },
	key:        func(op *operation.Operation) key { return keyOf(op.ID[:], nil) },
	candidates: candidatesByID,
	version:    func(op *operation.Operation) int64 { return op.Revision },
	order: func(a, b *operation.Operation) int {
		return cmp.Or(cmp.Compare(a.StartTime, b.StartTime), bytes.Compare(a.ID[:], b.ID[:]))
	},
}

var spans = table[operation.Span]{
	name: "spans", time: "start_time", tie: "span_id",
	at:         func(s *operation.Span) operation.Time { return s.StartTime },
	home:       func(s *operation.Span) operation.Time { return s.StartTime },
	key:        func(s *operation.Span) key { return keyOf(s.TraceID[:], s.SpanID[:]) },
	candidates: spanCandidates,
	version:    func(*operation.Span) int64 { return 0 },
	order: func(a, b *operation.Span) int {
		return cmp.Or(cmp.Compare(a.StartTime, b.StartTime), bytes.Compare(a.SpanID[:], b.SpanID[:]))
	},
	columns: []column[operation.Span]{
		{name: "trace_id", ref: func(s *operation.Span) any { return &s.TraceID }},
		{name: "span_id", ref: func(s *operation.Span) any { return &s.SpanID }},
		{name: "parent_span_id", ref: func(s *operation.Span) any { return &s.ParentSpanID }},
		{name: "trace_state", ref: func(s *operation.Span) any { return &s.TraceState }},
		{name: "flags", ref: func(s *operation.Span) any { return &s.Flags }},
		{name: "name", ref: func(s *operation.Span) any { return &s.Name }},
		{name: "kind", ref: func(s *operation.Span) any { return &s.Kind }},
		{name: "start_time", ref: func(s *operation.Span) any { return &s.StartTime }},
		{name: "duration", ref: func(s *operation.Span) any { return &s.Duration }},
		{name: "status", ref: func(s *operation.Span) any { return &s.Status }},
		{name: "status_message", ref: func(s *operation.Span) any { return &s.StatusMessage }},
		{name: "service_name", ref: func(s *operation.Span) any { return &s.ServiceName }},
		{name: "scope", ref: func(s *operation.Span) any { return &s.Scope }},
		{name: "resource", ref: func(s *operation.Span) any { return &s.Resource }},
		{name: "attributes", ref: func(s *operation.Span) any { return &s.Attributes }},
		{name: "events", ref: func(s *operation.Span) any { return &s.Events }},
		{name: "links", ref: func(s *operation.Span) any { return &s.Links }},
	},
}

var logs = table[operation.LogRecord]{
	name: "logs", time: "time", tie: "log_id",
	at:         func(l *operation.LogRecord) operation.Time { return l.Time },
	home:       func(l *operation.LogRecord) operation.Time { return l.Time },
	key:        func(l *operation.LogRecord) key { return keyOf(l.ID[:], nil) },
	candidates: candidatesByTime,
	version:    func(*operation.LogRecord) int64 { return 0 },
	order: func(a, b *operation.LogRecord) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), bytes.Compare(a.ID[:], b.ID[:]))
	},
	columns: []column[operation.LogRecord]{
		{name: "log_id", ref: func(l *operation.LogRecord) any { return &l.ID }},
		{name: "time", ref: func(l *operation.LogRecord) any { return &l.Time }},
		{name: "trace_id", ref: func(l *operation.LogRecord) any { return &l.TraceID }},
		{name: "span_id", ref: func(l *operation.LogRecord) any { return &l.SpanID }},
		{name: "severity_number", ref: func(l *operation.LogRecord) any { return &l.SeverityNumber }},
		{name: "severity_text", ref: func(l *operation.LogRecord) any { return &l.SeverityText }},
		{name: "event_name", ref: func(l *operation.LogRecord) any { return &l.EventName }},
		{name: "body", ref: func(l *operation.LogRecord) any { return &l.Body }},
		{name: "service_name", ref: func(l *operation.LogRecord) any { return &l.ServiceName }},
		{name: "scope", ref: func(l *operation.LogRecord) any { return &l.Scope }},
		{name: "resource", ref: func(l *operation.LogRecord) any { return &l.Resource }},
		{name: "attributes", ref: func(l *operation.LogRecord) any { return &l.Attributes }},
	},
}

func operationColumns() []column[operation.Operation] {
	var out []column[operation.Operation]
	for _, f := range operation.Fields() {
		out = append(out, column[operation.Operation]{name: f.Name, detail: f.Detail, ref: f.Ref})
	}
	return out
}

func keyOf(a, b []byte) key {
	var k key
	copy(k[copy(k[:], a):], b)
	return k
}

// list is the columns that are read; without detail those of lists of records, and those named besides.
func (t *table[T]) list(detail bool, besides ...string) []column[T] {
	out := make([]column[T], 0, len(t.columns))
	for _, c := range t.columns {
		if detail || !c.detail || slices.Contains(besides, c.name) {
			out = append(out, c)
		}
	}
	return out
}

func (t *table[T]) times(records map[key]*T) span {
	var times span
	for _, r := range records {
		times = times.join(at(t.at(r)))
	}
	return times
}
