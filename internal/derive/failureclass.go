package derive

import (
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// classOf sorts a failure: who would have to act on it.
func classOf(op *operation.Operation, s *Span, f failure) string {
	text := strings.ToLower(f.kind + " " + f.message)
	has := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(text, part) {
				return true
			}
		}
		return false
	}
	external := s.call != nil && s.call.remote
	switch {
	case isTimeout(s) || has("timeout", "timed out", "deadline exceeded", "deadline_exceeded", "etimedout"):
		return operation.FailureTimeout
	case s.code == 499 || s.code == 1 || has("context canceled", "cancelled", "canceled", "aborterror", "client disconnected", "econnaborted", "broken pipe"):
		return operation.FailureCancelled
	case f.code != "" && classOfSQLState(f.code) != "":
		return classOfSQLState(f.code)
	case has("duplicate key", "unique constraint", "violates", "constraint failed", "invalid input syntax", "out of range"):
		return operation.FailureInput
	case external && s.httpCode() && s.code >= 400 && s.code < 500 && s.code != 429:
		return classOfRefusal(s.code)
	case external, has("connection refused", "econnrefused", "econnreset", "enotfound", "no such host", "unavailable", "connection reset",
		"too many connections", "network is unreachable", "dial tcp", "socket hang up", "broken connection", "could not connect", "circuit breaker", "circuitbreaker"):
		return operation.FailureDependency
	case isInput(op, s), has("validation", "invalid", "badrequest", "bad request", "malformed", "unprocessable", "argumentexception",
		"illegalargument", "parse error", "unexpected token", "jsondecode", "valueerror", "notfound", "not found", "unauthorized", "forbidden"):
		return operation.FailureInput
	case f.stack != "" || f.thrown || has("panic", "nil pointer", "nullpointer", "typeerror", "undefined"):
		return operation.FailureCode
	default:
		return operation.FailureUnknown
	}
}

func isTimeout(s *Span) bool { return s.code == 408 || s.code == 504 || s.code == 4 }

// isInput looks at the code of the answer.
func isInput(op *operation.Operation, s *Span) bool {
	if s.httpCode() {
		return s.code >= 400 && s.code < 500
	}
	switch op.StatusCode {
	case 3, 5, 6, 7, 9, 11, 16: // INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, FAILED_PRECONDITION, OUT_OF_RANGE, UNAUTHENTICATED
		return op.Transport == operation.TransportRPC
	case 400, 404, 405, 406, 409, 410, 411, 412, 413, 414, 415, 416, 417, 422:
		return true
	}
	return false
}

// classOfRefusal judges what another service refused: it found our input bad, or our call.
func classOfRefusal(code int16) string {
	switch code {
	case 401, 403, 405, 407, 421, 423, 424, 425:
		return operation.FailureDependency
	default:
		return operation.FailureInput
	}
}

// classOfSQLState goes by the class of an SQLSTATE (ISO 9075; PostgreSQL's appendix A), "" when it is none.
func classOfSQLState(code string) string {
	if len(code) != 5 {
		return ""
	}
	switch {
	case code == "57014":
		return operation.FailureTimeout
	case strings.HasPrefix(code, "22") || strings.HasPrefix(code, "23") || strings.HasPrefix(code, "44"):
		return operation.FailureInput
	case strings.HasPrefix(code, "42"), strings.HasPrefix(code, "0A"), strings.HasPrefix(code, "26"), strings.HasPrefix(code, "34"):
		return operation.FailureCode
	case strings.HasPrefix(code, "08"), strings.HasPrefix(code, "28"), strings.HasPrefix(code, "40"), strings.HasPrefix(code, "53"),
		strings.HasPrefix(code, "55"), strings.HasPrefix(code, "57"), strings.HasPrefix(code, "58"), strings.HasPrefix(code, "XX"):
		return operation.FailureDependency
	default:
		return ""
	}
}
