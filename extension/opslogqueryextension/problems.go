package opslogqueryextension

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"

	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// statusGone is what the log and the metrics say of a caller who did not wait (as nginx does).
const statusGone = 499

// problem answers with what went wrong and returns the HTTP status.
func (h *apiHandler) problem(w http.ResponseWriter, r *http.Request, err error) int {
	p := problemOf(err)
	p.Instance = r.URL.Path
	p.RequestID = requestID()
	if p.Status == http.StatusInternalServerError {
		h.logger.Error("A request failed", zap.String("request_id", p.RequestID), zap.String("path", r.URL.Path), zap.Error(err))
	}
	switch p.Status {
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "2")
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "1")
	}
	text, _ := encode(p) // texts and numbers only
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(text) // the caller is gone when this fails
	return p.Status
}

// problemOf is the one place that maps errors to answers. What it does not know stays inside: the text of a
// database's error may hold data.
func problemOf(err error) *api.Problem {
	var known *api.Problem
	var tooLarge *http.MaxBytesError
	if p := limitProblem(err); p != nil {
		return p
	}
	switch {
	case errors.As(err, &tooLarge):
		return &api.Problem{
			Type: api.ProblemBadRequest, Title: "Body is too large", Status: http.StatusRequestEntityTooLarge,
			Detail: fmt.Sprintf("the body has more than %d bytes", tooLarge.Limit),
		}
	case errors.As(err, &known):
		copied := *known
		return &copied
	case errors.Is(err, context.Canceled):
		return &api.Problem{Type: api.ProblemTimeout, Title: "Caller is gone", Status: statusGone}
	case errors.Is(err, context.DeadlineExceeded):
		return &api.Problem{
			Type: api.ProblemTimeout, Title: "Took too long", Status: http.StatusGatewayTimeout,
			Detail: "the database did not answer within query_timeout; ask for a shorter range or add a condition",
		}
	case errors.Is(err, store.ErrNotFound):
		return api.NotFound("not stored: outside retention, still arriving, or another id")
	case errors.Is(err, store.ErrManyNew):
		return &api.Problem{
			Type: api.ProblemTooExpensive, Title: "Query is too expensive", Status: http.StatusUnprocessableEntity,
			Detail: fmt.Sprintf("more than %d errors are new in this range: add a condition such as service = name, or shorten the range", store.MostNew),
		}
	case errors.Is(err, store.ErrTooExpensive):
		return &api.Problem{
			Type: api.ProblemTooExpensive, Title: "Query is too expensive", Status: http.StatusUnprocessableEntity,
			Detail: "it looks at more rows or takes more memory than is allowed; ask for a shorter range or add a condition",
		}
	case errors.Is(err, store.ErrConflict):
		return &api.Problem{
			Type: api.ProblemConflict, Title: "Changed by somebody else", Status: http.StatusPreconditionFailed,
			Detail: "read it again and repeat the change",
		}
	case errors.Is(err, store.ErrUnsupported):
		return &api.Problem{
			Type: api.ProblemUnsupported, Title: "Not supported by the store", Status: http.StatusUnprocessableEntity, Detail: err.Error(),
		}
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, store.ErrClosed), errors.Is(err, store.ErrSchemaNewer):
		return &api.Problem{
			Type: api.ProblemUnavailable, Title: "Store is unavailable", Status: http.StatusServiceUnavailable, Detail: err.Error(),
		}
	default:
		return &api.Problem{
			Type: api.ProblemInternal, Title: "Internal error", Status: http.StatusInternalServerError,
			Detail: "the server's log has the reason under this request_id",
		}
	}
}

// syntaxProblem tells where a query's text is wrong.
func syntaxProblem(err *query.Error) *api.Problem {
	p := &api.Problem{Type: api.ProblemQuerySyntax, Title: "Query cannot be read", Status: http.StatusBadRequest, Detail: err.Error()}
	for _, part := range err.Problems {
		p.Errors = append(p.Errors, api.ProblemPart{Parameter: "q", Problem: part})
	}
	return p
}

func requestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
