package clickhouse

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
	return &aggregation{AggregateQuery: q, where: &where{params: &params{}, layout: layout{database: "opslog"}}}
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
		sql, err := a.render()
		require.NoError(t, err)
		fmt.Fprintf(&out, "-- %s\n%s\n", text, sql)
		for _, p := range a.params.list {
			fmt.Fprintf(&out, "--   %s = %s\n", p.Key, p.Value)
		}
		out.WriteString("\n")
	}
	golden(t, "aggregates.sql", out.String())
}

// What users say is bound: the text of the query does not depend on it, whether it is a value, a key or the name of
// a column.
func FuzzValuesAreBound(f *testing.F) {
	for _, text := range []string{"'", `"`, "{p0:String}", "'; DROP TABLE operations; --", "{{.Table}}", `\`, "\x00", "*?%_", "1", "a b"} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, key, text string) {
		if key == "" || key == "name" || text == "" || strings.HasPrefix(key, "$") {
			return
		}
		want, got := everything(t, "k", "v"), everything(t, key, text)
		assert.Equal(t, want, got)
	})
}

// everything is the SQL of an aggregate and of a list with the key and the text in all places where they can be.
func everything(t *testing.T, key, text string) string {
	t.Helper()
	attribute := query.Field{Name: "attributes", Type: operation.TypeMap, Key: key}
	ref := &query.FieldRef{Name: key, Field: attribute}
	filter := query.And{Terms: []query.Expr{query.Exists{Field: attribute}}}
	for _, op := range []query.Op{query.Eq, query.Ne, query.Match, query.NotMatch, query.Contains, query.StartsWith, query.Like} {
		for _, fold := range []bool{true, false} {
			attribute.Fold = fold
			filter.Terms = append(filter.Terms, query.Compare{Field: query.Field{Name: "name", Fold: fold}, Op: op, Value: text}, query.Compare{Field: attribute, Op: op, Value: text})
		}
	}
	attribute.Fold = false
	filter.Terms = append(filter.Terms, query.In{Field: attribute, Values: []query.Value{text, 1.5, true}},
		query.Quant{Kind: query.KindAny, Over: query.OverSpans, Term: query.Compare{Field: attribute, Op: query.Eq, Value: text}},
		query.Quant{Kind: query.KindNone, Over: query.OverLinks, Term: query.Compare{Field: attribute, Op: query.Ne, Value: text}})
	a := aggregationOf(t, store.AggregateQuery{
		Filter: filter,
		Aggregate: query.Aggregate{
			By:   []query.Group{{Field: ref}},
			Aggs: []query.Agg{{Func: query.Sum, Arg: ref, Name: text + " sum", Type: operation.TypeFloat}, {Func: query.Values, Arg: ref, Name: text + " values", Type: operation.TypeList}},
		},
		Where: query.Compare{Field: query.Field{Name: key}, Op: query.Eq, Value: text},
		Sort:  []query.SortKey{{Name: text + " sum"}},
	})
	rows, err := a.render()
	require.NoError(t, err)
	q := store.OperationQuery{Sort: []query.SortKey{{Name: key, Field: &attribute}}, After: &store.Cursor{Keys: []string{"x" + text}}}
	order, behind, err := operationOrder(q).by(&params{})
	require.NoError(t, err)
	return rows + order + behind
}
