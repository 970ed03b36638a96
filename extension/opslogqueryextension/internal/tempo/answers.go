package tempo

import "encoding/binary"

// Search answers /api/search.
type Search struct {
	Traces  []Trace `json:"traces"`
	Metrics Metrics `json:"metrics"`
}

// Trace is a trace that a search found.
type Trace struct {
	TraceID         string    `json:"traceID"`
	RootServiceName string    `json:"rootServiceName"`
	RootTraceName   string    `json:"rootTraceName"`
	StartTime       string    `json:"startTimeUnixNano"`
	Duration        int64     `json:"durationMs"`
	SpanSet         *SpanSet  `json:"spanSet,omitempty"` // the first of SpanSets, for older Grafanas
	SpanSets        []SpanSet `json:"spanSets"`
}

// SpanSet are the spans of a trace that matched; Matched counts all of them.
type SpanSet struct {
	Spans   []Span `json:"spans"`
	Matched int    `json:"matched"`
}

// Span is a matched span.
type Span struct {
	SpanID     string      `json:"spanID"`
	Name       string      `json:"name,omitempty"`
	StartTime  string      `json:"startTimeUnixNano"`
	Duration   string      `json:"durationNanos"`
	Attributes []Attribute `json:"attributes"`
}

// Attribute is a text attribute of a span.
type Attribute struct {
	Key   string `json:"key"`
	Value Text   `json:"value"`
}

// Text is an OTLP value of text.
type Text struct {
	String string `json:"stringValue"`
}

// Metrics is what a search cost.
type Metrics struct {
	InspectedTraces int64 `json:"inspectedTraces"`
	TotalBlocks     int64 `json:"totalBlocks"`
	CompletedJobs   int64 `json:"completedJobs"`
	TotalJobs       int64 `json:"totalJobs"`
}

// Scope is a group of names of attributes.
type Scope struct {
	Name string   `json:"name"`
	Tags []string `json:"tags"`
}

// TagValue is a value of an attribute.
type TagValue struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// WrapTrace puts the protobuf of a trace into a TraceByIDResponse, whose first field it is.
func WrapTrace(trace []byte) []byte {
	const field1Bytes = 1<<3 | 2
	return append(binary.AppendUvarint([]byte{field1Bytes}, uint64(len(trace))), trace...)
}
