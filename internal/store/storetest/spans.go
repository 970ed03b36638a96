package storetest

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// listedSpans writes spans of many traces over three days: some at one time, and some with one span id in two traces.
func listedSpans(t *testing.T, f *fixture) []*operation.Span {
	t.Helper()
	f.gen = NewGenerator(21, f.start+Day, 2*Day)
	var out []*operation.Span
	for i, op := range f.gen.Operations(40) {
		for n := range 1 + i%4 {
			span := f.spanOf(op, n)
			span.Kind = []string{operation.SpanServer, operation.SpanClient, operation.SpanInternal}[(i+n)%3]
			span.ServiceName = []string{"shop", "stock", "aios-api"}[i%3]
			span.Attributes["size"] = []any{int64(10 * i), strconv.Itoa(i), "text", 1.5}[n]
			out = append(out, span)
		}
	}
	for i := range 12 {
		twin := *out[i*3]
		twin.TraceID[15]++
		twin.Name = "twin"
		out = append(out, &twin, f.gen.Span())
	}
	require.NoError(t, f.WriteSpans(t.Context(), out[:len(out)/2]))
	require.NoError(t, f.WriteSpans(t.Context(), out[len(out)/3:])) // some of them again
	return out
}

type spanKey struct {
	trace operation.TraceID
	span  operation.SpanID
}

func spanKeys(spans []*operation.Span) []spanKey {
	out := make([]spanKey, len(spans))
	for i, s := range spans {
		out[i] = spanKey{s.TraceID, s.SpanID}
	}
	return out
}

// assertSpans holds a list to what the evaluator says, whole and page by page.
func assertSpans(t *testing.T, b store.Reader, all []*operation.Span, q store.SpanQuery) {
	t.Helper()
	want := []*operation.Span{}
	for _, s := range all {
		if s.StartTime >= q.Range.From && (q.Range.To == 0 || s.StartTime < q.Range.To) && query.MatchesSpan(q.Filter, s) {
			want = append(want, s)
		}
	}
	slices.SortFunc(want, store.SpanOrder(q.Sort))
	limit := q.Limit
	q.Limit, q.Scan = everything, &store.Scan{}
	got, err := b.ListSpans(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, want, got)
	assert.Nil(t, q.Scan.Partial)
	if limit == everything {
		return
	}
	q.Limit = limit
	paged := []*operation.Span{}
	for {
		page, err := b.ListSpans(t.Context(), q)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page), limit)
		if paged = append(paged, page...); len(page) < limit {
			break
		}
		after := store.SpanCursorAt(page[len(page)-1], q.Sort)
		q.After = &after
	}
	require.Equal(t, spanKeys(want), spanKeys(paged))
}

func testListSpans(t *testing.T, f *fixture) {
	all := listedSpans(t, f)
	for _, r := range []store.Range{{}, {From: f.start + Day, To: f.start + 2*Day}, {From: all[3].StartTime, To: all[3].StartTime + 1}, {From: f.start + 30*Day}} {
		for _, limit := range []int{1, 7, len(all), everything} {
			assertSpans(t, f, all, store.SpanQuery{Range: r, Limit: limit})
		}
	}
	for _, text := range []string{"duration desc", "duration", "service, name desc", "status_message, start_time", "kind desc, duration", "attr.size", "attr.size desc, time", "trace, span desc", "parent_span_id"} {
		q, err := query.ParseSpans("| sort "+text, f.start)
		require.NoError(t, err, text)
		assertSpans(t, f, all, store.SpanQuery{Sort: q.Stages[0].(*query.Sort).Keys, Limit: 9})
	}
}

// testSpanLanguage asks each query whose rows are spans: those of this package, and those of the language's own tests.
func testSpanLanguage(t *testing.T, f *fixture) {
	all := listedSpans(t, f)
	files, err := filepath.Glob(filepath.Join("..", "..", "query", "testdata", "accept_spans", "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	texts := []string{
		"status = error", "status = ok", "status != error", "kind IN (client, server) AND service = stock", "name = SELECT*", `name = "SELECT stock 1" AND duration > 1ms`,
		"stock -twin", "timed out", "db.system = redis OR db.system = postgresql", "attr.size > 20", "attr.size = text", "resource.zone = b", "event.name = exception",
		"event.try >= 2", "event.exception.type CONTAINS Timeout", "event.name IS NULL", "duration BETWEEN 1ms AND 2ms | sort duration desc | limit 5", "trace = " + all[2].TraceID.String(),
		"trace = " + all[2].TraceID.String() + " AND kind = client", "span = " + all[0].SpanID.String(), "parent_span_id EXISTS", "parent_span_id IS NULL", "name ~ '^twin$'", "NOT (service = shop OR status = error)",
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		text, _, _ := strings.Cut(string(content), "\n----\n")
		texts = append(texts, text)
	}
	now := f.start + 4*Day
	for _, text := range texts {
		t.Run(text, func(t *testing.T) {
			q, err := query.ParseSpans(text, now)
			require.NoError(t, err)
			plan := store.SpanPlanOf(q, store.Range{From: f.start, To: now}, 11)
			assertSpans(t, f, all, plan)
			if q.Filter != nil {
				plan.Filter = query.Not{Term: q.Filter}
				assertSpans(t, f, all, plan)
			}
		})
	}
}

// testSpanFilters asks with texts that would be SQL if they were not bound.
func testSpanFilters(t *testing.T, f *fixture) {
	all := listedSpans(t, f)
	for _, text := range hostile {
		for _, filter := range []query.Expr{
			is("name", query.Eq, text), is("service_name", query.Contains, text), key("attributes", text, query.Eq, true), key("resource", "zone", query.Ne, text),
			key("events", "name", query.Eq, text), key("events", text, query.Eq, text), has("attributes", text), query.In{Field: query.Field{Name: "name"}, Values: []query.Value{text, "twin"}},
		} {
			assertSpans(t, f, all, store.SpanQuery{Filter: filter, Limit: everything})
		}
	}
	for _, filter := range []query.Expr{is("no_such_field", query.Eq, "x"), is("operation_id", query.Eq, operation.ID{1}), nil} {
		_, err := f.ListSpans(t.Context(), store.SpanQuery{Filter: query.And{Terms: []query.Expr{filter, has("name", "")}}, Limit: 1})
		require.Error(t, err)
	}
}
