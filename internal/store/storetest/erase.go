package storetest

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// Canary is in the records that testErase erases, and nowhere else.
const Canary = "canary-7f3a91"

// FillForErasure writes operations, spans and logs, of which those of every tenth trace belong to the canary, each by
// another way of naming it. It answers the ids of the traces of the canary.
func FillForErasure(t *testing.T, b store.Backend, from operation.Time) (theirs []operation.TraceID) {
	t.Helper()
	gen := NewGenerator(77, from, 3*Day)
	ops := gen.Operations(120)
	var spans []*operation.Span
	var logs []*operation.LogRecord
	for i, op := range ops {
		s := gen.Spans(op, 1)[0]
		l := &operation.LogRecord{ID: op.ID, Time: op.StartTime, TraceID: op.TraceID, Body: "said nothing", ServiceName: op.ServiceName}
		op.UserID, op.TenantID, op.RequestBody = "user-"+strconv.Itoa(i), "acme", "order 1"
		if i%10 == 0 {
			theirs = append(theirs, op.TraceID)
			op.UserID, op.RequestBody, op.ErrorMessage = Canary, `{"mail":"`+Canary+`"}`, "no "+Canary
			op.Attributes = operation.Attributes{"note": Canary}
			s.Attributes = operation.Attributes{"user.id": Canary, "deep": []any{map[string]any{"x": Canary}}}
			l.Body = "said " + Canary + " and left"
		}
		spans, logs = append(spans, s), append(logs, l)
	}
	require.NoError(t, b.WriteOperations(t.Context(), ops))
	later := make([]*operation.Operation, 0, len(ops))
	for _, op := range ops { // the earlier versions are somewhere in the files, too
		later = append(later, revise(op, 2, "again"))
	}
	require.NoError(t, b.WriteOperations(t.Context(), later))
	require.NoError(t, b.WriteSpans(t.Context(), spans))
	require.NoError(t, b.WriteLogs(t.Context(), logs))
	return theirs
}

func testErase(t *testing.T, f *fixture) {
	eraser := f.Backend.(store.Eraser)
	theirs := FillForErasure(t, f.Backend, f.start)
	for _, subject := range []store.Subject{{Kind: store.SubjectUser, Values: []string{"nobody", Canary}}, {Kind: store.SubjectAny, Values: []string{Canary}}} {
		got, err := eraser.SubjectTraces(t.Context(), subject)
		require.NoError(t, err)
		assert.ElementsMatch(t, theirs, got, subject.Kind)
	}
	got, err := eraser.SubjectTraces(t.Context(), store.Subject{Kind: store.SubjectAny, Values: []string{Canary[:8]}})
	require.NoError(t, err)
	assert.Empty(t, got, "part of a word is no word")
	got, err = eraser.SubjectTraces(t.Context(), store.Subject{Kind: store.SubjectTenant, Values: []string{"acme"}})
	require.NoError(t, err)
	assert.Len(t, got, 120)

	e := store.Erasure{Subject: store.Subject{Kind: store.SubjectUser, Values: []string{Canary}}, Traces: theirs, DryRun: true}
	want := store.Erased{Operations: 12, Spans: 12, Logs: 12, ErrorTexts: 2}
	days := fillErrorDays(t, f, theirs[0])
	counts, err := eraser.Erase(t.Context(), e)
	require.NoError(t, err)
	assert.Equal(t, want, counts)
	assert.Len(t, f.list(), 120)

	entry, err := f.PutState(t.Context(), "saved/1", []byte("of "+Canary), 0)
	require.NoError(t, err)
	_, err = f.PutState(t.Context(), "saved/1", []byte("of nobody"), entry.Revision)
	require.NoError(t, err)

	e.DryRun = false
	counts, err = eraser.Erase(t.Context(), e)
	require.NoError(t, err)
	assert.Equal(t, want, counts)
	left := f.list()
	assert.Len(t, left, 108)
	for _, op := range left {
		assert.NotEqual(t, Canary, op.UserID)
		assert.EqualValues(t, 2, op.Revision)
	}
	for _, id := range theirs {
		q := store.TraceQuery{TraceID: id, Limit: 10}
		spans, err := f.Spans(t.Context(), q)
		require.NoError(t, err)
		assert.Empty(t, spans)
		logs, err := f.Logs(t.Context(), q)
		require.NoError(t, err)
		assert.Empty(t, logs)
	}
	counts, err = eraser.Erase(t.Context(), e)
	require.NoError(t, err)
	assert.Zero(t, counts, "again")
	f.write(revise(left[0], 3, "goes on"))
	assert.Len(t, f.list(), 108)
	state, err := f.GetState(t.Context(), "saved/1")
	require.NoError(t, err)
	assert.Equal(t, "of nobody", string(state.Value))
	days[0].Message, days[1].Message = store.ErasedText, store.ErasedText
	sums, err := f.ErrorDays(t.Context(), store.Range{})
	require.NoError(t, err)
	assert.ElementsMatch(t, days, sums)
}

// testEraseWords holds that a word is found where it stands, also in records that belong to no trace.
func testEraseWords(t *testing.T, f *fixture) {
	word := store.Subject{Kind: store.SubjectAny, Values: []string{"ann@b.com"}}
	texts := []string{"\nann@b.com\n", "a\tann@b.com.", "<ann@b.com>", `"ann@b.com"`, "said 'ann@b.com'", "nann@b.com", "ann@b.com2", `\ ann@b.comm`}
	var logs []*operation.LogRecord
	for i, text := range texts {
		logs = append(logs, &operation.LogRecord{ID: operation.ID{byte(i + 1)}, Time: f.start + operation.Time(i), Body: text, ServiceName: "shop"})
	}
	require.NoError(t, f.WriteLogs(t.Context(), logs))
	got, err := f.Backend.(store.Eraser).Erase(t.Context(), store.Erasure{Subject: word})
	require.NoError(t, err)
	assert.Equal(t, store.Erased{Logs: 5}, got)
	stats, err := f.Stats(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 3, stats.Logs)
}

// fillErrorDays writes sums of errors: one names the canary, one has the message of an operation of theirs.
func fillErrorDays(t *testing.T, f *fixture, theirs operation.TraceID) (days []*operation.ErrorDay) {
	t.Helper()
	example := operation.ID{1}
	for _, op := range f.list() {
		if op.TraceID == theirs {
			example = op.ID
		}
	}
	for i, d := range []operation.ErrorDay{{Message: "no " + Canary}, {Message: "of theirs", LastExample: example}, {Message: "of others"}, {LastExample: example}} {
		d.Day, d.Revision, d.ServiceName, d.Fingerprint, d.Count = f.start, 1, "shop", strconv.Itoa(i), 1
		d.FirstSeen, d.LastSeen = f.start, f.start+1
		d.Identify()
		days = append(days, &d)
	}
	require.NoError(t, f.WriteErrorDays(t.Context(), days))
	return days
}
