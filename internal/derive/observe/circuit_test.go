package observe

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCircuitBreakersAreCounted(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*span)
		want   int64
	}{
		"an open one":         {func(s *span) { s.attrs += " circuit_breaker.state=open" }, 1},
		"a closed one":        {func(s *span) { s.attrs += " circuit_breaker.state=closed" }, 0},
		"Envoy's overflow":    {func(s *span) { s.attrs += " response_flags=UO,UF" }, 1},
		"Envoy's other flags": {func(s *span) { s.attrs += " response_flags=UF" }, 0},
		"Resilience4j's error": {func(s *span) {
			s.failed, s.attrs = true, s.attrs+" error.type=io.github.resilience4j.CallNotPermittedException"
		}, 1},
		"another error":        {func(s *span) { s.failed, s.attrs = true, s.attrs+" error.type=timeout" }, 0},
		"nothing of that sort": {func(*span) {}, 0},
		"a message that names it": {func(s *span) {
			s.failed, s.attrs = true, s.attrs+" error.type=Error error.message=Circuit_breaker_is_open"
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, testConfig())
			w.send(1, shopEntry, with(payCall, c.change))
			w.finishAll()
			edges, _ := w.ledger.Take()
			var got int64
			for _, e := range edges {
				got += e.CircuitOpen
			}
			assert.Equal(t, c.want, got)
		})
	}
}
