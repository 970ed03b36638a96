// Package scan reads OTLP requests as bytes, before anything is decoded, and finds those that would cost far more than
// they weigh: values nested too deeply, too many attributes, names without end. It keeps nothing and allocates nothing.
//
// pdata has no such limits: a request of 45 kB gzipped (700,000 nested values) takes seconds of a core to decode.
package scan

import "fmt"

// Limits bound one request. Sizes are in bytes as they are sent. A request at a limit passes.
type Limits struct {
	// Depth is how many values may be nested in one another.
	Depth int
	// Attributes is how many attributes one resource, scope, span, event, link, log record or data point may have.
	Attributes int
	// KeyBytes bounds a key, ValueBytes any other text or byte string.
	KeyBytes, ValueBytes int
	// Records is how many spans, log records and data points a request may have, Elements how many parts of any kind.
	Records, Elements int
	// ZeroIDs lets spans pass that have no trace id or no span id.
	ZeroIDs bool
}

// Reason says what is wrong with a request, in the words of the metric.
type Reason string

// What a request can be refused for.
const (
	Depth      Reason = "depth"
	Attributes Reason = "attributes"
	KeySize    Reason = "key_size"
	ValueSize  Reason = "value_size"
	Records    Reason = "records"
	Elements   Reason = "elements"
	ZeroID     Reason = "zero_id"
	Malformed  Reason = "malformed"
)

// Refusal is why a request is refused. The same bytes will always be refused.
type Refusal struct {
	Reason Reason
	Limit  int
}

var texts = map[Reason]string{
	Depth:      "values are nested more than %d deep",
	Attributes: "one element has more than %d attributes",
	KeySize:    "a key has more than %d bytes",
	ValueSize:  "a value has more than %d bytes",
	Records:    "the request has more than %d spans, log records or data points",
	Elements:   "the request has more than %d parts",
}

func (r *Refusal) Error() string {
	switch r.Reason {
	case ZeroID:
		return "a span has no trace id or no span id"
	case Malformed:
		return "the request cannot be read"
	default:
		return fmt.Sprintf(texts[r.Reason], r.Limit)
	}
}

// Signal is what a request carries.
type Signal uint8

// The signals of OTLP that are scanned.
const (
	Traces Signal = iota + 1
	Logs
	Metrics
)
