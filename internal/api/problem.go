package api

import (
	"fmt"
	"net/http"
	"strings"
)

// The types of problems. A client decides by them, not by the texts.
const (
	ProblemBadRequest     = "/problems/bad-request"
	ProblemQuerySyntax    = "/problems/query-syntax"
	ProblemCursorMismatch = "/problems/cursor-mismatch"
	ProblemNotFound       = "/problems/not-found"
	ProblemUnavailable    = "/problems/unavailable"
	ProblemTimeout        = "/problems/timeout"
	ProblemInternal       = "/problems/internal"
)

// Problem is the answer to a request that failed (RFC 9457), and the error that the client returns for it.
type Problem struct {
	Type      string        `json:"type"`
	Title     string        `json:"title"`
	Status    int           `json:"status"`
	Detail    string        `json:"detail,omitempty"`
	Instance  string        `json:"instance,omitempty"`
	RequestID string        `json:"request_id,omitempty"`
	Errors    []ProblemPart `json:"errors,omitempty"`
}

// ProblemPart is one of the things that were wrong. Start and End are UTF-16 code units in q.
type ProblemPart struct {
	Code      string `json:"code,omitempty"`
	Parameter string `json:"parameter,omitempty"`
	Message   string `json:"message"`
	Start     int    `json:"start"`
	End       int    `json:"end"`
	ByteStart int    `json:"byte_start"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	Hint      string `json:"hint,omitempty"`
	Fix       *Fix   `json:"fix,omitempty"`
}

// Fix is an edit of q that mends the mistake: the UTF-16 range to replace, and what with.
type Fix struct {
	Replace [2]int `json:"replace"`
	With    string `json:"with"`
}

// Error is the problem as one sentence.
func (p *Problem) Error() string {
	if p.Detail == "" {
		return p.Title
	}
	return p.Title + ": " + p.Detail
}

// BadRequest is the problem of a parameter that cannot be used.
func BadRequest(parameter, format string, args ...any) *Problem {
	message := fmt.Sprintf(format, args...)
	return &Problem{
		Type: ProblemBadRequest, Title: "Bad request", Status: http.StatusBadRequest,
		Detail: strings.TrimSpace(parameter + " " + message),
		Errors: []ProblemPart{{Code: "bad_parameter", Parameter: parameter, Message: message}},
	}
}

// NotFound is the problem of something that is not there.
func NotFound(detail string) *Problem {
	return &Problem{Type: ProblemNotFound, Title: "Not found", Status: http.StatusNotFound, Detail: detail}
}
