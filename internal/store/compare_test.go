package store

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/query"
)

// sides answers each question with rows of its own.
type sides [][][]any

func (s *sides) Aggregate(_ context.Context, q AggregateQuery) (Table, error) {
	rows := (*s)[0]
	*s = (*s)[1:]
	return Table{Columns: q.Columns(), Rows: rows}, nil
}

func compared(t *testing.T, text string, a, b [][]any) [][]any {
	t.Helper()
	p := planOf(t, text)
	c, err := SplitOf(t.Context(), nil, *p.Aggregate, p.Split)
	require.NoError(t, err)
	got, err := Compare(t.Context(), &sides{a, b}, c)
	require.NoError(t, err)
	var names []string
	for _, column := range got.Columns {
		names = append(names, column.Name)
	}
	assert.Equal(t, []string{"service", "count 1", "count 2", "count change"}, names)
	return got.Rows
}

func TestCompare(t *testing.T) {
	a := [][]any{{"x", int64(10)}, {"y", int64(4)}, {nil, int64(0)}}
	b := [][]any{{"x", int64(5)}, {"z", int64(3)}, {nil, int64(1)}}
	const base = "| count() by service "
	assert.Equal(t, [][]any{
		{"x", int64(10), int64(5), -0.5}, {"y", int64(4), nil, nil}, {"z", nil, int64(3), nil}, {nil, int64(0), int64(1), nil},
	}, compared(t, base+"| compare version 1, 2", a, b))
	assert.Equal(t, [][]any{{"x", int64(10), int64(5), -0.5}}, compared(t, base+"| where count > 4 | compare version 1, 2", a, b))
	assert.Equal(t, "z", compared(t, base+"| where service != null | sort service desc | limit 1 | compare version 1, 2", a, b)[0][0])
}

func TestSplitTakesTheTwoLatest(t *testing.T) {
	p := planOf(t, "| count() by service | compare version")
	c, err := SplitOf(t.Context(), &sides{{{"2.1", now}, {"2.0", now - 1}}}, *p.Aggregate, p.Split)
	require.NoError(t, err)
	assert.Equal(t, []string{"2.0", "2.1"}, []string{c.NameA, c.NameB})
	assert.Equal(t, query.Compare{Field: p.Split.Field.Field, Op: query.Eq, Value: "2.1"}, c.B.Filter)
	_, err = SplitOf(t.Context(), &sides{{{"2.1", now}}}, *p.Aggregate, p.Split)
	assert.ErrorIs(t, err, ErrNotFound)
}
