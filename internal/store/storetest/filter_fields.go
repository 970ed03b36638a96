package storetest

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
)

var (
	orders = []query.Op{query.Eq, query.Ne, query.Gt, query.Ge, query.Lt, query.Le}
	texts  = []query.Op{query.Match, query.NotMatch, query.Contains, query.StartsWith, query.Like}
)

// Each field is compared, by every operator of its type, with values that the operations have.
func testFilterFields(t *testing.T, f *fixture) {
	s := share(f, 13, func(gen *Generator) []*operation.Operation {
		return []*operation.Operation{bare(gen), gen.Sparse(), gen.Sparse(), gen.Sparse(), gen.Sparse(), gen.Operation(gen.at())}
	})
	for _, record := range operation.Fields() {
		field := query.Field{Name: record.Name, Type: record.Type}
		s.assert(t, field, slices.Concat(presence(field), comparisons(field)))
	}
	for _, name := range []string{"status", "kind", "transport"} {
		field := query.Field{Name: name}
		s.assert(t, field, foldedComparisons(field))
	}
}

func presence(field query.Field) []condition {
	exists := query.Exists{Field: field}
	return []condition{func(any) query.Expr { return exists }, func(any) query.Expr { return query.Not{Term: exists} }}
}

func comparisons(field query.Field) []condition {
	switch field.Type {
	case operation.TypeMap, operation.TypeList:
		return nil
	case operation.TypeString:
		return textComparisons(field)
	case operation.TypeBool:
		return compareEach(field, query.Eq, query.Ne)
	case operation.TypeID:
		return append(compareEach(field, query.Eq, query.Ne), inWithZero(field))
	default:
		return append(compareEach(field, orders...), inWithZero(field))
	}
}

func compareEach(field query.Field, ops ...query.Op) []condition {
	var out []condition
	for _, op := range ops {
		out = append(out, func(sample any) query.Expr { return query.Compare{Field: field, Op: op, Value: sample} })
	}
	return out
}

func inWithZero(field query.Field) condition {
	return func(sample any) query.Expr {
		return query.In{Field: field, Values: []query.Value{sample, reflect.Zero(reflect.TypeOf(sample)).Interface()}}
	}
}

// textComparisons compare with the whole text, with nothing, and with the first half of the text.
func textComparisons(field query.Field) []condition {
	out := compareEach(field, query.Eq, query.Ne)
	for _, op := range []query.Op{query.Eq, query.Ne} {
		out = append(out, func(any) query.Expr { return query.Compare{Field: field, Op: op, Value: ""} })
	}
	for _, op := range texts {
		out = append(out, func(sample any) query.Expr {
			return query.Compare{Field: field, Op: op, Value: half(op, sample.(string))}
		})
	}
	return append(out,
		func(sample any) query.Expr {
			return query.Compare{Field: field, Op: query.Like, Value: half(query.Like, sample.(string)) + "*"}
		},
		func(sample any) query.Expr {
			return query.In{Field: field, Values: []query.Value{sample, "no such value", ""}}
		},
	)
}

func half(op query.Op, text string) string {
	runes := []rune(text)
	value := string(runes[:(len(runes)+1)/2])
	if op == query.Match || op == query.NotMatch {
		return regexp.QuoteMeta(value)
	}
	return value
}

// foldedComparisons regard no letter case.
func foldedComparisons(field query.Field) []condition {
	field.Fold = true
	var out []condition
	for _, change := range []func(string) string{strings.ToUpper, strings.ToLower} {
		for _, op := range []query.Op{query.Eq, query.Ne, query.Contains, query.StartsWith, query.Like} {
			out = append(out, func(sample any) query.Expr {
				return query.Compare{Field: field, Op: op, Value: change(sample.(string))}
			})
		}
		out = append(out, func(sample any) query.Expr {
			return query.In{Field: field, Values: []query.Value{change(sample.(string)), "no such value"}}
		})
	}
	return out
}
