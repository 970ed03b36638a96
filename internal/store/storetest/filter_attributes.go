package storetest

import (
	"slices"
	"testing"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

// odd are values at the borders of what is a number, a boolean and text.
var odd = []any{
	"12", " 12", "1_2", "inf", "12 apples", "1.5e1", "-3", "", int64(12), int64(-3), 12.0, 12.5, 1e300, true, false, "True",
	[]any{int64(12)}, []any{"a", "12"}, []any{true, 12.5}, []any{},
}

func testFilterAttributes(t *testing.T, f *fixture) {
	s := share(f, 29, func(gen *Generator) []*operation.Operation {
		ops := []*operation.Operation{bare(gen), gen.Sparse(), gen.Sparse()}
		for i, value := range odd {
			op := gen.Operation(gen.at())
			op.Attributes, op.Resource = operation.Attributes{"odd": value, "n": int64(i)}, operation.Attributes{"odd": value}
			ops = append(ops, op)
		}
		return ops
	})
	keys := []string{"odd", hostile[0], "text", "no such key", "empty", "int", "float", "whole", "yes", "list", "n", hostile[4], hostile[9]}
	for name, keys := range map[string][]string{"attributes": keys, "resource": keys[:4]} {
		for _, key := range keys {
			field := query.Field{Name: name, Type: operation.TypeMap, Key: key}
			s.assert(t, field, slices.Concat(presence(field), attributeComparisons(field)))
		}
	}
	field := query.Field{Name: "attributes", Type: operation.TypeMap, Key: "text"}
	s.assert(t, field, textComparisons(field))
	s.assert(t, field, foldedComparisons(field))
}

func attributeComparisons(field query.Field) []condition {
	compare := func(op query.Op, value query.Value) condition {
		return func(any) query.Expr { return query.Compare{Field: field, Op: op, Value: value} }
	}
	var out []condition
	for _, value := range []query.Value{"12", "", "true", "True", hostile[1], 12.0, -3.0, 15.0, 0.5, true, false} {
		out = append(out, compare(query.Eq, value), compare(query.Ne, value))
	}
	for _, op := range []query.Op{query.Gt, query.Ge, query.Lt, query.Le} {
		out = append(out, compare(op, 12.0))
	}
	return append(out, func(any) query.Expr { return query.In{Field: field, Values: []query.Value{"12", 12.5, true}} })
}
