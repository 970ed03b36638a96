package cli

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
)

// defaultOTLP is where the default configuration receives OTLP over HTTP.
const defaultOTLP = "http://localhost:4318"

// otlpEndpoint is where programs on this machine are told to send OTLP, else where the default configuration takes it.
func otlpEndpoint() string {
	return cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"), defaultOTLP)
}

// testSpan is a span as OTLP's JSON encoding has it (opentelemetry-proto, trace.proto).
type testSpan struct {
	TraceID    string          `json:"traceId"`
	SpanID     string          `json:"spanId"`
	Name       string          `json:"name"`
	Kind       int             `json:"kind"`
	Flags      int             `json:"flags"`
	Start      string          `json:"startTimeUnixNano"`
	End        string          `json:"endTimeUnixNano"`
	Attributes []otlpAttribute `json:"attributes,omitempty"`
	Events     []otlpEvent     `json:"events,omitempty"`
	Status     otlpStatus      `json:"status"`
}

type otlpAttribute struct {
	Key   string    `json:"key"`
	Value otlpValue `json:"value"`
}

type otlpValue struct {
	String *string `json:"stringValue,omitempty"`
	Int    *string `json:"intValue,omitempty"`
	Bool   *bool   `json:"boolValue,omitempty"`
}

type otlpEvent struct {
	Time       string          `json:"timeUnixNano"`
	Name       string          `json:"name"`
	Attributes []otlpAttribute `json:"attributes"`
}

type otlpStatus struct {
	Code    int    `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

// Numbers of OTLP's enumerations and flags.
const (
	kindServer  = 2
	statusError = 2
	rootSpan    = 0x101 // sampled, and known to have no remote parent
)

// attributeOf reads key=value; numbers and truths keep their type.
func attributeOf(text string) (otlpAttribute, error) {
	key, value, found := strings.Cut(text, "=")
	if !found || key == "" {
		return otlpAttribute{}, usageError{fmt.Errorf("--attr is %q, want key=value", printable(text, 60))}
	}
	if _, err := strconv.ParseInt(value, 10, 64); err == nil {
		return otlpAttribute{key, otlpValue{Int: &value}}, nil
	}
	if value == "true" || value == "false" {
		b := value == "true"
		return otlpAttribute{key, otlpValue{Bool: &b}}, nil
	}
	return textAttribute(key, value), nil
}

func textAttribute(key, value string) otlpAttribute {
	return otlpAttribute{key, otlpValue{String: &value}}
}

// newTestSpan makes a span that is an operation of its own; id gives its ids.
func newTestSpan(name string, id [24]byte, start time.Time, took time.Duration) testSpan {
	return testSpan{TraceID: hex.EncodeToString(id[:16]), SpanID: hex.EncodeToString(id[16:]), Name: name, Kind: kindServer, Flags: rootSpan,
		Start: strconv.FormatInt(start.UnixNano(), 10), End: strconv.FormatInt(start.Add(took).UnixNano(), 10)}
}

// fail makes the span one with an error.
func (s *testSpan) fail(message string) {
	s.Status = otlpStatus{Code: statusError, Message: message}
	s.Events = []otlpEvent{{Time: s.End, Name: "exception", Attributes: []otlpAttribute{
		textAttribute("exception.type", "TestError"), textAttribute("exception.message", message)}}}
}

// operationID is the id of the operation that opslog makes of the span.
func operationID(id [24]byte, start time.Time) operation.ID {
	return operation.NewID(operation.TimeOf(start), operation.TraceID(id[:16]), operation.SpanID(id[16:]))
}

// export sends spans of one service to an OTLP/HTTP receiver.
func export(ctx context.Context, client *http.Client, endpoint, service string, spans []testSpan) error {
	body, err := json.Marshal(map[string]any{"resourceSpans": []any{map[string]any{
		"resource":   map[string]any{"attributes": []otlpAttribute{textAttribute("service.name", service)}},
		"scopeSpans": []any{map[string]any{"scope": map[string]any{"name": "opslog send"}, "spans": spans}},
	}}})
	if err != nil {
		return err
	}
	return postOTLP(ctx, client, endpoint, otlpRequest{body: body, path: pathTraces})
}

// rejected tells what a receiver that answered well did not take.
func rejected(u string, answer []byte) error {
	var partial struct {
		Partial struct {
			Spans   json.Number `json:"rejectedSpans"`
			Logs    json.Number `json:"rejectedLogRecords"`
			Message string      `json:"errorMessage"`
		} `json:"partialSuccess"`
	}
	if json.Unmarshal(answer, &partial) != nil {
		return nil
	}
	for _, one := range []struct {
		n    json.Number
		what string
	}{{partial.Partial.Spans, "spans"}, {partial.Partial.Logs, "log records"}} {
		if one.n != "" && one.n != "0" {
			return fmt.Errorf("%s rejected %s %s: %s", u, one.n, one.what, printable(partial.Partial.Message, 200))
		}
	}
	return nil
}

// await asks for an operation until it can be seen or the context ends, and answers how long that took.
func await(ctx context.Context, client *api.Client, id operation.ID) (time.Duration, error) {
	began := time.Now()
	const pause = 100 * time.Millisecond
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		_, err := client.Operation(ctx, id)
		if err == nil {
			return time.Since(began), nil
		}
		if ExitCode(err) != exitNotFound {
			return 0, err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return 0, notFound{fmt.Errorf("operation %s was not visible after %s", id, duration(time.Since(began)))}
		}
	}
}
