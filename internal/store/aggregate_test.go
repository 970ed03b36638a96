package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

const now = operation.Time(1_772_366_400_000_000_000) // 2026-03-01 12:00 UTC

func TestBucketWidthKeepsTheNumberOfBuckets(t *testing.T) {
	for _, length := range []time.Duration{1, time.Millisecond, time.Second, time.Hour, 25 * time.Hour, 30 * 24 * time.Hour, 20 * 365 * 24 * time.Hour} {
		for _, n := range []int{2, 60, 300} {
			r := Range{From: now - operation.Time(length), To: now}
			width := BucketWidth(r, n)
			assert.Positive(t, width)
			assert.LessOrEqual(t, Buckets(r, width), n, "%v in %d", length, n)
		}
	}
	assert.Equal(t, 30*time.Second, BucketWidth(Range{From: now - operation.Time(time.Hour), To: now}, 120))
	assert.Zero(t, Buckets(Range{From: now, To: now}, time.Second))
}

func planOf(t *testing.T, text string) Plan {
	t.Helper()
	q, err := query.Parse(text, now)
	require.NoError(t, err)
	return PlanOf(q, Range{From: now - operation.Time(time.Hour), To: now}, 50)
}

func TestPlanOf(t *testing.T) {
	list := planOf(t, "status = error | sort duration desc | limit 7 | fields name, user").List
	require.NotNil(t, list)
	assert.Equal(t, 7, list.Limit)
	assert.Equal(t, "duration", list.Sort[0].Field.Name)
	assert.Len(t, planOf(t, "| fields name, user").Fields, 2)
	assert.Nil(t, planOf(t, "| sort time desc").List.Sort, "the order of lists by themselves")
	assert.Equal(t, 50, planOf(t, "").List.Limit)

	p := planOf(t, "status = error | count() as n, rate by service, time | where n > 3 | sort n desc | limit 9")
	require.Nil(t, p.List)
	q, err := p.Aggregate.Resolved()
	require.NoError(t, err)
	assert.Equal(t, 9, q.Limit)
	assert.Equal(t, 30*time.Second, q.Aggregate.By[1].Width)
	assert.Zero(t, p.Aggregate.Aggregate.By[1].Width, "the query itself stays as it was")
	assert.Equal(t, []Column{
		{Name: "service", Type: "string", Group: true}, {Name: "time", Type: "time", Unit: "ns", Group: true, Width: 30 * time.Second},
		{Name: "n", Type: "int"}, {Name: "rate", Type: "float", Unit: "1/s"},
	}, q.Columns())
	assert.Equal(t, []string{"n", "service", "time"}, []string{q.Sort[0].Name, q.Sort[1].Name, q.Sort[2].Name})
	assert.NotNil(t, planOf(t, "| count() | compare version").Split)
}

func TestResolvedNeedsARange(t *testing.T) {
	for _, text := range []string{"| rate", "| count() by time"} {
		q := *planOf(t, text).Aggregate
		q.Range = Range{From: 1}
		_, err := q.Resolved()
		assert.ErrorContains(t, err, "range", text)
	}
}
