package query

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

func TestExpensive(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]string{
		"status = error AND error.message ~ x":            "",
		"duration > 1s AND error.message ~ \"time.?out\"": "a regular expression over 31 days needs another filter",
		"NOT user !~ x":                   "a regular expression over 31 days needs another filter",
		"any(db.statement contains drop)": "a search for a part of a text over 31 days needs another filter",
		"target = *checkout":              "a search for a part of a text over 31 days needs another filter",
		"target = /checkout*":             "",
		"service IN (a, b) AND name ~ x":  "",
		"service = a OR name ~ x":         "a regular expression over 31 days needs another filter",
		"duration > 1s":                   "",
		"":                                "",
	} {
		q, err := Parse(text, now)
		require.NoError(t, err, text)
		assert.Nil(t, q.Expensive(day), text)
		p := q.Expensive(31 * day)
		if want == "" {
			assert.Nil(t, p, text)
			continue
		}
		require.NotNil(t, p, text)
		assert.Equal(t, want, p.Message, text)
		assert.Equal(t, CodeTooExpensive, p.Code)
		assert.Less(t, p.Start, p.End)
	}
}

func TestHolds(t *testing.T) {
	q, err := Parse("| count() as n, avg(duration), max(time) by service, trace | where n > 3 and not service = a and avg(duration) < 2s or service is null or trace = 00000000000000000000000000000001", now)
	require.NoError(t, err)
	where := q.Stages[1].(*Where).Filter
	for _, c := range []struct {
		n       int64
		service any
		avg     any
		trace   any
		want    bool
	}{
		{4, "b", time.Second, "x", true}, {3, "b", time.Second, "x", false}, {4, "a", time.Second, "x", false}, {4, "b", nil, "x", false},
		{0, nil, nil, "x", true}, {0, "a", nil, operation.ID{15: 1}.String(), true},
	} {
		row := map[string]any{"n": c.n, "service": c.service, "avg(duration)": c.avg, "trace": c.trace}
		assert.Equal(t, c.want, Holds(where, func(column string) any { return row[column] }), "%v", c)
	}
	assert.True(t, Holds(nil, nil))
	in := In{Field: Field{Name: "service"}, Values: []Value{"a", "b"}}
	assert.True(t, Holds(in, func(string) any { return "b" }))
	assert.False(t, Holds(in, func(string) any { return "c" }))
}

func TestSince(t *testing.T) {
	q, err := Parse("Query: status = error AND service = aios-api\nFilter: last 1 hour", now)
	require.NoError(t, err)
	from, ok := q.Since(now)
	assert.True(t, ok)
	assert.Equal(t, now-operation.Time(time.Hour), from)
	q, err = Parse("status = error", now)
	require.NoError(t, err)
	_, ok = q.Since(now)
	assert.False(t, ok)
}
