package alert

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

func TestBacktest(t *testing.T) {
	s := play(t)
	to := begin + operation.Time(2*time.Hour)
	b, err := NewBacktest(Rule{Name: "Rate", Type: TypeErrorRate}, nil, begin, to)
	require.NoError(t, err)
	for minute := range 120 {
		for i := range 20 {
			s.now = begin + operation.Time(time.Duration(minute)*time.Minute)
			op := s.op()
			if minute >= 30 && minute < 45 && i < 10 {
				failing("fp1:a")(op)
			}
			if i == 0 {
				op.Duration = 20 * time.Minute // ends late, and is counted then
			}
			b.Take(op)
		}
	}
	transitions, told, operations := b.End(to)
	require.Len(t, transitions, 3, "pending, firing, resolved")
	assert.Equal(t, 2, told)
	assert.Greater(t, operations, int64(2000))
	firings := b.Firings(to)
	require.Len(t, firings, 1)
	assert.InDelta(t, 31, time.Duration(firings[0].From-begin).Minutes(), 2)
	assert.False(t, firings[0].Firing)
	assert.InDelta(t, 60, time.Duration(firings[0].To-begin).Minutes(), 5)
}

func TestBacktestOfNewErrorsKnowsWhatWasKnown(t *testing.T) {
	s := play(t)
	before := operation.Time(time.Hour)
	known := []Group{
		{GroupKey: GroupKey{"prod", "orders", "fp1:old"}, State: GroupIgnored, FirstSeen: begin - before, LastSeen: begin + before, ChangedAt: begin + before},
		{GroupKey: GroupKey{"prod", "orders", "fp1:new"}, State: GroupOngoing, FirstSeen: begin + 1, LastSeen: begin + before},
	}
	b, err := NewBacktest(Rule{Name: "New", Type: TypeNewError}, known, begin, begin+before)
	require.NoError(t, err)
	b.Take(s.op(failing("fp1:old")))
	b.Take(s.op(failing("fp1:new")))
	transitions, _, _ := b.End(begin + before)
	require.NotEmpty(t, transitions)
	assert.Equal(t, "fp1:new", transitions[0].Alert.Labels["fingerprint"])
	require.Len(t, b.Firings(begin+before), 1)
}

func TestBacktestRefusesABadRule(t *testing.T) {
	_, err := NewBacktest(Rule{Name: "x", Type: "rate"}, nil, begin, begin+1)
	assert.ErrorContains(t, err, `type is "rate"`)
}
