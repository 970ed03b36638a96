package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

func TestWindowsCoverTheRangeOnce(t *testing.T) {
	const day = operation.Time(24 * time.Hour)
	now := 100 * day
	for _, q := range []OperationQuery{
		{}, {Range: Range{From: now - 10}}, {Range: Range{To: 50 * day}}, {Range: Range{From: 99 * day, To: now}},
		{Range: Range{From: 20 * day, To: 21 * day}}, {After: &Cursor{StartTime: 30 * day}},
		{Range: Range{From: 7, To: 200 * day}, After: &Cursor{StartTime: 99 * day}}, {Range: Range{From: 10, To: 5}},
		{Range: Range{From: 7}, Limit: many}, {Sort: []query.SortKey{{Name: "duration"}}},
	} {
		got := Windows(q, now)
		assert.Equal(t, q.Range.To, got[0].To)
		assert.Equal(t, q.Range.From, got[len(got)-1].From)
		for i := 1; i < len(got); i++ {
			assert.Equal(t, got[i-1].From, got[i].To)
			assert.Less(t, got[i].From, got[i-1].From)
		}
	}
}
