package operation

// Kinds of nodes in the service graph.
const (
	NodeService   = "service"
	NodeUser      = "user"      // whoever calls a root server operation
	NodeUnknown   = "unknown"   // a caller that was named by a parent span that nobody sent
	NodeDatabase  = "database"  //
	NodeCache     = "cache"     //
	NodeMessaging = "messaging" // a queue or topic
	NodeHTTP      = "http"      // a host that sends no spans
	NodeRPC       = "rpc"       // likewise
	NodeOverflow  = "overflow"  // what found no place of its own
)

// Minute is the granularity of edges and trace-quality counters.
const Minute = Time(60_000_000_000)

// Edge is what was called along one edge of the service graph in one minute. It is a delta: several records of one
// edge and minute add up. The ID is made by whoever emits the record, once, so that a record delivered twice counts
// once. The JSON tag of a field is its one name, as in Operation.
type Edge struct {
	ID              ID     `json:"edge_id"`
	Minute          Time   `json:"minute"` // when the calls began, cut to the minute
	Environment     string `json:"environment"`
	SourceKind      string `json:"source_kind"` // service, user, unknown or overflow
	Source          string `json:"source"`      // the service
	SourceOperation string `json:"source_operation"`
	TargetKind      string `json:"target_kind"`
	Target          string `json:"target"`
	TargetOperation string `json:"target_operation"` // the operation called, or of an inferred node what was asked: "SELECT orders"
	System          string `json:"system"`           // the protocol or product: http, grpc, postgresql, kafka
	Inferred        bool   `json:"inferred"`         // one end sent no spans; the other's attributes name it
	Async           bool   `json:"async"`            // through a queue: the caller does not wait

	Calls       int64    `json:"calls"`
	Errors      int64    `json:"errors"`
	Unpaired    int64    `json:"unpaired"`     // calls of which one side's span never came
	Retries     int64    `json:"retries"`      // requests that the client sent again
	ClientTime  Duration `json:"client_time"`  // sum, as the caller saw it
	ServerTime  Duration `json:"server_time"`  // sum, as the called one saw it
	NetworkTime Duration `json:"network_time"` // sum over paired calls of client less server time; async: the wait in the queue
	// The distributions behind the two sums.
	ClientDurations Histogram `json:"client_durations"`
	ServerDurations Histogram `json:"server_durations"`

	LastSeen Time `json:"last_seen"`
	Example  ID   `json:"example_operation_id"` // an operation on the calling side, a failed one if there is any

	CircuitOpen int64 `json:"circuit_open"` // calls that a circuit breaker stopped before they were made, or on their way

	Tenant string `json:"tenant_key"` // TenantKey of both sides' tenant; empty where there is none, or they differ, and in sums of all
}

// Add adds what other counts.
func (e *Edge) Add(other *Edge) {
	e.Calls += other.Calls
	if e.Example.IsZero() || other.Errors > 0 && e.Errors == 0 || (other.Errors > 0) == (e.Errors > 0) && other.LastSeen > e.LastSeen {
		if !other.Example.IsZero() {
			e.Example = other.Example
		}
	}
	e.Errors += other.Errors
	e.Unpaired += other.Unpaired
	e.Retries += other.Retries
	e.CircuitOpen += other.CircuitOpen
	e.ClientTime += other.ClientTime
	e.ServerTime += other.ServerTime
	e.NetworkTime += other.NetworkTime
	e.ClientDurations.Merge(other.ClientDurations)
	e.ServerDurations.Merge(other.ServerDurations)
	e.LastSeen = max(e.LastSeen, other.LastSeen)
}

// Quality counts one check of trace quality on one service in one minute: a delta with an ID, as Edge is.
type Quality struct {
	ID           ID      `json:"quality_id"`
	Minute       Time    `json:"minute"`
	ServiceName  string  `json:"service_name"`
	Environment  string  `json:"environment"`
	Check        string  `json:"check_name"`
	Subject      string  `json:"subject"` // what exactly: an operation, a pair of services, an attribute
	Total        int64   `json:"total"`   // how often it was looked
	Failed       int64   `json:"failed"`  // how often it was wrong
	Value        int64   `json:"value"`   // a sum whose meaning is the check's: bytes, spans, ns
	ExampleTrace TraceID `json:"example_trace_id"`
	Tenant       string  `json:"tenant_key"` // as of Edge
}

// Add adds what other counts.
func (q *Quality) Add(other *Quality) {
	if !other.ExampleTrace.IsZero() {
		q.ExampleTrace = other.ExampleTrace
	}
	q.Total += other.Total
	q.Failed += other.Failed
	q.Value += other.Value
}
