package storetest

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

//go:embed testdata/queries.txt
var languageCases string

// languageQueries are the texts of all cases: those of this package, and those of the language's own tests.
func languageQueries(t *testing.T) []string {
	var out []string
	for _, text := range strings.Split(languageCases, "\n\n") {
		if !strings.HasPrefix(text, "#") {
			out = append(out, text)
			continue
		}
		lines := strings.Split(text, "\n")
		out = append(out, strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, "#") }), "\n"))
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "query", "testdata", "accept", "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		text, _, _ := strings.Cut(string(content), "\n----\n")
		out = append(out, text)
	}
	return out
}

// testLanguage asks each query and holds the answer to the evaluator's.
func testLanguage(t *testing.T, f *fixture) {
	ops := languageOperations(f)
	f.write(ops...)
	var spans []*operation.Span
	for _, op := range ops[:200] {
		f.spans[op.ID] = f.gen.Spans(op, 3)
		spans = append(spans, f.spans[op.ID]...)
	}
	require.NoError(t, f.WriteSpans(t.Context(), spans))
	now := f.start + 4*Day
	for _, text := range languageQueries(t) {
		q, err := query.Parse(text, now)
		require.NoError(t, err, text)
		r := store.Range{From: f.start, To: now}
		if from, ok := q.Since(now); ok {
			r.From = from
		}
		plan := store.PlanOf(q, r, 1000)
		t.Run(text, func(t *testing.T) {
			switch {
			case plan.Split != nil:
				assertComparison(t, f, plan)
			case plan.Aggregate != nil:
				assertRows(t, f, ops, *plan.Aggregate)
			default:
				assertList(t, f, ops, *plan.List)
			}
		})
	}
}

// languageOperations have what the queries ask for.
func languageOperations(f *fixture) []*operation.Operation {
	ops := f.gen.Operations(400)
	for range 20 {
		ops = append(ops, f.gen.Sparse())
	}
	for i := range 60 {
		op := f.gen.Operation(f.start + 4*Day - operation.Time(1+i)*operation.Time(5*time.Minute))
		op.ServiceName, op.ServiceVersion = "aios-api", fmt.Sprintf("2.4.%d", i%2)
		op.Method, op.Route = []string{"GET", "POST", "DELETE"}[i%3], []string{"/api/users", "/api/data", "/api/users/{id}"}[i/3%3]
		op.Name = op.Method + " " + op.Route
		op.Duration = operation.Duration(1+i*13%60) * 40 * time.Millisecond
		if i%4 == 0 {
			f.gen.fail(op)
		}
		if i%5 == 0 {
			op.Findings = []operation.Finding{{Kind: "n_plus_one", Severity: "high", Count: 9}}
		}
		ops = append(ops, op)
	}
	return ops
}

func assertList(t *testing.T, f *fixture, ops []*operation.Operation, q store.OperationQuery) {
	t.Helper()
	want := []*operation.Operation{}
	for _, op := range ops {
		if op.StartTime >= q.Range.From && op.StartTime < q.Range.To && (q.Filter == nil || query.Matches(q.Filter, op, f.spans[op.ID]...)) {
			want = append(want, op)
		}
	}
	want = sorted(want, store.Order(q.Sort))
	q.Scan = &store.Scan{}
	got, err := f.Operations(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, ids(want[:min(q.Limit, len(want))]), ids(got))
	assert.Nil(t, q.Scan.Partial)

	q.Limit = max(1, len(want)/4) // the same list, page by page
	var paged []operation.ID
	for len(paged) < len(want) {
		page, err := f.Operations(t.Context(), q)
		require.NoError(t, err)
		require.NotEmpty(t, page)
		paged = append(paged, ids(page)...)
		after := store.CursorAt(page[len(page)-1], q.Sort)
		q.After = &after
	}
	assert.Equal(t, ids(want), append([]operation.ID{}, paged...))
}

func assertRows(t *testing.T, f *fixture, ops []*operation.Operation, q store.AggregateQuery) {
	t.Helper()
	q.Scan = &store.Scan{}
	got, err := f.Aggregate(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, q.Columns()[len(q.Aggregate.By)].Name, got.Columns[len(q.Aggregate.By)].Name)
	q, err = q.Resolved()
	require.NoError(t, err)
	want := evaluate(q, ops, f.spans)
	require.Len(t, got.Rows, min(q.Limit, len(want)))
	assert.Equal(t, len(want) > q.Limit, got.More)
	expected := map[string][]any{}
	for _, row := range want {
		expected[fmt.Sprintf("%#v", row[:len(q.Aggregate.By)])] = row
	}
	for _, row := range got.Rows {
		assertRow(t, q, expected[fmt.Sprintf("%#v", row[:len(q.Aggregate.By)])], row)
	}
	order := compareRows(q)
	assert.True(t, slices.IsSortedFunc(got.Rows, order), "%v", got.Rows)
	if exactOrder(q) {
		slices.SortFunc(want, order)
		for i := range got.Rows {
			assert.Equal(t, want[i][:len(q.Aggregate.By)], got.Rows[i][:len(q.Aggregate.By)])
		}
	}
}

func assertRow(t *testing.T, q store.AggregateQuery, want, got []any) {
	t.Helper()
	require.NotNil(t, want, "no such group: %v", got)
	for i := range want {
		fn := query.Func("")
		if i >= len(q.Aggregate.By) {
			fn = q.Aggregate.Aggs[i-len(q.Aggregate.By)].Func
		}
		assert.True(t, same(fn, want[i], got[i]), "column %s: want %#v, got %#v", q.Columns()[i].Name, want[i], got[i])
	}
}

// exactOrder tells that no column which the rows are sorted by is approximate.
func exactOrder(q store.AggregateQuery) bool {
	for _, key := range q.Sort {
		if i := columnAt(q, key.Name) - len(q.Aggregate.By); i >= 0 {
			_, quantile := q.Aggregate.Aggs[i].Func.Quantile()
			if quantile || q.Aggregate.Columns()[i+len(q.Aggregate.By)].Type == operation.TypeFloat {
				return false
			}
		}
	}
	return true
}

// assertComparison holds each side of a comparison to what the aggregate of its filter says.
func assertComparison(t *testing.T, f *fixture, plan store.Plan) {
	t.Helper()
	c, err := store.SplitOf(t.Context(), f, *plan.Aggregate, plan.Split)
	require.NoError(t, err)
	got, err := store.Compare(t.Context(), f, c)
	require.NoError(t, err)
	require.NotEmpty(t, got.Rows)
	groups := len(c.A.Aggregate.By)
	for side, q := range []store.AggregateQuery{c.A, c.B} {
		q.Limit, q.Sort = 0, nil
		alone, err := f.Aggregate(t.Context(), q)
		require.NoError(t, err)
		for _, row := range alone.Rows {
			at := slices.IndexFunc(got.Rows, func(r []any) bool { return fmt.Sprint(r[:groups]) == fmt.Sprint(row[:groups]) })
			require.GreaterOrEqual(t, at, 0)
			assert.Equal(t, row[groups], got.Rows[at][groups+side])
		}
	}
}
