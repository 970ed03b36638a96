package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

var quantifiers = []query.Kind{query.KindAny, query.KindAll, query.KindNone}

// assertParts checks conditions on parts of an operation, with each quantifier.
func assertParts(t *testing.T, f *fixture, ops []*operation.Operation, over string, terms ...query.Expr) {
	t.Helper()
	for _, term := range terms {
		for _, kind := range quantifiers {
			assertFilter(t, f, ops, query.Quant{Kind: kind, Over: over, Term: term})
			assertFilter(t, f, ops, query.Quant{Kind: kind, Over: over, Term: query.Not{Term: term}})
		}
	}
}

func is(name string, op query.Op, value query.Value) query.Expr {
	return query.Compare{Field: query.Field{Name: name}, Op: op, Value: value}
}

func key(name, key string, op query.Op, value query.Value) query.Expr {
	return query.Compare{Field: query.Field{Name: name, Type: operation.TypeMap, Key: key}, Op: op, Value: value}
}

func has(name, key string) query.Expr {
	field := query.Field{Name: name}
	if key != "" {
		field.Type, field.Key = operation.TypeMap, key
	}
	return query.Exists{Field: field}
}

func both(terms ...query.Expr) query.Expr { return query.And{Terms: terms} }

func testFilterLists(t *testing.T, f *fixture) {
	ops := filtered(f, 12)
	rows := int64(3)
	some := f.gen.Operation(f.start)
	some.External = []operation.Step{{Category: "db", System: "postgresql", Template: "SELECT 1", Count: 103}, {Category: "cache", System: "redis", Errors: 2}}
	some.Effects = []operation.Effect{{Kind: "db", Target: hostile[0], Rows: &rows, SpanID: operation.SpanID{1}}, {Kind: "http", Outcome: operation.EffectFailed}}
	some.Findings = []operation.Finding{{Kind: "n_plus_one", Severity: "high", Count: 103, SpanIDs: []operation.SpanID{{1}}}}
	some.Links = []operation.Link{{TraceID: operation.TraceID{7}, Attributes: operation.Attributes{"n": int64(5), hostile[1]: "x", "l": []any{"a", int64(2)}}}, {}}
	f.write(some)
	ops = sorted(append(ops, some), newestFirst)

	assertParts(t, f, ops, query.OverExternal, is("system", query.Eq, "redis"), is("count", query.Gt, int64(100)), is("errors", query.Eq, int64(0)),
		is("template", query.Match, "^SELECT"), has("target", ""), both(is("category", query.Eq, "db"), is("count", query.Lt, int64(200))))
	assertParts(t, f, ops, query.OverEffects, is("target", query.Eq, hostile[0]), is("rows", query.Ne, int64(4)), has("rows", ""),
		is("span_id", query.Eq, operation.SpanID{1}), has("span_id", ""), is("offset", query.Ge, operation.Duration(1)))
	assertParts(t, f, ops, query.OverFindings, is("kind", query.Eq, "n_plus_one"), has("span_ids", ""), is("saving", query.Le, operation.Duration(0)))
	assertParts(t, f, ops, query.OverLinks, is("trace_id", query.Eq, operation.TraceID{7}), has("trace_id", ""), has("attributes", ""),
		has("attributes", hostile[1]), key("attributes", "n", query.Ge, 5.0), key("attributes", "l", query.Eq, "a"), key("attributes", "l", query.Eq, 2.0))
}

// The spans of an operation are those of its trace and its service that start while it runs.
func testFilterSpans(t *testing.T, f *fixture) {
	f.gen = NewGenerator(11, f.start+Day-Day/24, Day/12) // around midnight
	ops := f.gen.Operations(12)
	f.spans = map[operation.ID][]*operation.Span{}
	var all []*operation.Span
	for i, op := range ops[:10] {
		for n := range i % 4 {
			span := f.spanOf(op, n)
			f.spans[op.ID] = append(f.spans[op.ID], span)
			all = append(all, span)
		}
		elsewhere := f.spanOf(op, 9)
		elsewhere.ServiceName, elsewhere.Status = "elsewhere", operation.StatusError
		all = append(all, elsewhere)
	}
	f.write(ops...)
	ops = sorted(ops, newestFirst)
	kept := f.spans
	f.spans = nil // before any span is stored there is none
	assertParts(t, f, ops, query.OverSpans, is("name", query.Eq, "SELECT stock 1"))

	require.NoError(t, f.WriteSpans(t.Context(), all))
	f.spans = kept
	slow := is("duration", query.Gt, operation.Duration(1_500_000))
	database := key("attributes", "db.system.name", query.Eq, "postgresql")
	assertParts(t, f, ops, query.OverSpans, slow, database, both(slow, database), is("status", query.Eq, operation.StatusError),
		has("status_message", ""), is("parent_span_id", query.Eq, ops[0].SpanID), key("resource", "zone", query.Eq, "b"),
		key("events", "name", query.Eq, "exception"), key("events", "exception.type", query.Contains, "Timeout"), key("events", "try", query.Ge, 2.0),
		has("events", ""), has("events", "try"), has("events", "no such key"), has("links", ""), has("attributes", hostile[2]))
	assertFilter(t, f, ops, both(is("status", query.Eq, operation.StatusOK), query.Quant{Kind: query.KindAny, Over: query.OverSpans, Term: slow}))
}

// spanOf is the n-th span under an operation.
func (f *fixture) spanOf(op *operation.Operation, n int) *operation.Span {
	span := f.gen.Span()
	span.TraceID, span.ParentSpanID, span.ServiceName = op.TraceID, op.SpanID, op.ServiceName
	span.StartTime, span.Duration = op.StartTime+operation.Time(n)*operation.Time(op.Duration)/10, operation.Duration(n+1)*1_000_000
	span.Name, span.Resource = "SELECT stock "+string(rune('0'+n)), operation.Attributes{"zone": string(rune('a' + n))}
	span.Attributes = operation.Attributes{"db.system.name": []string{"postgresql", "redis"}[n%2], hostile[n]: true}
	span.Events, span.Links, span.StatusMessage = nil, nil, ""
	if n == 2 {
		span.Status, span.StatusMessage = operation.StatusError, "timed out"
		span.Links = []operation.Link{{TraceID: op.TraceID}}
		span.Events = []operation.Event{{Name: "retry", Attributes: operation.Attributes{"try": int64(n)}},
			{Name: "exception", Attributes: operation.Attributes{"exception.type": "PaymentTimeout"}}}
	}
	return span
}
