// Package storetest is the contract of internal/store as tests. Every engine runs the whole suite; nothing in it
// knows an engine, and nothing in it is skipped.
package storetest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/query"
	"github.com/opslog/opslog/internal/store"
)

// Day is the length of a day.
const Day = operation.Time(24 * time.Hour)

const everything = 100_000 // a limit that no case reaches

var cases = []struct {
	name string
	run  func(t *testing.T, f *fixture)
}{
	{"round trip", testRoundTrip},
	{"ownership", testOwnership},
	{"write again", testWriteAgain},
	{"revisions", testRevisions},
	{"revision moves", testRevisionMoves},
	{"order and paging", testPaging},
	{"paging while data arrives", testPagingWhileWriting},
	{"ranges", testRanges},
	{"filter by every field", testFilterFields},
	{"filter by attributes", testFilterAttributes},
	{"filter logic", testFilterLogic},
	{"filter patterns", testFilterPatterns},
	{"filter text", testFilterText},
	{"filter by lists", testFilterLists},
	{"filter by spans", testFilterSpans},
	{"query language", testLanguage},
	{"questions", testQuestions},
	{"limits", testLimits},
	{"hostile filters", testHostile},
	{"traces", testTraces},
	{"services", testServices},
	{"tenants", testTenants},
	{"no tenant", testNoTenant},
	{"state of tenants", testTenantState},
	{"sums of tenants", testTenantSums},
	{"edges", testEdges},
	{"quality", testQuality},
	{"roll-ups", testRollups},
	{"errors by day", testErrorDays},
	{"condensed", testCondense},
	{"long term", testLongTerm},
	{"state", testState},
	{"state with hostile text", testStateHostile},
	{"state lists", testStateList},
	{"state changed at once", testStateConcurrent},
	{"erase", testErase},
	{"erase words", testEraseWords},
	{"stats", testStats},
	{"empty", testEmpty},
	{"cancelled", testCancelled},
	{"closed", testClosed},
	{"concurrent", testConcurrent},
	{"spans listed", testListSpans},
	{"spans by hostile filters", testSpanFilters},
	{"query language over spans", testSpanLanguage},
	{"new errors", testNewErrors},
	{"many new errors", testManyNewErrors},
}

// RunTenants runs the cases about tenants alone, as Run does.
func RunTenants(t *testing.T, open func(t *testing.T) store.Backend) {
	for i, c := range cases {
		if strings.Contains(c.name, "tenant") {
			run(t, i, open)
		}
	}
}

// Run holds a store to its contract. open answers a new, empty store and arranges for its end with t.Cleanup;
// the suite may close it earlier. The suite writes data of the last four days.
func Run(t *testing.T, open func(t *testing.T) store.Backend) {
	for i := range cases {
		run(t, i, open)
	}
}

func run(t *testing.T, i int, open func(t *testing.T) store.Backend) {
	today := operation.TimeOf(time.Now()) / Day * Day
	t.Run(cases[i].name, func(t *testing.T) {
		cases[i].run(t, &fixture{Backend: open(t), t: t, start: today - 4*Day, gen: NewGenerator(uint64(i), today-4*Day, 4*Day), spans: map[operation.ID][]*operation.Span{}})
	})
}

// fixture is a store with what the cases do to it.
type fixture struct {
	store.Backend
	t     *testing.T
	start operation.Time // midnight four days ago
	gen   *Generator
	spans map[operation.ID][]*operation.Span // of operations, for filters that are about them
}

func (f *fixture) ctx() context.Context { return f.t.Context() }

func (f *fixture) write(ops ...*operation.Operation) {
	f.t.Helper()
	require.NoError(f.t, f.WriteOperations(f.ctx(), ops))
}

// list reads all operations, whole.
func (f *fixture) list() []*operation.Operation {
	f.t.Helper()
	got, err := f.Operations(f.ctx(), store.OperationQuery{Limit: everything, Detail: true})
	require.NoError(f.t, err)
	return got
}

// listIDs reads the ids of the operations in the range that pass the filter.
func (f *fixture) listIDs(r store.Range, filter query.Expr) []operation.ID {
	f.t.Helper()
	got, err := f.Operations(f.ctx(), store.OperationQuery{Range: r, Filter: filter, Limit: everything})
	require.NoError(f.t, err)
	return ids(got)
}

func ids(ops []*operation.Operation) []operation.ID {
	out := make([]operation.ID, len(ops))
	for i, op := range ops {
		out[i] = op.ID
	}
	return out
}

// newestFirst is the order of lists: by start time, then by id, both descending.
func newestFirst(a, b *operation.Operation) int { return oldestFirst(b, a) }

func oldestFirst(a, b *operation.Operation) int {
	return cmp.Or(cmp.Compare(a.StartTime, b.StartTime), slices.Compare(a.ID[:], b.ID[:]))
}

func sorted(ops []*operation.Operation, order func(a, b *operation.Operation) int) []*operation.Operation {
	out := slices.Clone(ops)
	slices.SortFunc(out, order)
	return out
}
