// Package operation is the record that opslog keeps: one operation, with all that happened under its entry
// span inside its service. It imports the standard library only; every other package speaks in these types.
package operation

import (
	"fmt"
	"strconv"
	"time"
)

// Time is nanoseconds since the Unix epoch, UTC. Its JSON form is a decimal string, because a JavaScript
// number cannot hold it.
type Time int64

// Duration is nanoseconds; its JSON form is an integer (exact up to 104 days).
type Duration = time.Duration

// Std is the time as a time.Time in UTC.
func (t Time) Std() time.Time { return time.Unix(0, int64(t)).UTC() }

// TimeOf is the opposite of Std.
func TimeOf(t time.Time) Time { return Time(t.UnixNano()) }

func (t Time) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(t), 10), nil }

func (t *Time) UnmarshalText(text []byte) error {
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return fmt.Errorf("time %q is not a whole number of nanoseconds", clip(text))
	}
	*t = Time(n)
	return nil
}

// Attributes are key-value pairs with their types kept: string, int64, float64, bool, []byte, []any and
// map[string]any hold everything that OTLP can say.
type Attributes map[string]any

// Values of Kind.
const (
	KindUnknown = "unknown"
	KindQuery   = "query"
	KindCommand = "command"
)

// Values of Transport.
const (
	TransportHTTP     = "http"
	TransportRPC      = "rpc"
	TransportMessage  = "message"
	TransportJob      = "job"
	TransportInternal = "internal"
)

// Values of Status.
const (
	StatusOK    = "ok"
	StatusError = "error"
)

// Values of FailureClass.
const (
	FailureDependency = "dependency"
	FailureInput      = "input"
	FailureTimeout    = "timeout"
	FailureCancelled  = "cancelled"
	FailureCode       = "code"
	FailureUnknown    = "unknown"
)

// Values of IncompleteReason.
const (
	IncompleteNoEntry  = "no_entry"
	IncompleteOverflow = "overflow"
	IncompleteShutdown = "shutdown"
	IncompleteRunning  = "running"
)

// Operation is one record. The JSON tag of a field is its one name: in JSON, in SQL, in log-record attributes
// and in the query language; a prefix tag puts its text before the names of a nested struct's fields. Strings,
// ids, maps and lists that are empty mean "not known". A detail tag marks what lists of operations leave out.
type Operation struct {
	// Identity.
	ID                ID      `json:"operation_id"`
	TraceID           TraceID `json:"trace_id"`
	SpanID            SpanID  `json:"span_id"`
	ParentOperationID ID      `json:"parent_operation_id"`
	Revision          int64   `json:"revision"` // 1 at first; a higher one replaces a lower one
	Complete          bool    `json:"complete"`
	IncompleteReason  string  `json:"incomplete_reason"`

	// Time.
	StartTime     Time     `json:"start_time"`
	Duration      Duration `json:"duration"`
	TraceDuration Duration `json:"trace_duration"` // 0 when the trace's other parts were not seen

	// Where.
	ServiceName       string     `json:"service_name"`
	ServiceNamespace  string     `json:"service_namespace"`
	ServiceVersion    string     `json:"service_version"`
	ServiceInstanceID string     `json:"service_instance_id"`
	Environment       string     `json:"environment"`
	HostName          string     `json:"host_name"`
	Resource          Attributes `json:"resource" detail:"true"`

	// What.
	Name           string  `json:"name"` // low cardinality: "GET /users/{id}", "consume orders", "job nightly"
	Transport      string  `json:"transport"`
	Method         string  `json:"method"`
	Route          string  `json:"route"`
	Target         string  `json:"target"` // the concrete path, topic or method
	Kind           string  `json:"kind"`
	KindConfidence float64 `json:"kind_confidence"` // 0 to 1
	KindEvidence   string  `json:"kind_evidence" detail:"true"`
	Destructive    bool    `json:"destructive"`

	// Who.
	UserID        string `json:"user_id"`
	UserType      string `json:"user_type"`
	TenantID      string `json:"tenant_id"`
	SessionID     string `json:"session_id"`
	RequestID     string `json:"request_id"`
	ClientAddress string `json:"client_address"`
	UserAgent     string `json:"user_agent" detail:"true"`

	// Outcome.
	Status           string `json:"status"`
	StatusCode       int64  `json:"status_code"` // HTTP status, or gRPC code 0 to 16
	StatusMessage    string `json:"status_message"`
	ErrorType        string `json:"error_type"`
	ErrorMessage     string `json:"error_message"`
	ErrorStack       string `json:"error_stack" detail:"true"`
	ErrorFingerprint string `json:"error_fingerprint"`
	ErrorVariant     string `json:"error_variant"`
	ErrorSpanID      SpanID `json:"error_span_id"`
	ErrorService     string `json:"error_service"`
	FailureClass     string `json:"failure_class"`

	// Payload. Headers map a lower-case name to its values.
	RequestHeaders  Attributes `json:"request_headers" detail:"true"`
	ResponseHeaders Attributes `json:"response_headers" detail:"true"`
	RequestBody     string     `json:"request_body" detail:"true"`
	ResponseBody    string     `json:"response_body" detail:"true"`
	RequestSize     int64      `json:"request_size"` // bytes before cutting
	ResponseSize    int64      `json:"response_size"`
	Truncated       bool       `json:"truncated"`

	// Roll-up of the spans under the entry span, itself included.
	SpanCount           int64    `json:"span_count"`
	ErrorSpanCount      int64    `json:"error_span_count"`
	DB                  Calls    `prefix:"db_"`
	HTTP                Calls    `prefix:"http_"`
	RPC                 Calls    `prefix:"rpc_"`
	Messaging           Calls    `prefix:"messaging_"`
	Cache               Calls    `prefix:"cache_"`
	File                Calls    `prefix:"file_"`
	CacheHits           int64    `json:"cache_hits"`
	CacheMisses         int64    `json:"cache_misses"`
	SelfTime            Duration `json:"self_time"`     // of the entry span: not covered by any child
	ExternalTime        Duration `json:"external_time"` // union of all calls that left the process
	Parallelism         float64  `json:"parallelism"`   // sum of external durations / external_time; 0 without calls
	SlowestStepName     string   `json:"slowest_step_name"`
	SlowestStepSelfTime Duration `json:"slowest_step_self_time"`
	SlowestStepSpanID   SpanID   `json:"slowest_step_span_id"`

	// Steps.
	External []Step   `json:"external" detail:"true"` // at most 50 groups, by first offset
	Effects  []Effect `json:"effects" detail:"true"`  // at most 50, in order

	// Findings, at most 20.
	Findings []Finding `json:"findings"`

	// Retry.
	Attempt        int64  `json:"attempt"` // 1 is the first; 0 is not known
	RetryOf        ID     `json:"retry_of"`
	MessageID      string `json:"message_id"`
	IdempotencyKey string `json:"idempotency_key"`
	DeadLettered   bool   `json:"dead_lettered"`

	// Rest.
	Attributes Attributes `json:"attributes" detail:"true"` // of the entry span, less what has a field of its own
	Scope      string     `json:"scope" detail:"true"`
	Links      []Link     `json:"links" detail:"true"`
}

// Calls sums up the calls of one category.
type Calls struct {
	Calls         int64    `json:"calls"`
	Errors        int64    `json:"errors"`
	Time          Duration `json:"time"` // union: overlapping calls count once
	Max           Duration `json:"max"`
	CriticalShare float64  `json:"critical_share"` // of the operation's critical path, 0 to 1
}

// Categories of calls, as used in Step.Category.
const (
	CategoryDB        = "db"
	CategoryHTTP      = "http"
	CategoryRPC       = "rpc"
	CategoryMessaging = "messaging"
	CategoryCache     = "cache"
	CategoryFile      = "file"
)

// Step is a group of external calls that differ in their values only.
type Step struct {
	Category    string   `json:"category"`
	System      string   `json:"system,omitempty"`
	Target      string   `json:"target,omitempty"`
	Template    string   `json:"template"`
	Count       int64    `json:"count"`
	Errors      int64    `json:"errors,omitempty"`
	Total       Duration `json:"total"`
	Max         Duration `json:"max"`
	FirstOffset Duration `json:"first_offset"` // from the operation's start
}

// Values of Effect.Outcome.
const (
	EffectDone       = "done"
	EffectFailed     = "failed"
	EffectRolledBack = "rolled_back"
	EffectNotReached = "not_reached"
)

// Effect is one state change that the operation attempted.
type Effect struct {
	Kind    string   `json:"kind"` // db, http, rpc, message, cache, file
	Target  string   `json:"target"`
	Action  string   `json:"action"`
	Rows    *int64   `json:"rows,omitempty"` // nil when not reported
	Outcome string   `json:"outcome"`
	Offset  Duration `json:"offset"`
	SpanID  SpanID   `json:"span_id"`
}

// Finding is something that the record's own spans show to be wrong or wasteful.
type Finding struct {
	Kind       string   `json:"kind"`
	Severity   string   `json:"severity"`             // info, warning, high
	Confidence string   `json:"confidence,omitempty"` // empty where the spans leave no doubt
	Count      int64    `json:"count,omitempty"`
	Saving     Duration `json:"saving,omitempty"`
	SpanIDs    []SpanID `json:"span_ids,omitempty"`
	Evidence   string   `json:"evidence"`
}

// Values of Finding.Confidence.
const (
	ConfidenceLow    = "low"
	ConfidenceMedium = "medium"
	ConfidenceHigh   = "high"
)

// FindingQueryThatWrites marks a safe method or a read-named call that changed state.
const FindingQueryThatWrites = "query_that_writes"

// Link points to a span of this or of another trace.
type Link struct {
	TraceID    TraceID    `json:"trace_id"`
	SpanID     SpanID     `json:"span_id"`
	Attributes Attributes `json:"attributes,omitempty"`
}
