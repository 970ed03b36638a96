package storetest

import (
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
	ops := []*operation.Operation{bare(f.gen)}
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
	assert.Equal(t, ids(ops), f.listIDs(store.Range{}, nil))
}
