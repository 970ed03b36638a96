package derive

import (
	"slices"
	"strings"
)

// circuitMarks are how libraries name a call that a circuit breaker stopped: Resilience4j, Polly, Hystrix, gobreaker,
// opossum, pybreaker.
var circuitMarks = []string{"circuit breaker", "circuitbreaker", "circuit_breaker", "callnotpermitted", "brokencircuit", "circuit is open",
	"short-circuited", "eopenbreaker"}

// circuitOpened tells whether a circuit breaker stopped a call: its attributes name an open one, Envoy flags an
// overflow of what the upstream may take (UO), or the error says so.
func circuitOpened(f *fields, failure *failure) bool {
	state := f.str(circuitBreaker)
	if strings.EqualFold(state, "open") || strings.EqualFold(state, "forced_open") {
		return true
	}
	if f.has(responseFlags) && slices.Contains(strings.Split(f.str(responseFlags), ","), "UO") {
		return true
	}
	if failure == nil {
		return false
	}
	text := strings.ToLower(failure.kind + " " + failure.message)
	return slices.ContainsFunc(circuitMarks, func(mark string) bool { return strings.Contains(text, mark) })
}

// CircuitOpen tells whether a circuit breaker stopped the call.
func (s *Span) CircuitOpen() bool { return s.more != nil && s.more.stopped }
