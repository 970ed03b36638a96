package observe

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/opslog/opslog/internal/operation"
)

// Spans that come after their operation was published count on the edges as if they had come in time, whichever they are.
func TestLateSpansCountOnEdges(t *testing.T) {
	whole := []span{shopEntry, payCall, payEntry, database, publish, consume}
	w := newWorld(t, testConfig())
	w.send(1, whole...)
	want, _ := w.finish()
	for late := range whole {
		t.Run(whole[late].name, func(t *testing.T) {
			w := newWorld(t, testConfig())
			for i, s := range whole {
				if i != late {
					w.send(1, s)
				}
			}
			w.pass(20 * time.Second)
			w.send(1, whole[late], whole[late])
			w.pass(time.Minute)
			got, _ := w.finish()
			assert.Equal(t, want, got)
		})
	}
}

func TestLateSpansAreCounted(t *testing.T) {
	w := newWorld(t, testConfig())
	w.send(1, good()[0])
	w.pass(20 * time.Second)
	w.send(1, good()[1])
	w.pass(20 * time.Second)
	late := w.counter(operation.CheckLate, "GET /cart")
	assert.EqualValues(t, 2, late.Total)
	assert.EqualValues(t, 1, late.Failed)
}

func TestSkewIsCountedOnce(t *testing.T) {
	for name, callerFirst := range map[string]bool{"the caller comes first": true, "the caller comes late": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, testConfig())
			early := with(payEntry, func(s *span) { s.start, s.end = -100, -70 })
			first, second := []span{shopEntry, payCall}, []span{early, database}
			if !callerFirst {
				first, second = second, first
			}
			w.send(1, first...)
			w.pass(20 * time.Second)
			w.send(1, second...)
			w.pass(20 * time.Second)
			w.send(1, with(database, func(s *span) { s.id = 9 }))
			w.pass(20 * time.Second)
			skew := w.counter(operation.CheckClockSkew, "shop -> payments")
			assert.EqualValues(t, 1, skew.Total)
			assert.EqualValues(t, 1, skew.Failed)
			assert.EqualValues(t, 115*time.Millisecond, skew.Value)
		})
	}
}
