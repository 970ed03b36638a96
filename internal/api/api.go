// Package api is opslog's HTTP API as seen from both ends: the OpenAPI document, the shapes of its answers and
// a client. The document comes first; a test holds the shapes against it.
package api

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// Prefix is where the API lives on the server.
const Prefix = "/api/opslog/v1"

// Document is the OpenAPI document.
//
//go:embed openapi.yaml
var Document []byte

// DocumentJSON is the same document as JSON.
var DocumentJSON = sync.OnceValues(func() ([]byte, error) {
	var tree map[string]any
	if err := yaml.Unmarshal(Document, &tree); err != nil {
		return nil, fmt.Errorf("read the API's document: %w", err)
	}
	return json.Marshal(tree)
})

// Status answers GET /status.
type Status struct {
	Version string         `json:"version"`
	Started operation.Time `json:"started"`
	Now     operation.Time `json:"now"`
	Store   store.Stats    `json:"store"`
	// VisibleThrough is the start of the newest operation that can be seen.
	VisibleThrough operation.Time `json:"visible_through"`
	Capabilities   Capabilities   `json:"capabilities"`
	Limits         StatusLimits   `json:"limits"`
	LinkTemplates  []LinkTemplate `json:"link_templates,omitempty"`
}

// LinkTemplate is a way to another tool. In URL, {names} stand for values of what is looked at.
type LinkTemplate struct {
	Name     string   `json:"name"`
	URL      string   `json:"url"`
	On       string   `json:"on"`                 // operation, span or frame
	Services []string `json:"services,omitempty"` // none is all
}

// Capabilities are what this server does.
type Capabilities struct {
	Write     bool `json:"write"`     // changes are taken
	Save      bool `json:"save"`      // callers may save queries and links, for themselves where write is false
	Login     bool `json:"login"`     // callers prove who they are
	Anonymous bool `json:"anonymous"` // everybody on the network can read; say so
	Jaeger    bool `json:"jaeger"`
	Tempo     bool `json:"tempo"`
}

// StatusLimits are what one caller may ask for.
type StatusLimits struct {
	MaxRange          operation.Duration `json:"max_range"` // 0 is no bound
	QueryTimeout      operation.Duration `json:"query_timeout"`
	PageSize          int                `json:"page_size"`
	Rows              int                `json:"rows"`
	QueriesPerSecond  float64            `json:"queries_per_second"`
	ConcurrentQueries int                `json:"concurrent_queries"`
}

// ScanStats is what a question cost.
type ScanStats struct {
	RowsScanned int64              `json:"rows_scanned"`
	Elapsed     operation.Duration `json:"elapsed_ns"`
	// Rollups says that a part of the answer comes from sums that outlived the operations: durations are up to 5 % off.
	Rollups bool `json:"rollups,omitempty"`
}

// SpanPage answers GET /operations with scope=spans. NextCursor is nil on the last page.
type SpanPage struct {
	Items      []*operation.Span `json:"items"`
	NextCursor *string           `json:"next_cursor"`
	AsOf       operation.Time    `json:"as_of,omitzero"`
	Partial    *store.Partial    `json:"partial,omitempty"`
	Stats      *ScanStats        `json:"stats,omitempty"`
}

// OperationPage answers GET /operations. NextCursor is nil on the last page.
type OperationPage struct {
	Items      []*operation.Operation `json:"items"`
	NextCursor *string                `json:"next_cursor"`
	AsOf       operation.Time         `json:"as_of,omitzero"`    // the end of the range, the same for all pages
	Total      *int64                 `json:"total,omitempty"`   // of all pages, with count=exact
	Columns    []string               `json:"columns,omitempty"` // the fields that were asked for, and
	Rows       [][]any                `json:"rows,omitempty"`    // their values, a row for each item
	Partial    *store.Partial         `json:"partial,omitempty"`
	Stats      *ScanStats             `json:"stats,omitempty"`
}

// OperationList answers GET /traces/{trace_id}/operations.
type OperationList struct {
	Items []*operation.Operation `json:"items"`
}

// SpanList answers GET /traces/{trace_id}/spans.
type SpanList struct {
	Items     []*operation.Span `json:"items"`
	Truncated bool              `json:"truncated"`
}

// LogList answers GET /traces/{trace_id}/logs.
type LogList struct {
	Items     []*operation.LogRecord `json:"items"`
	Truncated bool                   `json:"truncated"`
}

// ServiceList answers GET /services.
type ServiceList struct {
	Items []store.ServiceSummary `json:"items"`
}
