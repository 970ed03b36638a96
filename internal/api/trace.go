package api

import "github.com/opslog/opslog/internal/operation"

// Trace answers GET /traces/{trace_id}: the tree of a trace in columns. Spans stand parents first; all positions are
// places in the columns, all offsets count from Start.
type Trace struct {
	TraceID   operation.TraceID    `json:"trace_id"`
	Start     operation.Time       `json:"start"`
	Duration  operation.Duration   `json:"duration"`
	Complete  bool                 `json:"complete"` // no parent is missing
	Derived   bool                 `json:"derived"`  // the spans were sampled away; operations stand for them
	N         int                  `json:"n"`
	Names     []string             `json:"names"`
	Services  []string             `json:"services"`
	ID        []operation.SpanID   `json:"id"`
	Parent    []int                `json:"parent"` // -1 without one
	Name      []int                `json:"name"`   // place in Names
	Service   []int                `json:"svc"`    // place in Services
	Kind      []int                `json:"kind"`   // unspecified, internal, server, client, producer, consumer
	Offset    []operation.Duration `json:"offset"`
	Durations []operation.Duration `json:"dur"`
	Status    []int                `json:"status"` // unset, ok, error
	Flags     []int                `json:"flags"`  // 1 entry, 2 events, 4 links, 8 payload
	// Operations are those of the trace, by their entry spans.
	Operations []TraceOperation `json:"operations"`
	Critical   [][3]int64       `json:"critical"` // span, offset, duration
	Groups     []TraceGroup     `json:"groups"`
	Gaps       []TraceGap       `json:"gaps"`
	Logs       [][3]int64       `json:"logs"`    // span or -1, offset, severity number
	Orphans    []int            `json:"orphans"` // spans whose parent is missing
	Truncated  *TraceCut        `json:"truncated"`
	// Spans are the spans whole, with view=full.
	Spans []*operation.Span `json:"spans,omitempty"`
}

// TraceOperation is an operation of a trace and its entry span.
type TraceOperation struct {
	Span int          `json:"span"`
	ID   operation.ID `json:"operation_id"`
}

// TraceGroup is a row of calls that say the same.
type TraceGroup struct {
	First int                `json:"first"`
	Count int                `json:"count"`
	Total operation.Duration `json:"total"`
}

// TraceGap is a stretch of a span that nothing tells of.
type TraceGap struct {
	Parent   int                `json:"parent"`
	Offset   operation.Duration `json:"offset"`
	Duration operation.Duration `json:"dur"`
}

// TraceCut says that there are more spans than were read.
type TraceCut struct {
	Kept int `json:"kept"`
}

// SpanDetail answers GET /traces/{trace_id}/spans/{span_id}.
type SpanDetail struct {
	*operation.Span
	Logs    []*operation.LogRecord `json:"logs"`
	Derived bool                   `json:"derived,omitempty"`
}

// Imported answers POST /traces/import: the ids under which the traces of the file can be looked at until that time.
type Imported struct {
	Traces []ImportedTrace `json:"traces"`
	Until  operation.Time  `json:"until"`
}

// ImportedTrace is one of them.
type ImportedTrace struct {
	TraceID  operation.TraceID `json:"trace_id"`
	Original operation.TraceID `json:"original_trace_id"` // in the file
	Spans    int               `json:"spans"`
}

// SpanMatches answers GET /traces/{trace_id}/search: positions in the skeleton of the whole trace.
type SpanMatches struct {
	Indexes []int              `json:"indexes"`
	SpanIDs []operation.SpanID `json:"span_ids"`
	N       int                `json:"n"` // of all spans
}

// Moment is something that happened: a span that began (or ended, in a Cascade), an event or a log record. Before is
// how long before the moment that the answer is about; in a Cascade, how long after the origin.
type Moment struct {
	Time     operation.Time     `json:"time"`
	Before   operation.Duration `json:"before"`
	Kind     string             `json:"kind"` // span, event, log
	Text     string             `json:"text"`
	Detail   string             `json:"detail,omitempty"`
	Service  string             `json:"service,omitempty"`
	Status   string             `json:"status,omitempty"` // of a span; the severity of a log record
	Duration operation.Duration `json:"duration,omitempty"`
	SpanID   operation.SpanID   `json:"span_id,omitzero"`
}

// Before answers GET /operations/{operation_id}/before.
type Before struct {
	At        operation.Time         `json:"at"` // the moment of the failure, or the end
	Items     []Moment               `json:"items"`
	Truncated bool                   `json:"truncated,omitempty"` // older moments were left out
	Earlier   []*operation.Operation `json:"earlier"`             // of the same user or session, newest first
}

// Cascade answers GET /operations/{operation_id}/cascade. Chain begins where the failure began.
type Cascade struct {
	Chain      []Moment               `json:"chain"`
	Operations []*operation.Operation `json:"operations"` // of the trace that failed
	Elsewhere  []Affected             `json:"elsewhere"`
}

// Affected are operations of one name that failed in the same way or because of the same service.
type Affected struct {
	Service string `json:"service"`
	Name    string `json:"name"`
	Count   int64  `json:"count"`
	Users   int64  `json:"users"`
	Example string `json:"example"`
}

// Similar answers GET /operations/{operation_id}/similar.
type Similar struct {
	Items    []*operation.Operation `json:"items"`
	Standing Standing               `json:"standing"`
	Previous *operation.ID          `json:"previous"` // of the same name; nil when there is none
	Next     *operation.ID          `json:"next"`
}

// Standing is where an operation's duration stands among those of its name.
type Standing struct {
	Count      int64              `json:"count"`
	ErrorRate  float64            `json:"error_rate"`
	SlowerThan float64            `json:"slower_than"` // share of them, 0 to 1
	P50        operation.Duration `json:"p50"`
	P95        operation.Duration `json:"p95"`
	P99        operation.Duration `json:"p99"`
}

// Pair answers GET /operations/{operation_id}/compare.
type Pair struct {
	A      operation.ID `json:"a"`
	B      operation.ID `json:"b"`
	Fields []FieldPair  `json:"fields"` // in which they differ
	Steps  []StepPair   `json:"steps"`
}

// FieldPair is a field of two operations; nil where one does not have it.
type FieldPair struct {
	Name string `json:"name"`
	A    any    `json:"a"`
	B    any    `json:"b"`
}

// StepPair is a step of two operations.
type StepPair struct {
	Category string             `json:"category"`
	System   string             `json:"system,omitempty"`
	Target   string             `json:"target,omitempty"`
	Template string             `json:"template"`
	CountA   int64              `json:"count_a"`
	CountB   int64              `json:"count_b"`
	TotalA   operation.Duration `json:"total_a"`
	TotalB   operation.Duration `json:"total_b"`
}

// TailReady is the data of the event "ready", the first of GET /tail.
type TailReady struct {
	Now     operation.Time `json:"now"`
	Resumed bool           `json:"resumed"`
}

// TailStats is the data of the event "stats": operations that were found, sent and left out since the tail began, and
// looks at the database that failed.
type TailStats struct {
	Seen    int64 `json:"seen"`
	Sent    int64 `json:"sent"`
	Dropped int64 `json:"dropped"`
	Errors  int64 `json:"errors"`
}

// TailGap is the data of the event "gap": operations that began in this range were left out.
type TailGap struct {
	From operation.Time `json:"from"`
	To   operation.Time `json:"to"`
}
