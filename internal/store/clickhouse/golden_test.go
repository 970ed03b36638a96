package clickhouse

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares text with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "run the test with -update when the change is wanted")
}

// Everything that a single server and a cluster are told, and how it differs.
func TestRenderedSchema(t *testing.T) {
	for name, l := range map[string]layout{
		"schema.sql":         {database: "opslog"},
		"schema_cluster.sql": {database: "opslog", Cluster: "main"},
	} {
		var all []string
		for _, m := range migrations {
			statements, err := m.statements(l)
			require.NoError(t, err)
			all = append(all, statements...)
		}
		all = append(all, retention(l, "operations", "id_time", 14*24*3600e9, "")...)
		all = append(all, retention(l, "operations", "id_time", 0, "ORDER BY x TTL y + z SETTINGS a = 1")...)
		all = append(all, textIndexes(l, search{words: true, attributes: true}, nil)...)
		all = append(all, textIndexes(l, search{}, []string{"by_word", "by_attribute"})...)
		golden(t, name, strings.Join(all, ";\n\n")+";\n")
	}
}

func TestRenderedQueries(t *testing.T) {
	for name, l := range map[string]layout{
		"queries.sql":         {database: "opslog"},
		"queries_cluster.sql": {database: "opslog", Cluster: "main"},
	} {
		var out strings.Builder
		entries, err := queryFiles.ReadDir("queries")
		require.NoError(t, err)
		for _, entry := range entries {
			sql, err := render(entry.Name(), fragments{layout: l, Columns: "operation_id, name", Where: all([]string{"a", "b"}), Limit: "{p0:Int64}", Operations: "c", Inner: "x AS c0", Groups: "x", Having: "c0 > 1", Order: "c0 DESC"})
			require.NoError(t, err)
			fmt.Fprintf(&out, "-- %s\n%s\n\n", entry.Name(), sql)
		}
		golden(t, name, out.String())
	}
}

var (
	name     = query.Field{Name: "name", Type: operation.TypeString}
	status   = query.Field{Name: "status", Type: operation.TypeString, Fold: true}
	duration = query.Field{Name: "duration", Type: operation.TypeDuration}
	region   = query.Field{Name: "attributes", Type: operation.TypeMap, Key: "shop.region"}
	evil     = query.Field{Name: "resource", Type: operation.TypeMap, Key: `k') OR 1=1 --`}
)

func event(key string) query.Field {
	return query.Field{Name: query.FieldEvents, Type: operation.TypeMap, Key: key}
}

func TestRenderedConditions(t *testing.T) {
	var out strings.Builder
	for _, expr := range []query.Expr{
		query.Compare{Field: name, Op: query.Eq, Value: `'; DROP TABLE operations; --`},
		query.Compare{Field: name, Op: query.Match, Value: "^a.*"},
		query.Compare{Field: name, Op: query.NotMatch, Value: "b"},
		query.Compare{Field: name, Op: query.Like, Value: `50%_\*?`},
		query.Compare{Field: status, Op: query.Contains, Value: "ERR"},
		query.Compare{Field: duration, Op: query.Gt, Value: operation.Duration(1e9)},
		query.Compare{Field: query.Field{Name: "start_time"}, Op: query.Le, Value: operation.Time(1700000000123456789)},
		query.Compare{Field: query.Field{Name: "kind_confidence"}, Op: query.Ge, Value: 0.1},
		query.Compare{Field: query.Field{Name: "complete"}, Op: query.Ne, Value: true},
		query.Compare{Field: query.Field{Name: "trace_id"}, Op: query.Eq, Value: operation.TraceID{1}},
		query.Compare{Field: query.Field{Name: "span_id"}, Op: query.Ne, Value: operation.SpanID{1}},
		query.Compare{Field: region, Op: query.Eq, Value: "eu"},
		query.Compare{Field: region, Op: query.Lt, Value: 12.5},
		query.Compare{Field: evil, Op: query.Eq, Value: true},
		query.In{Field: name, Values: []query.Value{"a", "b"}},
		query.In{Field: name},
		query.Exists{Field: name}, query.Exists{Field: duration}, query.Exists{Field: evil},
		query.Exists{Field: query.Field{Name: "retry_of"}}, query.Exists{Field: query.Field{Name: "findings"}},
		query.Text{Words: "Connection refused!"}, query.Text{Words: "--"},
		query.Quant{Kind: query.KindAny, Over: query.OverExternal, Term: query.Compare{Field: query.Field{Name: "system"}, Op: query.Eq, Value: "redis"}},
		query.Quant{Kind: query.KindAll, Over: query.OverEffects, Term: query.Compare{Field: query.Field{Name: "rows"}, Op: query.Gt, Value: int64(3)}},
		query.Quant{Kind: query.KindNone, Over: query.OverFindings, Term: query.Exists{Field: query.Field{Name: "span_ids"}}},
		query.Quant{Kind: query.KindAny, Over: query.OverLinks, Term: query.And{Terms: []query.Expr{
			query.Compare{Field: query.Field{Name: "trace_id"}, Op: query.Eq, Value: operation.TraceID{1}}, query.Compare{Field: region, Op: query.Eq, Value: "eu"},
			query.Exists{Field: query.Field{Name: "attributes", Type: operation.TypeMap, Key: "$k"}},
		}}},
		query.Quant{Kind: query.KindAny, Over: query.OverSpans, Term: query.Compare{Field: evil, Op: query.Eq, Value: "x"}},
		query.Quant{Kind: query.KindAll, Over: query.OverSpans, Term: query.Compare{Field: duration, Op: query.Gt, Value: operation.Duration(1e6)}},
		query.Quant{Kind: query.KindNone, Over: query.OverSpans, Term: query.Or{Terms: []query.Expr{
			query.Compare{Field: event("name"), Op: query.Eq, Value: "exception"}, query.Compare{Field: event("try"), Op: query.Ge, Value: 2.0}, query.Exists{Field: event("name")},
		}}},
		query.And{Terms: []query.Expr{query.Exists{Field: name}, query.Not{Term: query.Or{Terms: []query.Expr{query.Exists{Field: evil}, query.Text{Words: "x"}}}}}},
	} {
		for _, s := range []search{{words: true, attributes: true, bodies: true}, {}} {
			w := where{params: &params{}, search: s, layout: layout{database: "opslog"}, operations: []string{"a", "b"}}
			sql, err := w.expr(expr)
			require.NoError(t, err)
			fmt.Fprintf(&out, "-- %+v\n%s\n", expr, sql)
			for _, p := range w.params.list {
				fmt.Fprintf(&out, "--   %s = %s\n", p.Key, p.Value)
			}
		}
		out.WriteString("\n")
	}
	golden(t, "conditions.sql", out.String())
}

func TestConditionsThatDoNotFitAreErrors(t *testing.T) {
	for _, expr := range []query.Expr{
		nil,
		query.Exists{Field: query.Field{Name: "no_such_field"}},
		query.Exists{Field: query.Field{Name: "name", Key: "key"}},
		query.Compare{Field: query.Field{Name: "name) OR (1=1"}, Op: query.Eq, Value: "x"},
		query.Compare{Field: name, Op: query.Eq, Value: int64(1)},
		query.Compare{Field: name, Op: "; DROP", Value: "x"},
		query.Compare{Field: duration, Op: query.Eq, Value: "1s"},
		query.Compare{Field: duration, Op: query.Like, Value: operation.Duration(1)},
		query.Compare{Field: duration, Op: query.Eq, Value: nil},
		query.Compare{Field: query.Field{Name: "span_id"}, Op: query.Eq, Value: operation.TraceID{}},
		query.Compare{Field: query.Field{Name: "trace_id"}, Op: query.Contains, Value: operation.TraceID{}},
		query.Compare{Field: region, Op: query.Contains, Value: 1.5},
		query.Compare{Field: region, Op: query.Eq, Value: int64(1)},
		query.And{Terms: []query.Expr{query.Exists{Field: name}, nil}},
		query.Quant{Kind: query.KindAny, Over: "external)", Term: query.Exists{Field: name}},
		query.Quant{Kind: "most", Over: query.OverLinks, Term: query.Exists{Field: query.Field{Name: "trace_id"}}},
		query.Quant{Kind: query.KindAny, Over: query.OverLinks, Term: query.Exists{Field: name}},
		query.Quant{Kind: query.KindAll, Over: query.OverSpans, Term: query.Exists{Field: query.Field{Name: "kind_evidence"}}},
		query.Quant{Kind: query.KindNone, Over: query.OverSpans, Term: query.Compare{Field: name, Op: query.Eq, Value: int64(1)}},
		query.Quant{Kind: query.KindAny, Over: query.OverEffects, Term: query.Exists{Field: query.Field{Name: "target", Key: "key"}}},
	} {
		w := where{params: &params{}}
		_, err := w.expr(expr)
		assert.Error(t, err, "%#v", expr)
	}
	w := where{params: &params{}}
	_, err := w.expr(nil)
	assert.ErrorIs(t, err, store.ErrUnsupported)
}
