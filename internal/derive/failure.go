package derive

import (
	"strconv"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// failure is what a failed span says about its error.
type failure struct {
	kind        string // the exception's type, or the protocol's code
	message     string
	stack       string
	code        string // SQLSTATE and the like
	fingerprint string // given by the application
	thrown      bool   // an exception was recorded
}

func (f *failure) size() int {
	if f == nil {
		return 0
	}
	return int(unsafe.Sizeof(*f)) + len(f.message) + len(f.stack) + len(f.fingerprint)
}

// readFailure prefers the exception event, then the error attributes, then the status.
func (d *Deriver) readFailure(f *fields, span ptrace.Span, s *Span, exception *pcommon.Map) *failure {
	out := &failure{code: d.text(f.str(dbStatus)), fingerprint: owned(f.str(errorFingerprint), 256)}
	kind, message, stack := "", "", ""
	if exception != nil {
		kind, message, stack = exceptionOf(*exception)
		if v, ok := exception.Get("error.fingerprint"); ok && out.fingerprint == "" {
			out.fingerprint = v.AsString()
		}
	}
	out.thrown = kind != "" || f.has(exceptionType)
	kind = firstText(kind, f.first(exceptionType, errorType))
	if kind == "" {
		kind = out.code
	}
	if kind == "" && s.code > 0 {
		kind = s.codeName()
	}
	out.kind = d.text(kind)
	out.message = d.message(firstText(message, f.first(exceptionMessage, errorMessage), span.Status().Message()))
	out.stack = d.stack(firstText(stack, f.str(exceptionStack)))
	return out
}

// codeName is an HTTP status as a number, a gRPC code by its name.
func (s *Span) codeName() string {
	if !s.httpCode() && int(s.code) < len(grpcCodes) {
		return grpcCodes[s.code]
	}
	return strconv.Itoa(int(s.code))
}
