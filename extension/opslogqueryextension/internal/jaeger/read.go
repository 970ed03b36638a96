package jaeger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/opslog/opslog/internal/operation"
)

// SpansOf reads the spans of a trace as Jaeger exports it: the other way round than TraceOf.
func SpansOf(t Trace) ([]*operation.Span, error) {
	out := make([]*operation.Span, len(t.Spans))
	for i, s := range t.Spans {
		read, err := s.read(t.Processes)
		if err != nil {
			return nil, fmt.Errorf("span %d of trace %q: %w", i+1, t.TraceID, err)
		}
		out[i] = read
	}
	return out, nil
}

func (s *Span) read(processes map[string]Process) (*operation.Span, error) {
	trace, err := traceID(s.TraceID)
	if err != nil {
		return nil, err
	}
	id, err := operation.ParseSpanID(padded(s.SpanID, 16))
	if err != nil {
		return nil, err
	}
	if s.StartTime < 0 || s.StartTime > int64(1<<63-1)/1000 || s.Duration < 0 || s.Duration > int64(1<<63-1)/1000 {
		return nil, errors.New("startTime and duration must be microseconds")
	}
	p := processes[s.ProcessID]
	out := &operation.Span{
		TraceID: trace, SpanID: id, Name: s.OperationName, Kind: operation.SpanUnspecified, Status: operation.StatusUnset, ServiceName: p.ServiceName,
		StartTime: operation.Time(s.StartTime) * 1000, Duration: time.Duration(s.Duration) * time.Microsecond,
		Attributes: attributesOf(s.Tags), Resource: attributesOf(p.Tags),
	}
	if p.ServiceName != "" {
		out.Resource["service.name"] = p.ServiceName
	}
	takeTags(out)
	for _, l := range s.Logs {
		out.Events = append(out.Events, l.read())
	}
	return out, refer(out, s.References)
}

// takeTags moves to the span's fields what Jaeger keeps in tags.
func takeTags(s *operation.Span) {
	take := func(key string) string {
		text, _ := s.Attributes[key].(string)
		delete(s.Attributes, key)
		return text
	}
	if kind := take("span.kind"); slices.Contains(kinds, kind) {
		s.Kind = kind
	}
	failed := s.Attributes["error"] == true || s.Attributes["error"] == "true"
	delete(s.Attributes, "error")
	switch code := take("otel.status_code"); {
	case failed || code == "ERROR":
		s.Status = operation.StatusError
	case code == "OK":
		s.Status = operation.StatusOK
	}
	s.StatusMessage, s.Scope = take("otel.status_description"), take("otel.scope.name")
}

var kinds = []string{operation.SpanInternal, operation.SpanServer, operation.SpanClient, operation.SpanProducer, operation.SpanConsumer}

func (l *Log) read() operation.Event {
	e := operation.Event{Time: operation.Time(l.Timestamp) * 1000, Attributes: attributesOf(l.Fields)}
	e.Name, _ = e.Attributes["event"].(string)
	delete(e.Attributes, "event")
	return e
}

// refer reads the parent, the first CHILD_OF of the same trace, and the links.
func refer(s *operation.Span, references []Reference) error {
	for _, r := range references {
		trace, err := traceID(r.TraceID)
		if err != nil {
			return err
		}
		id, err := operation.ParseSpanID(padded(r.SpanID, 16))
		if err != nil {
			return err
		}
		if r.RefType == "CHILD_OF" && trace == s.TraceID && s.ParentSpanID == (operation.SpanID{}) {
			s.ParentSpanID = id
			continue
		}
		s.Links = append(s.Links, operation.Link{TraceID: trace, SpanID: id})
	}
	return nil
}

func traceID(text string) (operation.TraceID, error) { return operation.ParseTraceID(padded(text, 32)) }

// padded writes the zeros that Jaeger leaves out at the begin of an id.
func padded(id string, digits int) string {
	for len(id) > 0 && len(id) < digits {
		id = "0" + id
	}
	return id
}

func attributesOf(tags []Tag) operation.Attributes {
	out := operation.Attributes{}
	for _, t := range tags {
		out[t.Key] = t.read()
	}
	return out
}

// read gives a tag's value the type that the tag names; where it does not fit, text.
func (t *Tag) read() any {
	text := fmt.Sprint(t.Value)
	switch t.Type {
	case "bool":
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	case "int64":
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	case "float64":
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f
		}
	case "binary":
		if b, err := base64.StdEncoding.DecodeString(text); err == nil {
			return b
		}
	}
	return text
}
