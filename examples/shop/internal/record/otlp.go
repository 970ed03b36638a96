package record

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// The structs are OTLP JSON as far as the selection looks into it; the rest is kept as it is.

type traceLine struct {
	ResourceSpans []resourceSpans `json:"resourceSpans"`
}

type resourceSpans struct {
	Resource   json.RawMessage `json:"resource"`
	ScopeSpans []scopeSpans    `json:"scopeSpans"`
	SchemaURL  string          `json:"schemaUrl,omitempty"`
}

type scopeSpans struct {
	Scope     json.RawMessage `json:"scope"`
	Spans     []span          `json:"spans"`
	SchemaURL string          `json:"schemaUrl,omitempty"`
}

type logLine struct {
	ResourceLogs []resourceLogs `json:"resourceLogs"`
}

type resourceLogs struct {
	Resource  json.RawMessage `json:"resource"`
	ScopeLogs []scopeLogs     `json:"scopeLogs"`
	SchemaURL string          `json:"schemaUrl,omitempty"`
}

type scopeLogs struct {
	Scope      json.RawMessage `json:"scope"`
	LogRecords []logRecord     `json:"logRecords"`
	SchemaURL  string          `json:"schemaUrl,omitempty"`
}

// span keeps its JSON beside the fields that the selection reads.
type span struct {
	raw json.RawMessage
	spanFields
}

type spanFields struct {
	TraceID      string      `json:"traceId"`
	SpanID       string      `json:"spanId"`
	ParentSpanID string      `json:"parentSpanId"`
	Name         string      `json:"name"`
	Attributes   []attribute `json:"attributes"`
	Status       struct {
		Code int `json:"code"`
	} `json:"status"`
}

// statusError is OTLP's STATUS_CODE_ERROR.
const statusError = 2

type logRecord struct {
	raw     json.RawMessage
	TraceID string
}

type attribute struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

func (s *span) UnmarshalJSON(data []byte) error {
	s.raw = bytes.Clone(data)
	return json.Unmarshal(data, &s.spanFields)
}

func (s span) MarshalJSON() ([]byte, error) { return s.raw, nil }

func (l *logRecord) UnmarshalJSON(data []byte) error {
	var fields struct {
		TraceID string `json:"traceId"`
	}
	err := json.Unmarshal(data, &fields)
	l.raw, l.TraceID = bytes.Clone(data), fields.TraceID
	return err
}

func (l logRecord) MarshalJSON() ([]byte, error) { return l.raw, nil }

// text is the attribute's value as JSON text, or "".
func (s *span) text(key string) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			return string(a.Value)
		}
	}
	return ""
}

// has tells whether the attribute's value contains want.
func (s *span) has(key, want string) bool { return strings.Contains(s.text(key), want) }

const maxLine = 64 << 20

// readLines reads a file of one OTLP JSON request a line.
func readLines[T any](file string) ([]T, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read the recording: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	var out []T
	for lines.Scan() {
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			return nil, fmt.Errorf("read line %d of the recording: %w", len(out)+1, err)
		}
		out = append(out, v)
	}
	return out, lines.Err()
}

// encode writes JSON without escaping what HTML would need.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}
