package operation

// Values of Span.Kind.
const (
	SpanUnspecified = "unspecified"
	SpanInternal    = "internal"
	SpanServer      = "server"
	SpanClient      = "client"
	SpanProducer    = "producer"
	SpanConsumer    = "consumer"
)

// StatusUnset is the third value of Span.Status, beside StatusOK and StatusError.
const StatusUnset = "unset"

// Span is a raw span as kept behind the records, in the shape that stores and interfaces share.
type Span struct {
	TraceID       TraceID    `json:"trace_id"`
	SpanID        SpanID     `json:"span_id"`
	ParentSpanID  SpanID     `json:"parent_span_id,omitzero"`
	TraceState    string     `json:"trace_state,omitempty"`
	Flags         uint32     `json:"flags"`
	Name          string     `json:"name"`
	Kind          string     `json:"kind"`
	StartTime     Time       `json:"start_time"`
	Duration      Duration   `json:"duration"`
	Status        string     `json:"status"`
	StatusMessage string     `json:"status_message,omitempty"`
	ServiceName   string     `json:"service_name"`
	Scope         string     `json:"scope,omitempty"`
	Resource      Attributes `json:"resource,omitempty"`
	Attributes    Attributes `json:"attributes,omitempty"`
	Events        []Event    `json:"events,omitempty"`
	Links         []Link     `json:"links,omitempty"`
}

// Event is something that happened during a span.
type Event struct {
	Time       Time       `json:"time"`
	Name       string     `json:"name"`
	Attributes Attributes `json:"attributes,omitempty"`
}

// LogRecord is an application's log record.
type LogRecord struct {
	// ID is derived from the content, so that a record delivered twice is stored once.
	ID             ID         `json:"log_id"`
	Time           Time       `json:"time"`
	TraceID        TraceID    `json:"trace_id,omitzero"`
	SpanID         SpanID     `json:"span_id,omitzero"`
	SeverityNumber int64      `json:"severity_number"`
	SeverityText   string     `json:"severity_text,omitempty"`
	EventName      string     `json:"event_name,omitempty"`
	Body           string     `json:"body"` // text; JSON when the body was structured
	ServiceName    string     `json:"service_name"`
	Scope          string     `json:"scope,omitempty"`
	Resource       Attributes `json:"resource,omitempty"`
	Attributes     Attributes `json:"attributes,omitempty"`
}
