package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// failures are operations of three services over four days whose errors begin at different times; one of them was seen
// before, as the sums of errors by day know.
func failures(t *testing.T, f *fixture) []*operation.Operation {
	t.Helper()
	var ops []*operation.Operation
	fail := func(at operation.Time, service, fingerprint string) {
		op := f.gen.Operation(at)
		f.gen.fail(op)
		op.ServiceName, op.ErrorFingerprint = service, fingerprint
		ops = append(ops, op)
	}
	for n := range 12 {
		begin := f.start + operation.Time(n)*Day/4
		for i := range 9 {
			at := begin + operation.Time(i)*Day/7
			if at < f.start+4*Day {
				fail(at, []string{"shop", "pay", ""}[n%3], fmt.Sprintf("e%d", n/2))
			}
		}
	}
	for _, edge := range []operation.Time{0, store.NewFor - 1, store.NewFor, store.NewFor + 1} {
		fail(f.start+2*Day+edge, "edge", "e")
	}
	fail(f.start+3*Day, "old", "e0")
	day := &operation.ErrorDay{Day: f.start - 40*Day, Revision: 1, ServiceName: "old", Fingerprint: "e0", Count: 1, FirstSeen: f.start - 40*Day + 5, LastSeen: f.start - 40*Day + 5}
	day.Identify()
	require.NoError(t, f.WriteErrorDays(t.Context(), []*operation.ErrorDay{day}))
	ops = append(ops, f.gen.Operations(30)...)
	f.write(ops...)
	return ops
}

// testNewErrors holds what a store says of new errors to what all operations together say.
func testNewErrors(t *testing.T, f *fixture) {
	ops := failures(t, f)
	type group struct{ service, fingerprint string }
	first := map[group]operation.Time{{"old", "e0"}: f.start - 40*Day + 5}
	for _, op := range ops {
		g := group{op.ServiceName, op.ErrorFingerprint}
		if at, known := first[g]; !known || op.StartTime < at {
			first[g] = op.StartTime
		}
	}
	isNew := func(op *operation.Operation) bool {
		return op.ErrorFingerprint != "" && op.StartTime < first[group{op.ServiceName, op.ErrorFingerprint}]+store.NewFor
	}
	_, err := f.Operations(t.Context(), store.OperationQuery{Filter: query.NewError{}, Limit: 1})
	require.Error(t, err, "an engine alone does not know")
	s, end := store.WithNewErrors(f.Backend), f.start+4*Day
	for _, r := range []store.Range{
		{}, {From: f.start, To: end}, {From: end - Day/24, To: end}, {From: f.start + 2*Day, To: f.start + 3*Day}, {From: f.start + 3*Day - 1, To: f.start + 3*Day + 2}, {From: end - Day/2}, {To: f.start + Day},
	} {
		for text, passes := range map[string]func(*operation.Operation) bool{
			"error.new = true":                        isNew,
			"error.new = false":                       func(op *operation.Operation) bool { return !isNew(op) },
			"error.new = true AND service = shop":     func(op *operation.Operation) bool { return isNew(op) && op.ServiceName == "shop" },
			"error.new = true AND NOT service = shop": func(op *operation.Operation) bool { return isNew(op) && op.ServiceName != "shop" },
			"NOT error.new = true AND status = error": func(op *operation.Operation) bool { return !isNew(op) && op.Status == "error" },
			"error.group = e1 AND error.new = true":   func(op *operation.Operation) bool { return isNew(op) && op.ErrorFingerprint == "e1" },
			"error.new = true OR error.group IN (e2, e3)": func(op *operation.Operation) bool {
				return isNew(op) || op.ErrorFingerprint == "e2" || op.ErrorFingerprint == "e3"
			},
			"service = nowhere AND error.new = true": func(*operation.Operation) bool { return false },
		} {
			q, err := query.Parse(text, end)
			require.NoError(t, err)
			want := []operation.ID{}
			for _, op := range sorted(ops, newestFirst) {
				if op.StartTime >= r.From && (r.To == 0 || op.StartTime < r.To) && passes(op) {
					want = append(want, op.ID)
				}
			}
			got, err := s.Operations(t.Context(), store.OperationQuery{Range: r, Filter: q.Filter, Limit: everything})
			require.NoError(t, err, text)
			assert.Equal(t, want, ids(got), "%s in %v", text, r)
			rows, err := s.Aggregate(t.Context(), store.AggregateQuery{Range: r, Filter: q.Filter, Aggregate: query.Aggregate{Aggs: []query.Agg{store.Call("n", query.Count, "")}}})
			require.NoError(t, err, text)
			assert.Equal(t, [][]any{{int64(len(want))}}, rows.Rows, "%s in %v", text, r)
		}
	}
}

// testManyNewErrors has more new errors than one question may be about, of which one service has few.
func testManyNewErrors(t *testing.T, f *fixture) {
	var ops []*operation.Operation
	for n := range store.MostNew + 5 {
		op := f.gen.Operation(f.start + operation.Time(n)*operation.Time(time.Second))
		f.gen.fail(op)
		op.ErrorFingerprint, op.ServiceName = fmt.Sprintf("e%d", n), []string{"few", "many"}[min(1, n/3)]
		ops = append(ops, op)
	}
	f.write(ops...)
	s, r := store.WithNewErrors(f.Backend), store.Range{From: f.start, To: f.start + Day}
	_, err := s.Operations(t.Context(), store.OperationQuery{Range: r, Filter: query.NewError{}, Limit: 1})
	require.ErrorIs(t, err, store.ErrManyNew)
	require.ErrorIs(t, err, store.ErrTooExpensive)
	few := query.And{Terms: []query.Expr{is("service_name", query.Eq, "few"), query.NewError{}}}
	got, err := s.Operations(t.Context(), store.OperationQuery{Range: r, Filter: few, Limit: everything})
	require.NoError(t, err)
	assert.Len(t, got, 3)
}
