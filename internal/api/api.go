// Package api is opslog's HTTP API as seen from both ends: the OpenAPI document, the shapes of its answers and
// a client. The document comes first; a test holds the shapes against it.
package api

import (
	_ "embed"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// Prefix is where the API lives on the server.
const Prefix = "/api/opslog/v1"

// Document is the OpenAPI document.
//
//go:embed openapi.yaml
var Document []byte

// Status answers GET /status.
type Status struct {
	Version string         `json:"version"`
	Started operation.Time `json:"started"`
	Now     operation.Time `json:"now"`
	Store   store.Stats    `json:"store"`
}

// OperationPage answers GET /operations. NextCursor is nil on the last page.
type OperationPage struct {
	Items      []*operation.Operation `json:"items"`
	NextCursor *string                `json:"next_cursor"`
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
