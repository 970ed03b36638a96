//go:build cgo && !noduckdb

package embedded

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
	"github.com/opslog/opslog/internal/store/embedded/bloom"
	"github.com/opslog/opslog/internal/store/storetest"
)

// filtered has filters for all that was written, at once.
type filtered struct{ *embedded }

func (f filtered) WriteOperations(ctx context.Context, ops []*operation.Operation) error {
	if err := f.embedded.WriteOperations(ctx, ops); err != nil {
		return err
	}
	return f.filterAll(ctx)
}

func (f filtered) filterAll(ctx context.Context) error {
	later := f.now().Add(96 * time.Hour)
	for _, seg := range f.segments.known() {
		for _, at := range seg.toFilter(later, later) {
			if err := f.filterSlot(ctx, seg, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// All answers are the same with filters.
func TestContractWithFilters(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Backend {
		return filtered{openTest(t, testConfig(t.TempDir()), time.Now)}
	})
}

func fieldIs(name string, value query.Value) query.Expr {
	return query.Compare{Field: query.Field{Name: name}, Op: query.Eq, Value: value}
}

func attributeIs(key string, value query.Value) query.Expr {
	return query.Compare{Field: query.Field{Name: "attributes", Type: operation.TypeMap, Key: key}, Op: query.Eq, Value: value}
}

// slotsWith are how many slots have filters, and how many have none.
func slotsWith(s *embedded) (filtered, open int) {
	for _, seg := range s.segments.known() {
		seg.mu.Lock()
		filtered, open = filtered+len(seg.slots.filtered), open+len(seg.slots.written)
		seg.mu.Unlock()
	}
	return filtered, open
}

// Filters are made for what is over and calm, a write removes those of its slots, and a restart keeps them.
func TestFilters(t *testing.T) {
	cfg, c := testConfig(t.TempDir()), &clock{noon}
	s := openTest(t, cfg, c.now)
	ops := storetest.NewGenerator(5, daysAgo(1), storetest.Day+operation.Time(5*time.Minute)).Operations(600)
	for i, op := range ops {
		op.RequestBody = fmt.Sprintf(`{"note":"Word%04d"}`, i)
		op.Attributes["n"] = int64(i)
	}
	require.NoError(t, s.WriteOperations(t.Context(), ops))
	check := func() {
		t.Helper()
		for _, i := range []int{0, 7, 300, 599} {
			for _, filter := range []query.Expr{
				query.Text{Words: fmt.Sprintf("ord%04d", i)}, attributeIs("n", float64(i)), attributeIs("n", fmt.Sprint(i)), fieldIs("request_id", ops[i].RequestID),
			} {
				got, err := s.Operations(t.Context(), store.OperationQuery{Range: store.Range{To: operation.TimeOf(noon) + storetest.Day}, Filter: filter, Limit: 10})
				require.NoError(t, err)
				require.Len(t, got, 1, "%v", filter)
				assert.Equal(t, ops[i].ID, got[0].ID)
				table, err := s.Aggregate(t.Context(), store.AggregateQuery{
					Range: store.Range{To: operation.TimeOf(noon) + storetest.Day}, Filter: filter, Limit: 10, Aggregate: query.Aggregate{Aggs: []query.Agg{store.Call("count", query.Count, "")}},
				})
				require.NoError(t, err)
				assert.EqualValues(t, 1, table.Rows[0][0])
			}
		}
	}
	check()

	s.maintain(t.Context())
	filtered, open := slotsWith(s)
	assert.Zero(t, filtered, "nothing is calm yet")
	assert.NotZero(t, open)

	c.t = c.t.Add(calm)
	s.maintain(t.Context())
	filtered, open = slotsWith(s)
	assert.GreaterOrEqual(t, filtered, 140)
	assert.Equal(t, 1, open, "the slot that is not over")
	check()

	ops[7].Revision, ops[7].RequestBody, ops[7].RequestID = 2, "another Word0007", "another"
	require.NoError(t, s.WriteOperations(t.Context(), ops[7:8]))
	now, nowOpen := slotsWith(s)
	assert.Equal(t, filtered-1, now)
	assert.Equal(t, open+1, nowOpen)
	check()

	c.t = c.t.Add(10 * time.Minute)
	s.maintain(t.Context())
	filtered, open = slotsWith(s)
	assert.Zero(t, open)
	check()

	require.NoError(t, s.Close(t.Context()))
	s = openTest(t, cfg, c.now)
	again, open := slotsWith(s)
	assert.Equal(t, filtered, again)
	assert.Zero(t, open)
	check()
}

// Of a search for a rare word the ranges that must be read are few.
func TestNarrow(t *testing.T) {
	c := &clock{noon}
	s := openTest(t, testConfig(t.TempDir()), c.now)
	ops := storetest.NewGenerator(6, daysAgo(1)/storetest.Day*storetest.Day, storetest.Day).Operations(2000)
	ops[1000].ErrorMessage = "the Xylophone in the hay"
	require.NoError(t, s.WriteOperations(t.Context(), ops))
	require.NoError(t, filtered{s}.filterAll(t.Context()))
	seg := s.segments.known()[0]
	for text, want := range map[string]int{"ylophone": 1, "no such thing": 0, "xylophont": 0} {
		ranges, known, err := s.segments.narrow(t.Context(), seg, probeOf(query.Text{Words: text}), store.Range{})
		require.NoError(t, err)
		assert.True(t, known)
		assert.Len(t, ranges, want, text)
	}
	for _, r := range []store.Range{{To: ops[1000].StartTime}, {From: operation.TimeOf(noon.AddDate(0, 1, 0))}} {
		ranges, known, err := s.segments.narrow(t.Context(), seg, probeOf(query.Text{Words: "xylophone"}), r)
		require.NoError(t, err)
		assert.True(t, known)
		for _, got := range ranges {
			assert.LessOrEqual(t, got.To, r.To)
		}
	}
	_, known, err := s.segments.narrow(t.Context(), seg, nil, store.Range{})
	require.NoError(t, err)
	assert.False(t, known)
}

// A write while filters are made of its slot wins.
func TestWriteWhileFiltersAreMade(t *testing.T) {
	c := &clock{noon}
	s := openTest(t, testConfig(t.TempDir()), c.now)
	gen := storetest.NewGenerator(7, daysAgo(1), 1000)
	require.NoError(t, s.WriteOperations(t.Context(), gen.Operations(10)))
	seg := s.segments.known()[0]
	at := seg.toFilter(c.t, c.t)[0]
	done := make(chan error, 1)
	conn := <-s.operations.conn // the making waits to store what it read
	go func() { done <- s.filterSlot(t.Context(), seg, at) }()
	s.operations.conn <- conn
	late := gen.Operations(1)[0]
	late.RequestBody = "latecomer"
	require.NoError(t, s.WriteOperations(t.Context(), []*operation.Operation{late}))
	require.NoError(t, <-done)
	got, err := s.Operations(t.Context(), store.OperationQuery{Filter: query.Text{Words: "latecomer"}, Limit: 10})
	require.NoError(t, err)
	assert.Len(t, got, 1)
}

// An erasure takes the filters of the files that it writes anew with it.
func TestEraseRemovesFilters(t *testing.T) {
	s := openTest(t, testConfig(t.TempDir()), time.Now)
	theirs := storetest.FillForErasure(t, filtered{s}, operation.TimeOf(time.Now())/storetest.Day*storetest.Day-3*storetest.Day)
	require.NoError(t, filtered{s}.filterAll(t.Context()))
	holds := func() bool {
		for _, seg := range s.segments.known() {
			p := &probe{all: []bloom.Hash{bloom.Key("user_id=" + storetest.Canary)}}
			if found, err := s.segments.findBlocks(t.Context(), seg, p, store.Range{To: seg.holds().to + 1}); seg.kind == operations.name {
				require.NoError(t, err)
				for _, blocks := range found {
					if slices.ContainsFunc(blocks, func(b *block) bool { return p.may(&b.parts) }) {
						return true
					}
				}
			}
		}
		return false
	}
	require.True(t, holds())
	_, err := s.Erase(t.Context(), store.Erasure{Subject: store.Subject{Kind: store.SubjectUser, Values: []string{storetest.Canary}}, Traces: theirs})
	require.NoError(t, err)
	assert.False(t, holds())
	require.NoError(t, filtered{s}.filterAll(t.Context()))
	assert.False(t, holds())
}

func TestProbeOf(t *testing.T) {
	for text, want := range map[string]bool{
		`"needle"`: true, `"abc"`: false, `status = error`: false, `status = error AND "needle"`: true, `status = error OR "needle"`: false,
		`"needle" OR user = x`: true, `NOT "needle"`: false, `attr.a = b`: true, `attr.a != b`: false, `attr.a = b*`: false, `attr.a in (1, 2)`: true,
		`error.type = shop.Error`: true, `error.message contains "refused"`: true, `error.message contains "Grüße"`: false, `attr.a > 5`: false, ``: false,
	} {
		q, err := query.Parse(text, 0)
		require.NoError(t, err, text)
		assert.Equal(t, want, probeOf(q.Filter) != nil, text)
	}
}

// What an attribute is equal to is found, in whatever notation; the database's own reading of numbers is asked.
func TestAttributeProbes(t *testing.T) {
	c := &clock{noon}
	s := openTest(t, testConfig(t.TempDir()), c.now)
	var ops []*operation.Operation
	values := []any{
		"5", "5.0", "05", "5e0", "+5", "-0", "0", "1e999", "1e", "--5", ".5", "5.", "1.2.3", "", "-", "e5", " 5", "x5", "true", true, false, int64(5), 5.0, 0.1, int64(9007199254740993), -7.25, nil,
		[]byte("bytes"), []any{"5", "a"}, []any{int64(5), "b"}, []any{5.5, true}, []any{}, []any{[]any{"5"}}, map[string]any{"a": "5"}, "Grüße", "a\x00b", "\xff", "NaN", "Infinity", "0x5", "1_000",
	}
	for i, v := range values {
		op := storetest.NewGenerator(uint64(i), daysAgo(1)+operation.Time(i)*slotLength, 1).Operations(1)[0]
		op.Attributes = operation.Attributes{"key": v}
		ops = append(ops, op)
	}
	require.NoError(t, s.WriteOperations(t.Context(), ops))
	ask := func(filter query.Expr) []operation.ID {
		got, err := s.Operations(t.Context(), store.OperationQuery{Filter: filter, Limit: 1000})
		require.NoError(t, err)
		out := make([]operation.ID, len(got))
		for i, op := range got {
			out[i] = op.ID
		}
		return out
	}
	filters := []query.Expr{}
	for _, v := range []query.Value{
		5.0, 0.0, 0.1, -7.25, 5.5, 1000.0, 9007199254740992.0, 9007199254740993.0, "5", "5.0", "05", "a", "b", "", "-0", "0", "true", true, false, "bytes", "Grüße", "a\x00b", "1e999", "NaN", "9007199254740993", "-7.25",
	} {
		filters = append(filters, attributeIs("key", v), query.In{Field: query.Field{Name: "attributes", Type: operation.TypeMap, Key: "key"}, Values: []query.Value{v, "none"}})
	}
	var before [][]operation.ID
	for _, f := range filters {
		before = append(before, ask(f))
	}
	require.NoError(t, filtered{s}.filterAll(t.Context()))
	_, open := slotsWith(s)
	require.Zero(t, open)
	for i, f := range filters {
		assert.Equal(t, before[i], ask(f), "%v", f)
	}
}

func TestJoined(t *testing.T) {
	at := func(from, to operation.Time) store.Range { return store.Range{From: from, To: to} }
	assert.Equal(t, []store.Range{at(1, 5), at(7, 9)}, joined([]store.Range{at(7, 9), at(3, 5), at(1, 3)}, 10))
	assert.Equal(t, []store.Range{at(1, 5), at(90, 99)}, joined([]store.Range{at(1, 2), at(90, 99), at(4, 5)}, 2))
	assert.Empty(t, joined(nil, 2))
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 1000 {
		var ranges []store.Range
		for range rnd.IntN(50) {
			from := operation.Time(rnd.IntN(1000))
			ranges = append(ranges, at(from, from+1+operation.Time(rnd.IntN(30))))
		}
		want := slices.Clone(ranges)
		got := joined(ranges, 5)
		assert.LessOrEqual(t, len(got), 5)
		for _, w := range want {
			assert.True(t, slices.ContainsFunc(got, func(g store.Range) bool { return g.From <= w.From && w.To <= g.To }))
		}
	}
}

// FuzzAttribute: a value is found under its own text.
func FuzzAttribute(f *testing.F) {
	for _, text := range []string{"", "5", "5.0", "-0", "1e999", "a", "1.7976931348623157e308"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b := &bloom.Builder{}
		addAttribute(b, "key", text, false)
		parts := b.Take()
		assert.True(t, attributeProbe("key", text).may(&parts))
		if n, written := number(text); written != "" {
			assert.True(t, attributeProbe("key", n).may(&parts))
			assert.False(t, strings.ContainsAny(written, "eE"))
		}
	})
}
