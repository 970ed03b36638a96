// Package jaeger speaks the query API of Jaeger: the shapes of its answers, made from our spans.
package jaeger

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// Trace is a trace in Jaeger's JSON. Times and durations are microseconds.
type Trace struct {
	TraceID   string             `json:"traceID"`
	Spans     []Span             `json:"spans"`
	Processes map[string]Process `json:"processes"`
	Warnings  []string           `json:"warnings"`
}

// Span is one span of a Trace.
type Span struct {
	TraceID       string      `json:"traceID"`
	SpanID        string      `json:"spanID"`
	OperationName string      `json:"operationName"`
	References    []Reference `json:"references"`
	StartTime     int64       `json:"startTime"`
	Duration      int64       `json:"duration"`
	Tags          []Tag       `json:"tags"`
	Logs          []Log       `json:"logs"`
	ProcessID     string      `json:"processID"`
	Warnings      []string    `json:"warnings"`
}

// Reference points to the parent, or to a linked span.
type Reference struct {
	RefType string `json:"refType"`
	TraceID string `json:"traceID"`
	SpanID  string `json:"spanID"`
}

// Tag is an attribute.
type Tag struct {
	Key   string `json:"key"`
	Type  string `json:"type"` // string, bool, int64, float64
	Value any    `json:"value"`
}

// Log is an event of a span.
type Log struct {
	Timestamp int64 `json:"timestamp"`
	Fields    []Tag `json:"fields"`
}

// Process is a service instance.
type Process struct {
	ServiceName string `json:"serviceName"`
	Tags        []Tag  `json:"tags"`
}

// TraceOf writes the spans of one trace.
func TraceOf(id operation.TraceID, spans []*operation.Span) Trace {
	t := Trace{TraceID: id.String(), Spans: make([]Span, len(spans)), Processes: map[string]Process{}}
	processes := map[string]string{}
	for i, s := range spans {
		tags := tagsOf(s.Resource, "service.name")
		text, _ := json.Marshal(tags) // plain values only
		key := s.ServiceName + string(text)
		if processes[key] == "" {
			processes[key] = "p" + strconv.Itoa(len(processes)+1)
			t.Processes[processes[key]] = Process{ServiceName: s.ServiceName, Tags: tags}
		}
		t.Spans[i] = spanOf(s, processes[key])
	}
	return t
}

func spanOf(s *operation.Span, process string) Span {
	out := Span{
		TraceID: s.TraceID.String(), SpanID: s.SpanID.String(), OperationName: s.Name, References: references(s), StartTime: micros(s.StartTime),
		Duration: max(0, s.Duration.Microseconds()), Tags: tagsOf(s.Attributes), Logs: []Log{}, ProcessID: process,
	}
	if s.Kind != operation.SpanUnspecified && s.Kind != "" {
		out.Tags = append(out.Tags, text("span.kind", s.Kind))
	}
	switch s.Status {
	case operation.StatusError:
		out.Tags = append(out.Tags, Tag{"error", "bool", true}, text("otel.status_code", "ERROR"))
		if s.StatusMessage != "" {
			out.Tags = append(out.Tags, text("otel.status_description", s.StatusMessage))
		}
	case operation.StatusOK:
		out.Tags = append(out.Tags, text("otel.status_code", "OK"))
	}
	if s.Scope != "" {
		out.Tags = append(out.Tags, text("otel.scope.name", s.Scope))
	}
	for _, e := range s.Events {
		out.Logs = append(out.Logs, Log{Timestamp: micros(e.Time), Fields: append([]Tag{text("event", e.Name)}, tagsOf(e.Attributes)...)})
	}
	return out
}

func references(s *operation.Span) []Reference {
	out := []Reference{}
	if s.ParentSpanID != (operation.SpanID{}) {
		out = append(out, Reference{"CHILD_OF", s.TraceID.String(), s.ParentSpanID.String()})
	}
	for _, l := range s.Links {
		out = append(out, Reference{"FOLLOWS_FROM", l.TraceID.String(), l.SpanID.String()})
	}
	return out
}

func text(key, value string) Tag { return Tag{key, "string", value} }

func tagsOf(attrs operation.Attributes, without ...string) []Tag {
	out := make([]Tag, 0, len(attrs))
	for _, key := range slices.Sorted(maps.Keys(attrs)) {
		if !slices.Contains(without, key) {
			out = append(out, tagOf(key, attrs[key]))
		}
	}
	return out
}

func tagOf(key string, value any) Tag {
	switch v := value.(type) {
	case string:
		return Tag{key, "string", v}
	case bool:
		return Tag{key, "bool", v}
	case int64:
		return Tag{key, "int64", v}
	case float64:
		return Tag{key, "float64", v}
	case []byte:
		return Tag{key, "binary", base64.StdEncoding.EncodeToString(v)}
	default:
		if list, err := json.Marshal(v); err == nil {
			return Tag{key, "string", string(list)}
		}
		return Tag{key, "string", fmt.Sprint(v)}
	}
}

func micros(t operation.Time) int64 { return int64(t) / int64(time.Microsecond) }
