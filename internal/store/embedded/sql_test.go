//go:build cgo && !noduckdb

package embedded

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden.sql")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "run the test with -update to accept")
}

// The list query with each form of condition, as DuckDB gets it.
func TestRenderedLists(t *testing.T) {
	field := func(name, key string, fold bool) query.Field {
		return query.Field{Name: name, Type: operation.FieldByName(name).Type, Key: key, Fold: fold}
	}
	compare := func(f query.Field, op query.Op, v query.Value) query.Expr {
		return query.Compare{Field: f, Op: op, Value: v}
	}
	quant := func(kind query.Kind, over string, term query.Expr) query.Expr {
		return query.Quant{Kind: kind, Over: over, Term: term}
	}
	status := compare(field("status", "", true), query.Eq, "ERROR")
	slow := compare(field("duration", "", false), query.Gt, time.Second)
	for name, q := range map[string]store.OperationQuery{
		"list_all":     {},
		"list_range":   {Range: store.Range{From: 1, To: 2}, Detail: true},
		"list_after":   {After: &store.Cursor{StartTime: 3, ID: operation.ID{1}}},
		"filter_logic": {Filter: query.Or{Terms: []query.Expr{query.And{Terms: []query.Expr{status, slow}}, query.Not{Term: slow}}}},
		"filter_text":  {Filter: query.Text{Words: "connection refused"}},
		"filter_like":  {Filter: compare(field("name", "", false), query.Like, `50%_\*?`)},
		"filter_match": {Filter: compare(field("name", "", false), query.NotMatch, "^a")},
		"quant_spans": {Filter: query.Or{Terms: []query.Expr{
			quant(query.KindAny, query.OverSpans, compare(query.Field{Name: "events", Type: operation.TypeMap, Key: "name"}, query.Eq, "exception")),
			quant(query.KindAll, query.OverSpans, compare(query.Field{Name: "attributes", Type: operation.TypeMap, Key: "k"}, query.Eq, "v")),
		}}},
		"quant_lists": {Filter: query.And{Terms: []query.Expr{
			quant(query.KindAny, query.OverEffects, compare(query.Field{Name: "rows"}, query.Ne, int64(3))),
			quant(query.KindAll, query.OverExternal, compare(query.Field{Name: "system"}, query.Eq, "'redis")),
			quant(query.KindNone, query.OverLinks, compare(query.Field{Name: "attributes", Type: operation.TypeMap, Key: "k"}, query.Gt, 1.5)),
		}}},
		"filter_in":   {Filter: query.In{Field: field("user_id", "", false), Values: []query.Value{"a", "'b"}}},
		"filter_none": {Filter: query.In{Field: field("user_id", "", false)}},
		"filter_ids": {Filter: query.And{Terms: []query.Expr{
			compare(field("trace_id", "", false), query.Eq, operation.TraceID{255}), compare(field("span_id", "", false), query.Ne, operation.SpanID{255}),
		}}},
		"filter_exists": {Filter: query.And{Terms: []query.Expr{
			query.Exists{Field: field("error_type", "", false)}, query.Exists{Field: field("retry_of", "", false)}, query.Exists{Field: field("span_id", "", false)},
			query.Exists{Field: field("attributes", "", false)}, query.Exists{Field: field("resource", "k'", false)}, query.Exists{Field: field("duration", "", false)},
		}}},
		"filter_attribute_text":   {Filter: compare(field("attributes", "k'", false), query.Contains, "v'")},
		"filter_attribute_number": {Filter: compare(field("attributes", "k", false), query.Ge, 1.5)},
		"filter_attribute_in":     {Filter: query.In{Field: field("resource", "k", false), Values: []query.Value{"v", 1.5, true}}},
	} {
		t.Run(name, func(t *testing.T) {
			where, err := listCondition(q, []string{"spans_20260102", "spans_20260103"})
			require.NoError(t, err)
			l := list[operation.Operation]{table: &operations, detail: q.Detail, newest: true}
			text, _ := l.sql("operations_20260102", where, operations.columns[:3])
			golden(t, name, fmt.Sprintf("%s-- with %#v\n", text, where.args))
		})
	}
}

// What users say is bound: the text of the query does not depend on it.
func FuzzValuesAreBound(f *testing.F) {
	for _, text := range []string{"", "'", `"`, "?", "'; DROP TABLE operations; --", "{{.Segment}}", `\`, "\x00", "*?%_"} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, key, text string) {
		if key == "" || text == "" || key == eventName {
			return
		}
		want, got := everyCondition(t, "k", "v"), everyCondition(t, key, text)
		assert.Equal(t, want.sql.String(), got.sql.String())
		assert.Len(t, got.args, len(want.args))
		assert.Len(t, got.args, strings.Count(got.sql.String(), "?"))
	})
}

// everyCondition has the key and the text in all places where they can be.
func everyCondition(t *testing.T, key, text string) *condition {
	t.Helper()
	attribute := query.Field{Name: "attributes", Type: operation.TypeMap, Key: key}
	event := query.Field{Name: query.FieldEvents, Type: operation.TypeMap, Key: key}
	var terms []query.Expr
	for _, op := range []query.Op{query.Eq, query.Ne, query.Match, query.NotMatch, query.Contains, query.StartsWith, query.Like} {
		for _, fold := range []bool{true, false} {
			attribute.Fold = fold
			terms = append(terms, query.Compare{Field: query.Field{Name: "name", Fold: fold}, Op: op, Value: text}, query.Compare{Field: attribute, Op: op, Value: text})
		}
	}
	terms = append(terms, query.Text{Words: text}, query.Exists{Field: attribute}, query.In{Field: attribute, Values: []query.Value{text, 1.5, true}},
		query.Quant{Kind: query.KindAll, Over: query.OverSpans, Term: query.Or{Terms: []query.Expr{
			query.Compare{Field: attribute, Op: query.Eq, Value: text}, query.Compare{Field: event, Op: query.Like, Value: text}, query.Exists{Field: event},
		}}},
		query.Quant{Kind: query.KindNone, Over: query.OverLinks, Term: query.Compare{Field: attribute, Op: query.Ne, Value: text}})
	c, err := listCondition(store.OperationQuery{Filter: query.And{Terms: terms}}, []string{"spans_20260102"})
	require.NoError(t, err)
	return c
}

func TestFiltersThatCannotBe(t *testing.T) {
	name, attributes := query.Field{Name: "name"}, query.Field{Name: "attributes", Type: operation.TypeMap}
	nonsense := query.Exists{Field: query.Field{Name: "nonsense"}}
	for says, expr := range map[string]query.Expr{
		`unknown field "nonsense"`:                            nonsense,
		`unknown field "no; DROP"`:                            query.Compare{Field: query.Field{Name: "no; DROP"}, Op: query.Eq, Value: "x"},
		`filter on attributes: only whether it exists`:        query.Compare{Field: attributes, Op: query.Eq, Value: "x"},
		`operator "contains" does not fit a value of`:         query.Compare{Field: query.Field{Name: "revision"}, Op: query.Contains, Value: int64(1)},
		`operator ">" does not fit text`:                      query.Not{Term: query.Compare{Field: name, Op: query.Gt, Value: "x"}},
		`operator "=" does not fit a value of type int`:       query.Compare{Field: name, Op: query.Eq, Value: int64(1)},
		`operator ">" does not fit an id`:                     query.Compare{Field: query.Field{Name: "span_id"}, Op: query.Gt, Value: operation.SpanID{1}},
		`does not fit a value of type []int`:                  query.Or{Terms: []query.Expr{query.Compare{Field: name, Op: query.Eq, Value: []int{1}}}},
		`unknown field "nonsense" of a span`:                  query.Quant{Kind: query.KindAny, Over: query.OverSpans, Term: nonsense},
		`unknown field "nonsense" of an element of type Step`: query.Quant{Kind: query.KindAll, Over: query.OverExternal, Term: nonsense},
		`an operation has no list "nonsense"`:                 query.Quant{Kind: query.KindAny, Over: "nonsense", Term: nonsense},
		`no quantifier "some"`:                                query.Quant{Kind: "some", Over: query.OverSpans, Term: nonsense},
	} {
		_, err := listCondition(store.OperationQuery{Filter: expr}, []string{"spans_20260102"})
		require.ErrorContains(t, err, says)
	}
}

// Every field of the records has its column in the schema, in the same order and of the type that its values have.
func TestSchemaFollowsTheRecords(t *testing.T) {
	s := openTest(t, testConfig(t.TempDir()), time.Now)
	check := func(kind string, names []string) {
		seg, err := s.segments.home(t.Context(), kind, dayOf(operation.TimeOf(time.Now())))
		require.NoError(t, err)
		defer seg.release()
		rows, err := s.db.QueryContext(t.Context(),
			"SELECT column_name FROM duckdb_columns() WHERE database_name = ? AND table_name = ? ORDER BY column_index", seg.name(), kind)
		require.NoError(t, err)
		defer rows.Close()
		var got []string
		for rows.Next() {
			var name string
			require.NoError(t, rows.Scan(&name))
			got = append(got, name)
		}
		require.NoError(t, rows.Err())
		assert.Equal(t, names, got)
	}
	check(operations.name, namesOf(searchable(SearchIndex).columns))
	check(spans.name, namesOf(spans.columns))
	check(logs.name, namesOf(logs.columns))
	for i, f := range operation.Fields() {
		assert.Equal(t, f.Name, operations.columns[i].name)
	}
}

func namesOf[T any](columns []column[T]) []string {
	var out []string
	for _, c := range columns {
		out = append(out, c.name)
	}
	return out
}

// The database does what its settings say: nothing outside of the directory, no later change.
func TestDatabaseIsLockedDown(t *testing.T) {
	s := openTest(t, testConfig(t.TempDir()), time.Now)
	outside := filepath.Join(t.TempDir(), "x")
	for _, statement := range []string{
		"SET memory_limit = '1GB'", "SET enable_external_access = true", "INSTALL httpfs", "LOAD httpfs", "SELECT * FROM read_text('/etc/hostname')",
		"ATTACH " + literal(outside) + " AS outside", "COPY (SELECT 1) TO " + literal(outside), "SELECT * FROM 'https://example.com/x.parquet'",
	} {
		_, err := s.db.ExecContext(t.Context(), statement)
		require.Error(t, err, statement)
	}
	assert.NoFileExists(t, outside)
	var limit string
	require.NoError(t, s.db.QueryRowContext(t.Context(), "SELECT current_setting('memory_limit')").Scan(&limit))
	assert.True(t, strings.HasPrefix(limit, "128.0 MiB"), limit)
}
