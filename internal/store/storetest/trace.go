package storetest

import (
	"bytes"
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// traceRecords are n spans and log records of one trace in their order: ties, and two days.
func traceRecords(f *fixture, n int) ([]*operation.Span, []*operation.LogRecord) {
	trace := f.gen.Span().TraceID
	spans, logs := make([]*operation.Span, n), make([]*operation.LogRecord, n)
	for i := range n {
		at := f.start + Day + operation.Time(i/2-n/4)
		spans[i], logs[i] = f.gen.Span(), f.gen.Log()
		spans[i].TraceID, spans[i].StartTime = trace, at
		logs[i].TraceID, logs[i].Time = trace, at
		logs[i].ID = operation.NewID(at, trace, logs[i].SpanID)
	}
	slices.SortFunc(spans, func(a, b *operation.Span) int {
		return cmp.Or(cmp.Compare(a.StartTime, b.StartTime), bytes.Compare(a.SpanID[:], b.SpanID[:]))
	})
	slices.SortFunc(logs, func(a, b *operation.LogRecord) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), bytes.Compare(a.ID[:], b.ID[:]))
	})
	return spans, logs
}

func assertTrace(t *testing.T, f *fixture, spans []*operation.Span, logs []*operation.LogRecord) {
	t.Helper()
	trace := spans[0].TraceID
	first, last := spans[0].StartTime, spans[len(spans)-1].StartTime
	for _, q := range []store.TraceQuery{
		{Limit: everything}, {Limit: 7}, {Limit: 1}, {Limit: everything, Range: store.Range{From: first + 2, To: last}},
		{Limit: 3, Range: store.Range{From: first + 1}}, {Limit: 3, Range: store.Range{To: first + 1}},
	} {
		q.TraceID = trace
		gotSpans, err := f.Spans(t.Context(), q)
		require.NoError(t, err)
		assert.Equal(t, part(spans, func(s *operation.Span) operation.Time { return s.StartTime }, q), gotSpans)
		gotLogs, err := f.Logs(t.Context(), q)
		require.NoError(t, err)
		assert.Equal(t, part(logs, func(l *operation.LogRecord) operation.Time { return l.Time }, q), gotLogs)
	}
}

// part is what the query selects of records that are in order.
func part[T any](all []T, at func(T) operation.Time, q store.TraceQuery) []T {
	out := []T{}
	for _, item := range all {
		if len(out) < q.Limit && at(item) >= q.Range.From && (q.Range.To == 0 || at(item) < q.Range.To) {
			out = append(out, item)
		}
	}
	return out
}

func testTraces(t *testing.T, f *fixture) {
	spans, logs := traceRecords(f, 20)
	ops := make([]*operation.Operation, len(spans))
	for i, span := range spans {
		op := f.gen.Full()
		op.StartTime, op.TraceID, op.SpanID = span.StartTime, span.TraceID, span.SpanID
		op.ID = operation.NewID(op.StartTime, op.TraceID, op.SpanID)
		ops[i] = op
	}
	twin := *spans[4] // the same span id in another trace is another span
	twin.TraceID[0]++
	bare := &operation.Span{TraceID: twin.TraceID, SpanID: operation.SpanID{1}, StartTime: twin.StartTime + 1}
	plain := &operation.LogRecord{ID: operation.NewID(twin.StartTime, twin.TraceID, bare.SpanID), TraceID: twin.TraceID, Time: twin.StartTime}
	require.NoError(t, f.WriteSpans(t.Context(), slices.Concat(spans[10:], []*operation.Span{bare, &twin}, spans[:10])))
	require.NoError(t, f.WriteLogs(t.Context(), slices.Concat(logs[10:], []*operation.LogRecord{plain}, logs[:10])))
	f.write(ops[10:]...)
	f.write(ops[:10]...)
	f.write(f.gen.Operations(20)...)

	assertTrace(t, f, spans, logs)
	others, err := f.Spans(t.Context(), store.TraceQuery{TraceID: twin.TraceID, Limit: 9})
	require.NoError(t, err)
	assert.Equal(t, []*operation.Span{&twin, bare}, others)
	otherLogs, err := f.Logs(t.Context(), store.TraceQuery{TraceID: twin.TraceID, Limit: 9})
	require.NoError(t, err)
	assert.Equal(t, []*operation.LogRecord{plain}, otherLogs)

	start := func(op *operation.Operation) operation.Time { return op.StartTime }
	for _, q := range []store.TraceQuery{
		{Limit: everything}, {Limit: 4}, {Limit: everything, Range: store.Range{From: start(ops[5]), To: start(ops[9])}},
	} {
		q.TraceID = spans[0].TraceID
		got, err := f.TraceOperations(t.Context(), q)
		require.NoError(t, err)
		assertSameList(t, part(sorted(ops, oldestFirst), start, q), got, false)
	}
}
