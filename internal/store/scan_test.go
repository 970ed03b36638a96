package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestEnded(t *testing.T) {
	for _, c := range []struct {
		err    error
		reason string
	}{
		{fmt.Errorf("list: %w", context.DeadlineExceeded), ReasonTime}, {fmt.Errorf("list: %w", ErrTooExpensive), ReasonRows},
		{errors.New("disk"), ""}, {nil, ""},
	} {
		s := &Scan{}
		assert.Equal(t, c.reason != "", s.Ended(t.Context(), c.err, 7))
		if c.reason != "" {
			assert.Equal(t, &Partial{c.reason, 7}, s.Partial)
		}
		assert.False(t, (*Scan)(nil).Ended(t.Context(), c.err, 7), "nobody would be told")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	assert.False(t, new(Scan).Ended(gone, context.DeadlineExceeded, 7), "nobody waits for the answer")
}

func TestSearchTimeLeavesSomeForTheAnswer(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	searching, stop := SearchTime(ctx)
	defer stop()
	whole, _ := ctx.Deadline()
	part, ok := searching.Deadline()
	assert.True(t, ok)
	assert.InDelta(t, 12*time.Minute, whole.Sub(part), float64(time.Minute))
	forever, stop := SearchTime(t.Context())
	defer stop()
	_, ok = forever.Deadline()
	assert.False(t, ok)
}

func TestLess(t *testing.T) {
	assert.Equal(t, int64(60), Limits{Rows: 100}.Less(&Scan{Rows: 40}).Rows)
	assert.Equal(t, int64(1), Limits{Rows: 100}.Less(&Scan{Rows: 400}).Rows)
	assert.Zero(t, Limits{}.Less(&Scan{Rows: 400}).Rows)
}
