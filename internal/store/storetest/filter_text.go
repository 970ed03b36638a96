package storetest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// named writes one operation for each name and answers the names that the expression selects.
func named(f *fixture, names ...string) func(expr query.Expr) []string {
	ids := map[operation.ID]string{}
	for i, name := range names {
		op := f.gen.Operation(f.start + operation.Time(len(names)-i))
		op.Name, op.RequestBody, op.ResponseBody, op.ErrorMessage = name, "", "", ""
		ids[op.ID] = name
		f.write(op)
	}
	return func(expr query.Expr) []string {
		f.t.Helper()
		out := []string{}
		for _, id := range f.listIDs(store.Range{}, expr) {
			out = append(out, ids[id])
		}
		return out
	}
}

func testFilterPatterns(t *testing.T, f *fixture) {
	names := []string{"alpha", "Alpha beta", "alphabet", "al%ha", "al_ha", `al\ha`, "al*ha", "line one\nline two", "größe", "GRÖSSE", "[a-z]", "a.b"}
	selected := named(f, names...)
	for _, c := range []struct {
		op    query.Op
		value string
		want  []string
	}{
		{query.Match, "^alpha$", []string{"alpha"}},
		{query.Match, "(?i)^alpha", []string{"alpha", "Alpha beta", "alphabet"}},
		{query.Match, "one.line", []string{}},
		{query.Match, "(?s)one.line", []string{"line one\nline two"}},
		{query.Match, "(?m)^line two$", []string{"line one\nline two"}},
		{query.Match, `gr\p{L}+e`, []string{"größe"}},
		{query.Match, `a\.b|\[a`, []string{"[a-z]", "a.b"}},
		{query.NotMatch, "l", []string{"größe", "GRÖSSE", "[a-z]", "a.b"}},
		{query.Like, "alpha", []string{"alpha"}},
		{query.Like, "alpha*", []string{"alpha", "alphabet"}},
		{query.Like, "*beta", []string{"Alpha beta"}},
		{query.Like, "*bet*", []string{"Alpha beta", "alphabet"}},
		{query.Like, "al?ha", []string{"alpha", "al%ha", "al_ha", `al\ha`, "al*ha"}},
		{query.Like, "al%ha", []string{"al%ha"}},
		{query.Like, "al_ha", []string{"al_ha"}},
		{query.Like, `al\ha`, []string{`al\ha`}},
		{query.Like, "gr??e", []string{"größe"}},
		{query.Like, "line*two", []string{"line one\nline two"}},
		{query.Like, "[a-z]", []string{"[a-z]"}},
		{query.Like, "*", names},
		{query.Contains, "%", []string{"al%ha"}},
		{query.Contains, "", names},
		{query.StartsWith, "al_", []string{"al_ha"}},
		{query.StartsWith, "Al", []string{"Alpha beta"}},
		{query.Contains, "öß", []string{"größe"}},
	} {
		assert.Equal(t, c.want, selected(query.Compare{Field: query.Field{Name: "name"}, Op: c.op, Value: c.value}), "%s %q", c.op, c.value)
	}
	folded := query.Field{Name: "name", Fold: true}
	assert.Equal(t, []string{"größe"}, selected(query.Compare{Field: folded, Op: query.StartsWith, Value: "GRÖß"}))
	assert.Equal(t, []string{"alpha", "Alpha beta", "alphabet"}, selected(query.Compare{Field: folded, Op: query.Like, Value: "ALPH*"}))
}

// Words are whole here: whether part of a word is found is the engine's own.
func testFilterText(t *testing.T, f *fixture) {
	places := []func(op *operation.Operation) *string{
		func(op *operation.Operation) *string { return &op.Name },
		func(op *operation.Operation) *string { return &op.Target },
		func(op *operation.Operation) *string { return &op.ErrorType },
		func(op *operation.Operation) *string { return &op.ErrorMessage },
		func(op *operation.Operation) *string { return &op.StatusMessage },
		func(op *operation.Operation) *string { return &op.RequestBody },
		func(op *operation.Operation) *string { return &op.ResponseBody },
	}
	ops := f.gen.Operations(20)
	for i, place := range places {
		ops[2*i].UserAgent, ops[2*i].ErrorStack = "Connection Refused", "connection refused"
		*place(ops[2*i]) = `{"reason": "Connection Refused by Peer", "grün": "100%"}`
		*place(ops[2*i+1]) = `{"reason": "connection closed by peer"}`
	}
	f.write(ops...)
	ops = sorted(ops, newestFirst)
	for _, words := range []string{"connection refused", "CONNECTION REFUSED BY", "closed", "peer", "grün", "zeppelin", "zeppelin refused", "xyzzy'); --"} {
		assertFilter(t, f, ops, query.Text{Words: words})
	}
	want := 0
	for _, op := range ops {
		if query.Matches(query.Text{Words: "connection refused"}, op) {
			want++
		}
	}
	require.GreaterOrEqual(t, want, len(places))
}

// Values and keys are never read as anything else than themselves.
func testHostile(t *testing.T, f *fixture) {
	selected := named(f, hostile...)
	for i, text := range hostile {
		field := query.Field{Name: "name"}
		for _, op := range []query.Op{query.Eq, query.Contains, query.StartsWith} {
			assert.Contains(t, selected(query.Compare{Field: field, Op: op, Value: text}), text)
		}
		assert.Equal(t, []string{text}, selected(query.In{Field: field, Values: []query.Value{text}}))

		op := f.gen.Operation(f.start + Day)
		op.Attributes, op.Resource = operation.Attributes{text: text}, operation.Attributes{text: int64(i)}
		f.write(op)
		for _, expr := range []query.Expr{
			query.Exists{Field: query.Field{Name: "attributes", Type: operation.TypeMap, Key: text}},
			query.Compare{Field: query.Field{Name: "attributes", Type: operation.TypeMap, Key: text}, Op: query.Eq, Value: text},
			query.Compare{Field: query.Field{Name: "resource", Type: operation.TypeMap, Key: text}, Op: query.Eq, Value: float64(i)},
		} {
			assert.Equal(t, []operation.ID{op.ID}, f.listIDs(store.Range{}, expr))
		}
	}
	got, err := f.Stats(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 2*len(hostile), got.Operations)
}
