package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/opslog/opslog/internal/query"
)

// The types of problems. A client decides by them, not by the texts.
const (
	ProblemBadRequest     = "/problems/bad-request"
	ProblemQuerySyntax    = "/problems/query-syntax"
	ProblemCursorMismatch = "/problems/cursor-mismatch"
	ProblemNotFound       = "/problems/not-found"
	ProblemUnsupported    = "/problems/unsupported"
	ProblemUnavailable    = "/problems/unavailable"
	ProblemTimeout        = "/problems/timeout"
	ProblemInternal       = "/problems/internal"
	ProblemUnauthorized   = "/problems/unauthorized"
	ProblemForbidden      = "/problems/forbidden"
	ProblemLimit          = "/problems/limit"
	ProblemTooExpensive   = "/problems/query-too-expensive"
	ProblemConflict       = "/problems/conflict"
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

// ProblemPart is one of the things that were wrong: with a parameter, or at a place in q.
type ProblemPart struct {
	Parameter string `json:"parameter,omitempty"`
	query.Problem
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
		Errors: []ProblemPart{{Parameter: parameter, Problem: query.Problem{Code: "bad_parameter", Message: message}}},
	}
}

// NotFound is the problem of something that is not there.
func NotFound(detail string) *Problem {
	return &Problem{Type: ProblemNotFound, Title: "Not found", Status: http.StatusNotFound, Detail: detail}
}
