package storetest

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// filtered writes operations with something in most fields, and some with almost nothing.
func filtered(f *fixture, n int) []*operation.Operation {
	f.gen = NewGenerator(7, f.start, Day/2) // few days, for engines that keep them apart
	bare := f.gen.Operation(f.start)
	ops := []*operation.Operation{{ID: bare.ID, TraceID: bare.TraceID, SpanID: bare.SpanID, StartTime: bare.StartTime, Revision: 1}}
	for range n {
		ops = append(ops, f.gen.Sparse())
	}
	ops = sorted(append(ops, f.gen.Operations(10)...), newestFirst)
	f.write(ops...)
	return ops
}

// assertFilter checks that the store selects what query.Matches selects, and that so does the opposite.
func assertFilter(t *testing.T, f *fixture, ops []*operation.Operation, expr query.Expr) {
	t.Helper()
	yes, no := []operation.ID{}, []operation.ID{}
	for _, op := range ops {
		if query.Matches(expr, op, f.spans[op.ID]...) {
			yes = append(yes, op.ID)
		} else {
			no = append(no, op.ID)
		}
	}
	require.Equal(t, yes, f.listIDs(store.Range{}, expr), "%#v", expr)
	require.Equal(t, no, f.listIDs(store.Range{}, query.Not{Term: expr}), "not %#v", expr)
}

var (
	orders = []query.Op{query.Eq, query.Ne, query.Gt, query.Ge, query.Lt, query.Le}
	texts  = []query.Op{query.Match, query.NotMatch, query.Contains, query.StartsWith, query.Like}
)

// Each field is compared, by every operator of its type, with a value that one of the operations has.
func testFilterFields(t *testing.T, f *fixture) {
	ops := filtered(f, 40)
	for i, record := range operation.Fields() {
		field := query.Field{Name: record.Name, Type: record.Type}
		assertFilter(t, f, ops, query.Exists{Field: field})
		sample := reflect.ValueOf(record.Ref(present(ops, field, i))).Elem().Interface()
		switch record.Type {
		case operation.TypeMap, operation.TypeList:
		case operation.TypeBool:
			assertFilter(t, f, ops, query.Compare{Field: field, Op: query.Eq, Value: sample})
			assertFilter(t, f, ops, query.Compare{Field: field, Op: query.Ne, Value: sample})
		case operation.TypeString:
			assertText(t, f, ops, field, sample.(string))
		case operation.TypeID:
			assertFilter(t, f, ops, query.Compare{Field: field, Op: query.Eq, Value: sample})
			assertFilter(t, f, ops, query.Compare{Field: field, Op: query.Ne, Value: sample})
			assertFilter(t, f, ops, query.In{Field: field, Values: []query.Value{sample, zeroOf(sample)}})
		default:
			for _, op := range orders {
				assertFilter(t, f, ops, query.Compare{Field: field, Op: op, Value: sample})
			}
			assertFilter(t, f, ops, query.In{Field: field, Values: []query.Value{sample, zeroOf(sample)}})
		}
	}
}

// present finds an operation that has the field, another one for each seed.
func present(ops []*operation.Operation, field query.Field, seed int) *operation.Operation {
	for i := range ops {
		op := ops[(seed*7+i)%len(ops)]
		if query.Matches(query.Exists{Field: field}, op) {
			return op
		}
	}
	panic("storetest: no operation has " + field.Name)
}

func zeroOf(v any) any { return reflect.Zero(reflect.TypeOf(v)).Interface() }

func assertText(t *testing.T, f *fixture, ops []*operation.Operation, field query.Field, sample string) {
	t.Helper()
	runes := []rune(sample)
	half := string(runes[:(len(runes)+1)/2])
	for _, op := range []query.Op{query.Eq, query.Ne} {
		assertFilter(t, f, ops, query.Compare{Field: field, Op: op, Value: sample})
		assertFilter(t, f, ops, query.Compare{Field: field, Op: op, Value: ""})
	}
	assertFilter(t, f, ops, query.In{Field: field, Values: []query.Value{sample, "no such value", ""}})
	for _, op := range texts {
		value := half
		if op == query.Match || op == query.NotMatch {
			value = regexp.QuoteMeta(half)
		}
		assertFilter(t, f, ops, query.Compare{Field: field, Op: op, Value: value})
	}
	assertFilter(t, f, ops, query.Compare{Field: field, Op: query.Like, Value: half + "*"})
}

// Folded comparisons regard no letter case.
func assertFolded(t *testing.T, f *fixture, ops []*operation.Operation, field query.Field, sample string) {
	t.Helper()
	field.Fold = true
	for _, value := range []string{strings.ToUpper(sample), strings.ToLower(sample)} {
		for _, op := range []query.Op{query.Eq, query.Ne, query.Contains, query.StartsWith, query.Like} {
			assertFilter(t, f, ops, query.Compare{Field: field, Op: op, Value: value})
		}
		assertFilter(t, f, ops, query.In{Field: field, Values: []query.Value{value, "no such value"}})
	}
}

func testFilterLogic(t *testing.T, f *fixture) {
	ops := filtered(f, 40)
	slow := query.Compare{Field: query.Field{Name: "duration", Type: operation.TypeDuration}, Op: query.Gt, Value: present(ops, query.Field{Name: "duration"}, 5).Duration}
	failed := query.Compare{Field: query.Field{Name: "status", Fold: true}, Op: query.Eq, Value: "ERROR"}
	known := query.Exists{Field: query.Field{Name: "user_id"}}
	nobody := query.Compare{Field: query.Field{Name: "user_id"}, Op: query.Ne, Value: "nobody"}
	never := query.In{Field: query.Field{Name: "user_id"}, Values: nil}
	for _, expr := range []query.Expr{
		query.And{Terms: []query.Expr{slow, failed}}, query.Or{Terms: []query.Expr{slow, failed}},
		query.And{Terms: []query.Expr{slow, failed, known}}, query.Or{Terms: []query.Expr{slow, failed, known}},
		query.Not{Term: query.Not{Term: failed}}, query.Not{Term: query.And{Terms: []query.Expr{slow, nobody}}},
		query.Or{Terms: []query.Expr{query.And{Terms: []query.Expr{slow, query.Not{Term: failed}}}, query.Not{Term: known}}},
		query.And{Terms: []query.Expr{query.Or{Terms: []query.Expr{slow, failed}}, query.Or{Terms: []query.Expr{known, failed}}}},
		nobody, never, query.Or{Terms: []query.Expr{never, failed}},
	} {
		assertFilter(t, f, ops, expr)
	}
	for _, name := range []string{"status", "kind", "transport"} {
		field := query.Field{Name: name}
		sample := *operation.FieldByName(name).Ref(present(ops, field, 3)).(*string)
		assertFolded(t, f, ops, field, sample)
	}
	assert.Equal(t, ids(ops), f.listIDs(store.Range{}, nil))
}
