//go:build cgo && !noduckdb

package embedded

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

func aggregationOf(t *testing.T, q store.AggregateQuery) *aggregation {
	t.Helper()
	q, err := q.Resolved()
	require.NoError(t, err)
	return &aggregation{AggregateQuery: q, condition: rangeCondition("start_time", q.Range)}
}

func TestRenderedAggregates(t *testing.T) {
	var out strings.Builder
	for _, text := range []string{
		"| count()",
		"status = error | rate, error_rate, count(user), uniq(user), sum(attr.amount), p99(duration) by service, 1m | where count(user) > 10 and service != a | sort rate desc | limit 5",
		"| avg(duration), max(time), min(span.count) by trace, attr.region, complete, time",
	} {
		q, err := query.Parse(text, operation.Time(2e18))
		require.NoError(t, err)
		a := aggregationOf(t, *store.PlanOf(q, store.Range{From: 1e18, To: 1e18 + 3600e9}, 1).Aggregate)
		sql, args, err := a.sql([]string{"operations_20260102", "operations_20260103"})
		require.NoError(t, err)
		fmt.Fprintf(&out, "-- %s\n%s-- with %#v\n\n", text, sql, args)
	}
	golden(t, "aggregates", out.String())
}

// What users say is bound in aggregates and orders too, also as a key or as the name of a column.
func FuzzAggregatesAreBound(f *testing.F) {
	for _, text := range []string{"'", `"`, "?", "'; DROP TABLE operations; --", "{{.Segment}}", `\`, "\x00", "*?%_", "a b"} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, key, text string) {
		if key == "" || text == "" {
			return
		}
		want, _ := aggregateOver(t, "k", "v")
		got, args := aggregateOver(t, key, text)
		assert.Equal(t, want, got)
		assert.Len(t, args, strings.Count(got, "?"))
	})
}

// aggregateOver is the SQL of an aggregate and of an order with the key and the text in all places where they can be.
func aggregateOver(t *testing.T, key, text string) (string, []any) {
	t.Helper()
	attribute := query.Field{Name: "attributes", Type: operation.TypeMap, Key: key}
	ref := &query.FieldRef{Name: key, Field: attribute}
	a := aggregationOf(t, store.AggregateQuery{
		Filter: query.Compare{Field: attribute, Op: query.Eq, Value: text},
		Aggregate: query.Aggregate{
			By:   []query.Group{{Field: ref}},
			Aggs: []query.Agg{{Func: query.Sum, Arg: ref, Name: text + " sum", Type: operation.TypeFloat}, {Func: query.Values, Arg: ref, Name: text + " values", Type: operation.TypeList}},
		},
		Where: query.Compare{Field: query.Field{Name: key}, Op: query.Eq, Value: text},
		Sort:  []query.SortKey{{Name: text + " sum"}},
	})
	sql, args, err := a.sql([]string{"operations_20260102"})
	require.NoError(t, err)
	keys, err := sortKeys(store.OperationQuery{Sort: []query.SortKey{{Name: key, Field: &attribute}}, After: &store.Cursor{Keys: []string{"x" + text}}})
	require.NoError(t, err)
	c := newCondition(nil)
	c.behind(keys)
	order, orderArgs := orderBy(keys)
	return sql + c.sql.String() + order, append(append(args, c.args...), orderArgs...)
}
