package operation

import (
	"crypto/sha256"
	"strings"
)

// Rollup sums up the operations of one name that began in one minute, by kind and status. It outlives them. A later
// revision replaces an earlier one; a Count of 0 says that nothing of it is left. The JSON tag of a field is its one
// name, as in Operation.
type Rollup struct {
	ID          ID        `json:"rollup_id"`
	Minute      Time      `json:"minute"`
	Revision    int64     `json:"revision"`
	ServiceName string    `json:"service_name"`
	Environment string    `json:"environment"`
	Name        string    `json:"name"`
	Kind        string    `json:"kind"`
	Status      string    `json:"status"`
	Count       int64     `json:"operations"`
	Total       Duration  `json:"total"` // sum of the durations
	Longest     Duration  `json:"longest"`
	Durations   Histogram `json:"durations"`
}

// Identify sets the ID, which is made of everything that tells one Rollup from another.
func (r *Rollup) Identify() {
	r.ID = identify(r.Minute, r.ServiceName, r.Environment, r.Name, r.Kind, r.Status)
}

// Day is the granularity of ErrorDay.
const Day = 24 * 60 * Minute

// ErrorDay sums up one error of a service on one UTC day. Revisions and a Count of 0 are as in Rollup.
type ErrorDay struct {
	ID           ID     `json:"error_day_id"`
	Day          Time   `json:"day"`
	Revision     int64  `json:"revision"`
	ServiceName  string `json:"service_name"`
	Environment  string `json:"environment"`
	Fingerprint  string `json:"error_fingerprint"`
	Type         string `json:"error_type"` // this and the next two of the latest operation
	Message      string `json:"error_message"`
	FailureClass string `json:"failure_class"`
	Count        int64  `json:"operations"`
	Users        int64  `json:"users"`
	Tenants      int64  `json:"tenants"`
	FirstSeen    Time   `json:"first_seen"`
	LastSeen     Time   `json:"last_seen"`
	FirstExample ID     `json:"first_example"`
	LastExample  ID     `json:"last_example"`
	Names        string `json:"names"`    // of operations, a line each
	Versions     string `json:"versions"` // of the service, a line each
}

// Identify sets the ID, which is made of everything that tells one ErrorDay from another.
func (e *ErrorDay) Identify() {
	e.ID = identify(e.Day, e.ServiceName, e.Environment, e.Fingerprint)
}

// identify makes an ID of a time and names.
func identify(t Time, names ...string) ID {
	sum := sha256.Sum256([]byte(strings.Join(names, "\x00")))
	return NewID(t, TraceID(sum[:16]), SpanID(sum[16:24]))
}
