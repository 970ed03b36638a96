package api

import (
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// FieldList answers GET /fields.
type FieldList struct {
	Items []FieldInfo `json:"items"`
}

// FieldInfo is a name that a query can use. Share is in how many of the operations looked at an attribute occurs.
type FieldInfo struct {
	Name   string  `json:"name"`
	Type   string  `json:"type"`   // in words; the values of a field with a closed list
	Source string  `json:"source"` // record or attributes
	Share  float64 `json:"share,omitempty"`
}

// ValueList answers GET /fields/{name}/values.
type ValueList struct {
	Name  string       `json:"name"`
	Items []FieldValue `json:"items"`
}

// FieldValue is how often a field has a value.
type FieldValue = store.FacetValue

// Diagnosis answers GET /query/check. Cost is nil when the query has mistakes or the store is away.
type Diagnosis struct {
	query.Diagnosis
	Cost *QueryCost `json:"cost,omitempty"`
}

// QueryCost is about how many operations a query looks at.
type QueryCost struct {
	Rows int64 `json:"rows"`
}

// Histogram answers GET /operations/histogram.
type Histogram struct {
	store.Histogram
	Deploys []store.Deploy `json:"deploys"` // versions that came within the range
	Partial *store.Partial `json:"partial,omitempty"`
	Stats   *ScanStats     `json:"stats,omitempty"`
}

// Facets answers GET /operations/facets.
type Facets struct {
	Fields  []store.Facet  `json:"fields"`
	Partial *store.Partial `json:"partial,omitempty"`
	Stats   *ScanStats     `json:"stats,omitempty"`
}

// Rows answers GET /query: columns and rows, or series.
type Rows struct {
	store.Table
	Series  []Series       `json:"series,omitempty"`
	Range   *store.Range   `json:"range,omitempty"`
	Partial *store.Partial `json:"partial,omitempty"`
	Stats   *ScanStats     `json:"stats,omitempty"`
}

// Series is an aggregate of one group over time: points of time and value.
type Series struct {
	Name   string         `json:"name"`
	Labels map[string]any `json:"labels"`
	Unit   string         `json:"unit,omitempty"`
	Points [][2]any       `json:"points"`
}

// Latency answers GET /latency.
type Latency struct {
	Series  []Series       `json:"series"`
	Deploys []store.Deploy `json:"deploys"`
	Heatmap *Heatmap       `json:"heatmap,omitempty"`
	Partial *store.Partial `json:"partial,omitempty"`
	Stats   *ScanStats     `json:"stats,omitempty"`
}

// Heatmap counts operations by time and duration.
type Heatmap struct {
	Width operation.Duration `json:"bucket_ns"`
	Cells []HeatmapCell      `json:"cells"`
}

// HeatmapCell counts the operations of a bucket of time that took From and longer, but less than To.
type HeatmapCell struct {
	Time  operation.Time     `json:"time"`
	From  operation.Duration `json:"from"`
	To    operation.Duration `json:"to"`
	Count int64              `json:"count"`
}

// Verdicts on the rows of a comparison.
const (
	VerdictTooFew = "too_few"
	VerdictSlower = "slower"
	VerdictFaster = "faster"
	VerdictSame   = "same"
)

// Comparison answers GET /latency/compare: the rows, and a verdict on each.
type Comparison struct {
	store.Table
	Field    string         `json:"field"` // by which the sides differ; start_time between ranges
	A        string         `json:"a"`
	B        string         `json:"b"`
	Verdicts []string       `json:"verdicts"`
	Evidence []Evidence     `json:"evidence"` // of each row
	Partial  *store.Partial `json:"partial,omitempty"`
	Stats    *ScanStats     `json:"stats,omitempty"`
}

// Evidence is how sure a row of a comparison is.
type Evidence struct {
	A Sureness `json:"a"`
	B Sureness `json:"b"`
	// Contribution is what the group adds to the change of the mean duration of all operations, by its own durations and
	// by its part of all.
	Contribution operation.Duration `json:"contribution"`
}

// Sureness is where the true values of a side lie with 95 % confidence.
type Sureness struct {
	P95       store.Interval `json:"p95"` // nanoseconds
	ErrorRate store.Interval `json:"error_rate"`
}

// DeployList answers GET /deploys.
type DeployList struct {
	Items   []store.Deploy `json:"items"`
	Markers []DeployMarker `json:"markers"` // of the range, oldest first
}

// DeployMarker is a deploy as somebody told it. Without a Time it is now; By is the server's.
type DeployMarker struct {
	Service string         `json:"service"`
	Version string         `json:"version,omitempty"`
	Time    operation.Time `json:"time,omitzero"`
	Text    string         `json:"text,omitempty"`
	By      string         `json:"by,omitempty"`
}

// ShortLink is the address of a page under a short id. ID is the server's.
type ShortLink struct {
	ID   string `json:"id,omitempty"`
	Path string `json:"path"`
}

// States of a group of errors.
const (
	ErrorNew        = "new"
	ErrorOngoing    = "ongoing"
	ErrorEscalating = "escalating" // comes far more often than its last week explains
	ErrorResolved   = "resolved"
	ErrorRegressed  = "regressed"
	ErrorIgnored    = "ignored"
	ErrorExpected   = "expected"
)

// ErrorGroup is a group of errors with its state.
type ErrorGroup struct {
	store.ErrorGroup
	State string     `json:"state"`
	Note  *ErrorNote `json:"note,omitempty"`
	// Members are the fingerprints that people put together here, its own first; empty when they did not.
	Members []string `json:"members,omitempty"`
}

// ErrorMerge is errors of a service that are one, the first of which names the group; or those that are to leave it.
type ErrorMerge struct {
	Service      string   `json:"service"`
	Fingerprints []string `json:"fingerprints"`
	By           string   `json:"by,omitempty"`
}

// ErrorNote is what was decided about a group. Since, By and Revision are the server's.
type ErrorNote struct {
	State   string         `json:"state"`              // ongoing, resolved, ignored or expected
	Version string         `json:"version,omitempty"`  // with resolved: the one that holds the mend; empty is what runs
	Until   operation.Time `json:"until,omitzero"`     // with ignored; 0 is for good
	MaxRate float64        `json:"max_rate,omitempty"` // with expected: the share of the service's operations; 0 is no limit
	Text    string         `json:"text,omitempty"`
	Since   operation.Time `json:"since,omitzero"`
	By      string         `json:"by,omitempty"`
	// Revision is for the If-Match of the next change.
	Revision int64 `json:"revision,omitempty"`
}

// ErrorList answers GET /errors.
type ErrorList struct {
	Items   []ErrorGroup   `json:"items"`
	Partial *store.Partial `json:"partial,omitempty"`
	Stats   *ScanStats     `json:"stats,omitempty"`
}

// ErrorDetail answers GET /errors/{fingerprint}: a group for each service, and what their operations have in common.
type ErrorDetail struct {
	Groups  []ErrorGroup         `json:"groups"`
	Fields  []store.Facet        `json:"fields"`
	Latest  *operation.Operation `json:"latest,omitempty"`
	Partial *store.Partial       `json:"partial,omitempty"`
	Stats   *ScanStats           `json:"stats,omitempty"`
}

// ReviewStates are the states of a reviewed command.
var ReviewStates = []string{"needs_review", "ok", "fixed", "reverted", "retried"}

// Review is what somebody said of a command. Time and By are the server's.
type Review struct {
	State string         `json:"state"`
	Note  string         `json:"note,omitempty"`
	By    string         `json:"by,omitempty"`
	Time  operation.Time `json:"time,omitzero"`
}

// ReviewList answers /commands/{operation_id}/review.
type ReviewList struct {
	Items []Review `json:"items"`
}

// CommandPage answers GET /commands. Reviews are by operation id.
type CommandPage struct {
	OperationPage
	Reviews map[string][]Review `json:"reviews"`
}

// Saved is a saved query. ID, Revision, Updated and By are the server's.
type Saved struct {
	ID       string         `json:"id,omitempty"`
	Name     string         `json:"name"`
	Query    string         `json:"query"`
	View     string         `json:"view,omitempty"` // the rest of the page's address: range, columns, sort
	By       string         `json:"by,omitempty"`
	Revision int64          `json:"revision,omitempty"`
	Updated  operation.Time `json:"updated,omitzero"`
}

// SavedList answers GET /saved.
type SavedList struct {
	Items []Saved `json:"items"`
}
